"""Accounts whose key is elsewhere: a key service, a hardware module, another process that signs digests.

`sign` is handed a 32-byte digest and gives an ECDSA signature over secp256k1 in DER (SEC 1, C.5), as such
services return it. What Ethereum wants besides is found here: the lower of the two values of s (EIP-2) and
the recovery id, by looking which of them leads to the public key.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from eth_account.datastructures import SignedMessage, SignedTransaction
from eth_account.messages import SignableMessage, encode_typed_data
from eth_account.signers.base import BaseAccount
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from eth_keys.datatypes import PublicKey, Signature
from eth_keys.exceptions import BadSignature
from eth_typing import ChecksumAddress, Hash32
from eth_utils.exceptions import ValidationError
from hexbytes import HexBytes

from ledger.chain.encoding import keccak
from ledger.chain.errors import SignerError

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_UNCOMPRESSED = b"\x04"
_PUBLIC_KEY_INFO = bytes.fromhex("3056301006072a8648ce3d020106052b8104000a034200")  # RFC 5480, secp256k1
_V = 27


class DigestAccount(BaseAccount):
    """An account for `public_key`: 65 bytes uncompressed, or SubjectPublicKeyInfo in DER. SignerError."""

    def __init__(self, public_key: bytes, sign: Callable[[bytes], bytes]) -> None:
        point = public_key.removeprefix(_PUBLIC_KEY_INFO)
        if len(point) != 65 or not point.startswith(_UNCOMPRESSED):
            raise SignerError("public_key: give 65 bytes uncompressed, or SubjectPublicKeyInfo of secp256k1")
        self._key = PublicKey(point[1:])
        self._sign = sign

    @property
    def address(self) -> ChecksumAddress:
        return self._key.to_checksum_address()

    def unsafe_sign_hash(self, message_hash: Hash32) -> SignedMessage:
        """Sign a digest. Raises SignerError, and whatever `sign` raises."""
        digest = bytes(message_hash)
        parity, r, s = self._found(digest)
        signature = Signature(vrs=(parity, r, s)).to_bytes()[:64] + bytes([parity + _V])
        return SignedMessage(HexBytes(digest), r, s, parity + _V, HexBytes(signature))

    def try_out(self) -> None:
        """Have a random digest signed, and look whose key it was. Raises SignerError."""
        self._found(secrets.token_bytes(32))

    def sign_message(self, signable_message: SignableMessage) -> SignedMessage:
        """Sign an EIP-191 message."""
        return self.unsafe_sign_hash(Hash32(keccak(b"\x19" + b"".join(signable_message))))

    def sign_typed_data(self, *, full_message: dict[str, Any]) -> SignedMessage:
        """Sign an EIP-712 message."""
        return self.sign_message(encode_typed_data(full_message=full_message))

    def sign_transaction(self, transaction_dict: Any) -> SignedTransaction:
        """Sign a typed transaction (EIP-2718) that has all its fields."""
        unsigned = TypedTransaction.from_dict(transaction_dict)
        parity, r, s = self._found(bytes(unsigned.hash()))
        signed = {**unsigned.as_dict(), "v": parity, "r": r, "s": s}
        raw = bytes(TypedTransaction.from_dict(signed).encode())
        return SignedTransaction(HexBytes(raw), HexBytes(keccak(raw)), r, s, parity)

    def _found(self, digest: bytes) -> tuple[int, int, int]:
        """(parity, r, s) of a signature over `digest`, with the lower s."""
        r, s = _numbers(self._sign(digest))
        s = min(s, ORDER - s)
        for parity in (0, 1):
            try:
                found = Signature(vrs=(parity, r, s)).recover_public_key_from_msg_hash(digest)
            except (BadSignature, ValidationError):
                continue
            if found == self._key:
                return parity, r, s
        raise SignerError(f"what was signed is not by the key of {self.address}; check which key signs")


def _numbers(der: bytes) -> tuple[int, int]:
    """r and s of a signature in DER."""
    body, rest = _element(der, 0x30)
    r, after = _element(body, 0x02)
    s, end = _element(after, 0x02)
    numbers = int.from_bytes(r, "big"), int.from_bytes(s, "big")
    if rest or end or not all(0 < number < ORDER for number in numbers):
        raise SignerError("what was signed is no ECDSA signature in DER; have the digest signed as it is")
    return numbers


def _element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Content of the first element, and what follows it. No signature needs a length above 127."""
    if len(data) < 2 or data[0] != tag or data[1] > min(127, len(data) - 2):
        raise SignerError("what was signed is no ECDSA signature in DER; have the digest signed as it is")
    end = 2 + data[1]
    return data[2:end], data[end:]
