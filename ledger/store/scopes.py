"""Where licences hold and shut out others, kept by country, product and last day: found without the book."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select

from ledger.domain.ids import AssetId, PartyId
from ledger.domain.licence import Grant, GrantState
from ledger.domain.scope_index import scope_keys
from ledger.domain.terms import (
    Countries,
    Products,
    Scope,
    Terms,
    Territory,
    WorldwideExcept,
    exclusive_scope,
    licence_scope,
)
from ledger.store.asked import Asked, listed, marks, padded_length
from ledger.store.kept_tables import ScopeRow
from ledger.store.store import Tx
from ledger.store.trade_tables import GrantRow

ANY = ""
FIRST_PAGE, PAGE = 4, 64


def rows(licence: str, asset: str, terms: Terms) -> Iterator[ScopeRow]:
    """The rows of one licence."""
    for exclusive, scope in ((False, licence_scope(terms)), (True, exclusive_scope(terms))):
        if scope is None:
            continue
        for country, product in scope_keys(scope):
            yield ScopeRow(
                licence=licence,
                exclusive=exclusive,
                country=country or ANY,
                product=product or ANY,
                asset=asset,
                start=(scope.window.start or date.min).isoformat(),
                end=(scope.window.end or date.max).isoformat(),
            )


def add(tx: Tx, grant: Grant) -> None:
    tx.session.add_all(rows(grant.id, grant.asset, grant.terms))
    tx.session.flush()


def meeting(
    tx: Tx, asset: AssetId, scope: Scope, since: date, not_of: PartyId, *, exclusive: bool
) -> Iterator[Any]:
    """Rows of licences of others that may meet `scope` and do not end before `since`, the last to end first.

    With `exclusive` it is where they shut out others that may meet it. `not_of` is who asks.
    """
    shape, values = _shape(scope, exclusive), _values(scope, since)
    limit, offset = FIRST_PAGE, 0
    while True:
        page = {"limit": limit, "offset": offset}
        found = tx.ask(_meeting(shape), asset=asset, not_of=not_of, **values, **page)
        yield from found
        if len(found) < limit:
            return
        limit, offset = PAGE, offset + limit


@dataclass(frozen=True)
class _Shape:
    """What a statement of `meeting` depends on: how many countries and products it names, and what else."""

    exclusive: bool
    territory: type[Territory]
    countries: int
    products: int
    ends: bool


def _shape(scope: Scope, exclusive: bool) -> _Shape:
    places, things = _places(scope), _things(scope)
    counts = (padded_length(len(places)) if places else 0, padded_length(len(things)) if things else 0)
    return _Shape(exclusive, type(scope.territory), *counts, scope.window.end is not None)


def _places(scope: Scope) -> Sequence[str]:
    """The countries a scope names: where it is, or where it is not."""
    if isinstance(scope.territory, Countries):
        return (*sorted(scope.territory.codes), ANY)
    return sorted(scope.territory.codes) if isinstance(scope.territory, WorldwideExcept) else ()


def _things(scope: Scope) -> Sequence[str]:
    return (*sorted(scope.products.names), ANY) if isinstance(scope.products, Products) else ()


def _values(scope: Scope, since: date) -> dict[str, str]:
    places, things, window = _places(scope), _things(scope), scope.window
    return {
        "since": max(since, window.start or since).isoformat(),
        **({"until": window.end.isoformat()} if window.end else {}),
        **(listed("country", places) if places else {}),
        **(listed("product", things) if things else {}),
    }


@lru_cache(maxsize=256)
def _meeting(shape: _Shape) -> Asked:
    query: Any = select(GrantRow).join(ScopeRow, col(ScopeRow.licence) == col(GrantRow.id))
    query = query.where(ScopeRow.asset == bindparam("asset"), col(ScopeRow.exclusive).is_(shape.exclusive))
    query = query.where(GrantRow.licensee != bindparam("not_of"), GrantRow.state != GrantState.REVOKED.value)
    query = query.where(ScopeRow.end >= bindparam("since"))
    if shape.ends:
        query = query.where(ScopeRow.start <= bindparam("until"))
    places = marks("country", shape.countries)
    if shape.territory is Countries:
        query = query.where(col(ScopeRow.country).in_(places))
    elif places:
        query = query.where(col(ScopeRow.country).not_in(places))
    if shape.products:
        query = query.where(col(ScopeRow.product).in_(marks("product", shape.products)))
    # Where countries are named they lead to less than the last day does, which SQLite does not see.
    end = col(ScopeRow.end)
    query = query.order_by((end + "").desc() if shape.territory is Countries else end.desc())
    return Asked(query.limit(bindparam("limit")).offset(bindparam("offset")))
