"""The part of a tile's book that bears on some uses by one party. What it leaves out changes no decision.

`ledger.domain.rights.decide` gives the same answer on it as on the whole book (`rights.book`): it holds

- the first licences of the party, which are explained where none covers the use (`EXPLAINED`),
- those of its licences that hold where, when and on what a use is,
- the licence of somebody else that stands in the way longest, exclusive and ordinary, granted,
- every licence above these, what is reported and owed under them, and every order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import func, select

from ledger.domain.ids import AssetId, LicenceId, PartyId
from ledger.domain.licence import Book, Grant
from ledger.domain.overlap import is_own
from ledger.domain.rights import EXPLAINED
from ledger.domain.terms import Scope, Terms, exclusive_scope, licence_scope
from ledger.domain.use import MAX_DEPTH, Use
from ledger.store import counts, holdings, orders, rights, scopes
from ledger.store.asked import Asked
from ledger.store.orders import Pending
from ledger.store.store import Tx
from ledger.store.trade_tables import GrantRow

# Statements that every decision asks are made once.
_OWN = (GrantRow.asset == bindparam("asset"), GrantRow.licensee == bindparam("licensee"))
_HELD = Asked(select(func.count().label("held")).select_from(GrantRow).where(*_OWN))


def bearing(
    tx: Tx,
    asset: AssetId,
    licensee: PartyId,
    uses: Collection[Use],
    terms: Terms,
    at: date,
    waiting: Iterable[Pending] | None = None,
) -> Book:
    """The book for decisions on the day `at` about `uses` by one party, under `terms` for its licences.

    `waiting` are the orders of the tile (`orders.pending`), for who has read them.
    """
    waiting = orders.pending(tx, asset, at) if waiting is None else waiting
    holding = holdings.of(tx, asset, licensee)
    own = {*holding.licences[:EXPLAINED]}.union(*(holding.reaching(use) for use in uses))
    starts = {min(at, use.on) for use in uses}
    shut = {grant.id: grant for start in starts for grant in _rivals(tx, asset, licensee, terms, start)}
    book = with_orders(Book(_closed(tx, own, shut.values())), terms, waiting)
    held = [grant.id for grant in book.grants]
    return replace(book, tallies=counts.tallies(tx, held), bills=rights.bills(tx, sorted(own)))


def with_orders(book: Book, terms: Terms, waiting: Iterable[Pending]) -> Book:
    """`book` with the licences that are ordered and not granted."""
    found = tuple(waiting)
    return replace(
        book,
        orders=tuple(each.order() for each in found),
        pending=tuple(each.licence(terms) for each in found),
    )


def of_licence(tx: Tx, grant: Grant) -> Book:
    """What there is of one licence: those above it, and what was reported under each."""
    found = _closed(tx, (), (grant,))
    return Book(found, tallies=counts.tallies(tx, [each.id for each in found]))


def held_by(tx: Tx, asset: AssetId, licensee: PartyId) -> int:
    """How many licences of a tile a party holds."""
    ((found,),) = tx.ask(_HELD, asset=asset, licensee=licensee)
    return int(found)


def _rivals(tx: Tx, asset: AssetId, licensee: PartyId, terms: Terms, start: date) -> Iterator[Grant]:
    """What was granted to others and stands in the way longest: exclusive, and for exclusive terms any."""
    shut_out, shuts_out = licence_scope(terms), exclusive_scope(terms)
    for scope, exclusive in ((shut_out, True), (shuts_out, False)):
        if scope is not None:
            found = _last_rival(tx, asset, licensee, scope, start, exclusive=exclusive)
            yield from (found,) if found else ()


def _last_rival(
    tx: Tx, asset: AssetId, licensee: PartyId, scope: Scope, start: date, *, exclusive: bool
) -> Grant | None:
    for row in scopes.meeting(tx, asset, scope, start, licensee, exclusive=exclusive):
        grant = rights.known_grant(row)
        where = exclusive_scope(grant.terms) if exclusive else licence_scope(grant.terms)
        if where is None or not where.meets(scope):
            continue
        if not is_own(Book(_closed(tx, (), (grant,))), grant, licensee):
            return grant
    return None


def _closed(tx: Tx, licences: Iterable[LicenceId], loaded: Iterable[Grant]) -> tuple[Grant, ...]:
    """These licences with all above them, oldest first."""
    found = {grant.id: grant for grant in loaded}
    missing = set(licences) - set(found)
    missing |= _parents(found.values()) - set(found)
    for _ in range(MAX_DEPTH + 2):
        if not missing:
            break
        more = rights.grants_named(tx, sorted(missing))
        found |= {grant.id: grant for grant in more}
        missing = _parents(more) - set(found)
    return tuple(sorted(found.values(), key=lambda grant: (grant.granted_at, grant.id)))


def _parents(grants: Iterable[Grant]) -> set[LicenceId]:
    return {grant.parent for grant in grants if grant.parent is not None}
