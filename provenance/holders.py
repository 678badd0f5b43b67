"""A claim key that somebody else holds: what is asked of them, and a key that passes each question on.

The certificate of such a key stands in the folder of keys as any other; beside it stands, in place of the key
file, where the key is: a PKCS#11 URI (RFC 7512), or whatever name the holder gave it.
"""

from __future__ import annotations

import secrets
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from provenance.errors import KeyHolderError

SIGNATURE = ec.ECDSA(hashes.SHA256())
_CHALLENGE_BYTES = 32


class KeyHolder(Protocol):
    """Holds keys on P-256 that never leave it: a hardware token, a key service. All raise KeyHolderError."""

    def make(self) -> str:
        """The name, one line of ASCII, of the key that the next certificate is for: a new one, as a rule."""
        ...

    def public_key(self, name: str) -> ec.EllipticCurvePublicKey:
        """The public half of a key."""
        ...

    def sign(self, name: str, message: bytes) -> bytes:
        """The ECDSA signature (SHA-256) over `message`, in DER."""
        ...

    def forget(self, name: str) -> None:
        """Destroy a key that `make` has just made and no certificate was issued for, if it was made then."""
        ...


class SigningKey(Protocol):
    """What signs claims: a private key of this process, or a `HeldKey`."""

    @property
    def curve(self) -> ec.EllipticCurve: ...

    def public_key(self) -> ec.EllipticCurvePublicKey: ...

    def sign(self, data: bytes, signature_algorithm: ec.EllipticCurveSignatureAlgorithm, /) -> bytes: ...


class HeldKey:
    """The key called `name`, which `holder` has; nobody is asked before the first signature.

    Every signature is checked against `public` before it is used, so that another key under the same name
    is found out at once.
    """

    def __init__(self, holder: KeyHolder | None, name: str, public: ec.EllipticCurvePublicKey) -> None:
        self._holder, self._public = holder, public
        self.name = name

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    def sign(self, data: bytes, _algorithm: ec.EllipticCurveSignatureAlgorithm = SIGNATURE, /) -> bytes:
        """The DER signature over `data`, always ECDSA with SHA-256. Raises KeyHolderError."""
        if self._holder is None:
            raise KeyHolderError(
                f"the claim key is no file but at {self.name}; say who holds it (SELVAGE_PKCS11_MODULE)"
            )
        signature = self._holder.sign(self.name, data)
        try:
            self._public.verify(signature, data, SIGNATURE)
        except InvalidSignature as error:
            raise KeyHolderError(
                f"{self.name}: signed with another key than the certificate's; nothing was signed with it"
            ) from error
        return signature

    def try_out(self) -> None:
        """Have something signed that means nothing. Raises KeyHolderError."""
        self.sign(secrets.token_bytes(_CHALLENGE_BYTES))


def held(holder: KeyHolder, name: str) -> HeldKey:
    """A key as its holder shows it, once it has shown that it can sign with it. Raises KeyHolderError."""
    public = holder.public_key(name)
    if not isinstance(public.curve, ec.SECP256R1):
        raise KeyHolderError(f"{name}: is on {public.curve.name}; claims are signed with a key on P-256")
    key = HeldKey(holder, name, public)
    key.try_out()
    return key
