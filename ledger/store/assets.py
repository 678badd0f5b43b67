"""Tiles: planned (a `Draft`), then made (an `Asset`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Collection as Several
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from ledger.domain.assets import Asset, Draft, Marked, Signed
from ledger.domain.choices import Choice
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, CollectionId, MarkId
from ledger.domain.terms import Terms
from ledger.errors import UnknownError
from ledger.store import manifests
from ledger.store.asked import Asked
from ledger.store.production_tables import ColourwayRow
from ledger.store.store import Tx
from ledger.store.tables import AssetRow, CollectionRow
from ledger.store.text import dump, load, read_terms
from ledger.store.trade_tables import CopyRow

CHUNK = 500
REJECTED = Choice.REJECTED.value


@dataclass(frozen=True)
class Face:
    """What a decision has to know of a made tile: whose it is, its file and mark, and its terms."""

    id: AssetId
    collection: CollectionId
    sha256: str
    mark: MarkId
    terms: Terms
    registered: bool


_FACE = Asked(
    columns(
        col(AssetRow.collection),
        col(AssetRow.sha256),
        col(AssetRow.mark),
        col(CollectionRow.terms),
        col(CollectionRow.registration),
        col(AssetRow.choice),
    )
    .join(CollectionRow, col(CollectionRow.id) == col(AssetRow.collection))
    .where(col(AssetRow.id) == bindparam("asset"))
)


def face(tx: Tx, asset: AssetId) -> Face:
    """Raises UnknownError, and OrderError while the tile is only planned, or when it was rejected."""
    row = next(iter(tx.ask(_FACE, asset=asset)), None)
    if row is None or row.sha256 is None:
        get(tx, asset)  # says what is wrong
        raise UnknownError("asset", asset)
    require_kept(asset, row.choice)
    return Face(
        asset,
        CollectionId(row.collection),
        row.sha256,
        MarkId(row.mark),
        read_terms(row.terms),
        row.registration is not None,
    )


def require_kept(asset: AssetId, choice: str | None) -> None:
    """Raises OrderError where people rejected the tile."""
    if choice == REJECTED:
        raise OrderError(f"asset {asset} was rejected, so it is in no registered collection")


def plan(tx: Tx, drafts: Sequence[Draft]) -> None:
    """Reserve the numbers and marks of `drafts`. ConflictError when a mark is taken (see `marks_taken`)."""
    tx.session.add_all(
        AssetRow(
            id=draft.id,
            collection=draft.collection,
            index=draft.index,
            mark=int(draft.mark),
            recipe=dump(draft.recipe),
        )
        for draft in drafts
    )
    tx.session.flush()


def marks_taken(tx: Tx, marks: Several[MarkId]) -> frozenset[MarkId]:
    """Those of `marks` that some tile, a licensed copy or a colourway of one, carries already."""
    wanted, taken = sorted(marks), set[MarkId]()
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        for column in (col(AssetRow.mark), col(CopyRow.mark), col(ColourwayRow.mark)):
            taken.update(MarkId(mark) for mark in tx.session.exec(select(column).where(column.in_(part))))
    return frozenset(taken)


def free_mark(tx: Tx, number: Callable[[int], MarkId]) -> MarkId:
    """The first of `number(0)`, `number(1)` and so on that nothing carries yet."""
    attempt = 0
    while marks_taken(tx, [mark := number(attempt)]):
        attempt += 1
    return mark


def draft(tx: Tx, asset: AssetId) -> Draft:
    """The plan of a tile, made or not. Raises UnknownError (unknown-asset)."""
    return _draft(_row(tx, asset))


def find(tx: Tx, asset: AssetId) -> Asset | None:
    """The tile, None while it is only planned. Raises UnknownError."""
    row = _row(tx, asset)
    return _asset(row) if row.sha256 is not None else None


def get(tx: Tx, asset: AssetId) -> Asset:
    """The tile. Raises UnknownError, and OrderError while it is only planned."""
    found = find(tx, asset)
    if found is None:
        raise OrderError(f"asset {asset} is planned but not made yet; generate its collection first")
    return found


def make(tx: Tx, made: Asset, entry: int) -> None:
    """Fill in what was made of a planned tile; `entry` is the sequence of its entry in the book."""
    row = _row(tx, made.id)
    signed = made.signed
    row.recipe = dump(signed.marked.draft.recipe)  # that of the take which was kept
    row.sha256, row.mime, row.manifest = signed.sha256, signed.mime, signed.manifest
    row.algorithm, row.quality = signed.marked.algorithm, dump(signed.marked.quality)
    row.fingerprint, row.created_at = dump(made.fingerprint), made.created_at
    row.drawn, row.generic, row.details = signed.marked.drawn, made.generic, made.details
    row.separations = signed.marked.separations
    row.entry = entry
    tx.session.add(row)
    tx.session.flush()
    _note(tx, row, made.created_at)


def choose(tx: Tx, asset: AssetId, choice: str, entry: int) -> None:
    """Select or reject a tile; a rejected one has no place. `entry` is the decision's in the book."""
    row = _row(tx, asset)
    row.choice, row.decided = choice, entry
    if choice == REJECTED:
        row.place = None
    tx.session.add(row)
    tx.session.flush()


