"""The words of x402 version 2, scheme `exact` on EVM chains: what is asked, and what a buyer sends.

Source: x402 specification v2 and its `exact` scheme for EVM (EIP-3009). Nothing here asks the chain.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.chain import Transfer
from ledger.errors import PaymentRefusedError

VERSION = 2
SCHEME = "exact"
TIMEOUT_SECONDS = 600
OFFER = "offer"  # our own member of `extra`: the scheme leaves what else is in there to us
MOST_BYTES = 16_384  # of a header
_EVM = "invalid_exact_evm_payload"


@dataclass(frozen=True)
class Requirement:
    """One way to pay: `amount` minor units of the token `asset` to `pay_to`; name and version sign for it.

    `offer` is what is paid for: `pay_to` is its till.
    """

    network: str
    asset: str
    amount: int
    pay_to: str
    name: str
    version: str
    offer: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "scheme": SCHEME,
            "network": self.network,
            "asset": self.asset,
            "amount": str(self.amount),
            "payTo": self.pay_to,
            "maxTimeoutSeconds": TIMEOUT_SECONDS,
            "extra": {"name": self.name, "version": self.version, OFFER: self.offer},
        }


def required(
    accepts: list[dict[str, Any]], url: str, description: str, mime: str, error: str
) -> dict[str, Any]:
    """The body of a 402 (PaymentRequired)."""
    resource = {"url": url, "description": description, "mimeType": mime}
    return {"x402Version": VERSION, "error": error, "resource": resource, "accepts": accepts}


def settled(network: str, payer: str, transaction: str, amount: str) -> dict[str, Any]:
    """What a paid answer tells of its payment (SettlementResponse)."""
    return {
        "success": True,
        "transaction": transaction,
        "network": network,
        "payer": payer,
        "amount": amount,
    }


def unsettled(network: str, refused: PaymentRefusedError) -> dict[str, Any]:
    """Why a payment was not settled (SettlementResponse)."""
    return {
        "success": False,
        "errorReason": refused.reason,
        "errorMessage": str(refused),
        "transaction": "",
        "network": network,
    }


def encode(message: Mapping[str, Any]) -> str:
    """A message as a header carries it."""
    return base64.b64encode(json.dumps(message).encode()).decode("ascii")


def decode(header: str) -> dict[str, Any]:
    """The message in a header. PaymentRefusedError for what is none."""
    try:
        if len(header) > MOST_BYTES:
            raise ValueError
        message = json.loads(base64.b64decode(header, validate=True))
    except (ValueError, binascii.Error, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise PaymentRefusedError("invalid_payload", "PAYMENT-SIGNATURE is not a JSON object in base64")
    return message


def read(message: Mapping[str, Any], wanted: Requirement) -> Transfer:
    """The signed transfer in a PaymentPayload, if it is one that pays exactly what is wanted.

    Its signature is not looked at. PaymentRefusedError names what differs.
    """
    if message.get("x402Version") != VERSION:
        raise PaymentRefusedError("invalid_x402_version", f"x402Version must be {VERSION}")
    require_same(_mapping(message, "accepted"), wanted, "accepted")
    signed = _mapping(message, "payload")
    transfer = _transfer(_mapping(signed, "authorization"), signed.get("signature"))
    if transfer.to != wanted.pay_to:
        raise PaymentRefusedError(f"{_EVM}_recipient_mismatch", f"it pays {transfer.to}, not {wanted.pay_to}")
    if transfer.value != wanted.amount:
        problem = f"it is over {transfer.value} minor units, asked are exactly {wanted.amount}"
        raise PaymentRefusedError(f"{_EVM}_authorization_value_mismatch", problem)
    return transfer


def require_same(given: Mapping[str, Any], wanted: Requirement, name: str) -> None:
    """PaymentRefusedError names the member of `given`, called `name` in it, that is not what is wanted."""
    asked = wanted.to_dict()
    for member, reason in (
        ("scheme", "unsupported_scheme"),
        ("network", "invalid_network"),
        ("asset", "invalid_payment_requirements"),
        ("amount", "invalid_payment_requirements"),
        ("payTo", "invalid_payment_requirements"),
    ):
        if _folded(given.get(member)) != _folded(asked[member]):
            found = str(given.get(member))[:80]
            raise PaymentRefusedError(reason, f"{name}.{member} is {found!r}, asked is {asked[member]!r}")


def payload(transfer: Transfer, wanted: Requirement) -> dict[str, Any]:
    """The PaymentPayload of a transfer, with nothing in it that we do not need."""
    authorization = {
        "from": transfer.payer,
        "to": transfer.to,
        "value": str(transfer.value),
        "validAfter": str(transfer.valid_after),
        "validBefore": str(transfer.valid_before),
        "nonce": f"0x{transfer.nonce.hex()}",
    }
    signed = {"authorization": authorization, "signature": f"0x{transfer.signature.hex()}"}
    return {"x402Version": VERSION, "accepted": wanted.to_dict(), "payload": signed}


def _transfer(fields: Mapping[str, Any], signature: Any) -> Transfer:
    return Transfer(
        payer=_address(fields, "from"),
        to=_address(fields, "to"),
        value=_count(fields, "value", 128),
        valid_after=_count(fields, "validAfter", 256),
        valid_before=_count(fields, "validBefore", 256),
        nonce=_bytes("nonce", fields.get("nonce"), 32),
        signature=_bytes("signature", signature, None),
    )


def _mapping(source: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = source.get(name)
    if not isinstance(value, Mapping):
        raise PaymentRefusedError("invalid_payload", f"{name} is missing")
    return value


def _address(fields: Mapping[str, Any], name: str) -> str:
    from eth_utils.address import to_checksum_address

    return str(to_checksum_address("0x" + _bytes(name, fields.get(name), 20).hex()))


def _count(fields: Mapping[str, Any], name: str, bits: int) -> int:
    value = fields.get(name)
    plain = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 78
    if not plain or int(str(value)) >> bits:
        raise PaymentRefusedError("invalid_payload", f"{name} is not a whole number in decimal digits")
    return int(str(value))


def _bytes(name: str, value: Any, size: int | None) -> bytes:
    try:
        found = bytes.fromhex(str(value)[2:]) if str(value).startswith("0x") else b""
    except ValueError:
        found = b""
    if not found or (size is not None and len(found) != size):
        raise PaymentRefusedError("invalid_payload", f"{name} is not 0x and hex digits")
    return found


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
