"""What reaches a till past us buys its licence or goes back, and what is owed is paid back: each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from x402_shop import PRICE, Shop

from ledger import (
    decide,
    facilitating,
    license,
    on_chain,
    parties,
    paying,
    refunding,
    restoring,
    settle,
    sweeping,
    tills,
    witness,
    x402,
)
from ledger.chain import InsufficientFundsError, load_or_create_account
from ledger.domain.errors import OrderError
from ledger.domain.licence import licence_id
from ledger.domain.money import Money
from ledger.errors import PaymentRefusedError
from ledger.store import entries, rights
from ledger.sweeping import Outcome, Swept
from ledger.workflows import Jobs, State


def swept(shop: Shop) -> Swept | None:
    """What a sweep of all tills did to the one of this shop."""
    return next((each for each in sweeping.sweep(shop.ledger) if each.offer == shop.offer.id), None)


def returned(shop: Shop) -> list[str]:
    with shop.ledger.store.reading() as tx:
        told = entries.about(tx, [shop.offer.id])
        return [str(each.body["amount"]) for each in told if each.kind == paying.RETURNED]


def test_a_plain_transfer_buys_the_licence_though_nobody_asks(shop: Shop) -> None:
    assert swept(shop) is None
    shop.transfer(PRICE)
    found = swept(shop)
    assert found is not None
    assert found.outcome is Outcome.GRANTED
    shop.sold_once()
    assert swept(shop) is None
    shop.sold_once()


def test_what_is_sent_for_an_offer_that_was_only_told_is_found(shop: Shop, helpers: Any) -> None:
    """The facilitator is asked about it, names its till, and is never told to settle."""
    shop.use = helpers.use(units=77)
    told = decide.tell(shop.ledger, decide.draft(shop.ledger, shop.tile.id, shop.party, [shop.use]))
    offer = told.answers[0][1]
    assert offer is not None
    asked = {**shop.wanted.to_dict(), "extra": {x402.OFFER: offer.id}}
    with pytest.raises(PaymentRefusedError, match=tills.of_offer(shop.ledger, offer.id).address):
        facilitating.offer_of(shop.ledger, asked, lambda _: True)
    shop.offer = offer
    shop.transfer(PRICE)
    assert swept(shop) == Swept(offer.id, Outcome.GRANTED)
    shop.sold_once()


def test_too_little_goes_back_and_so_does_what_is_too_much(shop: Shop) -> None:
    shop.transfer(PRICE - 1)
    found = swept(shop)
    assert found is not None
    assert found.outcome is Outcome.RETURNED
    shop.unsold()
    shop.transfer(PRICE + 1)
    found = swept(shop)
    assert found is not None
    assert found.outcome is Outcome.GRANTED
    shop.sold_once()
    assert returned(shop) == ["249.999999 TUSD", "0.000001 TUSD"]


def test_what_comes_after_the_licence_goes_back(shop: Shop) -> None:
    paying.pay(shop.ledger, shop.offer.id, shop.payment())
    shop.transfer(PRICE)
    found = swept(shop)
    assert found is not None
    assert found.outcome is Outcome.RETURNED
    shop.sold_once()


def test_what_comes_for_an_offer_that_has_lapsed_goes_back(shop: Shop) -> None:
    shop.transfer(PRICE)
    later = lambda: datetime.now(UTC) + timedelta(days=90)  # noqa: E731
    found = sweeping.sweep_till(replace(shop.ledger, clock=later), shop.offer.id)
    assert found is not None
    assert (found.outcome, "was good until" in found.why) == (Outcome.RETURNED, True)
    shop.unsold()


def test_what_nobody_sent_is_told_of(shop: Shop) -> None:
    till = tills.of_offer(shop.ledger, shop.offer.id).address
    shop.chain.mint_test_dollars(witness.manager(shop.ledger), till, 5)
    found = swept(shop)
    assert found is not None
    assert (found.outcome, "nobody sent it" in found.why) == (Outcome.KEPT, True)
    shop.transfer(PRICE - 5)  # with which it is the price
    found = swept(shop)
    assert found is not None
    assert found.outcome is Outcome.GRANTED


def test_cut_short_before_it_is_written_down_it_went_back_once(
    shop: Shop, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.transfer(7)
    with monkeypatch.context() as broken:
        broken.setattr("ledger.paying._write_return", helpers.crash)
        with pytest.raises(KeyboardInterrupt):
            sweeping.sweep_till(shop.ledger, shop.offer.id)
    assert (shop.in_till(), shop.spent(), returned(shop)) == (0, 0, [])
    assert swept(shop) == Swept(shop.offer.id, Outcome.RETURNED)
    assert (shop.spent(), returned(shop)) == (0, ["0.000007 TUSD"])
    assert swept(shop) is None


def test_the_job_that_settles_empties_the_till(shop: Shop, helpers: Any) -> None:
    invoice = license.invoice(shop.ledger, shop.offer.id)
    parties.fund(shop.ledger, shop.party, Money(PRICE, "TUSD"))
    signed = settle.sign(shop.ledger, invoice.id).to_dict()
    shop.transfer(PRICE)
    jobs = Jobs.open(shop.ledger, helpers.jobs_url(shop.folder), execute=True)
    operation = jobs.submit("settle", {"invoice": invoice.id, "authorization": signed}, invoice.id)
    ended = jobs.wait(operation, timeout=60)
    jobs.close()
    assert ended.state is State.DONE, ended.error
    assert (shop.spent(), shop.in_till(), shop.told()["licence-granted"]) == (0, 0, 1)


def test_a_refund_is_paid_once_to_the_account_that_paid(
    shop: Shop, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, offer = shop.ledger, shop.offer.id
    with pytest.raises(OrderError, match="no money of it is owed back"):
        refunding.refund(ledger, offer)
    paying.collect(ledger, offer, shop.payment())
    license.refund_due(ledger, offer, "somebody else took the right")
    assert offer in refunding.due(ledger)
    with pytest.raises(InsufficientFundsError, match="lacks"):
        refunding.refund(ledger, offer)
    _fund_ledger(shop)
    with monkeypatch.context() as broken:
        broken.setattr("ledger.witness.record", helpers.crash)
        with pytest.raises(KeyboardInterrupt):
            refunding.refund(ledger, offer)
    assert (shop.spent(), offer in refunding.due(ledger)) == (0, True)
    _fund_ledger(shop)
    paid = refunding.refund(ledger, offer)
    assert (paid.amount, paid.to) == ("250.00 TUSD", (shop.buyer.address,))
    assert refunding.refund(ledger, offer) == paid
    assert (shop.spent(), shop.told()[refunding.PAID]) == (0, 1)
    assert offer not in refunding.due(ledger)


def test_what_a_party_paid_by_its_own_signature_goes_back_to_the_party(shop: Shop) -> None:
    ledger, offer = shop.ledger, shop.offer.id
    invoice = license.invoice(ledger, offer)
    parties.fund(ledger, shop.party, Money(PRICE, "TUSD"))
    settle.settle(ledger, invoice.id, settle.sign(ledger, invoice.id))
    license.refund_due(ledger, offer, "somebody else took the right")
    shop.transfer(PRICE)
    found = swept(shop)
    assert found is not None
    assert found.outcome is Outcome.RETURNED
    _fund_ledger(shop)
    address = load_or_create_account(ledger.keys, shop.party).address
    assert refunding.refund(ledger, offer).to == (address,)
    assert (shop.spent(), shop.chain.balance(address, shop.wanted.asset)) == (0, PRICE)


def test_a_payment_whose_blocks_were_taken_back_is_made_again(shop: Shop, helpers: Any) -> None:
    node = shop.chain._node
    jobs = Jobs.open(shop.ledger, helpers.jobs_url(shop.folder), execute=True)
    snapshot = node.rpc("evm_snapshot")
    taken = jobs.submit("x402", {"offer": shop.offer.id, "payment": shop.payment()}, shop.offer.id)
    assert jobs.wait(taken, timeout=60).state is State.DONE
    jobs.close()
    assert not restoring.is_gone(shop.ledger, shop.offer.id)
    assert node.rpc("evm_revert", snapshot)
    assert (shop.spent(), restoring.gone(shop.ledger)) == (0, (shop.offer.id,))
    found = swept(shop)
    assert found is not None
    assert (found.outcome, restoring.gone(shop.ledger)) == (Outcome.RESTORED, ())
    shop.sold_once()
    with shop.ledger.store.reading() as tx:
        grant = rights.get_grant(tx, licence_id(shop.offer.id))
    record = on_chain.record(shop.ledger, grant)
    assert record is not None
    assert swept(shop) is None
    shop.sold_once()


def test_where_it_cannot_be_made_again_the_licence_is_suspended_until_it_is_paid(shop: Shop) -> None:
    """It came by a transfer of the buyer's own, so there is nothing that we could bring again."""
    node = shop.chain._node
    shop.chain.fund(shop.buyer.address, 10**18)
    snapshot = node.rpc("evm_snapshot")
    shop.transfer(PRICE)
    assert swept(shop) == Swept(shop.offer.id, Outcome.GRANTED)
    assert node.rpc("evm_revert", snapshot)
    found = swept(shop)
    assert found is not None
    assert found.outcome is Outcome.SUSPENDED
    assert decide.decide(shop.ledger, shop.tile.id, shop.party, shop.use)[0].outcome != "permit"
    assert (shop.spent(), shop.in_till(), shop.told()["licence-suspended"]) == (0, 0, 1)
    assert swept(shop) == found
    assert shop.told()["licence-suspended"] == 1
    shop.transfer(PRICE)
    found = swept(shop)
    assert found is not None
    assert found.outcome is Outcome.RESTORED
    shop.sold_once()


def _fund_ledger(shop: Shop) -> None:
    account = witness.manager(shop.ledger)
    shop.chain.mint_test_dollars(account, account.address, PRICE)
