"""Sublicences: given within the licence above, on chain and in the book, and ended with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from ledger import (
    bill,
    decide,
    on_chain,
    parties,
    signers,
    standing,
    tally,
    witness,
)
from ledger.audit import audit
from ledger.chain import ContractRevertError, LicenceState, UnitReport
from ledger.domain.decision import Outcome
from ledger.domain.errors import FieldError, OrderError, TermsError
from ledger.errors import KeyMissingError, UnknownError
from ledger.follow import follow
from ledger.store import assets, entries, rights, txs
from ledger.sublicense import sublicense

GIVES = {"territory": ["GB"], "products": ["cushion"], "run": 200}
ELSEWHERE = "0x" + "12" * 20


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    """A ledger with three registered tiles whose licensees may give sublicences, two levels down."""
    with helpers.open(tmp_path_factory.mktemp("sublicences")) as ledger:
        helpers.people(ledger, "mill", "press", "tailor", funded=["mill"])
        parties.add(ledger, "abroad", "Abroad", ELSEWHERE)
        until = (date.today() + timedelta(days=300)).isoformat()
        terms = helpers.terms(sublicensing={"depth": 2}, price="1 TUSD", dates={"end": until})
        yield ledger, helpers.published(ledger, "sublicences", 5, terms)[1]


def test_a_sublicence_is_decided_counted_and_ended_with_its_parent(
    estate: Any, helpers: Any, tmp_path: Path
) -> None:
    ledger, (tile, *_) = estate
    owner = helpers.licensed(ledger, tile, "mill", helpers.use())
    asked = lambda party, **use: decide.decide(ledger, tile, party, helpers.use(**use))[0].outcome  # noqa: E731
    assert asked("press") is Outcome.PAY
    deep = {**GIVES, "sublicensing": {"depth": 1}}
    given = sublicense(ledger, owner.id, "press", deep)
    assert sublicense(ledger, owner.id, "press", deep) == given
    assert (given.parent, given.offer, given.invoice, given.most_units) == (owner.id, None, None, 200)
    record = on_chain.record(ledger, given)
    assert record.state is LicenceState.GRANTED
    assert record.licence.parent == on_chain.record(ledger, owner).licence.id
    assert asked("press", units=200) is Outcome.PERMIT
    assert asked("press", units=201) is Outcome.PAY
    assert asked("press", territory="FR") is Outcome.PAY
    assert asked("mill", units=300) is Outcome.PERMIT
    assert asked("mill", units=301) is Outcome.PAY  # 200 of the 500 are the press's now

    below = sublicense(ledger, given.id, "tailor", {"run": 50}, "first")
    assert asked("tailor", units=50) is Outcome.PERMIT
    with pytest.raises(OrderError, match="levels"):
        sublicense(ledger, below.id, "mill", {"run": 1})

    bill.report(ledger, owner.id, helpers.use(units=120), "mill")
    bill.report(ledger, given.id, helpers.use(units=70), "press")
    collection = assets_collection(ledger, tile)
    counted = {each.licence: (each.units, each.left) for each in tally.tally(ledger, collection)}
    assert counted == {owner.id: (120, 180), given.id: (70, 80)}
    assert tally.tally(ledger, collection) == ()

    follow(ledger.store, ledger.chain(), 0)
    assert audit(ledger.store, witness.manager(ledger).address) == ()
    assert helpers.rebuilt(ledger, tmp_path) == []

    standing.suspend(ledger, owner.id, "unpaid")
    assert asked("press") is asked("tailor") is Outcome.PAY
    assert not _valid(ledger, below)
    with pytest.raises(OrderError, match="suspended"):
        sublicense(ledger, owner.id, "press", {**GIVES, "run": 1})
    standing.resume(ledger, owner.id, "paid")
    assert asked("tailor", units=50) is Outcome.PERMIT
    assert _valid(ledger, below)
    standing.revoke(ledger, given.id, "breach")  # the creator ends one sublicence, and what is below it
    assert asked("tailor", units=1) is Outcome.PAY
    assert asked("mill", units=1) is Outcome.PERMIT
    again = sublicense(ledger, owner.id, "press", {**GIVES, "run": 10})
    standing.revoke(ledger, owner.id, "breach")
    for grant, party in ((owner, "mill"), (again, "press"), (below, "tailor")):
        assert asked(party, units=1) is Outcome.PAY
        assert not _valid(ledger, grant)
    with pytest.raises(OrderError, match="revoked"):
        sublicense(ledger, owner.id, "press", {**GIVES, "run": 1})


def test_what_is_refused_changes_nothing(estate: Any, helpers: Any) -> None:
    ledger, (_, tile, *_) = estate
    owner = helpers.licensed(ledger, tile, "mill", helpers.use())
    before = _counts(ledger)
    for gives, field in (
        ({**GIVES, "territory": ["DE"]}, "territory"),
        ({**GIVES, "products": ["curtain"]}, "products"),
        ({**GIVES, "dates": {"end": "2099-01-01"}}, "dates"),
        ({**GIVES, "sublicensing": {"depth": 2}}, "sublicensing"),
        ({**GIVES, "run": "unlimited"}, "run"),
        ({"territory": ["GB"]}, "run"),
        ({**GIVES, "exclusive": True}, "exclusive"),
    ):
        with pytest.raises(TermsError) as refused:
            sublicense(ledger, owner.id, "press", gives)
        assert refused.value.field == field
    with pytest.raises(OrderError, match="500 left to give"):
        sublicense(ledger, owner.id, "press", {**GIVES, "run": 501})
    with pytest.raises(OrderError, match="ended"):
        sublicense(ledger, owner.id, "press", {**GIVES, "dates": {"end": "2020-01-01"}})
    with pytest.raises(FieldError, match="licensee"):
        sublicense(ledger, owner.id, "mill", GIVES)
    with pytest.raises(FieldError, match="key"):
        sublicense(ledger, owner.id, "press", GIVES, "\n")
    for parent, party in (("0" * 32, "press"), (owner.id, "nobody")):
        with pytest.raises(UnknownError):
            sublicense(ledger, parent, party, GIVES)
    assert _counts(ledger) == before


def test_after_a_crash_it_is_given_once(estate: Any, helpers: Any, monkeypatch: Any) -> None:
    ledger, (_, _, tile, *_) = estate
    owner = helpers.licensed(ledger, tile, "mill", helpers.use())
    monkeypatch.setattr(rights, "add_grant", helpers.crash)
    with pytest.raises(KeyboardInterrupt):
        sublicense(ledger, owner.id, "press", GIVES)
    monkeypatch.undo()
    assert on_chain.record(ledger, owner).left == 300
    given = sublicense(ledger, owner.id, "press", GIVES)
    assert on_chain.record(ledger, owner).left == 300
    with ledger.store.reading() as tx:
        told = entries.about(tx, [given.id])
    assert [(each.kind, each.body["units"]) for each in told] == [("sublicence-granted", 200)]

    # Whose key is elsewhere lets us act in the licence book, or sends it from there.
    held = sublicense(ledger, owner.id, "abroad", {"run": 20, "sublicensing": {"depth": 1}})
    with pytest.raises(KeyMissingError, match="setOperator"):
        sublicense(ledger, held.id, "tailor", {"run": 5})


def test_pieces_on_their_way_to_a_sublicence_are_nobody_elses(
    estate: Any, helpers: Any, monkeypatch: Any
) -> None:
    """The licensee above reports while the chain is asked: book and chain both hold the run."""
    ledger, (_, _, _, tile, _) = estate
    owner = helpers.licensed(ledger, tile, "mill", helpers.use())
    asked, told = Event(), Event()
    chain = ledger.chain()

    def slowly(account: Any, parent: Any, licence: Any) -> Any:
        asked.set()
        assert told.wait(60)
        return type(chain).sublicense(chain, account, parent, licence)

    monkeypatch.setattr(chain, "sublicense", slowly)
    with ThreadPoolExecutor(1) as other:
        giving = other.submit(sublicense, ledger, owner.id, "press", GIVES)
        assert asked.wait(60)
        with pytest.raises(OrderError, match="run"):
            bill.report(ledger, owner.id, helpers.use(units=301), "too many")
        with pytest.raises(OrderError, match="300 left to give"):
            sublicense(ledger, owner.id, "tailor", {**GIVES, "run": 301})
        bill.report(ledger, owner.id, helpers.use(units=300), "all that is left")
        told.set()
        given = giving.result()
    bill.report(ledger, given.id, helpers.use(units=200), "press")
    counted = {each.licence: each.left for each in tally.tally(ledger, assets_collection(ledger, tile))}
    assert counted == {owner.id: 0, given.id: 0}


def test_pieces_of_a_sublicence_that_was_not_given_come_back(
    estate: Any, helpers: Any, monkeypatch: Any
) -> None:
    ledger, (*_, tile) = estate
    owner = helpers.licensed(ledger, tile, "mill", helpers.use())
    record, chain = on_chain.record(ledger, owner), ledger.chain()
    mill = signers.acting_for(ledger, chain, "mill")
    chain.report_units(mill, UnitReport(record.licence, 400, record.left))  # past the book
    with pytest.raises(ContractRevertError, match="RunExceeded"):
        sublicense(ledger, owner.id, "press", GIVES)
    monkeypatch.setattr(chain, "sublicense", helpers.crash)
    with pytest.raises(KeyboardInterrupt):  # nobody knows whether it was sent
        sublicense(ledger, owner.id, "press", {**GIVES, "run": 100})
    with pytest.raises(OrderError, match="run"):
        bill.report(ledger, owner.id, helpers.use(units=401), "while it is unknown")
    monkeypatch.undo()
    given = sublicense(ledger, owner.id, "press", {**GIVES, "run": 100})
    assert on_chain.record(ledger, owner).left == 0
    assert sublicense(ledger, owner.id, "press", {**GIVES, "run": 100}) == given
    bill.report(ledger, owner.id, helpers.use(units=400), "what the chain has counted already")
    assert tally.tally(ledger, assets_collection(ledger, tile)) == ()


def assets_collection(ledger: Any, tile: str) -> Any:
    with ledger.store.reading() as tx:
        return assets.get(tx, tile).collection


def _valid(ledger: Any, grant: Any) -> bool:
    return bool(ledger.chain().licence_valid(on_chain.record(ledger, grant).licence))


def _counts(ledger: Any) -> tuple[int, int]:
    with ledger.store.reading() as tx:
        return len(txs.every(tx)), sum(1 for _ in entries.walk(tx))
