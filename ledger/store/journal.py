"""What of the database is kept as pages of the journal, and how a database is made of it again.

Every writing transaction that changed a kept table puts a page before it commits: what is committed is in the
journal. Offers alone wait for the next page, because nobody has taken them yet.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import event
from sqlmodel import Session, SQLModel, col, select

from ledger.domain.journal import Page, Row, Rows
from ledger.store import (
    chain_tables,
    kept_tables,
    log_tables,
    manifest_tables,
    production_tables,
    studio_tables,
    tables,
    token_tables,
    trade_tables,
)
from ledger.store.migrate import HEAD
from ledger.store.store import Put, Tx
from ledger.store.tables import EntryRow, MetaRow
from ledger.store.trade_tables import OfferRow

Key = tuple[Any, ...]

KEPT: tuple[type[SQLModel], ...] = (
    tables.MetaRow,
    tables.EntryRow,
    tables.PartyRow,
    tables.CollectionRow,
    tables.AssetRow,
    tables.TxRow,
    trade_tables.OfferRow,
    trade_tables.GrantRow,
    trade_tables.UsageRow,
    trade_tables.CopyRow,
    trade_tables.ExclusionRow,
    trade_tables.NegativeRow,
    trade_tables.ScanRow,
    trade_tables.PictureRow,
    trade_tables.FindingRow,
    trade_tables.InvoiceRow,
    trade_tables.BilledRow,
    trade_tables.PayoutRow,
    log_tables.CheckpointRow,
    production_tables.ColourwayRow,
    production_tables.ProductionRow,
    production_tables.MadeFileRow,
    manifest_tables.ManifestRow,
    manifest_tables.SoftBindingRow,
    studio_tables.StyleRow,
    studio_tables.GuidelineRow,
    studio_tables.PassageRow,
)  # in an order in which each refers to those before it
NOT_KEPT: Mapping[type[SQLModel], str] = {
    log_tables.LogTileRow: "tiles of the log: the next checkpoint makes them of the entries again",
    tables.ApiKeyRow: "API keys: make new ones, selvage key create",
    studio_tables.CritiqueRow: "what the critic made of tiles: selvage curate judges them again",
    tables.OperationRow: "jobs and their progress: ask for unfinished ones again",
    tables.IdempotencyRow: "answers kept for Idempotency-Keys: the keys are new again",
    kept_tables.PromiseRow: "pieces promised to sublicences under way: give these again",
    kept_tables.QuoteRow: "offers that nobody took: who asks again is told the same",
    manifest_tables.ImageCodeRow: "image codes of our files: they are read from their claims again",
    manifest_tables.AccessTokenRow: "access tokens: clients ask for new ones",
    token_tables.LicenceTokenRow: "licence tokens: clients ask for new ones",
    chain_tables.ChainCursorRow: "what was followed: it is read from the chain again",
    chain_tables.ChainBlockRow: "what was followed: it is read from the chain again",
    chain_tables.ChainForkRow: "when blocks were taken back: nothing else remembers it",
    chain_tables.ChainEventRow: "what was followed: it is read from the chain again",
}
WORKED_OUT: tuple[type[SQLModel], ...] = (
    kept_tables.ScopeRow,
    kept_tables.CountRow,
    kept_tables.OpenOrderRow,
)  # from the rows of kept ones, by ledger.store.working_out
BY_NAME = {str(table.__tablename__): table for table in KEPT}
EVERY = {**BY_NAME, **{str(table.__tablename__): table for table in WORKED_OUT}}
OFFERED = "offer-made"
PART = 1_000  # rows in a page of a beginning
_PLACE = "journal"
_WAITING = {"offers", "entries"}


@dataclass(frozen=True)
class Place:
    """Where the journal is: its last page, how many there were, the last entry in them, and their schema."""

    page: str
    number: int
    entry: int
    schema: str


class Written:
    """The kept rows that a session wrote so far."""

    def __init__(self, session: Session) -> None:
        self._rows: dict[tuple[str, Key], SQLModel] = {}
        event.listen(session, "after_flush", self._note)

    def _note(self, session: Session, _context: object) -> None:
        changed = (each for each in session.dirty if session.is_modified(each))
        for row in (*session.new, *changed):
            if type(row) in KEPT and not _is_place(row):
                self._rows[str(row.__tablename__), key_of(row.model_dump(), type(row))] = row

    def __bool__(self) -> bool:
        """Whether a page is due. Offers that were made and nothing else can wait."""
        names = {table for table, _ in self._rows}
        return bool(names) and not ("offers" in names and names <= _WAITING)

    def rows(self) -> dict[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for (table, _), row in self._rows.items():
            found[table].append(row.model_dump())
        return found


def write(session: Session, written: Written, put: Put) -> None:
    """Put the page of a transaction, or begin the journal, as the last thing before it is committed."""
    if not written:
        return
    place, rows = _place(session), written.rows()
    waiting = _waiting(session, place, rows) if place else None
    begins = place is None or waiting is None or place.schema != HEAD
    parts = _whole(session) if begins else iter([_joined(waiting or {}, rows)])
    page, number = (place.page, place.number) if place else (None, 0)
    for part in parts:
        number += 1
        page, begins = put(Page(number, page, HEAD, part, begins).to_bytes()), False
    move(Tx(session), Place(str(page), number, _last_entry(session), HEAD))


def place(tx: Tx) -> Place | None:
    """Where the journal of this database is; None before its first page."""
    return _place(tx.session)


def move(tx: Tx, to: Place) -> None:
    row = tx.session.get(MetaRow, _PLACE) or MetaRow(name=_PLACE, value="")
    row.value = json.dumps(asdict(to), sort_keys=True)
    tx.session.add(row)
    tx.session.flush()


def rows(tx: Tx, table: str) -> Iterator[Row]:
    """All rows of a table of `EVERY` by their keys; the journal's own place is none of them."""
    model = EVERY[table]
    query = select(model).order_by(*model.metadata.tables[table].primary_key.columns)
    for row in tx.session.exec(query):
        if not _is_place(row):
            yield row.model_dump()


