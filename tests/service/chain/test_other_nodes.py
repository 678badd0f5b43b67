"""The whole flow on nodes that are not ours."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(("kind", "scheme"), [("hardhat", "http"), ("anvil", "http"), ("anvil", "ws")])
def test_whole_flow(node, tell, tmp_path, kind, scheme):
    story = tell(node(kind).replace("http", scheme), tmp_path)
    with story.chain as chain:
        tx = story.register()
        assert story.register() == tx
        chain.claim(story.manager, story.collection_id, story.leaf, story.proof)
        invoice = story.invoice(1)
        chain.issue(story.manager, invoice)
        signed = chain.sign_payment(story.payer, invoice)
        settled = chain.settle_with_authorization(story.manager, invoice, signed)
        assert chain.settle_with_authorization(story.manager, invoice, signed) == settled
        licence = story.licence(1, invoice_id=invoice.id)
        chain.grant(story.manager, licence, story.proof)
        assert chain.licence_valid(licence)
        paid = [chain.withdraw(story.manager, story.dollar, p.address).event["amount"] for p in story.payees]
        assert paid == [333_300, 333_300, 333_401]
