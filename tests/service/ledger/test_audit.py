"""The book against what the follower read: what agrees, and each way in which they can disagree."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, delete, select, update

from ledger import witness
from ledger.audit import audit
from ledger.errors import ConflictError
from ledger.follow import follow
from ledger.store import Store
from ledger.store.chain_tables import ChainEventRow
from ledger.store.trade_tables import GrantRow, InvoiceRow, OfferRow


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


def test_many_licences_are_asked_after_at_once(told: Any) -> None:
    ledger, counts = told.ledger, []
    follow(ledger.store, ledger.chain(), 0)
    for copies in (0, 30):
        with ledger.store.reading() as tx:
            _copy_grants(tx, copies)
            counts.append(_statements(tx, lambda tx=tx: found_in(tx, ledger)))
    assert counts[0] == counts[1]


def test_each_side_lifts_only_its_own_suspension(told: Any) -> None:
    ledger = told.ledger
    follow(ledger.store, ledger.chain(), 0)
    changes = ("Suspended", True), ("Suspended", False), ("Resumed", True), ("Resumed", False)
    suspended = ["in-force in the book, suspended on chain"]
    for number, said in enumerate((suspended, suspended, suspended, []), 1):
        with ledger.store.reading() as tx:
            _say(tx, changes[:number])
            assert [each.why for each in found_in(tx, ledger)] == said
    with ledger.store.reading() as tx:
        _say(tx, [*changes[:1], ("Revoked", None), *changes[2:]])
        assert [each.why for each in found_in(tx, ledger)] == ["in-force in the book, revoked on chain"]


def found_in(tx: Any, ledger: Any) -> list[Any]:
    from ledger import audit as module

    parts = (module._collections, module._licences, module._invoices)
    return [each for part in parts for each in part(tx, witness.manager(ledger).address, set())]


def _say(tx: Any, changes: Any) -> None:
    """The chain says this of its first licence."""
    granted = _granted(tx)
    for index, (name, by_creator) in enumerate(changes):
        said = {**granted.model_dump(), "block": granted.block + 1, "block_hash": "0x00", "index": index}
        said |= {"name": f"Licence{name}", "arguments": json.dumps({"byCreator": by_creator})}
        tx.session.add(ChainEventRow(**said))
    tx.session.flush()


def _granted(tx: Any) -> Any:
    return tx.session.exec(select(ChainEventRow).where(col(ChainEventRow.name) == "LicenceGranted")).first()


def _copy_grants(tx: Any, copies: int) -> None:
    """As many more licences, with their offers and what the chain says of them."""
    grant, offer = tx.session.exec(select(GrantRow)).first(), tx.session.exec(select(OfferRow)).first()
    granted = _granted(tx)
    for number in range(copies):
        name = f"{number:032x}"
        tx.session.add(OfferRow(**{**offer.model_dump(), "id": name}))
        tx.session.flush()
        tx.session.add(GrantRow(**{**grant.model_dump(), "id": name, "offer": name}))
        key = {**json.loads(granted.arguments), "key": f"0x{name:0>64}"}
        said = {**granted.model_dump(), "index": 1000 + number, "subject": name, "arguments": json.dumps(key)}
        tx.session.add(ChainEventRow(**said))
    tx.session.flush()


def _statements(tx: Any, work: Any) -> int:
    """How many statements `work` sends to the database."""
    sent: list[str] = []
    connection = tx.session.connection()
    listen = lambda *given: sent.append(given[2])  # noqa: E731
    event.listen(connection, "before_cursor_execute", listen)
    assert work() == []
    event.remove(connection, "before_cursor_execute", listen)
    return len(sent)


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
