"""A database that is lost and made again from chain and blobs, compared row by row."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, update

from ledger import decide, parties, vouched
from ledger.blobs import JOURNAL, Blobs
from ledger.chain import Chain
from ledger.domain.journal import parse_page
from ledger.errors import ConflictError, JournalError
from ledger.journal import read
from ledger.rebuild import compare, rebuild
from ledger.store import Store, entries, journal
from ledger.store.tables import CollectionRow, EntryRow, PartyRow
from ledger.store.trade_tables import GrantRow, InvoiceRow, PayoutRow


@pytest.fixture
def new(tmp_path: Path) -> Any:
    """Makes empty SQLite databases."""
    opened: list[Store] = []

    def make(put: Any = None) -> Store:
        opened.append(Store.open(f"sqlite:///{tmp_path}/new-{len(opened)}.sqlite", put))
        return opened[-1]

    yield make
    for store in opened:
        store.close()


@pytest.fixture
def copy(told: Any, tmp_path: Path) -> Path:
    """The pages of the whole story, to be damaged."""
    return Path(shutil.copytree(told.ledger.keys.parent / "blobs" / JOURNAL, tmp_path / "blobs" / JOURNAL))


def at(folder: Path) -> Blobs:
    return Blobs.open(f"file://{folder.parent}")


def no_chain() -> Chain:
    raise AssertionError("nothing was ever on a chain")


def page_with(folder: Path, kind: str) -> Path:
    """The page in which the first entry of this kind was written."""
    for path in sorted(folder.rglob("*")):
        page = parse_page(path.read_bytes()) if path.is_file() else None
        if page and any(entry["kind"] == kind for entry in page.rows.get("entries", ())):
            return path
    raise AssertionError(kind)


def codes(found: Any) -> set[str]:
    return {each.code for each in found}


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_lost_database_is_made_again(told: Any, new: Any, engine: str, request: Any) -> None:
    ledger = told.ledger
    store = new() if engine == "sqlite" else Store.open(request.getfixturevalue("postgres")())
    made = rebuild(store, ledger.blobs, ledger.chain, 0)
    assert made.found == ()
    assert list(compare(ledger.store, store)) == []
    with ledger.store.reading() as tx:
        assert made.rows["entries"] == entries.head(tx)[0]
    # Other tests may have told this ledger more by now.
    least = {"assets": 3, "grants": 1, "usages": 1, "payouts": 2, "findings": 4}
    assert all(made.rows[name] >= count for name, count in least.items())
    store.close()


def test_a_rebuilt_ledger_goes_on_where_it_was(tmp_path: Path, helpers: Any, postgres: Any, new: Any) -> None:
    with helpers.open(tmp_path / "one", postgres()) as ledger:
        parties.add(ledger, "mill", "Mill")
        blobs, store = ledger.blobs, new()
        assert rebuild(store, blobs, no_chain, 0).found == ()
        assert list(compare(ledger.store, store)) == []
    store._put = blobs.under(JOURNAL).put
    with store.transaction() as tx:
        tx.append("party-added", "rival", {}, "2026-01-01T00:00:00Z")
    again = new()
    assert rebuild(again, blobs, no_chain, 0).found == ()
    assert list(compare(store, again)) == []


def test_a_missing_page_is_named_with_all_that_is_lost(told: Any, new: Any, copy: Path) -> None:
    page = page_with(copy, "offer-made")
    page.unlink()
    store = new()
    made = rebuild(store, at(copy), told.ledger.chain, 0)
    assert {"page-missing", "row-lost", "book-broken", "licence-unknown"} <= codes(made.found)
    assert [each.subject for each in made.found if each.code == "page-missing"] == [page.name]
    assert {"row-missing"} <= codes(compare(told.ledger.store, store))


def test_an_altered_page_is_named(told: Any, new: Any, copy: Path) -> None:
    page = page_with(copy, "licence-granted")
    page.write_bytes(page.read_bytes().replace(b'"state":"in-force"', b'"state":"revoked"'))
    found = rebuild(new(), at(copy), told.ledger.chain, 0).found
    assert [each.subject for each in found if each.code == "page-altered"] == [page.name]
    assert [each.subject for each in found if each.code == "page-missing"] == [page.name]


def told_newest(told: Any) -> str:
    with told.ledger.store.reading() as tx:
        place = journal.place(tx)
    assert place is not None
    return place.page


def test_the_last_page_is_missed_by_the_present_database(told: Any, new: Any, copy: Path) -> None:
    newest = told_newest(told)
    (copy / newest[:2] / newest).unlink()
    store = new()
    rebuild(store, at(copy), told.ledger.chain, 0)
    assert newest in {each.subject for each in compare(told.ledger.store, store)}


def test_pages_before_a_registration_are_anchored_on_chain(told: Any, new: Any, copy: Path) -> None:
    log = next(e for e in told.ledger.chain().events(0, 10**6) if e.name == "CollectionRegistered")
    anchored = log.arguments["uri"].partition("?+book=")[2]
    (copy / anchored[:2] / anchored).unlink()
    found = rebuild(new(), at(copy), told.ledger.chain, 0).found
    assert anchored in {each.subject for each in found if each.code == "anchor-missing"}


CHANGES = {
    "collection-differs": update(CollectionRow).values(
        terms=json.dumps({"preset": "standard", "split": {"studio": "100 %"}})
    ),
    "licence-differs": update(PartyRow).values(address="0x" + "11" * 20),
    "invoice-differs": update(InvoiceRow).values(total_minor="1"),
    "payout-differs": update(PayoutRow).values(amount_minor="1"),
    "payout-gone": update(PayoutRow).values(tx=PayoutRow.payee),
    "licence-state": update(GrantRow).values(state="revoked"),
}


@pytest.mark.parametrize("code", CHANGES)
def test_what_the_chain_vouches_for_is_held_against_it(told: Any, new: Any, copy: Path, code: str) -> None:
    store = new()
    assert rebuild(store, at(copy), told.ledger.chain, 0).found == ()
    with store.transaction() as tx:
        tx.session.exec(CHANGES[code])
    with store.reading() as tx:
        found = codes(vouched.vouched(tx, set()))
    assert (code in found) is (code != "licence-state")


def test_a_page_whose_transaction_was_undone_is_set_aside(told: Any, new: Any, tmp_path: Path) -> None:
    blobs = Blobs.open(f"file://{tmp_path}/blobs")
    store = new(blobs.under(JOURNAL).put)
    with store.transaction() as tx:
        tx.append("party-added", "mill", {}, "2026-01-01T00:00:00Z")
    put = store._put

    def put_and_fail(data: bytes) -> str:
        put(data)
        raise KeyboardInterrupt

    store._put = put_and_fail
    with pytest.raises(KeyboardInterrupt), store.transaction() as tx:
        tx.append("party-added", "lost", {}, "2026-01-02T00:00:00Z")
    store._put = put
    with store.transaction() as tx:
        tx.append("party-added", "rival", {}, "2026-01-03T00:00:00Z")
    again = new()
    assert codes(rebuild(again, blobs, no_chain, 0).found) == {"page-aside"}
    assert list(compare(store, again)) == []


def test_offers_wait_for_the_next_page_and_are_not_missed(told: Any, new: Any, helpers: Any) -> None:
    ledger = told.ledger
    before = told_newest(told)
    _, offer = decide.decide(ledger, told.assets[2].id, "pirate", helpers.use(units=3))
    assert offer is not None
    assert told_newest(told) == before
    store = new()
    rebuild(store, ledger.blobs, ledger.chain, 0)
    assert list(compare(ledger.store, store)) == []
    parties.add(ledger, "late", "Late")
    store = new()
    made = rebuild(store, ledger.blobs, ledger.chain, 0)
    assert (made.found, list(compare(ledger.store, store))) == ((), [])
    with store.reading() as tx:
        assert offer.id in {row["id"] for row in journal.rows(tx, "offers")}


def test_what_was_written_without_pages_begins_the_journal_anew(new: Any, tmp_path: Path) -> None:
    blobs = Blobs.open(f"file://{tmp_path}/blobs")
    store = new()
    with store.transaction() as tx:
        tx.append("party-added", "mill", {}, "2026-01-01T00:00:00Z")
    for put in (blobs.under(JOURNAL).put, None, blobs.under(JOURNAL).put):
        store._put = put
        with store.transaction() as tx:
            tx.append("party-added", "rival", {}, "2026-01-02T00:00:00Z")
    pages = read(blobs.under(JOURNAL)).pages
    assert [page.begins for _, page in pages] == [True]
    again = new()
    assert rebuild(again, blobs, no_chain, 0).found == ()
    assert list(compare(store, again)) == []
    older = rebuild(new(), blobs, no_chain, 0, parse_page(blobs.under(JOURNAL).get(pages[0][0])).previous)
    assert older.rows["entries"] == 2


def test_a_beginning_of_many_rows_is_several_pages(
    new: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PART", 3)
    blobs, store = Blobs.open(f"file://{tmp_path}/blobs"), new()
    for put in (None, blobs.under(JOURNAL).put):
        store._put = put
        with store.transaction() as tx:
            for number in range(4):
                tx.append("party-added", f"mill-{number}", {}, "2026-01-01T00:00:00Z")
    again = new()
    assert rebuild(again, blobs, no_chain, 0).pages == 3
    assert list(compare(store, again)) == []


def test_each_way_in_which_rows_differ_is_named(new: Any, tmp_path: Path) -> None:
    blobs = Blobs.open(f"file://{tmp_path}/blobs")
    store, again = new(blobs.under(JOURNAL).put), new()
    for number in range(2):
        with store.transaction() as tx:
            tx.append("party-added", f"mill-{number}", {}, "2026-01-01T00:00:00Z")
    rebuild(again, blobs, no_chain, 0)
    store._put = None
    with store.transaction() as tx:
        tx.session.exec(update(EntryRow).where(EntryRow.sequence == 1).values(subject="other"))
        tx.session.delete(tx.session.get(EntryRow, 2))
        tx.append("refund-due", "offer", {}, "2026-01-01T00:00:00Z")
        tx.append("refund-due", "offer", {}, "2026-01-01T00:00:00Z")
    with store.transaction() as tx:
        tx.session.delete(tx.session.get(EntryRow, 2))
    found = [(each.code, each.subject) for each in compare(store, again)]
    assert found == [
        ("row-differs", "entries 1"),
        ("row-extra", "entries 2"),
        ("row-missing", "entries 3"),
    ]


def test_a_lost_record_of_the_contracts_is_written_again(told: Any, new: Any, tmp_path: Path) -> None:
    known = told.ledger.chain().deployment
    with Chain.open(told.ledger.chain().url, tmp_path / "elsewhere") as chain:
        assert rebuild(new(), told.ledger.blobs, lambda: chain, 0).found == ()
        assert dict(chain.deployment.addresses) == dict(known.addresses)


def test_what_cannot_be_rebuilt_is_refused(told: Any, new: Any, tmp_path: Path, copy: Path) -> None:
    with pytest.raises(ConflictError, match="holds something"):
        rebuild(told.ledger.store, told.ledger.blobs, no_chain, 0)
    with pytest.raises(JournalError, match="no page of it"):
        rebuild(new(), Blobs.open(f"file://{tmp_path}/nothing"), no_chain, 0)
    with pytest.raises(JournalError, match="no page of this"):
        rebuild(new(), at(copy), no_chain, 0, "00" * 32)
    data = page_with(copy, "party-added").read_bytes()
    changes = (
        ("schema", b'"schema":"', b'"schema":"x'),
        ("no table", b'"parties":', b'"people":'),
        ("lacks", b'"id":', b'"no":'),
    )
    for said, change, to in changes:
        other = tmp_path / said
        Blobs.open(f"file://{other}/{JOURNAL}").put(data.replace(change, to))
        with pytest.raises(JournalError, match=said):
            rebuild(new(), Blobs.open(f"file://{other}"), no_chain, 0)


def test_every_table_is_kept_or_said_not_to_be() -> None:
    names = {str(table.__tablename__) for table in (*journal.EVERY.values(), *journal.NOT_KEPT)}
    assert names == set(SQLModel.metadata.tables)
    assert all(text for text in journal.NOT_KEPT.values())