def arrange(tx: Tx, asset: AssetId, place: int, entry: int) -> None:
    row = _row(tx, asset)
    row.place, row.decided = place, entry
    tx.session.add(row)
    tx.session.flush()


def clear_places(tx: Tx, collection: CollectionId, but: Several[AssetId]) -> None:
    """Take the places of all tiles of a collection but these."""
    query = select(AssetRow).where(AssetRow.collection == collection, col(AssetRow.place).is_not(None))
    for row in tx.session.exec(query):
        if row.id not in but:
            row.place = None
            tx.session.add(row)
    tx.session.flush()


def retouch(tx: Tx, edited: Asset, entry: int) -> None:
    """Put an edited tile in the place of the one before: from this entry on it is this picture."""
    make(tx, edited, entry)
    row = _row(tx, edited.id)
    row.decided = row.told = entry
    tx.session.add(row)
    tx.session.flush()


def sign(tx: Tx, asset: AssetId, signed: Signed) -> None:
    """Another signed file of the same pixels, whose manifest tells all that was decided."""
    row = _row(tx, asset)
    row.sha256, row.manifest, row.told = signed.sha256, signed.manifest, row.decided
    tx.session.add(row)
    tx.session.flush()
    _note(tx, row, row.created_at or "")


def drawn_alike(tx: Tx, tile: Asset) -> tuple[AssetId, ...]:
    """The other tiles that are printed from separations equal to those of `tile`, by id."""
    if tile.picture is None:
        return ()
    query = select(AssetRow.id).where(AssetRow.separations == tile.picture, AssetRow.id != tile.id)
    return tuple(map(AssetId, tx.session.exec(query.order_by(col(AssetRow.id)))))


def rejected(tx: Tx, before: int | None = None) -> frozenset[AssetId]:
    """The tiles that are rejected; `before` an entry of the book."""
    query = select(AssetRow.id).where(AssetRow.choice == REJECTED)
    rows = tx.session.exec(query if before is None else query.where(col(AssetRow.decided) < before))
    return frozenset(map(AssetId, rows))


def decided(tx: Tx) -> tuple[Asset, ...]:
    """The made tiles about which people decided something, by id."""
    query = _made().where(col(AssetRow.decided).is_not(None)).order_by(col(AssetRow.id))
    return tuple(map(_asset, tx.session.exec(query)))


def last_decided(tx: Tx) -> int:
    """The entry of what people decided last about any tile, 0 when they decided nothing."""
    return tx.session.exec(select(func.max(AssetRow.decided))).one() or 0


def drafts(tx: Tx, collection: CollectionId, *, made: bool | None = None) -> tuple[Draft, ...]:
    """Plans of a collection by index; `made` keeps only those that are made, or that are not."""
    query = select(AssetRow).where(AssetRow.collection == collection).order_by(col(AssetRow.index))
    if made is not None:
        is_null = col(AssetRow.sha256).is_(None)
        query = query.where(~is_null if made else is_null)
    return tuple(_draft(row) for row in tx.session.exec(query))


