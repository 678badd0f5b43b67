"""Hashes and shape codes of made tiles where PostgreSQL has pgvector; see the migration `0003`.

Hamming and cosine distances are computed by the database, one by one and exactly, over the rows in question:
HNSW loses half of the neighbours of such codes, which no saving of time is worth.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BIT, BYTEA, insert
from sqlalchemy.types import UserDefinedType
from sqlmodel import SQLModel

from ledger.domain.ids import AssetId
from ledger.store.store import Tx
from ledger.store.tables import AssetRow
from ledger.store.text import load

CHUNK = 500


class _HalfVector(UserDefinedType[str]):
    """pgvector's halfvec, written and read as text: `[1,0,254]`."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "halfvec(354)"


_TILES = sa.Table(
    "tiles",
    sa.MetaData(schema="search"),
    sa.Column("asset", sa.String, primary_key=True),
    sa.Column("pdq", BIT(256)),
    sa.Column("phash", BIT(64)),
    sa.Column("shape", BYTEA),
    sa.Column("code", _HalfVector()),
    sa.Column("details", BYTEA),
)
_ASSETS = SQLModel.metadata.tables[str(AssetRow.__tablename__)]
_MADE_TILES = _TILES.join(_ASSETS, _ASSETS.c.id == _TILES.c.asset)


@dataclass(frozen=True)
class TilePrint:
    """What is kept of a tile: hashes (`pdq` may be missing), shape map, its code of 354 numbers."""

    asset: AssetId
    pdq: bytes | None
    phash: bytes
    shape: bytes
    code: tuple[int, ...]


@dataclass(frozen=True)
class Within:
    """Which rows are searched: made before an entry of the book, and not of these assets."""

    before: int | None = None
    excluded: frozenset[AssetId] = frozenset()

    def restrict(self, query: sa.Select[Any]) -> sa.Select[Any]:
        if self.before is not None:
            query = query.where(_ASSETS.c.entry < self.before)
        return query.where(_TILES.c.asset.not_in(sorted(self.excluded))) if self.excluded else query


def available(tx: Tx) -> bool:
    """Whether this database has the shared index."""
    connection = tx.session.connection()
    if connection.dialect.name != "postgresql":
        return False
    return connection.execute(sa.text("SELECT to_regclass('search.tiles')")).scalar() is not None


def keep(tx: Tx, prints: Sequence[TilePrint]) -> None:
    """Write rows, in the transaction of the assets they belong to; one that is there already stays."""
    rows = [
        {
            "asset": each.asset,
            "pdq": None if each.pdq is None else _bits(each.pdq),
            "phash": _bits(each.phash),
            "shape": each.shape,
            "code": _vector(each.code),
            "details": b"",  # version 0003 kept visual words here; details are a file of the asset
        }
        for each in prints
    ]
    if rows:
        tx.session.connection().execute(insert(_TILES).on_conflict_do_nothing(), rows)


def drop(tx: Tx, asset: AssetId) -> None:
    tx.session.connection().execute(sa.delete(_TILES).where(_TILES.c.asset == asset))


def missing(tx: Tx, limit: int = CHUNK) -> list[tuple[AssetId, dict[str, Any]]]:
    """Made tiles without a row, such as those made before the index was there, and their fingerprints."""
    without = _ASSETS.c.id.not_in(sa.select(_TILES.c.asset))
    query = sa.select(_ASSETS.c.id, _ASSETS.c.fingerprint).where(_ASSETS.c.entry.is_not(None), without)
    rows = tx.session.connection().execute(query.order_by(_ASSETS.c.entry).limit(limit))
    return [(AssetId(asset), load(fingerprint)) for asset, fingerprint in rows]


def count(tx: Tx, within: Within) -> int:
    query = within.restrict(sa.select(sa.func.count()).select_from(_MADE_TILES))
    return int(tx.session.connection().execute(query).scalar_one())


def holds(tx: Tx, asset: str, within: Within) -> bool:
    """Whether this asset is among the rows searched."""
    query = within.restrict(sa.select(_TILES.c.asset).select_from(_MADE_TILES)).where(_TILES.c.asset == asset)
    return tx.session.connection().execute(query).first() is not None


def near_pdq(tx: Tx, hashes: Sequence[bytes], radius: int, within: Within) -> list[tuple[str, int]]:
    """(asset, bits) of every row at most `radius` bits from any of the hashes; nearest first, then oldest."""
    apart = [
        _TILES.c.pdq.op("<~>", return_type=sa.Float())(sa.cast(_bits(each), BIT(256))) for each in hashes
    ]
    return _near(tx, _least(apart), radius, within)


def near_phash(tx: Tx, phash: bytes, radius: int, within: Within) -> list[tuple[str, int]]:
    """(asset, bits) of every row without PDQ at most `radius` bits of 64 away; nearest first, then oldest."""
    apart = _apart(_TILES.c.phash, "<~>", sa.cast(_bits(phash), BIT(64)))
    return _near(tx, apart, radius, within, _TILES.c.pdq.is_(None))


def near_codes(
    tx: Tx, codes: Collection[Sequence[int]], limit: int, within: Within
) -> list[tuple[str, bytes]]:
    """(asset, shape) of the `limit` rows of largest cosine with any of the codes; oldest first."""
    apart = [
        _TILES.c.code.op("<=>", return_type=sa.Float())(sa.cast(_vector(each), _HalfVector()))
        for each in codes
    ]
    query = sa.select(_TILES.c.asset, _TILES.c.shape, _ASSETS.c.entry).select_from(_MADE_TILES)
    chosen = within.restrict(query).order_by(_least(apart), _ASSETS.c.entry).limit(limit).subquery()
    rows = tx.session.connection().execute(
        sa.select(chosen.c.asset, chosen.c.shape).order_by(chosen.c.entry, chosen.c.asset)
    )
    return [(asset, bytes(shape)) for asset, shape in rows]


def _near(
    tx: Tx, apart: sa.ColumnElement[Any], radius: int, within: Within, *also: sa.ColumnElement[bool]
) -> list[tuple[str, int]]:
    query = sa.select(_TILES.c.asset, apart.label("bits")).select_from(_MADE_TILES)
    query = within.restrict(query.where(apart <= radius, *also))
    ordered = query.order_by(sa.text("bits"), _ASSETS.c.entry, _TILES.c.asset)
    return [(str(row[0]), int(row[1])) for row in tx.session.connection().execute(ordered)]


def _apart(column: sa.Column[Any], how: str, other: sa.ColumnElement[Any]) -> sa.ColumnElement[float]:
    """pgvector's distance: `<~>` Hamming, `<=>` cosine."""
    return column.op(how, return_type=sa.Float())(other)


def _least(values: Sequence[sa.ColumnElement[Any]]) -> sa.ColumnElement[Any]:
    return sa.func.least(*values, type_=sa.Float) if len(values) > 1 else values[0]


def _bits(value: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in value)


def _vector(code: Sequence[int]) -> str:
    return f"[{','.join(map(str, code))}]"
