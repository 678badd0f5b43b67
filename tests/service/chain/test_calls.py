"""Every call on the embedded devnet: what it does, and that doing it twice does it once."""

from __future__ import annotations

from functools import partial

import pytest

from ledger.chain import (
    NATIVE,
    ContractRevertError,
    InsufficientFundsError,
    InvoiceState,
    Leaf,
    LicenceState,
    MessageError,
    load_or_create_account,
    token_id,
)
from ledger.chain.node import RemoteNode
from ledger.chain.types import Authorization


def test_collection_is_registered_once_and_read_back(story):
    tx = story.register()
    assert story.register() == tx
    kept = story.chain.collection(story.collection_id)
    assert (kept.root, kept.size, kept.creator) == (story.root, 2, story.manager.address)
    assert (kept.terms_hash, kept.terms_version, kept.tx) == (story.terms, 1, tx)
    assert story.chain.collection(1) is None
    assert tx.kind == "register-collection"
    assert tx.gas < 80_000


def test_membership_is_judged_by_the_chain(story):
    story.register()
    chain, cid = story.chain, story.collection_id
    assert chain.is_member(cid, story.leaf, story.proof)
    assert not chain.is_member(cid, Leaf(5, b"\x01" * 32, 79), story.proof)
    assert not chain.is_member(cid + 1, story.leaf, story.proof)


def test_terms_are_replaced_and_the_same_terms_change_nothing(story):
    first = story.register()
    assert story.chain.publish_terms(story.manager, story.collection_id, story.terms) == first
    second = story.chain.publish_terms(story.manager, story.collection_id, b"\x0b" * 32)
    assert story.chain.publish_terms(story.manager, story.collection_id, b"\x0b" * 32) == second
    assert story.chain.collection(story.collection_id).terms_version == 2


def test_token_is_claimed_once(story):
    story.register()
    token = token_id(story.manager.address, story.leaf.asset_id)
    assert story.chain.token_owner(token) is None
    tx = story.chain.claim(story.payer, story.collection_id, story.leaf, story.proof)
    assert story.chain.claim(story.payer, story.collection_id, story.leaf, story.proof) == tx
    assert tx.event["tokenId"] == token
    assert story.chain.token_owner(token) == story.manager.address


def test_licence_is_granted_once_and_revoked(story):
    story.register()
    licence = story.licence(1)
    tx = story.chain.grant(story.manager, licence, story.proof)
    assert story.chain.grant(story.manager, licence, story.proof) == tx
    record = story.chain.licence(licence.id)
    assert (record.state, record.licence, record.tx) == (LicenceState.GRANTED, licence, tx)
    assert story.chain.licence_valid(licence)
    assert story.chain.licence(b"\x00" * 32) is None
    revoked = story.chain.revoke(story.manager, licence)
    assert story.chain.revoke(story.manager, licence) == revoked
    assert story.chain.licence(licence.id).state is LicenceState.REVOKED
    assert not story.chain.licence_valid(licence)


def test_signed_payment_is_settled_once_and_withdrawn(story):
    chain, invoice = story.chain, story.invoice(1)
    assert chain.invoice_state(invoice.id) is InvoiceState.NONE
    issued = chain.issue(story.manager, invoice)
    assert chain.issue(story.manager, invoice) == issued
    signed = chain.sign_payment(story.payer, invoice)
    before = chain.balance(story.payer.address)
    settled = chain.settle_with_authorization(story.manager, invoice, signed)
    assert chain.settle_with_authorization(story.manager, invoice, signed) == settled
    assert (
        chain.settle_with_authorization(story.manager, invoice, chain.sign_payment(story.payer, invoice))
        == settled
    )
    assert chain.balance(story.payer.address) == before
    assert chain.invoice_state(invoice.id) is InvoiceState.SETTLED
    assert chain.balance(story.payer.address, story.dollar) == 10_000_000 - 1_000_001
    paid = [chain.withdraw(story.manager, story.dollar, p.address) for p in story.payees]
    assert [tx.event["amount"] for tx in paid] == [333_300, 333_300, 333_401]
    assert chain.withdraw(story.manager, story.dollar, story.payees[0].address) == paid[0]
    assert chain.balance(story.payees[2].address, story.dollar) == 333_401


@pytest.mark.parametrize("native", [True, False])
def test_direct_payment(story, native):
    currency = NATIVE if native else story.dollar
    invoice = story.invoice(2, 100, currency)
    story.chain.issue(story.manager, invoice)
    tx = story.chain.settle(story.payer, invoice)
    assert story.chain.settle(story.payer, invoice) == tx
    assert [story.chain.credit(currency, p.address) for p in story.payees] == [33, 33, 34]


