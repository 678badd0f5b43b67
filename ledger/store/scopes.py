"""Where licences hold and shut out others, kept by country, product and last day: found without the book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from ledger.domain.ids import AssetId, LicenceId, PartyId
from ledger.domain.licence import Grant, GrantState
from ledger.domain.scope_index import scope_keys
from ledger.domain.terms import (
    Countries,
    Products,
    Scope,
    Terms,
    WorldwideExcept,
    exclusive_scope,
    licence_scope,
)
from ledger.domain.use import ON_PRODUCTS, Use
from ledger.store.kept_tables import ScopeRow
from ledger.store.store import Tx
from ledger.store.trade_tables import GrantRow

ANY = ""
PAGE = 50
# Statements that every decision asks are made once.
_REACHING = (
    select(ScopeRow.licence)
    .join(GrantRow, col(GrantRow.id) == col(ScopeRow.licence))
    .where(GrantRow.asset == bindparam("asset"), GrantRow.licensee == bindparam("licensee"))
    .where(~col(ScopeRow.exclusive), col(ScopeRow.country).in_((bindparam("country"), ANY)))
    .where(ScopeRow.start <= bindparam("on"), ScopeRow.end >= bindparam("on"))
)
_REACHING_PRODUCT = _REACHING.where(col(ScopeRow.product).in_((bindparam("product"), ANY)))


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


def place(use: Use) -> tuple[str, str | None, date]:
    """What `reaching` looks at: two uses with the same place are reached by the same licences."""
    return use.territory, use.product if use.action in ON_PRODUCTS else None, use.on


def reaching(tx: Tx, asset: AssetId, licensee: PartyId, use: Use) -> frozenset[LicenceId]:
    """Licences of one party that may hold where, when and on what `use` is; not all of them do."""
    query = _REACHING_PRODUCT if use.action in ON_PRODUCTS else _REACHING
    asked = {"asset": asset, "licensee": licensee, "country": use.territory, "on": use.on.isoformat()}
    if use.action in ON_PRODUCTS:
        asked["product"] = use.product
    return frozenset(LicenceId(licence) for (licence,) in tx.read(query, asked))


def meeting(
    tx: Tx, asset: AssetId, scope: Scope, since: date, not_of: PartyId, *, exclusive: bool
) -> Iterator[Row[Any]]:
    """Licences of others that may meet `scope` and do not end before `since`, the last to end first.

    With `exclusive` it is where they shut out others that may meet it. `not_of` is who asks.
    """
    query = _within(_of_others(asset, not_of, exclusive), scope, since)
    # Where countries are named they lead to less than the last day does, which SQLite does not see.
    end = col(ScopeRow.end)
    query = query.order_by((end + "").desc() if isinstance(scope.territory, Countries) else end.desc())
    for offset in range(0, 2**31, PAGE):
        found = tx.read(query.limit(PAGE).offset(offset)).all()
        yield from found
        if len(found) < PAGE:
            return


def _of_others(asset: AssetId, not_of: PartyId, exclusive: bool) -> SelectOfScalar[GrantRow]:
    query = select(GrantRow).join(ScopeRow, col(ScopeRow.licence) == col(GrantRow.id))
    query = query.where(ScopeRow.asset == asset, col(ScopeRow.exclusive).is_(exclusive))
    return query.where(GrantRow.licensee != not_of, GrantRow.state != GrantState.REVOKED.value)


def _within(query: SelectOfScalar[GrantRow], scope: Scope, since: date) -> SelectOfScalar[GrantRow]:
    window, territory, products = scope.window, scope.territory, scope.products
    query = query.where(ScopeRow.end >= max(since, window.start or since).isoformat())
    if window.end is not None:
        query = query.where(ScopeRow.start <= window.end.isoformat())
    if isinstance(territory, Countries):
        query = query.where(col(ScopeRow.country).in_((*sorted(territory.codes), ANY)))
    if isinstance(territory, WorldwideExcept):
        query = query.where(col(ScopeRow.country).not_in(sorted(territory.codes)))
    if isinstance(products, Products):
        query = query.where(col(ScopeRow.product).in_((*sorted(products.names), ANY)))
    return query
