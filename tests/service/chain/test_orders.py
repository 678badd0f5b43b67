"""Orders signed offline and completed at the desk: once, for exactly what was signed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.chain import NATIVE, ContractRevertError, InsufficientFundsError, MessageError, Order, Split
from ledger.chain.orders import SignedOrder

_GROUP = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture
def desk(story):
    story.register()
    assert story.chain.open_desk(story.manager) is not None
    assert story.chain.open_desk(story.manager) is None
    return story


def _order(story, **changes):
    split = Split(tuple(payee.address for payee in story.payees), (3333, 3333, 3334))
    fields = {
        "licence": story.licence(1, until=story.chain.clock() + 10_000),
        "price": 100,
        "currency": story.dollar,
        "split": split,
        "closes": story.chain.clock() + 1_000,
        "salt": b"\x05" * 32,
        "anybody": True,
    }
    return Order(**{**fields, **changes})


def test_an_order_is_bought_with_tokens_once(desk):
    chain, ann = desk.chain, desk.payees[0].address
    signed = chain.sign_order(desk.manager, _order(desk))
    licence, tx = chain.complete_order(desk.payer, signed, ann, desk.proof)
    assert chain.complete_order(desk.payer, signed, ann, desk.proof) == (licence, tx)
    assert chain.licence_valid(licence)
    assert chain.licence(licence.id).licence == licence
    assert (licence.licensee, tx.event["licensee"]) == (ann, ann)
    assert [chain.credit(desk.dollar, payee.address) for payee in desk.payees] == [33, 33, 34]
    assert chain.balance(desk.payer.address, desk.dollar) == 10_000_000 - 100


def test_orders_of_several_and_in_the_chains_own_coin(desk):
    chain = desk.chain
    signed = chain.sign_order(desk.manager, _order(desk, count=2, currency=NATIVE))
    bought = [
        chain.complete_order(desk.payer, signed, payee.address, desk.proof, index=index)[0]
        for index, payee in enumerate(desk.payees[:2])
    ]
    assert all(chain.licence_valid(each) for each in bought)
    with pytest.raises(ContractRevertError, match="OrderSpent"):
        chain.complete_order(desk.payer, signed, desk.payees[2].address, desk.proof, index=2)
    free = chain.sign_order(desk.manager, _order(desk, price=0))
    licence, _ = chain.complete_order(desk.payer, free, desk.payer.address, desk.proof)
    assert chain.licence_valid(licence)


def test_a_buyer_who_tries_again_buys_once_and_is_not_given_anothers_purchase(desk):
    chain, (ann, ben) = desk.chain, [payee.address for payee in desk.payees[:2]]
    signed = chain.sign_order(desk.manager, _order(desk, count=3))
    licence, tx = chain.complete_order(desk.payer, signed, ann, desk.proof)
    assert chain.complete_order(desk.payer, signed, ann, desk.proof) == (licence, tx)
    for index in (0, 2):
        with pytest.raises(ContractRevertError, match="WrongPurchase"):
            chain.complete_order(desk.payer, signed, ben, desk.proof, index=index)
    assert chain.balance(desk.payer.address, desk.dollar) == 10_000_000 - 100
    assert chain.complete_order(desk.payer, signed, ben, desk.proof, index=1)[1] != tx


def test_forged_altered_and_malleable_orders_are_refused_before_any_money(desk):
    chain, ann = desk.chain, desk.payees[0].address
    signed = chain.sign_order(desk.manager, _order(desk))
    r, s, v = signed.signature[:32], int.from_bytes(signed.signature[32:64], "big"), signed.signature[64]
    twin = r + (_GROUP - s).to_bytes(32, "big") + bytes([55 - v])
    for wrong, told in (
        (replace(signed, order=replace(signed.order, price=99)), "not 0x"),
        (chain.sign_order(desk.payer, signed.order), "not 0x"),
        (SignedOrder(signed.order, twin), "upper half"),
        (SignedOrder(signed.order, bytes(65)), "27 or 28"),
        (SignedOrder(signed.order, bytes(64) + b"\x1b"), "signature"),
        (SignedOrder(signed.order, b"short"), "65 bytes"),
    ):
        with pytest.raises(MessageError, match=told):
            chain.complete_order(desk.payer, wrong, ann, desk.proof)
    late = chain.sign_order(desk.manager, _order(desk, closes=chain.clock()))
    with pytest.raises(MessageError, match="closed"):
        chain.complete_order(desk.payer, late, ann, desk.proof)
    assert chain.balance(desk.payer.address, desk.dollar) == 10_000_000


def test_orders_are_withdrawn(desk):
    chain, ann = desk.chain, desk.payees[0].address
    one, other = (chain.sign_order(desk.manager, _order(desk, salt=bytes([n]) * 32)) for n in (1, 2))
    tx = chain.cancel_order(desk.manager, one.order)
    assert chain.cancel_order(desk.manager, one.order) == tx
    chain.cancel_orders(desk.manager)
    assert chain.order_epoch(desk.manager.address) == 1
    for each in (one, other):
        with pytest.raises(ContractRevertError, match="OrderWithdrawn"):
            chain.complete_order(desk.payer, each, ann, desk.proof)
    again = chain.sign_order(desk.manager, _order(desk, epoch=1))
    chain.complete_order(desk.payer, again, ann, desk.proof)


def test_who_cannot_pay_is_told_and_an_order_for_one_is_for_nobody_else(desk):
    chain, ann = desk.chain, desk.payees[0].address
    dear = chain.sign_order(desk.manager, _order(desk, price=10**30))
    with pytest.raises(InsufficientFundsError):
        chain.complete_order(desk.payer, dear, ann, desk.proof)
    mine = chain.sign_order(desk.manager, _order(desk, anybody=False))
    with pytest.raises(ContractRevertError, match="WrongLicensee"):
        chain.complete_order(desk.payer, mine, ann, desk.proof)
    chain.complete_order(desk.payer, mine, desk.payer.address, desk.proof)


def test_an_order_that_cannot_be_is_refused(desk):
    for wrong in (
        {"count": 0},
        {"price": -1},
        {"salt": b""},
        {"licence": desk.licence(1, leaf=None)},
        {"licence": desk.licence(1, invoice_id=b"\x01" * 32)},
    ):
        with pytest.raises(MessageError):
            _order(desk, **wrong)
