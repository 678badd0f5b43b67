"""The licence book: grants, sublicences, runs and revocations. Pure: who asks and when are handed in.

What `contracts/LicenceBook.sol` does, call for call, and what it refuses, by the same names in the same
order. Numbers stand for addresses, ids and hashes. A call that raises BookError has changed nothing. What
always holds:

1. No two licences of different licensees that are in force overlap where one of them is exclusive.
2. A sublicence gives nothing its parent does not, and holds only while everything above it holds.
3. Units made under a licence with a run and no overage, plus units allotted below it, never exceed the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum

from ledger.domain.book.errors import BookError
from ledger.domain.book.held import Held, Tree, bit
from ledger.domain.book.licence import Asset, BookLicence
from ledger.domain.book.pages import Page, conflict, enter, remove

PageId = tuple[int, int | None]  # collection, asset id or None for the collection itself


class State(IntEnum):
    NONE = 0
    GRANTED = 1
    REVOKED = 2
    SUSPENDED = 3


@dataclass(frozen=True)
class Report:
    """`units` more made under a licence of which `left` were left when it was written."""

    licence_id: int
    units: int
    left: int


@dataclass(frozen=True)
class Collection:
    """What the registry knows of a collection: who registered it, and its members."""

    creator: int
    members: frozenset[Asset]


@dataclass
class LicenceBook:
    """`registry`: collections by id. `settled`: paid invoices. `product_counts`: words a creator numbered."""

    registry: Mapping[int, Collection]
    settled: set[int] = field(default_factory=set)
    operators: set[tuple[int, int]] = field(default_factory=set)
    product_counts: dict[int, int] = field(default_factory=dict)
    held: dict[int, Held] = field(default_factory=dict)
    trees: dict[int, Tree] = field(default_factory=dict)
    pages: dict[PageId, Page] = field(default_factory=dict)

    # -- granting

    def grant(self, sender: int, licence_id: int, licence: BookLicence, now: int) -> None:
        """A licence of the sender's collection, or of a member of it."""
        creator = self._creator(licence.collection)
        self._only_for(creator, sender)
        _require_lineage(licence, 0, 0, 0)
        self._require_numbered(creator, licence.products)
        self._require_member(licence)
        self._require_grantable(licence_id, licence, now)
        self.pages.update(self._claimed(licence, now))
        self.held[licence_id] = Held.of(licence)

    def sublicense(
        self,
        sender: int,
        parent: tuple[int, BookLicence],
        licence_id: int,
        licence: BookLicence,
        now: int,
    ) -> None:
        """A part of the sender's licence `parent`, which is its id and content."""
        parent_id, above = parent
        held = self._active(parent_id, above, now)
        self._only_for(above.licensee, sender)
        licence.require_within(above)
        if above.asset is None:
            self._require_member(licence)
        root = above.root or parent_id
        tree, top = self.trees.get(root, Tree()), not above.root
        if not held.branch:
            tree = tree.with_next(root, top=top)
            held = replace(held, branch=tree.opened)
        _require_lineage(licence, parent_id, root, above.branches | bit(held.branch))
        held = held.allotted(parent_id, licence.run)
        self._require_grantable(licence_id, licence, now)
        given = Held.of(licence)
        if licence.depth:
            tree = tree.with_next(root, top=top)
            given = replace(given, branch=tree.opened)
        self.trees[root] = tree
        self.held.update({parent_id: held, licence_id: given})

    def lineage_below(self, licence_id: int, licence: BookLicence) -> tuple[int, int]:
        """Root and branches of the next sublicence of a licence."""
        held = self._granted(licence_id, licence)
        root = licence.root or licence_id
        branch = held.branch or self.trees.get(root, Tree()).with_next(root, top=not licence.root).opened
        return root, licence.branches | bit(branch)

    # -- what becomes of it

    def suspend(
        self, sender: int, licence_id: int, licence: BookLicence, parent: BookLicence | None = None
    ) -> None:
        """Out of force, with all below, until `resume`. `parent`: where a sublicence's sublicensor asks.

        Each of the two lifts only their own suspension.
        """
        held = self._revocable(sender, licence_id, licence, parent)
        if held.suspended if parent is None else held.withheld:
            raise BookError("AlreadySuspended", licence_id)
        self.held[licence_id] = _suspended(held, parent, True)
        self._cut(licence_id, held)

    def resume(
        self, sender: int, licence_id: int, licence: BookLicence, parent: BookLicence | None = None
    ) -> None:
        held = self._revocable(sender, licence_id, licence, parent)
        if not (held.suspended if parent is None else held.withheld):
            raise BookError("NotSuspended", licence_id)
        held = _suspended(held, parent, False)
        self.held[licence_id] = held
        if held.branch and not (held.suspended or held.withheld):
            root = licence.root or licence_id
            tree = self.trees[root]
            self.trees[root] = replace(tree, cut=tree.cut & ~bit(held.branch))

    def revoke(
        self, sender: int, licence_id: int, licence: BookLicence, parent: BookLicence | None = None
    ) -> None:
        """Ended for good, with all below."""
        held = self._revocable(sender, licence_id, licence, parent)
        self.held[licence_id] = replace(held, revoked=True)
        self._cut(licence_id, held)

    def release(self, licence_id: int, licence: BookLicence) -> None:
        """A revoked exclusive licence out of its page."""
        held = self._granted(licence_id, licence)
        if not held.revoked or held.released or not licence.exclusive:
            raise BookError("NotToBeReleased", licence_id)
        page_id = _page_id(licence)
        self.pages[page_id] = remove(self.pages.get(page_id, ()), licence.claim)
        self.held[licence_id] = replace(held, released=True)

    def end_sublicences(self, sender: int, licence_id: int, licence: BookLicence) -> None:
        """Ends everything below a licence of the sender's; new sublicences can be given afterwards."""
        held = self._granted(licence_id, licence)
        self._only_for(licence.licensee, sender)
        if not held.branch:
            raise BookError("NoSublicences", licence_id)
        self._cut(licence_id, held)
        self.held[licence_id] = replace(held, branch=0)

    def transfer(self, sender: int, licence_id: int, licence: BookLicence, to: int, now: int) -> None:
        held = self._active(licence_id, licence, now)
        self._only_for(licence.licensee, sender)
        if not licence.transferable:
            raise BookError("NotTransferable", licence_id)
        if not to:
            raise BookError("NoLicensee")
        self.held[licence_id] = replace(held, licence=replace(licence, licensee=to))

    # -- counting

    def report(self, sender: int, licence: BookLicence, report: Report) -> int:
        """Counts units of one licence, by its licensee or the creator; returns the units past the run."""
        held = self._granted(report.licence_id, licence)
        if not self._acts_for(licence.licensee, sender):
            self._only_for(self._creator(licence.collection), sender)
        self.held[report.licence_id], over = _counted(held, report)
        return over

    def report_batch(self, sender: int, collection: int, reports: Iterable[Report]) -> list[int]:
        """Counts units of many licences of a collection, all or none, by its creator."""
        self._only_for(self._creator(collection), sender)
        after: dict[int, Held] = {}
        overs = []
        for each in reports:
            held = after.get(each.licence_id) or self.held.get(each.licence_id)
            if held is None:
                raise BookError("NotGranted", each.licence_id)
            after[each.licence_id], over = _counted(held, each)
            overs.append(over)
        self.held.update(after)
        return overs

    # -- asking

    def state(self, licence_id: int) -> State:
        held = self.held.get(licence_id)
        if held is None:
            return State.NONE
        if held.revoked:
            return State.REVOKED
        return State.SUSPENDED if held.suspended or held.withheld else State.GRANTED

    def is_active(self, licence_id: int, licence: BookLicence, now: int) -> bool:
        """Whether this very licence holds at `now`."""
        held = self.held.get(licence_id)
        same = held is not None and held.licence == licence
        return held is not None and same and licence.start <= now and self._unbroken(held, now)

    # -- rules

    def _claimed(self, licence: BookLicence, now: int) -> dict[PageId, Page]:
        """The page with the licence in it. BookError ExclusivityConflict, PageIsFull."""
        collection, own = licence.collection, _page_id(licence)
        others: list[PageId] = [(collection, None)]
        if licence.asset is None:
            members = self.registry[collection].members
            others = [(collection, member.asset_id) for member in sorted(members)]
        for page_id in (*others, own):
            found = conflict(self.pages.get(page_id, ()), licence.claim, now)
            if found is not None:
                raise BookError("ExclusivityConflict", page_id, *found)
        return {own: enter(self.pages.get(own, ()), licence.claim, now)}

    def _require_grantable(self, licence_id: int, licence: BookLicence, now: int) -> None:
        if licence_id in self.held:
            raise BookError("AlreadyGranted", licence_id)
        licence.require_sound(now)
        if licence.invoice and licence.invoice not in self.settled:
            raise BookError("InvoiceNotSettled", licence.invoice)

    def _require_member(self, licence: BookLicence) -> None:
        known = self.registry.get(licence.collection)
        if licence.asset is not None and (known is None or licence.asset not in known.members):
            raise BookError("NotMember", licence.collection, licence.asset.asset_id)

    def _require_numbered(self, creator: int, products: int) -> None:
        count = self.product_counts.get(creator, 0)
        if ~products & 2**256 - 1 and count < 255 and products >> count:
            raise BookError("UnknownProducts", products)

    def _granted(self, licence_id: int, licence: BookLicence) -> Held:
        held = self.held.get(licence_id)
        if held is None:
            raise BookError("NotGranted", licence_id)
        if held.licence != licence:
            raise BookError("LicenceMismatch", licence_id)
        return held

    def _active(self, licence_id: int, licence: BookLicence, now: int) -> Held:
        held = self._granted(licence_id, licence)
        if not self._unbroken(held, now):
            raise BookError("NotActive", licence_id)
        return held

    def _unbroken(self, held: Held, now: int) -> bool:
        """Not over, not revoked, not suspended, and nothing above it either."""
        cut = self.trees.get(held.licence.root, Tree()).cut & held.licence.branches
        return not (held.revoked or held.suspended or held.withheld or cut) and now < held.licence.until

    def _revocable(
        self, sender: int, licence_id: int, licence: BookLicence, parent: BookLicence | None
    ) -> Held:
        held = self._granted(licence_id, licence)
        if parent is None:
            self._only_for(self._creator(licence.collection), sender)
        elif not licence.parent:
            raise BookError("NotTheParent", 0)
        else:
            self._granted(licence.parent, parent)
            self._only_for(parent.licensee, sender)
        if held.revoked:
            raise BookError("AlreadyRevoked", licence_id)
        return held

    def _cut(self, licence_id: int, held: Held) -> None:
        if held.branch:
            root = held.licence.root or licence_id
            tree = self.trees[root]
            self.trees[root] = replace(tree, cut=tree.cut | bit(held.branch))

    def _creator(self, collection: int) -> int:
        known = self.registry.get(collection)
        return known.creator if known else 0

    def _acts_for(self, principal: int, sender: int) -> bool:
        return sender == principal or (principal, sender) in self.operators

    def _only_for(self, principal: int, sender: int) -> None:
        if not self._acts_for(principal, sender):
            raise BookError("NotAllowed", principal)


def _suspended(held: Held, parent: BookLicence | None, how: bool) -> Held:
    return replace(held, suspended=how) if parent is None else replace(held, withheld=how)


def _counted(held: Held, report: Report) -> tuple[Held, int]:
    if not report.units:
        raise BookError("NothingToReport", report.licence_id)
    if held.left != report.left:
        raise BookError("StaleReport", report.licence_id, held.left)
    return held.drawn(report.licence_id, report.units)


def _page_id(licence: BookLicence) -> PageId:
    return licence.collection, licence.asset.asset_id if licence.asset else None


def _require_lineage(licence: BookLicence, parent: int, root: int, branches: int) -> None:
    if (licence.parent, licence.root, licence.branches) != (parent, root, branches):
        raise BookError("WrongLineage", parent, root, branches)
