"""Licences suspended, resumed and revoked: on chain, in the book, and in every decision after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger import bill, decide, on_chain, standing, tally
from ledger.chain import ChainUnavailableError, LicenceState
from ledger.domain.decision import Outcome
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.licence import GrantState
from ledger.errors import UnknownError
from ledger.store import assets, entries, rights, txs


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    """A ledger with a registered tile under exclusive terms, and a way to license it."""
    with helpers.open(tmp_path_factory.mktemp("standing")) as ledger:
        helpers.people(ledger, "mill", "rival", funded=["mill", "rival"])
        terms = helpers.terms(exclusive=True, price="1 TUSD")
        yield ledger, helpers.published(ledger, "standing", 2, terms)[1]


def _entries(ledger: Any, subject: str) -> list[Any]:
    with ledger.store.reading() as tx:
        return list(entries.about(tx, [subject]))


def test_a_decision_sees_what_became_of_a_licence(estate: Any, helpers: Any) -> None:
    ledger, (tile, _) = estate
    licence = helpers.licensed(ledger, tile, "mill", helpers.use())
    asked = lambda party: decide.decide(ledger, tile, party, helpers.use())[0]  # noqa: E731
    on_its_chain = lambda: on_chain.record(ledger, licence).state  # noqa: E731
    assert asked("mill").outcome is Outcome.PERMIT

    assert standing.suspend(ledger, licence.id, "unpaid royalties").state is GrantState.SUSPENDED
    assert on_its_chain() is LicenceState.SUSPENDED
    suspended = asked("mill")
    assert suspended.outcome is Outcome.PAY
    assert "the licence is suspended" in str(suspended.checks)
    assert asked("rival").outcome is Outcome.DENY  # an exclusive right shuts out others as before

    assert standing.resume(ledger, licence.id, "paid").state is GrantState.IN_FORCE
    assert on_its_chain() is LicenceState.GRANTED
    assert asked("mill").outcome is Outcome.PERMIT
    assert standing.suspend(ledger, licence.id, "again").state is GrantState.SUSPENDED  # a second time counts

    assert standing.revoke(ledger, licence.id, "breach").state is GrantState.REVOKED
    assert on_its_chain() is LicenceState.REVOKED
    assert "the licence is revoked" in str(asked("mill").checks)
    with pytest.raises(OrderError, match="revoked"):
        standing.resume(ledger, licence.id, "regret")
    assert asked("rival").outcome is Outcome.PAY
    # the page is free
    assert helpers.licensed(ledger, tile, "rival", helpers.use()).state is GrantState.IN_FORCE


def test_done_twice_or_after_a_crash_it_is_done_once(estate: Any, helpers: Any, monkeypatch: Any) -> None:
    ledger, (_, tile) = estate
    licence = helpers.licensed(ledger, tile, "mill", helpers.use())
    monkeypatch.setattr(rights, "set_state", helpers.crash)
    with pytest.raises(KeyboardInterrupt):
        standing.suspend(ledger, licence.id, "unpaid")
    monkeypatch.undo()
    assert on_chain.record(ledger, licence).state is LicenceState.SUSPENDED
    with ledger.store.reading() as tx:
        assert rights.get_grant(tx, licence.id).state is GrantState.IN_FORCE
        before = len(txs.every(tx))
    for _ in range(2):
        assert standing.suspend(ledger, licence.id, "unpaid").state is GrantState.SUSPENDED
    with ledger.store.reading() as tx:
        assert len(txs.every(tx)) == before + 1
    told = [each for each in _entries(ledger, licence.id) if each.kind == "licence-suspended"]
    assert [each.body["why"] for each in told] == ["unpaid"]
    assert told[0].body["tx"].startswith("0x")


def test_what_cannot_be_done_changes_nothing(estate: Any, helpers: Any, monkeypatch: Any) -> None:
    ledger, (_, tile) = estate
    with ledger.store.reading() as tx:
        licence = rights.book(tx, tile).grants[0]
    with pytest.raises(UnknownError):
        standing.suspend(ledger, "0" * 32, "nobody")
    for why in ("", " ", "x" * 501):
        with pytest.raises(FieldError):
            standing.revoke(ledger, licence.id, why)
    monkeypatch.setattr("ledger.standing.on_chain.record", helpers.unreachable)
    with pytest.raises(ChainUnavailableError):
        standing.revoke(ledger, licence.id, "breach")
    with ledger.store.reading() as tx:
        assert rights.get_grant(tx, licence.id) == licence


def test_reported_units_are_counted_on_chain_once(
    estate: Any, helpers: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    ledger, (_, tile) = estate
    with ledger.store.reading() as tx:
        licence, collection = rights.book(tx, tile).grants[0], assets.get(tx, tile).collection
    if licence.state is GrantState.SUSPENDED:
        standing.resume(ledger, licence.id, "to report")
    left = lambda: on_chain.record(ledger, licence).left  # noqa: E731
    assert (left(), tally.tally(ledger, collection)) == (500, ())
    for key, units in (("one", 40), ("two", 60)):
        bill.report(ledger, licence.id, helpers.use(units=units), key)
    monkeypatch.setattr("ledger.tally.witness.record", helpers.crash)
    with pytest.raises(KeyboardInterrupt):
        tally.tally(ledger, collection)
    monkeypatch.undo()
    assert left() == 400
    assert tally.tally(ledger, collection) == ()  # what the crash left is neither lost nor counted twice
    bill.report(ledger, licence.id, helpers.use(units=400), "three")
    (counted,) = tally.tally(ledger, collection)
    assert (counted.licence, counted.units, counted.left) == (licence.id, 400, 0)
    assert (left(), tally.tally(ledger, collection)) == (0, ())
    assert [e.body["units"] for e in _entries(ledger, licence.id) if e.kind == "units-counted"] == [400]
    with pytest.raises(OrderError, match="run"):
        bill.report(ledger, licence.id, helpers.use(units=1), "one too many")
    assert helpers.rebuilt(ledger, tmp_path) == []
