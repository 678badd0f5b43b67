"""What is asked often goes past the database layer, and what waits for the disk is written together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from ledger import decide
from ledger.domain.entries import check_chain
from ledger.domain.ids import LicenceId, PartyId
from ledger.errors import ConflictError, DatabaseError, UnknownError
from ledger.store import Store, Tx, access, entries, parties, rights
from ledger.store.asked import MOST, Asked, AskedOf
from ledger.store.parties import Party
from ledger.store.tables import PartyRow
from ledger.store.together import Together

AT = "2026-01-02T03:04:05Z"
NAMED = AskedOf(lambda those: select(PartyRow).where(PartyRow.id.in_(those)))  # type: ignore[attr-defined]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/a.sqlite" if sqlite else str(request.getfixturevalue("postgres")())
    opened = Store.open(url)
    yield opened
    opened.close()


class Counted:
    """The transactions of a store, counted; the first waits until as many items as `gathers` wait for it."""

    def __init__(self, store: Store, gathers: int = 0) -> None:
        self.store, self.gathers, self.count = store, gathers, 0
        self.together = Together(self.transaction)

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        self.count += 1
        while self.count == 1 and len(self.together._waiting) < self.gathers:
            time.sleep(0.001)
        with self.store.transaction() as tx:
            yield tx


def _add(tx: Tx, names: Sequence[str]) -> list[str]:
    for name in names:
        if name.startswith("bad"):
            raise UnknownError("party", name)
        parties.add(tx, Party(PartyId(name), name, "0x" + "1" * 40, AT))
    return [name.upper() for name in names]


def _written(together: Together, names: Sequence[str]) -> list[str]:
    """What each was answered, asked by a thread for each: the code of its error where it was refused."""

    def write(name: str) -> str:
        try:
            return together.write(_add, name)
        except (UnknownError, ConflictError) as error:
            return error.code

    with ThreadPoolExecutor(len(names)) as threads:
        return list(threads.map(write, names))


def test_what_waits_is_written_in_one_transaction(store: Store) -> None:
    names = [f"mill-{number}" for number in range(8)]
    counted = Counted(store, gathers=7)
    assert _written(counted.together, names) == [name.upper() for name in names]
    assert counted.count == 2
    with store.reading() as tx:
        assert [party.id for party in parties.every(tx)] == names


def test_what_is_refused_spoils_no_other(store: Store) -> None:
    counted = Counted(store, gathers=3)
    answers = _written(counted.together, ["mill-1", "bad-2", "mill-3", "mill-4"])
    assert answers == ["MILL-1", "unknown-party", "MILL-3", "MILL-4"]
    assert _written(counted.together, ["mill-1"]) == ["conflict"]
    with store.reading() as tx:
        assert [party.id for party in parties.every(tx)] == ["mill-1", "mill-3", "mill-4"]


def test_who_is_interrupted_leaves_nobody_waiting(store: Store) -> None:
    def stop(_tx: Tx, names: Sequence[str]) -> list[str]:
        raise KeyboardInterrupt

    counted = Counted(store)
    with pytest.raises(KeyboardInterrupt):
        counted.together.write(stop, "mill-1")
    assert _written(counted.together, ["mill-2"]) == ["MILL-2"]


def test_the_first_answer_to_a_key_is_everybodys(store: Store) -> None:
    """Eight answer one key at once; another request with that key is told of the first."""

    def answer(number: int) -> access.Reply:
        reply = access.Reply("POST /x", "ab", 200, str(number), AT)
        given = access.Answered("me", "key", reply, "2026-01-01")
        return store.note(lambda tx: access.answer_first(tx, given))

    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(answer, range(8)))
    assert len({each.response for each in kept}) == 1
    other = access.Answered("me", "key", access.Reply("POST /x", "cd", 200, "9", AT), "2026-01-01")
    assert store.note(lambda tx: access.answer_first(tx, other)) == kept[0]
    late = access.Answered("me", "key", access.Reply("POST /x", "cd", 200, "9", AT), "2026-02-01")
    assert store.note(lambda tx: access.answer_first(tx, late)) is late.reply


def test_a_list_of_any_length_is_asked(store: Store) -> None:
    names = [f"mill-{number}" for number in range(MOST + 90)]
    with store.transaction() as tx:
        for name in names[::2]:
            parties.add(tx, Party(PartyId(name), name, "0x" + "1" * 40, AT))
        assert {row.id for row in tx.ask_of(NAMED, names)} == set(names[::2])
        assert tx.ask_of(NAMED, names[:3]) == tx.ask_of(NAMED, names[:4])[:2]
        assert tx.ask_of(NAMED, []) == []
        assert rights.grants_named(tx, [LicenceId("f" * 32)]) == ()


def test_what_the_database_refuses_has_a_code(store: Store) -> None:
    with store.transaction() as tx:
        tx.session.connection().exec_driver_sql("ALTER TABLE parties RENAME TO people")
    with pytest.raises(DatabaseError), store.reading() as tx:
        tx.ask(Asked(select(PartyRow)))


def test_the_same_is_asked_at_once_and_one_offer_is_kept(
    ledger: Any, helpers: Any, make_at_once: Callable[..., list[Any]]
) -> None:
    helpers.people(ledger, "mill")
    _, (tile, *_) = helpers.published(ledger, "first", 1, helpers.terms())
    use = helpers.use(units=7)

    def ask() -> Any:
        return decide.decide(ledger, tile, PartyId("mill"), use)[1]

    offers = make_at_once(ask, 6)
    assert len(set(offers)) == 1
    with ledger.store.reading() as tx:
        assert [entry.subject for entry in entries.of_kind(tx, "offer-made")] == [offers[0].id]
        assert check_chain(entries.walk(tx)) is not None
        assert rights.offers(tx) == (offers[0],)


@pytest.fixture
def make_at_once() -> Callable[..., list[Any]]:
    """`work` done so many times at the same instant."""

    def run(work: Callable[[], Any], times: int) -> list[Any]:
        start = threading.Barrier(times)

        def one(_: int) -> Any:
            start.wait()
            return work()

        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(one, range(times)))

    return run