def of_collection(tx: Tx, collection: CollectionId) -> tuple[Asset, ...]:
    """The made tiles of a collection by index, without those that people rejected."""
    query = _made().where(AssetRow.collection == collection).order_by(col(AssetRow.index))
    query = query.where(or_(col(AssetRow.choice).is_(None), col(AssetRow.choice) != REJECTED))
    return tuple(_asset(row) for row in tx.session.exec(query))


def page(
    tx: Tx, collection: CollectionId | None = None, limit: int = 100, offset: int = 0
) -> tuple[Asset, ...]:
    """Made tiles, of one collection or of all, in the order of collection and index."""
    query = _made().order_by(col(AssetRow.collection), col(AssetRow.index))
    if collection is not None:
        query = query.where(AssetRow.collection == collection)
    return tuple(_asset(row) for row in tx.session.exec(query.limit(limit).offset(offset)))


def walk(tx: Tx, before: int | None = None) -> Iterator[Asset]:
    """Every made tile in the order they were made, a chunk at a time; `before` an entry of the book."""
    after = 0
    while True:
        query = _made().where(col(AssetRow.entry) > after).order_by(col(AssetRow.entry)).limit(CHUNK)
        rows = tx.session.exec(query if before is None else query.where(col(AssetRow.entry) < before)).all()
        yield from map(_asset, rows)
        if len(rows) < CHUNK:
            return
        after = rows[-1].entry or 0


def count(tx: Tx, collection: CollectionId) -> tuple[int, int]:
    """(made, planned and made) tiles of a collection."""
    query = select(func.count(col(AssetRow.sha256)), func.count()).where(AssetRow.collection == collection)
    made, every = tx.session.exec(query).one()
    return made, every


def count_rejected(tx: Tx, collection: CollectionId) -> int:
    """Tiles of a collection that people rejected."""
    query = select(func.count()).where(AssetRow.collection == collection, AssetRow.choice == REJECTED)
    return tx.session.exec(query).one()


def count_made(tx: Tx, before: int | None = None) -> int:
    """Made tiles; `before` an entry of the book."""
    query = select(func.count(col(AssetRow.sha256)))
    return tx.session.exec(query if before is None else query.where(col(AssetRow.entry) < before)).one()


def drawn_at(tx: Tx, asset: AssetId) -> int:
    """Where in the book the picture of a tile was written, or its last retouch; 0 while it is planned."""
    return _row(tx, asset).entry or 0


def last_entry(tx: Tx, collection: CollectionId) -> int:
    """Where in the book the last tile of a collection was made, 0 when none is."""
    query = select(func.max(col(AssetRow.entry))).where(AssetRow.collection == collection)
    return tx.session.exec(query).one() or 0


def by_content(tx: Tx, sha256: str) -> Asset | None:
    """The tile whose signed file has this digest."""
    row = tx.session.exec(select(AssetRow).where(AssetRow.sha256 == sha256)).first()
    return _asset(row) if row else None


def by_mark(tx: Tx, mark: MarkId) -> Asset | None:
    row = tx.session.exec(_made().where(AssetRow.mark == mark)).first()
    return _asset(row) if row else None


def _made() -> SelectOfScalar[AssetRow]:
    return select(AssetRow).where(col(AssetRow.sha256).is_not(None))


def _note(tx: Tx, row: AssetRow, at: str) -> None:
    manifests.note(tx, row.manifest or "", row.sha256 or "", row.mime or "", AssetId(row.id), at)


def _row(tx: Tx, asset: AssetId) -> AssetRow:
    row = tx.session.get(AssetRow, asset)
    if row is None:
        raise UnknownError("asset", asset)
    return row


def _draft(row: AssetRow) -> Draft:
    return Draft(
        id=AssetId(row.id),
        collection=CollectionId(row.collection),
        index=row.index,
        mark=MarkId(row.mark),
        recipe=load(row.recipe),
    )


def _asset(row: AssetRow) -> Asset:
    quality = load(row.quality or "{}")
    marked = Marked(_draft(row), row.algorithm or "", quality, row.drawn, row.separations)
    signed = Signed(marked, row.sha256 or "", row.manifest or "", row.mime or "")
    return Asset(
        signed,
        load(row.fingerprint or "{}"),
        row.created_at or "",
        row.generic or "0",
        row.details,
        row.choice,
        row.place,
        row.decided,
        row.told,
    )
