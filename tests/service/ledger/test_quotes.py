"""Offers that are told and not kept: the same answers, found by their id, in the book once they are taken."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from api import reads
from ledger import decide, license, settle
from ledger.domain.entries import check_chain
from ledger.domain.licence import licence_id
from ledger.errors import UnknownError
from ledger.store import Store, entries, names, noting, quotes, rights


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, helpers: Any
) -> Iterator[Any]:
    """A ledger with one tile on sale, on each database."""
    url = request.getfixturevalue("postgres")() if request.param == "postgresql" else None
    with helpers.open(tmp_path_factory.mktemp("quotes"), url) as opened:
        helpers.people(opened, "mill", "pirate", "shop", funded=("mill",))
        helpers.published(opened, "first", 1, helpers.terms())
        yield opened


@pytest.fixture
def tile(shared: Any) -> Any:
    with shared.store.reading() as tx:
        return tx.session.connection().exec_driver_sql("SELECT id FROM assets").scalar_one()


@pytest.fixture
def tell(shared: Any, tile: Any, helpers: Any) -> Callable[..., Any]:
    """What a party is told of uses that differ in their pieces."""

    def ask(party: str, *units: int) -> Any:
        return decide.tell(
            shared, decide.draft(shared, tile, party, [helpers.use(units=each) for each in units])
        )

    return ask


def _kept(ledger: Any) -> dict[str, Any]:
    with ledger.store.reading() as tx:
        return {offer.id: offer for offer in rights.offers(tx, limit=1000)}


def test_what_is_told_is_what_would_be_kept(shared: Any, tile: Any, tell: Any, helpers: Any) -> None:
    told = tell("mill", 1, 2, 501, 2)
    assert [decision.outcome.value for decision, _ in told.answers] == ["pay", "pay", "deny", "pay"]
    offers = [offer for _, offer in told.answers if offer]
    assert not {offer.id for offer in offers} & _kept(shared).keys()
    assert tell("mill", 1, 2, 501, 2).answers == told.answers

    uses = [helpers.use(units=each) for each in (1, 2, 501, 2)]
    kept = decide.decide_each(shared, tile, "mill", uses)
    assert kept.answers == told.answers
    assert {offer.id: offer for offer in offers}.items() <= _kept(shared).items()
    assert tell("mill", 1, 2, 501, 2).answers == told.answers
    with shared.store.reading() as tx:
        made = [entry.subject for entry in entries.of_kind(tx, "offer-made")]
        assert sorted(set(made)) == sorted(made)
        assert {offer.id for offer in offers} <= set(made)
        assert check_chain(entries.walk(tx)) is not None


def test_it_is_found_by_its_id_and_listed_once(shared: Any, tell: Any) -> None:
    offer = tell("shop", 11).answers[0][1]
    shown = reads.offer(shared, offer.id)
    assert (shown.id, shown.licensee, shown.made_at) == (offer.id, "shop", offer.made_at)
    with shared.store.reading() as tx:
        assert rights.get_offer(tx, offer.id) == offer
        assert names.beginning_with(tx, names.Named.OFFER, offer.id[:12], 9) == (offer.id,)
    assert [each.id for each in reads.offer_list(shared, "shop")] == [offer.id]
    with shared.store.transaction() as tx:
        decide.enter(tx, (offer,))
        decide.enter(tx, (offer,))
    shared.store.note(lambda tx: quotes.note(tx, offer))  # told by one who had looked before it was taken
    assert [each.id for each in reads.offer_list(shared, "shop")] == [offer.id]
    assert reads.offer(shared, offer.id) == shown
    assert len(reads.offer_list(shared)) == len({each.id for each in reads.offer_list(shared)})


def test_who_takes_it_has_it_in_the_book_and_gets_one_licence(shared: Any, tell: Any, helpers: Any) -> None:
    offer = tell("mill", 21).answers[0][1]
    invoices = [license.invoice(shared, offer.id) for _ in range(2)]
    assert invoices[0] == invoices[1]
    assert _kept(shared)[offer.id] == offer
    decision, again = tell("mill", 21).answers[0]
    assert (decision.outcome.value, again) == ("pay", offer)
    settle.settle(shared, invoices[0].id, settle.sign(shared, invoices[0].id))
    granted = license.grant(shared, offer.id)
    assert granted.id == license.grant(shared, offer.id).id == licence_id(offer.id)
    assert tell("mill", 21).answers[0][0].licence == granted.id
    with shared.store.reading() as tx:
        kinds = [entry.kind for entry in entries.about(tx, [offer.id])]
        assert kinds.count("offer-made") == 1
        assert (
            not tx.session.connection().exec_driver_sql(f"SELECT 1 FROM quotes WHERE id = '{offer.id}'").all()
        )


def test_told_by_many_at_once_it_is_one(shared: Any, tell: Any) -> None:
    with ThreadPoolExecutor(6) as threads:
        told = list(threads.map(lambda _: tell("pirate", 31).answers[0][1], range(12)))
    assert len(set(told)) == 1
    assert [each.id for each in reads.offer_list(shared, "pirate")] == [told[0].id]


def test_old_ones_are_forgotten(shared: Any, tile: Any, tell: Any, helpers: Any) -> None:
    offer = tell("shop", 41).answers[0][1]
    later = replace(shared, clock=lambda: datetime.now(UTC) + timedelta(days=60))
    draft = decide.draft(later, tile, "shop", [helpers.use(units=42)])
    assert decide.tell(later, draft).answers[0][1] is not None
    assert reads.offer(shared, offer.id).id == offer.id  # it can be seen that it has lapsed
    much_later = replace(shared, clock=lambda: datetime.now(UTC) + timedelta(days=93))
    decide.tell(much_later, decide.draft(much_later, tile, "shop", [helpers.use(units=43)]))
    with pytest.raises(UnknownError, match="ask for a decision"):
        reads.offer(shared, offer.id)


def test_who_does_not_wait_is_told_that_somebody_writes(shared: Any, tile: Any, helpers: Any) -> None:
    draft = decide.draft(shared, tile, "shop", [helpers.use(units=51), helpers.use(units=501)])
    with shared.store.transaction() as tx:
        decide.parties.get(tx, "shop")
        found = decide.tell_at_once(shared, draft)
        if shared.store.is_file:
            assert found is None
            assert tx.session.connection().exec_driver_sql("SELECT count(*) FROM quotes").scalar() is not None
    told = found or decide.tell_at_once(shared, draft)
    assert told is not None
    assert told.answers == decide.tell(shared, draft).answers
    assert reads.offer(shared, told.answers[0][1].id).id == told.answers[0][1].id
    nothing_new = decide.draft(shared, tile, "shop", [helpers.use(units=51)])
    assert decide.tell_at_once(shared, nothing_new) is nothing_new.decided


def test_an_answer_that_fails_notes_nothing(shared: Any, tell: Any) -> None:
    offer = replace(tell("shop", 61).answers[0][1], id="f" * 32)

    def work(tx: Any) -> None:
        quotes.note(tx, offer)
        raise KeyError

    with pytest.raises(KeyError):
        shared.store.note(work)
    with pytest.raises(UnknownError):
        reads.offer(shared, offer.id)


def test_what_was_noted_reaches_the_file_without_anybody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "CHECKPOINT_AFTER", 2)
    file = tmp_path / "a.sqlite"
    store = Store.open(f"sqlite:///{file}")
    statement = "INSERT INTO quotes VALUES (?, 'a', 'b', 'c', 'd', '1', 'TUSD', '2026')"
    for name in ("one", "two"):
        store.note(lambda tx, name=name: tx.session.connection().exec_driver_sql(statement, (name,)))
    assert _soon(lambda: _in_the_file_itself(file) == 2)
    store.close()


def _in_the_file_itself(file: Path) -> int:
    """Quotes, read past SQLite's journal: that is still there while a store is open."""
    try:
        with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as alone:
            return int(alone.execute("SELECT count(*) FROM quotes").fetchone()[0])
    except sqlite3.DatabaseError:  # half of it is in the journal
        return 0


def _soon(holds: Callable[[], bool]) -> bool:
    for _ in range(200):
        if holds():
            return True
        time.sleep(0.05)
    return False
