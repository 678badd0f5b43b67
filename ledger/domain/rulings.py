"""What people rule about scans and may take back: the register as it stood at any entry of the book.

Nothing is rubbed out. A ruling holds from its entry to the entry that ends it, so a scan that was opened in
between can be found again for as long as the book is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.errors import OrderError


@dataclass(frozen=True)
class Ending:
    """A ruling taken back: by which entry of the book, when (RFC 3339, UTC), and why."""

    entry: int
    at: str
    why: str


@dataclass(frozen=True)
class Ruling:
    """`entry` is its own sequence in the book, `since` when it was made; `ending` is None while it holds."""

    entry: int
    since: str
    why: str
    ending: Ending | None = None

    def holds(self, before: int | None = None) -> bool:
        """Whether it held when the book stood just before an entry; without one, whether it holds now."""
        if before is None:
            return self.ending is None
        return self.entry < before and (self.ending is None or self.ending.entry >= before)

    def ended(self, ending: Ending) -> Ruling:
        """The ruling, taken back. OrderError when it was before, or when the ending is no later entry."""
        if self.ending is not None:
            raise OrderError(f"entry {self.entry} was taken back by entry {self.ending.entry} already")
        if ending.entry <= self.entry:
            raise OrderError(f"entry {ending.entry} is not after entry {self.entry}, which it takes back")
        return replace(self, ending=ending)


def searched_anew(made: int, *returned: int | None) -> int | None:
    """From which entry on a collection is searched in a way it was not before; None when it always was.

    `made`: the entry of its last tile. `returned`: the last entry that took back a ruling which kept some of
    its tiles from being reported, None where there is none.
    """
    last = max((entry for entry in returned if entry is not None), default=0)
    return last if last > made else None
