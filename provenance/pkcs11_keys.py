"""Claim keys in a PKCS#11 token (OASIS PKCS #11 v2.40 or later), which signs and never shows them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from provenance.errors import KeyHolderError
from provenance.pkcs11_session import library, session_with

SCHEME = "pkcs11:"
# OBJECT IDENTIFIER 1.2.840.10045.3.1.7 in DER: P-256 as the CKA_EC_PARAMS of a key.
P256 = bytes.fromhex("06082a8648ce3d030107")
_COORDINATE_BYTES = 32


class Pkcs11Keys:
    """The keys of the token labelled `token`, reached by the library `module`: a KeyHolder.

    `pin` is asked for when a session is opened, and kept nowhere. With `key`, the label of a key that stands
    in the token already, certificates are issued for that one; without, each is for a new key made there.
    """

    def __init__(self, module: Path, token: str, pin: Callable[[], str], key: str | None = None) -> None:
        self._token, self._pin, self._key = token, pin, key
        self._session = session_with(module, token)

    def make(self) -> str:
        """The name of a new key on P-256 that cannot be read out, or of the one that `key` labels."""
        if self._key is not None:
            return self._name(self._key)
        label = f"selvage-claim-{secrets.token_hex(4)}"
        self._session.write(self._pin, lambda session: _generate(session, label))
        return self._name(label)

    def public_key(self, name: str) -> ec.EllipticCurvePublicKey:
        """The public half of a key, which has to stand beside it in the token."""

        def point(session: Any, kept: dict[str, Any]) -> bytes:
            pkcs11 = library()
            _private(session, kept, name)
            return bytes(_one(session, pkcs11.ObjectClass.PUBLIC_KEY, name)[pkcs11.Attribute.EC_POINT])

        # DER OCTET STRING around the uncompressed point, as the standard has it
        found = self._session.ask(self._pin, point)[2:]
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), found)

    def sign(self, name: str, message: bytes) -> bytes:
        """The signature in DER."""
        # The digest is made here: every token signs one, not every token makes it.
        digest = hashlib.sha256(message).digest()

        def signed(session: Any, kept: dict[str, Any]) -> bytes:
            return bytes(_private(session, kept, name).sign(digest, mechanism=library().Mechanism.ECDSA))

        raw = self._session.ask(self._pin, signed)
        if len(raw) != 2 * _COORDINATE_BYTES:
            raise KeyHolderError(f"{name}: signed with {len(raw)} bytes, not those of a key on P-256")
        r, s = (int.from_bytes(half, "big") for half in (raw[:_COORDINATE_BYTES], raw[_COORDINATE_BYTES:]))
        return encode_dss_signature(r, s)

    def forget(self, name: str) -> None:
        """Destroy a key of our making, and the public key beside it."""
        if self._key is None:
            self._session.write(self._pin, lambda session: _destroy(session, _label(name)))

    def _name(self, label: str) -> str:
        return f"{SCHEME}token={quote(self._token, safe='')};object={quote(label, safe='')};type=private"


def _label(name: str) -> str:
    """The label in a PKCS#11 URI of ours."""
    fields = dict(part.partition("=")[::2] for part in name.removeprefix(SCHEME).split(";"))
    if not name.startswith(SCHEME) or "object" not in fields:
        raise KeyHolderError(f"{name}: is no PKCS#11 URI with the label of a key; restore it from a backup")
    return unquote(fields["object"])


def _private(session: Any, kept: dict[str, Any], name: str) -> Any:
    if name not in kept:
        found = _one(session, library().ObjectClass.PRIVATE_KEY, name)
        _require_fit(found, name)
        kept[name] = found
    return kept[name]


def _one(session: Any, kind: Any, name: str) -> Any:
    attribute = library().Attribute
    found = list(session.get_objects({attribute.CLASS: kind, attribute.LABEL: _label(name)}))
    if len(found) != 1:
        what = f"holds {len(found)} {kind.name.lower().replace('_', ' ')}s"
        raise KeyHolderError(
            f"{name}: the token {what} of this label, where one was looked for; correct "
            "SELVAGE_PKCS11_KEY, or bring the token that has it"
        )
    return found[0]


def _generate(session: Any, label: str) -> None:
    pkcs11 = library()
    given = {pkcs11.Attribute.EC_PARAMS: P256}
    pair = session.create_domain_parameters(pkcs11.KeyType.EC, given, local=True).generate_keypair(
        id=secrets.token_bytes(16),
        label=label,
        store=True,
        capabilities=pkcs11.MechanismFlag.SIGN | pkcs11.MechanismFlag.VERIFY,
        private_template={pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False},
    )
    try:
        _require_fit(pair[1], label)
    except KeyHolderError:
        _destroy(session, label)
        raise


def _destroy(session: Any, label: str) -> None:
    for each in list(session.get_objects({library().Attribute.LABEL: label})):
        each.destroy()


def _require_fit(key: Any, name: str) -> None:
    pkcs11 = library()
    if key.key_type is not pkcs11.KeyType.EC or bytes(key[pkcs11.Attribute.EC_PARAMS]) != P256:
        raise KeyHolderError(f"{name}: is no key on P-256, which signs claims; name or make another")
    if key[pkcs11.Attribute.EXTRACTABLE] or not key[pkcs11.Attribute.SENSITIVE]:
        raise KeyHolderError(f"{name}: may leave its token, so whoever copied it can sign; make another")