def insert(tx: Tx, table: str, found: list[Row]) -> None:
    """Write rows into a new database, whose tables are filled in the order of `KEPT`."""
    model = BY_NAME[table]
    tx.session.add_all(model(**row) for row in found)
    tx.session.flush()


def key_of(row: Row, table: str | type[SQLModel]) -> Key:
    """The primary key of a row."""
    model = EVERY[table] if isinstance(table, str) else table
    columns = model.metadata.tables[str(model.__tablename__)].primary_key.columns
    return tuple(row[column.name] for column in columns)


def references(table: str) -> tuple[tuple[str, str], ...]:
    """(column, table whose only key it holds) of what the rows of a table refer to."""
    columns = SQLModel.metadata.tables[table].columns
    return tuple((each.name, key.column.table.name) for each in columns for key in each.foreign_keys)


def is_blank(tx: Tx) -> bool:
    """Whether nothing was ever written here."""
    return all(tx.session.exec(select(model).limit(1)).first() is None for model in KEPT)


def _place(session: Session) -> Place | None:
    row = session.get(MetaRow, _PLACE)
    return Place(**json.loads(row.value)) if row else None


def _is_place(row: object) -> bool:
    return isinstance(row, MetaRow) and row.name == _PLACE


def _last_entry(session: Session) -> int:
    query = select(EntryRow.sequence).order_by(col(EntryRow.sequence).desc()).limit(1)
    return session.exec(query).first() or 0


def _waiting(session: Session, place: Place, rows: Rows) -> Rows | None:
    """The offers since the last page; None where something else was written without a page."""
    ours = {row["sequence"] for row in rows.get("entries", ())}
    query = select(EntryRow).where(col(EntryRow.sequence) > place.entry).order_by(col(EntryRow.sequence))
    late = [row for row in session.exec(query) if row.sequence not in ours]
    if any(row.kind != OFFERED for row in late):
        return None
    offers = (session.get(OfferRow, row.subject) for row in late)
    kept = [row.model_dump() for row in offers if row is not None]
    return {"entries": [row.model_dump() for row in late], "offers": kept}


def _joined(first: Rows, second: Rows) -> Rows:
    names = [*first, *(name for name in second if name not in first)]
    joined = {name: [*first.get(name, ()), *second.get(name, ())] for name in names}
    return {name: found for name, found in joined.items() if found}


def _whole(session: Session) -> Iterator[Rows]:
    """All that is kept, in parts."""
    part: defaultdict[str, list[Row]] = defaultdict(list)
    count = 0
    for table in BY_NAME:
        for row in rows(Tx(session), table):
            part[table].append(row)
            count += 1
            if count % PART == 0:
                yield part
                part = defaultdict(list)
    if part:
        yield part
