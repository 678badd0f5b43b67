"""Tills are swept and the chain is followed though nobody asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from x402_shop import PRICE, Shop

from api.settings import load_settings
from api.tending import Tending
from ledger import sweeping, tending, witness
from ledger.chain import ChainUnavailableError
from ledger.store import chain_events
from ledger.workflows import Jobs, State


@pytest.fixture
def jobs(shop: Shop, tmp_path: Path, helpers: Any) -> Iterator[Jobs]:
    opened = Jobs.open(shop.ledger, helpers.jobs_url(tmp_path), execute=True)
    yield opened
    opened.close()


def _tending(shop: Shop, jobs: Jobs, seconds: float) -> Tending:
    return Tending(load_settings(tend_seconds=seconds), shop.ledger, jobs)


def test_what_reached_a_till_buys_its_licence_by_itself(shop: Shop, jobs: Jobs) -> None:
    asked: dict[str, str] = {}

    def submit(kind: str, arguments: Any, turn: str) -> str:
        return asked.setdefault(turn, jobs.submit(kind, arguments, turn))

    assert shop.offer.id not in tending.tend(shop.ledger, 0, submit, "before")
    shop.transfer(PRICE)
    assert shop.offer.id in tending.tend(shop.ledger, 0, submit, "after")
    assert jobs.submit("sweep", {}, "after") == asked["after"]  # as a second process at the same turn
    assert jobs.wait(asked["after"]).state is State.DONE
    shop.sold_once()
    assert shop.offer.id not in tending.tend(shop.ledger, 0, submit, "then")
    assert shop.offer.id not in sweeping.waiting(shop.ledger)
    with shop.ledger.store.reading() as tx:
        head = shop.ledger.chain().block()
        cursor = chain_events.cursor(tx)
    assert cursor is not None
    assert head is not None
    assert cursor.block == head.number


def test_a_thread_does_it_and_outlives_a_chain_that_is_away(shop: Shop, jobs: Jobs, monkeypatch: Any) -> None:
    turns, again = [0], threading.Event()

    def unsteady(*_arguments: Any) -> Any:
        turns[0] += 1
        if turns[0] == 1:
            raise ChainUnavailableError("away")
        if turns[0] == 2:
            raise ZeroDivisionError
        again.set()
        return ()

    monkeypatch.setattr(tending, "tend", unsteady)
    each = _tending(shop, jobs, 0.01)
    each.start()
    assert again.wait(60)
    each.close()
    never = _tending(shop, jobs, 0)
    never.start()
    never.close()


def test_only_who_works_tends(shop: Shop, tmp_path: Path, helpers: Any, monkeypatch: Any) -> None:
    watching = Jobs.open(shop.ledger, helpers.jobs_url(tmp_path))
    monkeypatch.setattr(tending, "tend", helpers.crash)
    assert not _tending(shop, watching, 1).tend()
    watching.close()


def test_a_ledger_that_was_never_on_a_chain_is_left_alone(tmp_path: Path, helpers: Any) -> None:
    with helpers.open(tmp_path) as ledger:
        assert not witness.is_used(ledger)
        assert tending.tend(ledger, 0, helpers.crash, "turn") == ()
        assert not witness.is_used(ledger)
