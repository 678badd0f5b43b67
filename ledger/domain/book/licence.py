"""A licence as the book knows it, and when one lies within another: `contracts/libraries/Licences.sol`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ledger.domain.book.errors import BookError
from ledger.domain.book.pages import EVERYTHING, HOLDER_MASK, NO_END, NOBODY, Claim

MAX_DEPTH = 247  # branches of a tree


class Asset(NamedTuple):
    """One member of a collection: its id, SHA-256 of its file, its mark id."""

    asset_id: int
    content_hash: bytes
    mark_id: int


@dataclass(frozen=True)
class BookLicence:
    """`asset` None: the whole collection; `run` 0: no limit; `root`, `parent` 0: none. Unix seconds."""

    collection: int
    asset: Asset | None
    licensee: int
    start: int = 0
    until: int = NO_END
    territories: int = EVERYTHING
    products: int = EVERYTHING
    run: int = 0
    depth: int = 0
    exclusive: bool = False
    transferable: bool = False
    overage: bool = False
    terms: int = 0
    invoice: int = 0
    parent: int = 0
    root: int = 0
    branches: int = 0

    @property
    def traits(self) -> int:
        """The contract's sum of traits."""
        bits = (self.exclusive, self.asset is None, self.transferable, self.overage)
        return sum(1 << place for place, bit in enumerate(bits) if bit)

    @property
    def claim(self) -> Claim:
        holder = NOBODY if self.transferable else self.licensee & HOLDER_MASK
        return Claim(self.territories, self.products, self.start, self.until, holder, self.exclusive)

    def require_sound(self, now: int) -> None:
        """BookError unless it says something that can hold at or after `now`."""
        if not self.licensee:
            raise BookError("NoLicensee")
        if self.until <= now:
            raise BookError("ExpiresInThePast", self.until)
        if self.start >= self.until:
            raise BookError("DatesReversed", self.start, self.until)
        if not self.territories:
            raise BookError("NoTerritory")
        if not self.products:
            raise BookError("NoProduct")
        if self.depth > MAX_DEPTH:
            raise BookError("TooDeep", self.depth)
        if self.overage and not self.run:
            raise BookError("BadTraits", self.traits)

    def require_within(self, parent: BookLicence) -> None:
        """BookError BeyondParent unless everything it gives, `parent` gave."""
        holds = {
            "collection": self.collection == parent.collection,
            "dates": parent.start <= self.start and self.until <= parent.until,
            "territory": not self.territories & ~parent.territories,
            "product": not self.products & ~parent.products,
            "traits": self._traits_within(parent),
            "depth": self.depth < parent.depth,
            "run": bool(self.run) or not parent.run,
            "asset": parent.asset in (None, self.asset),
        }
        for what, kept in holds.items():
            if not kept:
                raise BookError("BeyondParent", what)

    def _traits_within(self, parent: BookLicence) -> bool:
        """An exclusive sublicence would need a book of its own among its siblings."""
        handed_on = parent.transferable or not self.transferable
        overage = not self.overage or not parent.run or parent.overage
        return (
            handed_on and overage and not self.exclusive and (self.asset is not None or parent.asset is None)
        )
