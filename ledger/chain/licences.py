"""Licences as LicenceBook knows them: values, their ids, and their calldata."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ledger.chain.encoding import encode, from_hex, keccak, to_address, to_bytes32, to_uint
from ledger.chain.errors import MessageError, TransactionError
from ledger.chain.types import Leaf, Tx
from ledger.domain.book import EVERYTHING, NO_END, Asset, BookLicence

NO_INVOICE = bytes(32)
NO_LICENCE = bytes(32)
_NO_LEAF = (0, bytes(32), 0)
_AT_THE_TOP: Mapping[str, Any] = {"parent": "0x" + 64 * "0", "root": "0x" + 64 * "0", "branches": 0}
_DATE = (1 << 40) - 1
_STANDING = ("bytes32", "uint256", "address", "uint40", "uint40")


@dataclass(frozen=True)
class Licence:
    """What LicenceBook keeps the hash of.

    `leaf` None is the whole collection. It holds from `start` and no longer from `until`, in Unix seconds.
    `territories` and `products` are bit maps (`territory_bits`, `Chain.product_bits`). `run`: units, 0 for no
    limit; `overage`: more are billed instead of refused. `depth`: levels of sublicences it allows. `parent`,
    `root` and `branches` are set by `Chain.sublicence` only.
    """

    reference: bytes
    collection_id: int
    leaf: Leaf | None
    licensee: str
    terms_hash: bytes
    start: int = 0
    until: int = NO_END
    territories: int = EVERYTHING
    products: int = EVERYTHING
    run: int = 0
    depth: int = 0
    exclusive: bool = False
    transferable: bool = False
    overage: bool = False
    invoice_id: bytes = NO_INVOICE
    parent: bytes = NO_LICENCE
    root: bytes = NO_LICENCE
    branches: int = 0

    def __post_init__(self) -> None:
        for name in ("reference", "terms_hash", "invoice_id", "parent", "root"):
            to_bytes32(name, getattr(self, name))
        for name in ("collection_id", "territories", "products", "branches"):
            to_uint(name, getattr(self, name), 256)
        for name, bits in (("start", 40), ("until", 40), ("run", 40), ("depth", 8)):
            to_uint(name, getattr(self, name), bits)
        if to_address("licensee", self.licensee) == "0x" + 40 * "0":
            raise MessageError("licensee", "the zero address cannot hold a licence")

    @property
    def id(self) -> bytes:
        """Id in the book: keccak(collection or parent, reference); only their grantor can use it."""
        scope = self.collection_id if self.parent == NO_LICENCE else int.from_bytes(self.parent, "big")
        return keccak(encode(("uint256", scope), ("bytes32", self.reference)))

    @property
    def book(self) -> BookLicence:
        """The same for the pure rules of `ledger.domain.book`."""
        leaf = self.leaf
        return BookLicence(
            collection=self.collection_id,
            asset=Asset(leaf.asset_id, leaf.content_hash, leaf.mark_id) if leaf else None,
            licensee=int(self.licensee, 16),
            start=self.start,
            until=self.until,
            territories=self.territories,
            products=self.products,
            run=self.run,
            depth=self.depth,
            exclusive=self.exclusive,
            transferable=self.transferable,
            overage=self.overage,
            terms=int.from_bytes(self.terms_hash, "big"),
            invoice=int.from_bytes(self.invoice_id, "big"),
            parent=int.from_bytes(self.parent, "big"),
            root=int.from_bytes(self.root, "big"),
            branches=self.branches,
        )

    @property
    def standing(self) -> tuple[Any, ...]:
        return self.root, self.branches, self.licensee, self.start, self.until

    @property
    def deal(self) -> tuple[Any, ...]:
        leaf = self.leaf
        asset = (leaf.asset_id, leaf.content_hash, leaf.mark_id) if leaf else _NO_LEAF
        scope = (self.territories, self.products, self.run, self.depth, self.book.traits)
        return self.collection_id, asset, self.terms_hash, *scope, self.parent, self.invoice_id

    @property
    def words(self) -> tuple[Any, ...]:
        """The contract's struct."""
        return self.standing, self.deal

    @property
    def deal_hash(self) -> bytes:
        """Hash of the part that a check can do without, see `LicenceBook.isStanding`."""
        collection, asset, terms, *rest = self.deal
        kinds = ("uint256", "uint256", "uint40", "uint8", "uint8", "bytes32", "bytes32")
        member = zip(("uint256", "bytes32", "uint64"), asset, strict=True)
        return keccak(
            encode(("uint256", collection), *member, ("bytes32", terms), *zip(kinds, rest, strict=True))
        )

    @property
    def content_hash(self) -> bytes:
        """First 24 bytes of the hash of its content, as the book keeps it."""
        return keccak(encode(*zip(_STANDING, self.standing, strict=True), ("bytes32", self.deal_hash)))[:24]


class LicenceState(Enum):
    NONE = 0
    GRANTED = 1
    REVOKED = 2
    SUSPENDED = 3


@dataclass(frozen=True)
class LicenceRecord:
    """A licence as the chain has it: state, content as granted, units left, grant."""

    state: LicenceState
    licence: Licence
    left: int
    tx: Tx


def licence_of(event: Mapping[str, Any], placed: Mapping[str, Any] | None = None) -> Licence:
    """The licence in a LicenceGranted event; for a sublicence, `placed` is its Sublicensed event."""
    try:
        return _licence_of(event, placed or _AT_THE_TOP)
    except KeyError as error:
        raise TransactionError(f"the grant's event lacks {error}; the node returned damaged logs") from None


def _licence_of(event: Mapping[str, Any], placed: Mapping[str, Any]) -> Licence:
    numbers = int(event["numbers"])
    traits, mark_id = numbers & 0xFF, numbers >> 16 & (1 << 64) - 1
    leaf = Leaf(event["assetId"], from_hex("contentHash", event["contentHash"], 32), mark_id)
    return Licence(
        reference=from_hex("key", event["key"], 32),
        collection_id=event["collectionId"],
        leaf=None if traits & 2 else leaf,
        licensee=event["licensee"],
        terms_hash=from_hex("termsHash", event["termsHash"], 32),
        start=numbers >> 160,
        until=numbers >> 120 & _DATE,
        territories=event["territories"],
        products=event["products"],
        run=numbers >> 80 & _DATE,
        depth=numbers >> 8 & 0xFF,
        exclusive=bool(traits & 1),
        transferable=bool(traits & 4),
        overage=bool(traits & 8),
        invoice_id=from_hex("invoiceId", event["invoiceId"], 32),
        parent=from_hex("parent", placed["parent"], 32),
        root=from_hex("root", placed["root"], 32),
        branches=placed["branches"],
    )
