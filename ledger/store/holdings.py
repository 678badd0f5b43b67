"""The licences that a party holds of a tile, and where they reach: kept in memory, and never out of date.

Which licences they are is read for every decision. Where each of them reaches is known from then on, because
the terms of a licence never change; so what is kept is good for exactly the licences that were read.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import col, select

from ledger.domain.ids import AssetId, LicenceId, PartyId
from ledger.domain.use import ON_PRODUCTS, Use
from ledger.store.asked import Asked, AskedOf
from ledger.store.kept_tables import ScopeRow
from ledger.store.scopes import ANY
from ledger.store.store import Tx
from ledger.store.trade_tables import GrantRow

MOST = 200_000  # licences whose reach is kept
Reach = tuple[str, str, str, LicenceId]  # product, first day, last day
_LICENCES = Asked(
    select(GrantRow.id)
    .where(GrantRow.asset == bindparam("asset"), GrantRow.licensee == bindparam("licensee"))
    .order_by(col(GrantRow.granted_at), col(GrantRow.id))
)
_REACHES = [
    col(each) for each in (ScopeRow.licence, ScopeRow.country, ScopeRow.product, ScopeRow.start, ScopeRow.end)
]
_REACH = AskedOf(
    lambda those: columns(*_REACHES).where(col(ScopeRow.licence).in_(those), ~col(ScopeRow.exclusive))
)


@dataclass(frozen=True)
class Holding:
    """The licences of one party for one tile, oldest first, and by country where they reach."""

    licences: tuple[LicenceId, ...]
    countries: Mapping[str, Sequence[Reach]]

    def reaching(self, use: Use) -> set[LicenceId]:
        """Those that may hold where, when and on what `use` is; not all of them do."""
        on, things = use.on.isoformat(), (use.product, ANY)
        return {
            licence
            for product, start, end, licence in chain(
                self.countries.get(use.territory, ()), self.countries.get(ANY, ())
            )
            if start <= on <= end and (use.action not in ON_PRODUCTS or product in things)
        }


class _Kept:
    """Holdings by their licences; those that were kept first go when there are too many."""

    def __init__(self) -> None:
        self._found: dict[tuple[LicenceId, ...], Holding] = {}
        self._lock = threading.Lock()
        self._count = 0

    def get(self, licences: tuple[LicenceId, ...]) -> Holding | None:
        return self._found.get(licences)

    def keep(self, holding: Holding) -> None:
        with self._lock:
            if holding.licences in self._found:
                return
            self._found[holding.licences] = holding
            self._count += len(holding.licences)
            while self._count > MOST:
                oldest = next(iter(self._found))
                self._count -= len(oldest)
                del self._found[oldest]


_KEPT = _Kept()


def of(tx: Tx, asset: AssetId, licensee: PartyId) -> Holding:
    """What a party holds of a tile."""
    licences = tuple(LicenceId(licence) for (licence,) in tx.ask(_LICENCES, asset=asset, licensee=licensee))
    known = _KEPT.get(licences)
    if known is None:
        known = _read(tx, licences)
        _KEPT.keep(known)
    return known


def _read(tx: Tx, licences: tuple[LicenceId, ...]) -> Holding:
    countries: defaultdict[str, list[Reach]] = defaultdict(list)
    for licence, country, product, start, end in tx.ask_of(_REACH, licences):
        countries[country].append((product, start, end, LicenceId(licence)))
    return Holding(licences, dict(countries))
