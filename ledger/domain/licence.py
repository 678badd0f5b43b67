"""Offers, grants and what was reported under them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from ledger.domain.ids import AssetId, InvoiceId, LicenceId, OfferId, PartyId, UsageId, derive
from ledger.domain.money import Money
from ledger.domain.scope_index import ScopeIndex
from ledger.domain.terms import Run, Terms, exclusive_scope, licence_scope
from ledger.domain.use import MAX_DEPTH, Action, Use


@dataclass(frozen=True)
class Offer:
    """A licence that can be bought as it is. `terms_hash` fixes the terms it was made under."""

    id: OfferId
    asset: AssetId
    licensee: PartyId
    use: Use
    terms_hash: str
    price: Money
    made_at: str


def licence_id(offer: OfferId) -> LicenceId:
    """The licence that an offer becomes: one offer, one licence."""
    return LicenceId(derive("licence", offer))


class GrantState(StrEnum):
    """REVOKED is for good; SUSPENDED shuts others out as before and lets its own licensee do nothing."""

    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Grant:
    """A licence in force. `tx` and `gas` are of the grant on chain; `invoice` is what paid for it.

    `action` is what its offer was made for: an AI use buys that use alone, the others what `is_ordinary`
    says. `units` is the pieces paid for where the price goes by the piece, else None: the run of the terms.
    `parent` is the licence that a sublicence was given under. `offer` is None for a sublicence and for what
    was bought by a signed order; `reference` is the latter's key on chain, 64 hex digits, else None.
    `earlier` are those who held it and handed it on, the first of them first.
    """

    id: LicenceId
    offer: OfferId | None
    asset: AssetId
    licensee: PartyId
    action: Action
    terms: Terms
    terms_hash: str
    granted_at: str
    invoice: InvoiceId | None
    tx: str
    gas: int
    units: int | None = None
    parent: LicenceId | None = None
    state: GrantState = GrantState.IN_FORCE
    reference: str | None = None
    earlier: tuple[PartyId, ...] = ()

    @property
    def most_units(self) -> int | None:
        """The pieces that may be made under it; None for no limit."""
        return most_units(self.terms, self.units)


def most_units(terms: Terms, paid: int | None) -> int | None:
    """The pieces that a licence gives of which `paid` were paid for, or all of the run; None for no limit."""
    run = terms.run.units if isinstance(terms.run, Run) else None
    return run if paid is None else min(paid, run or paid)


@dataclass(frozen=True)
class Usage:
    """Pieces reported under a licence."""

    id: UsageId
    licence: LicenceId
    use: Use
    reported_on: date


@dataclass(frozen=True)
class Order:
    """A use that was agreed under a licence, pending or granted; caps count it like a report."""

    licence: LicenceId
    use: Use


@dataclass(frozen=True)
class Bill:
    """What an invoice asks for one licence."""

    invoice: InvoiceId
    licence: LicenceId
    amount: Money
    due_on: date
    settled: bool


@dataclass(frozen=True)
class Used:
    """What was made under a licence: pieces, net sales in minor units, pictures generated."""

    units: int = 0
    revenue: int = 0
    generations: int = 0

    def plus(self, use: Use) -> Used:
        revenue = use.revenue.minor if use.revenue else 0
        return Used(self.units + use.units, self.revenue + revenue, self.generations + use.generations)


NOTHING = Used()


@dataclass(frozen=True)
class Tally:
    """What was reported before, added up already: `used` under a licence and everything below it.

    `last_report` is the last day on which something was reported under the licence itself, `allotted` the
    pieces given away to sublicences and not made there yet.
    """

    licence: LicenceId
    used: Used
    last_report: date | None = None
    allotted: int = 0


@dataclass(frozen=True)
class Book:
    """What a decision looks at: every grant of one asset, and what was reported, ordered and billed.

    `pending` are the licences that are invoiced and not granted yet: they give nobody anything, and stand in
    the way of others as if they were granted. Made once and asked often: grants are found by licensee, and by
    where they are exclusive, without looking at the others.
    """

    grants: tuple[Grant, ...] = ()
    usages: tuple[Usage, ...] = ()
    orders: tuple[Order, ...] = ()
    bills: tuple[Bill, ...] = ()
    pending: tuple[Grant, ...] = ()
    tallies: tuple[Tally, ...] = ()

    def find(self, licence: LicenceId) -> Grant | None:
        return self._by_id.get(licence)

    def is_pending(self, grant: Grant) -> bool:
        """Whether it is ordered and not granted."""
        return grant.id in self._pending_by_id

    def of(self, licensee: PartyId) -> tuple[Grant, ...]:
        """The grants of one licensee, in the order of the book."""
        return self._by_licensee.get(licensee, ())

    def used(self, licence: LicenceId) -> Used:
        """What was reported and ordered under a licence and all its sublicences."""
        return self._used.get(licence, NOTHING)

    def units_used(self, licence: LicenceId) -> int:
        return self.used(licence).units

    def allotted(self, licence: LicenceId) -> int:
        """Pieces given away to sublicences and not made there yet. What these leave is not given back."""
        return self._allotted.get(licence, 0)

    def last_report(self, licence: LicenceId) -> date | None:
        return self._last_report.get(licence)

    def bills_of(self, licence: LicenceId) -> tuple[Bill, ...]:
        return self._bills.get(licence, ())

    def ancestors(self, grant: Grant) -> tuple[Grant, ...] | None:
        """The licences that a sublicence stands under, its parent first; None when they do not end.

        A parent that is not in the book, or a circle, has no end.
        """
        found: list[Grant] = []
        while grant.parent is not None:
            above = self.find(grant.parent)
            if above is None or len(found) == MAX_DEPTH:
                return None
            found.append(above)
            grant = above
        return tuple(found)

    @cached_property
    def exclusives(self) -> ScopeIndex[Grant]:
        """Grants that shut out others, by where they do."""
        scopes = ((exclusive_scope(grant.terms), grant) for grant in self._standing())
        return ScopeIndex((scope, grant) for scope, grant in scopes if scope is not None)

    @cached_property
    def licences(self) -> ScopeIndex[Grant]:
        """All grants, by where they hold."""
        return ScopeIndex((licence_scope(grant.terms), grant) for grant in self._standing())

    def _standing(self) -> Iterator[Grant]:
        every = (*self.grants, *self.pending)
        return (grant for grant in every if grant.state is not GrantState.REVOKED)

    @cached_property
    def _by_id(self) -> Mapping[LicenceId, Grant]:
        return {grant.id: grant for grant in self.grants}

    @cached_property
    def _pending_by_id(self) -> Mapping[LicenceId, Grant]:
        return {grant.id: grant for grant in self.pending}

    @cached_property
    def _by_licensee(self) -> Mapping[PartyId, tuple[Grant, ...]]:
        found: defaultdict[PartyId, list[Grant]] = defaultdict(list)
        for grant in self.grants:
            found[grant.licensee].append(grant)
        return {licensee: tuple(grants) for licensee, grants in found.items()}

    @cached_property
    def _used(self) -> Mapping[LicenceId, Used]:
        found = defaultdict(Used, {tally.licence: tally.used for tally in self.tallies})
        every: tuple[Usage | Order, ...] = (*self.usages, *self.orders)
        for made in every:
            found[made.licence] = found[made.licence].plus(made.use)
            grant = self.find(made.licence) or self._pending_by_id.get(made.licence)
            for above in (self.ancestors(grant) or ()) if grant else ():
                found[above.id] = found[above.id].plus(made.use)
        return found

    @cached_property
    def _allotted(self) -> Mapping[LicenceId, int]:
        told = {tally.licence: tally.allotted for tally in self.tallies}
        found = defaultdict(int, told)
        for grant in self.grants:
            if grant.parent is not None and grant.parent not in told and grant.most_units is not None:
                found[grant.parent] += max(0, grant.most_units - self.units_used(grant.id))
        return found

    @cached_property
    def _last_report(self) -> Mapping[LicenceId, date]:
        found = {tally.licence: tally.last_report for tally in self.tallies if tally.last_report}
        for usage in self.usages:
            found[usage.licence] = max(usage.reported_on, found.get(usage.licence, usage.reported_on))
        return found

    @cached_property
    def _bills(self) -> Mapping[LicenceId, tuple[Bill, ...]]:
        found: defaultdict[LicenceId, list[Bill]] = defaultdict(list)
        for bill in self.bills:
            found[bill.licence].append(bill)
        return {licence: tuple(bills) for licence, bills in found.items()}

    def with_order(self, order: Order) -> Book:
        """The book with one more pending order."""
        return replace(self, orders=(*self.orders, order))
