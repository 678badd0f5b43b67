"""The receipt of a manifest names the transaction that put its checkpoint on chain."""

from __future__ import annotations

from typing import Any

from ledger import manifests, receipts
from ledger.anchor import anchor
from ledger.store import assets


def test_a_receipt_says_where_on_chain_its_checkpoint_stands(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    _, (tile,) = helpers.published(ledger, "first", 1, helpers.terms())
    with ledger.store.reading() as tx:
        held = manifests.get(ledger, assets.get(tx, tile).signed.manifest)
    sent = anchor(ledger)
    assert sent is not None
    issued = receipts.receipt(ledger, held, "http://here", "http://here/receipt")
    parameters = issued["anchor"]["parameters"]
    assert (parameters["size"], parameters["root"], parameters["tx"]) == (
        sent.size,
        sent.root.removeprefix("0x"),
        sent.tx,
    )
    assert parameters["caip10"].startswith("eip155:31337:0x")
    assert receipts.problem(ledger, held, issued, issued) is None

    def altered(**changes: Any) -> dict[str, Any]:
        told = {name: value for name, value in {**parameters, **changes}.items() if value is not None}
        return {**issued, "anchor": {**issued["anchor"], "parameters": told}}

    before = altered(tx=None, block=None, caip10=None)  # as it was given before it was on chain
    assert receipts.problem(ledger, held, before, issued) is None
    assert receipts.problem(ledger, held, altered(tx="0x00"), issued) is not None
