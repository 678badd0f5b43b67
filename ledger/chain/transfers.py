"""ERC-3009 transfers that a payer signed for any payee: the typed data, and whose signature it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount

from ledger.chain.encoding import keccak, to_hex
from ledger.chain.errors import MessageError

_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0  # of secp256k1
_FIELDS = {
    "EIP712Domain": "name:string version:string chainId:uint256 verifyingContract:address",
    "TransferWithAuthorization": "from:address to:address value:uint256 "
    "validAfter:uint256 validBefore:uint256 nonce:bytes32",
}


@dataclass(frozen=True)
class Transfer:
    """A signed TransferWithAuthorization: `value` minor units from `payer` to `to`, between Unix times."""

    payer: str
    to: str
    value: int
    valid_after: int
    valid_before: int
    nonce: bytes
    signature: bytes


def typed_data(domain: Mapping[str, Any], transfer: Transfer) -> dict[str, Any]:
    """What is signed (EIP-712)."""
    types = {
        name: [dict(zip(("name", "type"), field.split(":"), strict=True)) for field in fields.split()]
        for name, fields in _FIELDS.items()
    }
    message = {
        "from": transfer.payer,
        "to": transfer.to,
        "value": transfer.value,
        "validAfter": transfer.valid_after,
        "validBefore": transfer.valid_before,
        "nonce": to_hex(transfer.nonce),
    }
    primary = "TransferWithAuthorization"
    return {"types": types, "primaryType": primary, "domain": dict(domain), "message": message}


def require_signed(domain: Mapping[str, Any], transfer: Transfer) -> tuple[int, bytes, bytes]:
    """(v, r, s) of the payer's own signature. MessageError for any other, upper-half s included."""
    signature = transfer.signature
    if len(signature) != 65 or signature[64] not in (0, 1, 27, 28):
        raise MessageError("signature", "must have 65 bytes: r, s, and v of 27 or 28")
    v, r, s = signature[64] % 27 + 27, signature[:32], signature[32:64]
    if int.from_bytes(s, "big") > _HALF_ORDER:
        raise MessageError("signature", "its s is in the upper half, which tokens refuse; sign again")
    try:
        signable = encode_typed_data(full_message=typed_data(domain, transfer))
        signer = str(Account.recover_message(signable, signature=r + s + bytes([v])))
    except Exception as error:  # noqa: BLE001 (the library has no one error for what is no signature)
        raise MessageError("signature", f"not a signature: {type(error).__name__}") from None
    if signer != transfer.payer:
        raise MessageError("signature", f"not a signature of {transfer.payer}")
    return v, r, s


def till_account(master: LocalAccount, name: str) -> LocalAccount:
    """The account of the till `name`: its key is derived from the key of `master`, so none is kept for it."""
    account: LocalAccount = Account.from_key(keccak(bytes(master.key) + b"till:" + name.encode()))
    return account
