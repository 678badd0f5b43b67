"""Who stands behind a claim: a CAWG identity assertion, signed with a certificate that names the studio.

Source: CAWG Identity Assertion 1.2, sections 5 (the assertion, roles) and 8.2 (X.509 and COSE); RFC 9052
(COSE_Sign1); RFC 9360 (x5chain). The payload is signed as the C2PA library encodes it, since that is how it
encodes it again to check it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from provenance.holders import SIGNATURE, SigningKey

LABEL = "cawg.identity"
SIGNATURE_TYPE = "cawg.x509.cose"
# Of the specification's roles the one that is true of every claim: who drew or generated it is told there.
ROLES = ("cawg.publisher",)

_ALGORITHM, _ES256, _X5CHAIN, _COSE_SIGN1 = 1, -7, 33, 18
_COORDINATE_BYTES = 32
_DIGEST = bytes(32)
_INGREDIENT, _EMBEDDED = "c2pa.ingredient.v3", "c2pa.embedded-data"  # what the library makes of a claim's
_HARD_BINDING = "c2pa.hash.collection.data"  # the longest of the labels that may stand there
_MARGIN = 256  # names of the assertion's fields, and the padding that fills what was reserved


@dataclass(frozen=True)
class StudioIdentity:
    """The certificate that names the studio (PEM, its issuer after it) and its key on P-256."""

    chain_pem: str
    key: SigningKey = field(repr=False)

    @property
    def certificate(self) -> x509.Certificate:
        """The end certificate."""
        return self._chain()[0]

    @property
    def serial(self) -> int:
        """Its serial number."""
        return self.certificate.serial_number

    def sign(self, payload: bytes) -> bytes:
        """A tagged COSE_Sign1 over `payload`, which is not in it. Raises what the key raises."""
        protected = self._protected()
        message = cbor2.dumps(["Signature1", protected, b"", payload])
        r, s = decode_dss_signature(self.key.sign(message, SIGNATURE))
        raw = r.to_bytes(_COORDINATE_BYTES, "big") + s.to_bytes(_COORDINATE_BYTES, "big")
        return _cose_sign1(protected, raw)

    def room(self, labels: Iterable[str]) -> int:
        """How many bytes an identity assertion takes at most that refers to the assertions `labels`."""
        named = [{"url": f"self#jumbf=c2pa.assertions/{each}", "hash": _DIGEST, "alg": "sha256"}
                 for each in (*labels, _HARD_BINDING)]  # fmt: skip
        payload = {"referenced_assertions": named, "sig_type": SIGNATURE_TYPE, "role": list(ROLES)}
        return (
            len(cbor2.dumps(payload))
            + len(_cose_sign1(self._protected(), bytes(2 * _COORDINATE_BYTES)))
            + _MARGIN
        )

    def _protected(self) -> bytes:
        chain = [each.public_bytes(Encoding.DER) for each in self._chain()]
        return cbor2.dumps({_ALGORITHM: _ES256, _X5CHAIN: chain})

    def _chain(self) -> list[x509.Certificate]:
        return x509.load_pem_x509_certificates(self.chain_pem.encode("ascii"))


def _cose_sign1(protected: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(_COSE_SIGN1, [protected, {}, None, signature]))


@dataclass(frozen=True)
class NamedActor:
    """Who a trusted identity assertion names.

    `name` is the organisation of its certificate, `serial` that one's number; `roles` are CAWG's words for
    what the actor did, `vouched` the labels of the assertions that the actor signed for.
    """

    name: str
    roles: tuple[str, ...]
    serial: int
    vouched: tuple[str, ...]

    def __str__(self) -> str:
        """For people: ``Studio 7 (publisher)``."""
        return f"{self.name} ({', '.join(each.removeprefix('cawg.') for each in self.roles) or 'no role'})"


def vouched_labels(claim: Mapping[str, Any], pictures: int) -> list[str]:
    """The labels of all assertions of a claim to be signed, as the library numbers those of one label.

    `claim` is as `build_claim` makes it, `pictures` how many signed files go in as its ingredients.
    """
    manifest = claim["manifest"]
    ingredients = len(manifest.get("ingredients", ())) + pictures
    given = [each["label"] for each in manifest["assertions"]]
    made = [_INGREDIENT] * ingredients + [_EMBEDDED] * len(claim["resources"])
    seen: Counter[str] = Counter()
    labels = []
    for label in (*given, *made):
        labels.append(f"{label}__{seen[label]}" if seen[label] else label)
        seen[label] += 1
    return labels


def named_actor(manifest: Mapping[str, Any]) -> NamedActor | None:
    """Whom a manifest as read names, where it has an identity assertion signed by a certificate.

    Raises KeyError, TypeError or ValueError for one that is not shaped like ours.
    """
    found = [each["data"] for each in manifest.get("assertions", []) if each.get("label") == LABEL]
    if not found or found[0]["signer_payload"]["sig_type"] != SIGNATURE_TYPE:
        return None
    payload, signature = found[0]["signer_payload"], found[0]["signature_info"]
    urls = [str(each["url"]) for each in payload["referenced_assertions"]]
    return NamedActor(
        name=str(signature["issuer"]),
        roles=tuple(map(str, payload.get("role", ()))),
        serial=int(signature["cert_serial_number"]),
        vouched=tuple(url.rpartition("/")[2] for url in urls),
    )