def test_licence_waits_for_its_invoice(story):
    story.register()
    invoice = story.invoice(3)
    licence = story.licence(3, invoice_id=invoice.id)
    story.chain.issue(story.manager, invoice)
    with pytest.raises(ContractRevertError) as refused:
        story.chain.grant(story.manager, licence, story.proof)
    assert refused.value.name == "InvoiceNotSettled"
    assert refused.value.arguments == ("0x" + invoice.id.hex(),)
    story.chain.settle(story.payer, invoice)
    assert (
        story.chain.grant(story.manager, licence, story.proof).event["invoiceId"] == "0x" + invoice.id.hex()
    )


def test_cancelled_invoice_cannot_be_paid(story):
    invoice = story.invoice(4, 100, NATIVE)
    story.chain.issue(story.manager, invoice)
    tx = story.chain.cancel(story.manager, invoice)
    assert story.chain.cancel(story.manager, invoice) == tx
    with pytest.raises(ContractRevertError, match="AlreadyCancelled"):
        story.chain.settle(story.payer, invoice)


def test_reference_is_not_reused_for_another_invoice(story):
    story.chain.issue(story.manager, story.invoice(5, 100))
    with pytest.raises(MessageError, match="another invoice"):
        story.chain.issue(story.manager, story.invoice(5, 101))


def test_contracts_refusals_are_named(story):
    with pytest.raises(ContractRevertError) as refused:
        story.chain.publish_terms(story.manager, 7, story.terms)
    assert (refused.value.name, refused.value.arguments) == ("UnknownCollection", (7,))
    with pytest.raises(ContractRevertError, match="NothingToWithdraw"):
        story.chain.withdraw(story.manager, NATIVE, story.payer.address)
    story.register()
    with pytest.raises(ContractRevertError, match="NotMember"):
        story.chain.claim(story.manager, story.collection_id, Leaf(9, b"\x09" * 32, 9), story.proof)


def test_signature_must_pay_this_invoice(story):
    invoice, other = story.invoice(6), story.invoice(7)
    for each in (invoice, other):
        story.chain.issue(story.manager, each)
    signed = story.chain.sign_payment(story.payer, other)
    with pytest.raises(MessageError, match=r"authorization\.nonce"):
        story.chain.settle_with_authorization(story.manager, invoice, signed)
    forged = Authorization(**{**signed.__dict__, "nonce": story.chain.payment_nonce(invoice)})
    with pytest.raises(MessageError, match=r"authorization\.signature"):
        story.chain.settle_with_authorization(story.manager, invoice, forged)
    with pytest.raises(MessageError, match="payer"):
        story.chain.sign_payment(story.manager, invoice)
    late = story.chain.sign_payment(story.payer, invoice, valid_seconds=-5)
    with pytest.raises(MessageError, match="valid_before"):
        story.chain.settle_with_authorization(story.manager, invoice, late)


def test_currency_that_takes_no_signatures(story):
    for number, currency in ((20, story.chain.deployment["RoyaltyVault"]), (21, NATIVE)):
        invoice = story.invoice(number, 100, currency)
        story.chain.issue(story.manager, invoice)
        with pytest.raises((ContractRevertError, MessageError), match=r"name|currency"):
            story.chain.sign_payment(story.payer, invoice)


def test_who_cannot_pay_is_told_so(story, tmp_path):
    poor = load_or_create_account(tmp_path / "keys", "poor")
    with pytest.raises(InsufficientFundsError, match="0 wei"):
        story.chain.register_collection(poor, root=story.root, size=1, terms_hash=story.terms)
    for currency in (NATIVE, story.dollar):
        invoice = story.invoice(8 + (currency == NATIVE), 10**30, currency)
        story.chain.issue(story.manager, invoice)
        with pytest.raises(InsufficientFundsError):
            story.chain.settle(story.payer, invoice)
    invoice = story.invoice(8, 10**30, story.dollar)
    signed = story.chain.sign_payment(story.payer, invoice)
    with pytest.raises(InsufficientFundsError):
        story.chain.settle_with_authorization(story.manager, invoice, signed)


def test_topping_up_tops_up(story):
    assert story.chain.fund(story.payer.address, 1) is None
    assert story.chain.mint_test_dollars(story.manager, story.payer.address, 10_000_000) is None
    story.chain.mint_test_dollars(story.manager, story.payer.address, 10_000_005)
    assert story.chain.balance(story.payer.address, story.dollar) == 10_000_005


def test_deploying_again_changes_nothing(story):
    count = partial(
        RemoteNode(story.chain.url).rpc, "eth_getTransactionCount", story.manager.address, "latest"
    )
    before = count()
    assert story.chain.deploy(story.manager) == story.chain.deployment
    assert count() == before
