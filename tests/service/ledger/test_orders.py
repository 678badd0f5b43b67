"""Orders: an offer that is invoiced stands in the way of others until it lapses, is granted or refunded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger import create, decide, license, parties, register, settle
from ledger.domain.decision import Outcome
from ledger.domain.errors import OrderError
from ledger.domain.money import Money
from ledger.store import assets, entries, money, orders

EXCLUSIVE = {"name": "Exclusive", "exclusive": True, "dates": {"end": "2099-12-31"}}


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path: Path, helpers: Any) -> Iterator[Any]:
    url = request.getfixturevalue("postgres")() if request.param == "postgresql" else None
    with helpers.open(tmp_path, url) as opened:
        yield opened


def _tile(ledger: Any, helpers: Any, **terms: Any) -> Any:
    """A registered tile under terms of its own."""
    for party in ("studio", "artist", "mill", "pirate"):
        parties.add(ledger, party, party.title())
    planned = create.plan(ledger, helpers.brief(count=1, seed=3), helpers.terms(**terms), "exclusive")
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    create.make(ledger, draft.id)
    register.register(ledger, planned.id)
    for party in ("mill", "pirate"):
        parties.fund(ledger, party, Money(1_000_000_000, "TUSD"))
    return draft.id


def _ask(ledger: Any, tile: Any, party: str, helpers: Any, **use: Any) -> Any:
    return decide.decide(ledger, tile, party, helpers.use(**use))


def _later(ledger: Any, days: int) -> Any:
    return replace(ledger, clock=lambda: datetime.now(UTC) + timedelta(days=days))


def _pay(ledger: Any, invoice: Any) -> None:
    settle.settle(ledger, invoice.id, settle.sign(ledger, invoice.id))


def test_of_two_buyers_at_the_same_instant_one_gets_the_invoice(shared: Any, helpers: Any) -> None:
    tile = _tile(shared, helpers, **EXCLUSIVE)
    offers = [_ask(shared, tile, party, helpers)[1] for party in ("mill", "pirate")]
    start, got, refused = threading.Barrier(2), [], []

    def take(offer: Any) -> None:
        start.wait()
        try:
            with shared.store.transaction() as tx:
                got.append(license.draw_up(shared, tx, offer))
        except OrderError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=take, args=(offer,)) for offer in offers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(refused) == 1
    assert "somebody else has ordered an exclusive licence" in refused[0]
    with shared.store.reading() as tx:
        assert [each.invoice for each in orders.pending(tx, tile, shared.today())] == [got[0].id]


def test_an_order_stands_until_its_invoice_lapses(ledger: Any, helpers: Any) -> None:
    tile = _tile(ledger, helpers, **EXCLUSIVE)
    first, second = (_ask(ledger, tile, party, helpers)[1] for party in ("mill", "pirate"))
    drawn = license.invoice(ledger, first.id)
    denied, none = _ask(ledger, tile, "pirate", helpers)
    assert (denied.outcome, none) == (Outcome.DENY, None)
    assert "somebody else has ordered an exclusive licence" in denied.reason
    with pytest.raises(OrderError, match="has ordered"):
        license.invoice(ledger, second.id)
    assert _ask(ledger, tile, "mill", helpers)[1] == first  # nobody stands in their own way
    assert license.invoice(ledger, first.id) == drawn
    last, lapsed = _later(ledger, 30), _later(ledger, 31)
    assert _ask(last, tile, "pirate", helpers)[0].outcome is Outcome.DENY
    free, offer = _ask(lapsed, tile, "pirate", helpers)
    assert free.outcome is Outcome.PAY
    license.invoice(lapsed, offer.id)
    with pytest.raises(OrderError, match="has ordered"):  # before money moves
        _pay(lapsed, drawn)


def test_an_exclusive_order_is_stopped_by_any_order_of_others(ledger: Any, helpers: Any) -> None:
    tile = _tile(ledger, helpers, exclusive={"territory": "GB"}, dates={"end": "2099-12-31"})
    first, second = (
        _ask(ledger, tile, party, helpers, territory=where)[1]
        for party, where in (("mill", "GB"), ("pirate", "FR"))
    )
    license.invoice(ledger, first.id)
    with pytest.raises(OrderError, match="has ordered"):
        license.invoice(ledger, second.id)


def test_what_was_paid_late_and_sold_meanwhile_is_owed_back(ledger: Any, helpers: Any) -> None:
    """The payer settles in the vault themselves, after the order lapsed and somebody else took the right."""
    tile = _tile(ledger, helpers, **EXCLUSIVE)
    first = _ask(ledger, tile, "mill", helpers)[1]
    late = license.invoice(ledger, first.id)
    signed = settle.sign(ledger, late.id)
    lapsed = _later(ledger, 31)
    second = _ask(lapsed, tile, "pirate", helpers)[1]
    _pay(lapsed, license.invoice(lapsed, second.id))
    license.grant(lapsed, second.id)
    chain = ledger.chain()
    from ledger import vault, witness

    as_issued = vault.in_vault(ledger, chain, late)
    chain.settle_with_authorization(witness.manager(ledger), as_issued, signed)
    settle.settle(lapsed, late.id)
    for _ in range(2):
        with pytest.raises(OrderError, match=r"somebody else holds an exclusive|owed back"):
            license.grant(lapsed, first.id)
    with ledger.store.reading() as tx:
        (entry,) = [each for each in entries.about(tx, [first.id]) if each.kind == orders.REFUND_DUE]
        assert money.settled_without_grant(tx) == ()
        with pytest.raises(OrderError, match="owed back"):
            license.require_payable(lapsed, tx, first)
    assert (entry.body["payer"], entry.body["amount"]) == ("mill", "250.00 TUSD")
    assert "exclusive" in entry.body["why"]


def test_money_moves_for_an_order_that_is_not_granted_and_nothing_else(ledger: Any, helpers: Any) -> None:
    tile = _tile(ledger, helpers)
    offer = _ask(ledger, tile, "mill", helpers)[1]
    with ledger.store.reading() as tx, pytest.raises(OrderError, match="accept it first"):
        license.require_payable(ledger, tx, offer)
    invoice = license.invoice(ledger, offer.id)
    with ledger.store.reading() as tx:
        assert license.require_payable(ledger, tx, offer) == helpers.terms()
    license.refund_due(ledger, offer.id, "nobody paid it")  # so nothing is owed
    _pay(ledger, invoice)
    license.grant(ledger, offer.id)
    with ledger.store.reading() as tx, pytest.raises(OrderError, match="granted already"):
        license.require_payable(ledger, tx, offer)
    with ledger.store.reading() as tx:
        assert not [each for each in entries.about(tx, [offer.id]) if each.kind == orders.REFUND_DUE]
        assert orders.pending(tx, tile, ledger.today()) == ()
