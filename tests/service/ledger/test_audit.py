"""The book against what the follower read: what agrees, and each way in which they can disagree."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, delete, update

from ledger import witness
from ledger.audit import audit
from ledger.errors import ConflictError
from ledger.follow import follow
from ledger.store import Store
from ledger.store.chain_tables import ChainEventRow
from ledger.store.trade_tables import GrantRow, InvoiceRow


def found(ledger: Any) -> list[tuple[str, str]]:
    with ledger.store.reading() as tx:
        tx.session.flush()
    return [(each.code, each.subject) for each in audit(ledger.store, witness.manager(ledger).address)]


def test_nothing_to_compare_before_the_chain_was_followed(tmp_path: Any) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/empty.sqlite")
    with pytest.raises(ConflictError, match="chain follow"):
        audit(store, "")
    store.close()


def test_after_the_whole_story_they_agree_and_each_difference_is_named(told: Any) -> None:
    ledger = told.ledger
    follow(ledger.store, ledger.chain(), 0)
    assert found(ledger) == []
    for change, expected in (
        (
            update(InvoiceRow).values(settled_tx=None).where(col(InvoiceRow.id) == told.bill[0].id),
            "payment-unknown",
        ),
        (update(GrantRow).values(state="suspended"), "licence-state"),
        (delete(ChainEventRow).where(col(ChainEventRow.name) == "LicenceGranted"), "licence-gone"),
        (delete(ChainEventRow).where(col(ChainEventRow.name) == "InvoiceSettled"), "payment-gone"),
        (delete(ChainEventRow).where(col(ChainEventRow.name) == "InvoiceIssued"), "invoice-gone"),
        (delete(ChainEventRow).where(col(ChainEventRow.name) == "CollectionRegistered"), "registration-gone"),
        (delete(GrantRow), "licence-unknown"),
    ):
        assert expected in {code for code, _ in _after(ledger, change)}
    assert found(ledger) == []


def _after(ledger: Any, change: Any) -> list[tuple[str, str]]:
    """What is found after `change`, which is then undone."""
    from ledger import audit as module
    from ledger.store import Tx

    with ledger.store.reading() as tx:
        if change.is_delete and change.table.name == "grants":
            tx.session.exec(delete(_usages()))
            tx.session.exec(delete(_copies()))
        tx.session.exec(change)
        issuer = witness.manager(ledger).address
        parts = (module._collections, module._licences, module._invoices)
        assert isinstance(tx, Tx)
        return [(each.code, each.subject) for part in parts for each in part(tx, issuer, set())]


def _usages() -> Any:
    from ledger.store.trade_tables import UsageRow

    return UsageRow


def _copies() -> Any:
    from ledger.store.trade_tables import CopyRow

    return CopyRow
