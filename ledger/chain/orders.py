"""Signed orders (EIP-712): what a creator signs offline so that a buyer can complete it at the OrderDesk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.base import BaseAccount

from ledger.chain.encoding import to_address, to_bytes32, to_hex, to_uint
from ledger.chain.errors import MessageError
from ledger.chain.licences import NO_INVOICE, NO_LICENCE, Licence
from ledger.chain.types import NATIVE, Split

_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_TYPES = {
    "EIP712Domain": "string name,string version,uint256 chainId,address verifyingContract",
    "Asset": "uint256 assetId,bytes32 contentHash,uint64 markId",
    "Deal": "uint256 collectionId,Asset asset,bytes32 termsHash,uint256 territories,uint256 products,"
    "uint40 run,uint8 depth,uint8 traits,bytes32 parent,bytes32 invoiceId",
    "Standing": "bytes32 root,uint256 branches,address licensee,uint40 from,uint40 until",
    "Licence": "Standing standing,Deal deal",
    "Order": "Licence licence,uint128 price,address currency,bytes32 splitHash,uint40 closes,uint32 count,"
    "uint256 epoch,bytes32 salt",
}


@dataclass(frozen=True)
class Order:
    """An offer of one licence or `count` of them. `price` in minor units of `currency`, shared by `split`.

    `licence.licensee` is who may buy; `anybody`: whoever completes it instead. The licence's reference is not
    part of the order: the desk makes one from the order's hash. `closes`: first Unix second it is void.
    `epoch` is the creator's `Chain.order_epoch` when it is signed.
    """

    licence: Licence
    price: int
    currency: str
    split: Split
    closes: int
    salt: bytes
    count: int = 1
    epoch: int = 0
    anybody: bool = False

    def __post_init__(self) -> None:
        to_uint("price", self.price, 128)
        to_address("currency", self.currency)
        to_uint("closes", self.closes, 40)
        to_bytes32("salt", self.salt)
        to_uint("epoch", self.epoch, 256)
        if to_uint("count", self.count, 32) == 0:
            raise MessageError("count", "an order of nothing cannot be completed; give at least 1")
        if self.licence.leaf is None or self.licence.parent != NO_LICENCE:
            raise MessageError("licence", "an order is for a licence of one asset, granted by its creator")
        if self.licence.invoice_id != NO_INVOICE:
            raise MessageError(
                "licence.invoice_id", "the desk fills the invoice in; leave it out of the order"
            )

    @property
    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        root, branches, licensee, *dates = self.licence.standing
        standing = (root, branches, NATIVE if self.anybody else licensee, *dates)
        money = (self.price, self.currency, self.split.hash)
        return ((standing, self.licence.deal), *money, self.closes, self.count, self.epoch, self.salt)


@dataclass(frozen=True)
class SignedOrder:
    """An order and its creator's signature: 65 bytes, or whatever a contract takes (ERC-1271)."""

    order: Order
    signature: bytes


def typed_data(order: Order, chain_id: int, desk: str) -> dict[str, Any]:
    """EIP-712 typed data of an order at the OrderDesk `desk`."""
    types = {name: [_field(each) for each in text.split(",")] for name, text in _TYPES.items()}
    return {
        "types": types,
        "primaryType": "Order",
        "domain": {"name": "Selvage", "version": "1", "chainId": chain_id, "verifyingContract": desk},
        "message": _named("Order", order.words),
    }


def sign(account: BaseAccount, order: Order, chain_id: int, desk: str) -> SignedOrder:
    """`account`'s signature, made without a chain."""
    message = encode_typed_data(full_message=typed_data(order, chain_id, desk))
    return SignedOrder(order, bytes(account.sign_message(message).signature))


def require_signed_by(signed: SignedOrder, creator: str, chain_id: int, desk: str) -> None:
    """MessageError unless `creator`, an account with a key, signed exactly this order for this desk."""
    parts = signed.signature
    if len(parts) != 65 or parts[64] not in (27, 28):
        raise MessageError("signature", "must have 65 bytes: r, s, and v of 27 or 28")
    if int.from_bytes(parts[32:64], "big") > _HALF_ORDER:
        raise MessageError(
            "signature", "its s is in the upper half, where every signature has a twin; sign again"
        )
    message = encode_typed_data(full_message=typed_data(signed.order, chain_id, desk))
    try:
        signer = str(Account.recover_message(message, signature=parts))
    except Exception as error:  # noqa: BLE001  the library raises a dozen kinds
        raise MessageError("signature", f"not a signature: {type(error).__name__}") from None
    if signer != creator:
        raise MessageError("signature", f"not {creator}'s over this order at this desk on this chain")


def _named(kind: str, values: tuple[Any, ...]) -> dict[str, Any]:
    """A struct's values by the names of its fields, bytes as hex."""
    fields = [_field(each) for each in _TYPES[kind].split(",")]
    return {
        field["name"]: _named(field["type"], value)
        if field["type"] in _TYPES
        else to_hex(value)
        if isinstance(value, bytes)
        else value
        for field, value in zip(fields, values, strict=True)
    }


def _field(text: str) -> dict[str, str]:
    kind, name = text.split(" ")
    return {"name": name, "type": kind}
