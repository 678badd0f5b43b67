"""The whole story once, on real components, and everything done twice."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from ledger import bill, create, decide, license, parties, register, scan, settle, verify
from ledger.domain.decision import Outcome
from ledger.domain.errors import OrderError
from ledger.domain.finding import Standing, Verdict
from ledger.domain.money import Money
from ledger.errors import ConflictError
from ledger.store import assets, entries, findings, money, txs

LICENCE, ROYALTY, UNLICENSED = 250_000_000, 100 * 50_000, 900_000_000


def test_every_tile_is_marked_signed_and_kept(told: Any) -> None:
    assert len(told.assets) == 3
    for asset in told.assets:
        assert float(asset.signed.marked.quality["psnr_db"]) >= 40
        assert told.ledger.blobs.get(asset.signed.sha256).startswith(b"\x89PNG")
    assert len({asset.mark for asset in told.assets}) == 3


def test_the_collection_is_witnessed(told: Any) -> None:
    witnessed = told.ledger.chain().collection(int(told.collection.registration.token))
    assert witnessed.size == 3
    assert f"0x{witnessed.root.hex()}" == told.collection.registration.root
    assert witnessed.tx.hash == told.collection.registration.tx


def test_a_licensee_is_permitted_what_was_bought_and_no_more(told: Any, helpers: Any) -> None:
    asked = lambda **use: decide.decide(told.ledger, told.assets[0].id, "mill", helpers.use(**use))  # noqa: E731
    permit, offer = asked(units=400)
    assert (permit.outcome, permit.licence, offer) == (Outcome.PERMIT, told.licence.id, None)
    assert asked(territory="US")[0].outcome is Outcome.DENY
    assert asked(units=501)[0].outcome is Outcome.DENY
    again, offer = asked(units=401)  # 100 of 500 were reported
    assert again.outcome is Outcome.PAY
    assert offer is not None
    assert offer.id != told.offer.id


def test_what_was_seen_is_judged(told: Any) -> None:
    with told.ledger.store.reading() as tx:
        found = {finding.picture: finding for finding in findings.of_scan(tx, told.scan.id)}
    standings = {name: finding.standing for name, finding in found.items()}
    assert standings == {
        "licensed.png": Standing.LICENSED,
        "pirated.png": Standing.UNLICENSED,
        "again.png": Standing.UNLICENSED,
        "nobody.png": Standing.UNATTRIBUTED,
    }
    assert all(finding.verdict is Verdict.PROVEN for finding in found.values())
    assert found["licensed.png"].asset == told.assets[0].id


def test_bills_name_their_evidence_and_add_up(told: Any) -> None:
    mill, pirate = told.bill
    assert mill.total == Money(ROYALTY, "TUSD")
    assert pirate.total == Money(UNLICENSED, "TUSD")  # the same picture seen twice is one use
    assert all(line.evidence for invoice in told.bill for line in invoice.lines)


def test_the_money_goes_to_the_payees_to_the_last_unit(told: Any) -> None:
    total = LICENCE + ROYALTY + UNLICENSED
    assert [payout.amount.minor for payout in told.payouts] == [total * 6 // 10, total * 4 // 10]
    chain = told.ledger.chain()
    vault, dollar = chain.deployment["RoyaltyVault"], chain.deployment["TestDollar"]
    assert chain.balance(vault, dollar) == 0


def test_doing_everything_again_changes_nothing(told: Any, helpers: Any) -> None:
    ledger = told.ledger
    with ledger.store.reading() as tx:
        before = (list(entries.walk(tx)), txs.every(tx), money.payouts(tx))
    head = ledger.chain().clock()
    assert create.plan(ledger, helpers.brief(), helpers.terms(), "first").id == told.collection.id
    assert create.make(ledger, told.assets[0].id) == told.assets[0]
    assert register.register(ledger, told.collection.id) == told.collection
    first = license.invoice(ledger, told.offer.id)
    assert first.settled_tx
    assert license.grant(ledger, told.offer.id) == told.licence
    assert bill.report(ledger, told.licence.id, helpers.use(units=100), "first report").use.units == 100
    assert [bill.bill(ledger, party, told.collection.id) for party in ("mill", "pirate")] == [None, None]
    assert settle.settle(ledger, first.id, None).settled_tx == first.settled_tx  # type: ignore[arg-type]
    assert [settle.withdraw(ledger, party) for party in ("studio", "artist")] == [None, None]
    opened = scan.open_scan(ledger, "a scan")
    assert scan.close(ledger, opened.id).closed_at
    assert parties.add(ledger, "mill", "Mill").name == "Mill"
    with ledger.store.reading() as tx:
        assert (list(entries.walk(tx)), txs.every(tx), money.payouts(tx)) == before
    assert ledger.chain().clock() == head


def test_the_book_links_and_tells_everything(told: Any) -> None:
    last = verify.check_book(told.ledger)
    assert last is not None
    with told.ledger.store.reading() as tx:
        kinds = [entry.kind for entry in entries.walk(tx)]
    assert len(kinds) == last.sequence
    assert {"collection-planned", "asset-made", "collection-registered", "licence-granted", "paid-out"} < set(
        kinds
    )
    assert kinds.count("licence-granted") == 1
    assert kinds.count("invoice-settled") == 3


def test_the_book_names_what_a_tile_was_drawn_and_printed_from(told: Any) -> None:
    with told.ledger.store.reading() as tx:
        made = [entry for entry in entries.walk(tx) if entry.kind == "asset-made"]
    assert made
    for entry in made:
        for name in ("drawn", "separations"):
            kept = told.ledger.blobs.get(entry.body[name])
            assert hashlib.sha256(kept).hexdigest() == entry.body[name]


def test_every_transaction_is_on_chain_once(told: Any) -> None:
    with told.ledger.store.reading() as tx:
        sent = txs.every(tx)
        invoice = money.of_evidence(tx, told.offer.id)
    kinds = [each.kind for each in sent]
    assert [each.kind for each in sent if each.subject == told.collection.id] == ["register-collection"]
    assert kinds.count("grant-licence") == 1
    assert kinds.count("issue-invoice") == kinds.count("settle-invoice") == 3
    assert kinds.count("withdraw") == 2
    assert invoice is not None
    assert told.licence.invoice == invoice.id


def test_a_key_names_one_collection(told: Any, helpers: Any) -> None:
    with pytest.raises(ConflictError, match="brief"):
        create.plan(told.ledger, helpers.brief(count=4), helpers.terms(), "first")
    with pytest.raises(ConflictError, match="terms"):
        create.plan(told.ledger, helpers.brief(), helpers.terms(price="1.00 TUSD"), "first")


def test_a_report_beyond_the_licence_is_refused(told: Any, helpers: Any) -> None:
    with pytest.raises(OrderError, match="run"):
        bill.report(told.ledger, told.licence.id, helpers.use(units=401), "too many")
    with told.ledger.store.reading() as tx:
        assert assets.count(tx, told.collection.id) == (3, 3)
