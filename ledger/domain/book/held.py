"""What the book keeps of one licence and of one tree of sublicences: `LicenceSlot.sol` and `Lineage.sol`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.book.errors import BookError
from ledger.domain.book.licence import MAX_DEPTH, BookLicence

MOST_BRANCHES = MAX_DEPTH
RESERVED_BRANCHES = 16  # of these, for the licence at the top of a tree
LOWEST = -(2**47)  # of the units left


@dataclass(frozen=True)
class Held:
    """A licence granted. `left`: units left; below zero, units made past the run, or made without one.

    `branch` is the branch of its tree that its sublicences hang on, 0 while it has none: a sublicence that
    may be sublicensed has one from the start, a licence at the top from its first sublicence on.
    """

    licence: BookLicence
    left: int
    branch: int = 0
    suspended: bool = False  # by the collection's creator
    withheld: bool = False  # by the licensee of its parent
    revoked: bool = False
    released: bool = False

    @classmethod
    def of(cls, licence: BookLicence) -> Held:
        return cls(licence, licence.run)

    def drawn(self, licence_id: int, units: int) -> tuple[Held, int]:
        """After `units` were made, and how many lie past the run. BookError RunExceeded, TooManyUnits."""
        left, run = self.left - units, self.licence.run
        if left < 0 and run and not self.licence.overage:
            raise BookError("RunExceeded", licence_id, self.left)
        if left < LOWEST:
            raise BookError("TooManyUnits", units)
        over = max(0, -left) - max(0, -self.left) if run else 0
        return replace(self, left=left), over

    def allotted(self, licence_id: int, run: int) -> Held:
        """After a sublicence took `run` of its units. Nothing is drawn where there is no limit."""
        if not self.licence.run:
            return self
        if self.left < run:
            raise BookError("RunExceeded", licence_id, self.left)
        return replace(self, left=self.left - run)


@dataclass(frozen=True)
class Tree:
    """Branches opened so far, and the bits of those cut."""

    opened: int = 0
    cut: int = 0

    def with_next(self, root: int, *, top: bool) -> Tree:
        """With one more branch, opened by the licence at the top or by one below it. BookError TreeIsFull."""
        if self.opened >= (MOST_BRANCHES if top else MOST_BRANCHES - RESERVED_BRANCHES):
            raise BookError("TreeIsFull", root)
        return replace(self, opened=self.opened + 1)


def bit(branch: int) -> int:
    """The bit of a branch in a licence's `branches` and in a tree's `cut`; nothing for branch 0."""
    return 1 << (7 + branch) if branch else 0
