"""A signed order as the file that a creator hands to a buyer, and back. Nothing in it is secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.chain.encoding import from_hex, to_hex
from ledger.chain.errors import MessageError
from ledger.chain.licences import Licence
from ledger.chain.orders import Order, SignedOrder
from ledger.chain.types import NATIVE, Leaf, Split

MOST_SIGNATURE = 4_096  # bytes; a contract's own kind of signature can be long
_NOBODY = "0x" + 39 * "0" + "1"  # stands in for "anybody" until there is a licensee
_WHOLE = ("from", "until", "run", "depth", "closes", "count")
_WIDE = ("collection", "territories", "products", "price", "epoch")
_FLAGS = ("exclusive", "transferable", "overage")
_FIELDS = frozenset(
    {*_WHOLE, *_WIDE, *_FLAGS, "asset", "terms_hash", "licensee", "currency", "split", "salt", "signature"}
)


def order_to_dict(signed: SignedOrder) -> dict[str, Any]:
    """JSON form: hex for bytes, decimal strings for wide numbers; `licensee` null for anybody."""
    order, licence = signed.order, signed.order.licence
    leaf = licence.leaf
    assert leaf is not None  # noqa: S101  an Order cannot be made without
    asset = {"id": str(leaf.asset_id), "content": to_hex(leaf.content_hash), "mark": leaf.mark_id}
    return {
        "collection": str(licence.collection_id),
        "asset": asset,
        "terms_hash": to_hex(licence.terms_hash),
        "licensee": None if order.anybody else licence.licensee,
        "from": licence.start,
        "until": licence.until,
        "territories": str(licence.territories),
        "products": str(licence.products),
        "run": licence.run,
        "depth": licence.depth,
        **{name: getattr(licence, name) for name in _FLAGS},
        "price": str(order.price),
        "currency": None if order.currency == NATIVE else order.currency,
        "split": {"payees": list(order.split.payees), "bps": list(order.split.bps)},
        "closes": order.closes,
        "count": order.count,
        "epoch": str(order.epoch),
        "salt": to_hex(order.salt),
        "signature": to_hex(signed.signature),
    }


def order_from_dict(data: Mapping[str, Any]) -> SignedOrder:
    """The reverse of `order_to_dict`; MessageError names the field that is missing, unknown or malformed."""
    if not isinstance(data, Mapping) or set(data) != _FIELDS:
        found = set(data) if isinstance(data, Mapping) else set()
        wrong = sorted(map(str, found ^ _FIELDS))[:5]
        raise MessageError("order", f"is not a signed order: look at {', '.join(wrong) or 'its form'}")
    wide = {name: _decimal(name, data[name]) for name in _WIDE}
    for name in _FLAGS:
        if type(data[name]) is not bool:
            raise MessageError(name, f"{data[name]!r} is neither true nor false")
    anybody = data["licensee"] is None
    licence = Licence(
        reference=bytes(32),
        collection_id=wide["collection"],
        leaf=_leaf(data["asset"]),
        licensee=_NOBODY if anybody else data["licensee"],
        terms_hash=from_hex("terms_hash", data["terms_hash"], 32),
        start=data["from"],
        until=data["until"],
        territories=wide["territories"],
        products=wide["products"],
        run=data["run"],
        depth=data["depth"],
        **{name: data[name] for name in _FLAGS},
    )
    order = Order(
        licence=licence,
        price=wide["price"],
        currency=NATIVE if data["currency"] is None else data["currency"],
        split=_split(data["split"]),
        closes=data["closes"],
        salt=from_hex("salt", data["salt"], 32),
        count=data["count"],
        epoch=wide["epoch"],
        anybody=anybody,
    )
    return SignedOrder(order, _signature(data["signature"]))


def placeholder() -> str:
    """The licensee of an order that anybody may complete, until somebody does."""
    return _NOBODY


def _decimal(name: str, text: Any) -> int:
    if not isinstance(text, str) or not text.isascii() or not text.isdecimal() or len(text) > 78:
        raise MessageError(name, "is not a whole number in decimal digits, in quotes")
    return int(text)


def _leaf(data: Any) -> Leaf:
    if not isinstance(data, Mapping) or set(data) != {"id", "content", "mark"}:
        raise MessageError("asset", "is not {id, content, mark}")
    return Leaf(
        _decimal("asset.id", data["id"]), from_hex("asset.content", data["content"], 32), data["mark"]
    )


def _split(data: Any) -> Split:
    lists = isinstance(data, Mapping) and set(data) == {"payees", "bps"}
    if not lists or not all(isinstance(part, list) and len(part) <= 100 for part in data.values()):
        raise MessageError("split", "is not {payees: [...], bps: [...]}")
    if not all(type(bps) is int for bps in data["bps"]):
        raise MessageError("split.bps", "are not whole numbers of basis points")
    return Split(tuple(data["payees"]), tuple(data["bps"]))


def _signature(text: Any) -> bytes:
    size = (len(text) - 2) // 2 if isinstance(text, str) else 0
    if not 0 < size <= MOST_SIGNATURE:
        raise MessageError("signature", "is not 0x and hex digits")
    return from_hex("signature", text, size)
