"""Make the database of a ledger again, from its chain and its blobs alone, and say what does not fit.

The rows come from the pages of the journal (ledger/journal.py). What the chain vouches for is then held
against its events, item by item. Keys, jobs and answers are in neither: `NOT_REBUILT` names all such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger import journal, witness
from ledger.audit import Disagreement, audit
from ledger.blobs import JOURNAL, Blobs
from ledger.domain.chain_event import ChainEvent
from ledger.domain.entries import check_chain
from ledger.domain.errors import BrokenChainError, LogError
from ledger.domain.log.tree import root
from ledger.errors import ConflictError, JournalError
from ledger.follow import follow
from ledger.journal import Journal, Table
from ledger.register import ANCHOR
from ledger.store import Store, Tx, chain_events, collections, entries, meta, txs, working_out
from ledger.store import journal as kept
from ledger.store import log as log_store
from ledger.store.journal import Key, Place
from ledger.store.migrate import HEAD
from ledger.vouched import vouched

if TYPE_CHECKING:
    from ledger.chain import Chain

NOT_REBUILT = (
    "private keys (chain, certificates, watermark): restore SELVAGE_KEYS_DIR and SELVAGE_MARK_KEY_FILE",
    "offers made after the last page, which nobody has taken: ask for the decision again",
    *dict.fromkeys(kept.NOT_KEPT.values()),
)
PART = 5_000  # rows written at once


@dataclass(frozen=True)
class Rebuilt:
    """`page` is the last that was read, `rows` how many of each table; `found` is empty when all fits."""

    page: str
    pages: int
    rows: Mapping[str, int]
    found: tuple[Disagreement, ...]


def rebuild(
    store: Store, blobs: Blobs, chain: Callable[[], Chain], confirmations: int, newest: str | None = None
) -> Rebuilt:
    """Fill the empty database `store` up to the page `newest`, by default the last there is.

    Raises ConflictError when `store` holds something, JournalError without pages or with those of another
    program, ChainError and StorageError; what was written till then is of no use.
    """
    with store.reading() as tx:
        if not kept.is_blank(tx):
            raise ConflictError("into", "this database holds something already; name a new one")
    read = journal.read(blobs.under(JOURNAL), newest)
    _require_schema(read)
    found, lost = journal.standing(journal.rows(page for _, page in read.pages))
    with store.transaction() as tx:
        _fill(tx, read, found)
    problems = [
        *_pages(read),
        *map(_lost, lost),
        *_entries(store),
        *_chain(store, chain, confirmations, read),
    ]
    counts = {table: len(rows) for table, rows in found.items()}
    return Rebuilt(read.newest, len(read.pages), counts, tuple(problems))


def compare(present: Store, rebuilt: Store) -> Iterator[Disagreement]:
    """Every row in which two databases differ. Offers that wait for the next page are left out."""
    with present.reading() as here, rebuilt.reading() as there:
        ours, theirs = kept.place(here), kept.place(there)
        if ours is not None and theirs is not None and ours.page != theirs.page:
            why = f"the present database is at this page, the rebuilt one at {theirs.page}"
            yield Disagreement("page-missing", ours.page, why, "restore the folder of blobs")
        waiting = _waiting(here, ours)
        for table in kept.EVERY:
            yield from _rows(table, _keyed(here, table), _keyed(there, table), waiting)


def _require_schema(read: Journal) -> None:
    wrote = read.pages[-1][1].schema
    if wrote != HEAD:
        raise JournalError(
            f"journal: its last page is of schema {wrote}, this program writes {HEAD}; rebuild with the "
            "program that wrote it, then migrate"
        )


def _fill(tx: Tx, read: Journal, found: Mapping[str, Table]) -> None:
    for table, rows in found.items():
        every = list(rows.values())
        for start in range(0, len(every), PART):
            kept.insert(tx, table, every[start : start + PART])
    working_out.fill(tx)
    last = read.pages[-1][1]
    kept.move(tx, Place(read.newest, last.number, entries.head(tx)[0], last.schema))


def _pages(read: Journal) -> Iterator[Disagreement]:
    restore = "restore the folder of blobs"
    for name in read.altered:
        yield Disagreement("page-altered", name, "its content is not what it is named by", restore)
    for name, number in read.missing:
        yield Disagreement("page-missing", name, f"page {number} is not there or cannot be read", restore)
    for name in read.aside:
        why = (
            "it leads to no later page: its transaction was not committed, or another book went on from here"
        )
        yield Disagreement("page-aside", name, why, "if it should be the last, rebuild with --page")


def _lost(what: tuple[str, Key, str]) -> Disagreement:
    table, key, needs = what
    return Disagreement(
        "row-lost", _named(table, key), f"it needs {needs}, which is lost", "restore its page"
    )


def _entries(store: Store) -> Iterator[Disagreement]:
    with store.reading() as tx:
        try:
            check_chain(entries.walk(tx))
        except BrokenChainError as error:
            yield Disagreement("book-broken", "entries", str(error), "restore the folder of blobs")


def _chain(
    store: Store, chain: Callable[[], Chain], confirmations: int, read: Journal
) -> Iterator[Disagreement]:
    """What the rebuilt book and the chain say of each other. Nothing where the book was never on a chain."""
    with store.reading() as tx:
        if meta.get(tx, witness.DEPLOYMENT) is None:
            return
    followed = witness.recognised(store, chain())
    follow(store, followed, confirmations)
    with store.reading() as tx:
        issuer = _issuer(tx)
    yield from audit(store, issuer)
    with store.reading() as tx:
        cursor = chain_events.cursor(tx)
        later = {each.hash for each in txs.every(tx) if cursor and each.block > cursor.block}
        yield from vouched(tx, later)
        yield from _anchors(tx, issuer, read)


def _issuer(tx: Tx) -> str:
    """The account of the ledger: who registered its collections. Empty before the first."""
    ours = {each.registration.token for each in collections.every(tx, 1 << 40) if each.registration}
    logs = chain_events.events(tx, "PatternRegistry", "CollectionRegistered")
    creators = (log.arguments["creator"] for log in logs if log.arguments["collectionId"] in ours)
    return next(creators, "")


def _anchors(tx: Tx, issuer: str, read: Journal) -> Iterator[Disagreement]:
    """Pages that the chain names have to be there, and lead to the newest."""
    for log in chain_events.events(tx, "PatternRegistry", "CollectionRegistered"):
        uri, _, page = log.arguments["uri"].partition(ANCHOR)
        if log.arguments["creator"] == issuer and page and (page not in read.known or page in read.aside):
            why = (
                f"{uri} was registered in {log.transaction} after this page, which does not lead to the last"
            )
            yield Disagreement("anchor-missing", page, why, "restore the folder of blobs")
    for log in chain_events.events(tx, "CheckpointBook", "Anchored"):
        if log.arguments["keeper"] == issuer:
            yield from _anchor(tx, log, read)


def _anchor(tx: Tx, said: ChainEvent, read: Journal) -> Iterator[Disagreement]:
    """One anchor: its page leads to the newest, and its entries are those that were rebuilt."""
    size, page = int(said.arguments["size"]), said.arguments["journal"].removeprefix("0x")
    if int(page, 16) and (page not in read.known or page in read.aside):
        why = f"it was anchored in {said.transaction}, and does not lead to the last page"
        yield Disagreement("anchor-missing", page, why, "restore the folder of blobs")
    here = log_store.size(tx)
    if here < size or _root(tx, size) != said.arguments["root"]:
        why = f"the first {size} entries have another root than was anchored in {said.transaction}"
        yield Disagreement("log-differs", f"{here}", why, "restore the folder of blobs")


def _root(tx: Tx, size: int) -> str:
    """The root over the first `size` entries as the chain writes it; empty where some are missing."""
    try:
        return f"0x{root(log_store.reader(tx, size), size).hex()}"
    except LogError:
        return ""


def _waiting(tx: Tx, place: Place | None) -> frozenset[tuple[str, Key]]:
    late = entries.walk(tx, place.entry if place else 0)
    offers = [each for each in late if each.kind == kept.OFFERED]
    keys = [("offers", (each.subject,)) for each in offers]
    return frozenset([*keys, *(("entries", (each.sequence,)) for each in offers)])


def _keyed(tx: Tx, table: str) -> dict[Key, dict[str, object]]:
    return {kept.key_of(row, table): dict(row) for row in kept.rows(tx, table)}


def _rows(
    table: str,
    here: dict[Key, dict[str, object]],
    there: dict[Key, dict[str, object]],
    waiting: frozenset[tuple[str, Key]],
) -> Iterator[Disagreement]:
    restore = "restore its page, or rebuild into the present database's place"
    for key in sorted({*here, *there}, key=str):
        ours, theirs = here.get(key), there.get(key)
        name = _named(table, key)
        if ours is None:
            yield Disagreement(
                "row-extra", name, "the rebuilt database has it, the present one does not", restore
            )
        elif theirs is None and (table, key) not in waiting:
            yield Disagreement(
                "row-missing", name, "the present database has it, the rebuilt one does not", restore
            )
        elif theirs is not None and ours != theirs:
            columns = [column for column in ours if ours[column] != theirs[column]]
            yield Disagreement("row-differs", name, f"other in {', '.join(columns)}", restore)


def _named(table: str, key: Key) -> str:
    return f"{table} {'/'.join(map(str, key))}"
