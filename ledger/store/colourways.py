"""Colourways by tile and word, by mark and by content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col, select

from ledger.domain.colourways import Colourway, colourway_id
from ledger.domain.ids import AssetId, MarkId
from ledger.errors import UnknownError
from ledger.store import assets, entries, manifests
from ledger.store.production_tables import ColourwayRow
from ledger.store.store import Tx
from ledger.store.text import dump, load

MIME = "image/png"


@dataclass(frozen=True)
class ColourwayFile:
    """A file that the book names as a colourway, by its id; `former` where its tile was retouched since."""

    id: str
    asset: AssetId
    word: str
    mark: MarkId
    former: bool


def add(tx: Tx, made: Colourway, entry: int) -> None:
    """Keep a colourway, in place of the one of the drawing before; `entry` is that of it in the book."""
    row = ColourwayRow(
        id=made.id,
        asset=made.asset,
        word=made.word,
        palette=dump(list(made.palette)),
        mark=int(made.mark),
        sha256=made.sha256,
        manifest=made.manifest,
        drawn=made.drawn,
        fingerprint=dump(made.fingerprint),
        quality=dump(made.quality),
        made_at=made.made_at,
        entry=entry,
        ink_names=dump(list(made.ink_names)),
    )
    tx.session.merge(row)
    tx.session.flush()
    manifests.note(tx, made.manifest, made.sha256, MIME, made.asset, made.made_at)


def find(tx: Tx, asset: AssetId, word: str) -> Colourway | None:
    """The colourway of the tile as it is now drawn: one made before it was retouched is another drawing."""
    row = tx.session.get(ColourwayRow, colourway_id(asset, word))
    return _colourway(row) if row and row.entry > assets.drawn_at(tx, asset) else None


def mark_of(tx: Tx, asset: AssetId, word: str) -> MarkId | None:
    """The mark of a colourway of this name, whatever the tile showed when it was made."""
    row = tx.session.get(ColourwayRow, colourway_id(asset, word))
    return MarkId(row.mark) if row else None


def written(tx: Tx, asset: AssetId, word: str) -> int:
    """Where in the book a colourway was written, 0 where there is none."""
    row = tx.session.get(ColourwayRow, colourway_id(asset, word))
    return row.entry if row else 0


def get(tx: Tx, asset: AssetId, word: str) -> Colourway:
    """Raises UnknownError (unknown-colourway)."""
    found = find(tx, asset, word)
    if found is None:
        known = ", ".join(each.word for each in of_asset(tx, asset)) or "none"
        raise UnknownError("colourway", word, f"this tile has {known}; a new one: selvage colourway")
    return found


def of_asset(tx: Tx, asset: AssetId) -> tuple[Colourway, ...]:
    """The colourways of a tile as it is now drawn, oldest first."""
    query = select(ColourwayRow).where(ColourwayRow.asset == asset).order_by(col(ColourwayRow.entry))
    drawn = query.where(col(ColourwayRow.entry) > assets.drawn_at(tx, asset))
    return tuple(map(_colourway, tx.session.exec(drawn)))


def by_mark(tx: Tx, mark: MarkId) -> Colourway | None:
    row = tx.session.exec(select(ColourwayRow).where(ColourwayRow.mark == int(mark))).first()
    return _colourway(row) if row else None


def by_content(tx: Tx, sha256: str) -> ColourwayFile | None:
    """The colourway whose signed file has this digest, or had it: the book knows replaced files."""
    row = tx.session.exec(select(ColourwayRow).where(ColourwayRow.sha256 == sha256)).first()
    if row is None:
        return _replaced(tx, sha256)
    asset, mark = AssetId(row.asset), MarkId(row.mark)
    return ColourwayFile(row.id, asset, row.word, mark, row.entry < assets.drawn_at(tx, asset))


def _replaced(tx: Tx, sha256: str) -> ColourwayFile | None:
    entry = entries.of_file(tx, "colourway-made", sha256)
    if entry is None:
        return None
    asset, mark = AssetId(entry.body["asset"]), MarkId(int(entry.body["mark"], 16))
    former = entry.sequence < assets.drawn_at(tx, asset)
    return ColourwayFile(entry.subject, asset, str(entry.body["colourway"]), mark, former)


def marks(tx: Tx, before: int | None = None) -> Sequence[tuple[AssetId, MarkId]]:
    """The mark of every colourway with its tile, oldest first; `before` an entry of the book."""
    query = select(ColourwayRow.asset, ColourwayRow.mark).order_by(col(ColourwayRow.entry))
    query = query if before is None else query.where(col(ColourwayRow.entry) < before)
    return [(AssetId(asset), MarkId(mark)) for asset, mark in tx.session.exec(query)]


def count(tx: Tx, before: int | None = None) -> int:
    """How many colourways there are; `before` an entry of the book."""
    query = select(func.count(col(ColourwayRow.entry)))
    return tx.session.exec(query if before is None else query.where(col(ColourwayRow.entry) < before)).one()


def _colourway(row: ColourwayRow) -> Colourway:
    return Colourway(
        id=row.id,
        asset=AssetId(row.asset),
        word=row.word,
        palette=tuple(load(row.palette)),
        mark=MarkId(row.mark),
        sha256=row.sha256,
        manifest=row.manifest,
        drawn=row.drawn,
        fingerprint=load(row.fingerprint),
        quality=load(row.quality),
        made_at=row.made_at,
        ink_names=tuple(load(row.ink_names)),
    )
