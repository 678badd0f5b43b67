"""ERC-3009 payments: the typed data a payer signs (EIP-712), and whether it pays exactly one invoice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.base import BaseAccount

from ledger.chain.encoding import check as check_type
from ledger.chain.encoding import encode, from_hex, keccak, to_address, to_hex, to_uint
from ledger.chain.errors import MessageError
from ledger.chain.types import Authorization, Invoice

_MESSAGE_FIELDS = (
    *(("from", "address"), ("to", "address"), ("value", "uint256")),
    *(("validAfter", "uint256"), ("validBefore", "uint256"), ("nonce", "bytes32")),
)
_DOMAIN_FIELDS = (
    *(("name", "string"), ("version", "string")),
    *(("chainId", "uint256"), ("verifyingContract", "address")),
)


def message(domain: Mapping[str, Any], vault: str, invoice: Invoice, nonce: bytes) -> dict[str, Any]:
    """Typed data of the payment of `invoice`, its times still to be set by `with_times`."""
    return {
        "types": {
            "EIP712Domain": _typed(_DOMAIN_FIELDS),
            "ReceiveWithAuthorization": _typed(_MESSAGE_FIELDS),
        },
        "primaryType": "ReceiveWithAuthorization",
        "domain": dict(domain),
        "message": {"from": invoice.payer, "to": vault, "value": invoice.amount, "nonce": to_hex(nonce)},
    }


def with_times(typed: Mapping[str, Any], valid_after: int, valid_before: int) -> dict[str, Any]:
    """`typed` valid strictly between two Unix times of the chain's clock."""
    times = {"validAfter": valid_after, "validBefore": valid_before}
    return {**typed, "message": {**typed["message"], **times}}


def sign(account: BaseAccount, typed: Mapping[str, Any]) -> Authorization:
    """`account`'s signature under `typed`."""
    signed = account.sign_message(_signable(typed))
    body = typed["message"]
    return Authorization(
        payer=body["from"],
        value=body["value"],
        valid_after=body["validAfter"],
        valid_before=body["validBefore"],
        nonce=from_hex("nonce", body["nonce"], 32),
        signature=bytes(signed.signature),
    )


def check(authorization: Authorization, typed: Mapping[str, Any]) -> tuple[int, int, int, bytes, bytes]:
    """(valid after, valid before, v, r, s) for the vault, if the signature pays what `typed` says."""
    body = typed["message"]
    for field, given, wanted in (
        ("payer", authorization.payer, body["from"]),
        ("value", authorization.value, body["value"]),
        ("nonce", to_hex(authorization.nonce), body["nonce"]),
    ):
        if given != wanted:
            raise MessageError(f"authorization.{field}", f"{given} is not the invoice's {wanted}")
    whole = with_times(typed, authorization.valid_after, authorization.valid_before)
    r, s, v = _parts(authorization.signature)
    if _signer(whole, authorization.signature) != authorization.payer:
        raise MessageError("authorization.signature", f"not a signature of {authorization.payer}")
    return authorization.valid_after, authorization.valid_before, v, r, s


def require_in_time(authorization: Authorization, now: int) -> None:
    """`now` by the chain's clock."""
    if now >= authorization.valid_before:
        raise MessageError(
            "authorization.valid_before", f"over since {authorization.valid_before}; sign again"
        )
    if now < authorization.valid_after:
        raise MessageError("authorization.valid_after", f"not valid until {authorization.valid_after}; wait")


def domain_separator(domain: Mapping[str, Any]) -> bytes:
    """EIP-712 hash of a domain with name, version, chainId and verifyingContract."""
    kinds = ",".join(f"{kind} {name}" for name, kind in _DOMAIN_FIELDS)
    return keccak(
        encode(
            ("bytes32", keccak(f"EIP712Domain({kinds})".encode())),
            ("bytes32", keccak(domain["name"].encode())),
            ("bytes32", keccak(domain["version"].encode())),
            ("uint256", domain["chainId"]),
            ("address", domain["verifyingContract"]),
        )
    )


def parse_authorization(data: Mapping[str, Any]) -> Authorization:
    """See Authorization.to_dict."""
    missing = {"payer", "value", "valid_after", "valid_before", "nonce", "signature"} - set(data)
    if missing:
        raise MessageError(f"authorization.{min(missing)}", "missing; give what Authorization.to_dict gives")
    value = data["value"]
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 39):
        raise MessageError("authorization.value", f"{value!r} is not an amount in decimal digits, as text")
    return Authorization(
        payer=to_address("authorization.payer", data["payer"]),
        value=to_uint("authorization.value", int(value), 128),
        valid_after=to_uint("authorization.valid_after", data["valid_after"], 64),
        valid_before=to_uint("authorization.valid_before", data["valid_before"], 64),
        nonce=from_hex("authorization.nonce", data["nonce"], 32),
        signature=from_hex("authorization.signature", data["signature"], 65),
    )


def _typed(fields: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "type": kind} for name, kind in fields]


def _signable(typed: Mapping[str, Any]) -> Any:
    """Strictly: the encoder takes short bytes, numeric text and surplus fields without a word."""
    body = typed["message"]
    if set(body) != {name for name, _ in _MESSAGE_FIELDS}:
        raise MessageError("message", f"has the fields {sorted(body)}, not those of ReceiveWithAuthorization")
    for name, kind in _MESSAGE_FIELDS:
        value = from_hex(name, body[name], 32) if kind == "bytes32" else body[name]
        check_type(name, kind, value)
    return encode_typed_data(full_message=dict(typed))


def _parts(signature: bytes) -> tuple[bytes, bytes, int]:
    if len(signature) != 65 or signature[64] not in (27, 28):
        raise MessageError("authorization.signature", "must have 65 bytes: r, s, and v of 27 or 28")
    return signature[:32], signature[32:64], signature[64]


def _signer(typed: Mapping[str, Any], signature: bytes) -> str:
    try:
        return str(Account.recover_message(_signable(typed), signature=signature))
    except Exception as error:
        if isinstance(error, MessageError):
            raise
        raise MessageError("authorization.signature", f"not a signature: {type(error).__name__}") from None
