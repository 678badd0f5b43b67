"""Fill the tables of what is worked out from others, in a database that was just made from its journal."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, select

from ledger.domain.ids import LicenceId, OfferId
from ledger.domain.licence import Grant
from ledger.store import counts, money, open_orders, orders, rights, scopes
from ledger.store.store import Tx
from ledger.store.tables import EntryRow
from ledger.store.trade_tables import UsageRow

ALL = 1 << 40


def fill(tx: Tx) -> None:
    """What decisions look up: scopes, counts, open orders."""
    grants = {grant.id: grant for grant in rights.grants(tx, limit=ALL)}
    for grant in grants.values():
        scopes.add(tx, grant)
        counts.allot(tx, grant)
    for licence in sorted(set(tx.session.exec(select(UsageRow.licence)))):
        for usage in rights.usages(tx, LicenceId(licence)):
            counts.add(tx, usage, _upwards(grants, grants[usage.licence]))
    _orders(tx, grants)


def _orders(tx: Tx, grants: Mapping[LicenceId, Grant]) -> None:
    for invoice in money.page(tx, limit=ALL):
        # An offer can be lost with its page; what it was on cannot be taken up then.
        bought = money.offers_of(invoice)
        if len(rights.offers_named(tx, bought)) == len(set(bought)):
            open_orders.add(tx, invoice)
    refused = select(EntryRow.subject).where(col(EntryRow.kind) == orders.REFUND_DUE)
    granted = (grant.offer for grant in grants.values() if grant.offer is not None)
    for offer in (*granted, *map(OfferId, tx.session.exec(refused))):
        open_orders.close(tx, offer)


def _upwards(grants: Mapping[LicenceId, Grant], grant: Grant) -> list[Grant]:
    """A licence and all above it. It stands under one that was there before, so this ends."""
    found = [grant]
    while (parent := found[-1].parent) is not None:
        found.append(grants[parent])
    return found
