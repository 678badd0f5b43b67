"""Bad input and a bad day: each refused in words that name the field, and nothing half-done."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generator import UnknownMotifError
from ledger import bill, create, decide, license, parties, register, scan, settle
from ledger.chain import ChainResetError, ChainUnavailableError, InsufficientFundsError, MessageError
from ledger.domain.decision import Outcome
from ledger.domain.entries import check_chain
from ledger.domain.errors import BriefError, FieldError, OrderError, TermsError
from ledger.domain.ids import AssetId, derive
from ledger.domain.money import Money
from ledger.errors import BlobCorruptError, ConflictError, KeyMissingError, StorageFullError, UnknownError
from ledger.store import assets, collections, entries, findings, money
from ledger.workflows.attempts import describe
from watermark import MarkError


@pytest.fixture
def registered(ledger: Any, helpers: Any) -> Any:
    """A registered collection of one tile."""
    planned = helpers.plan(ledger, count=1)
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    create.make(ledger, draft.id)
    return register.register(ledger, planned.id)


def test_an_unknown_motif_plans_nothing(ledger: Any, helpers: Any) -> None:
    helpers.plan(ledger, count=1)
    before = _last(ledger)
    with pytest.raises(UnknownMotifError):
        create.plan(ledger, helpers.brief(prompts=["dots", "flying spaghetti"]), helpers.terms(), "other")
    assert _last(ledger) == before


def test_a_tile_too_small_to_mark_is_refused_before_it_is_drawn(ledger: Any, helpers: Any) -> None:
    with pytest.raises(BriefError, match="256 px or more"):
        helpers.plan(ledger, size=192)
    with pytest.raises(MarkError):  # the limit is the one of the mark itself
        ledger.engines.watermarker.embed(np.zeros((255, 255, 3), np.uint8), 1)


def test_a_payee_who_is_no_party_is_named(ledger: Any, helpers: Any) -> None:
    parties.add(ledger, "studio", "Studio")
    with pytest.raises(TermsError, match=r"split\.artist: is no party"):
        create.plan(ledger, helpers.brief(), helpers.terms(), "key")
    with ledger.store.reading() as tx:
        assert collections.every(tx) == ()


@pytest.mark.parametrize(
    ("party", "name", "address", "field"),
    [
        ("North Mill", "North Mill", None, "id"),
        ("mill", " ", None, "name"),
        ("mill", "Mill", "0x123", "address"),
    ],
)
def test_a_bad_party_is_refused(ledger: Any, party: str, name: str, address: str | None, field: str) -> None:
    with pytest.raises(FieldError) as caught:
        parties.add(ledger, party, name, address)
    assert caught.value.field == field


def test_a_party_keeps_its_name(ledger: Any) -> None:
    parties.add(ledger, "mill", "Mill")
    with pytest.raises(ConflictError, match="choose another id"):
        parties.add(ledger, "mill", "Another Mill")


def test_unknown_things_are_named(ledger: Any, helpers: Any) -> None:
    nobody = AssetId(derive("nobody"))
    for code, call in (
        ("unknown-asset", lambda: create.make(ledger, nobody)),
        ("unknown-asset", lambda: decide.decide(ledger, nobody, "mill", helpers.use())),
        ("unknown-offer", lambda: license.invoice(ledger, nobody)),
        ("unknown-invoice", lambda: settle.request(ledger, nobody)),
        ("unknown-licence", lambda: bill.report(ledger, nobody, helpers.use(), "key")),
        ("unknown-scan", lambda: scan.add_picture(ledger, nobody, "a.png", b"x")),
    ):
        with pytest.raises(UnknownError) as caught:
            call()
        assert caught.value.code == code


def test_steps_out_of_order_are_refused(ledger: Any, helpers: Any) -> None:
    planned = helpers.plan(ledger, count=1)
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    with pytest.raises(OrderError, match="generate the collection first"):
        register.register(ledger, planned.id)
    create.make(ledger, draft.id)
    with pytest.raises(OrderError, match="register it first"):
        decide.decide(ledger, draft.id, "mill", helpers.use())


def test_money_troubles_move_nothing(ledger: Any, registered: Any, helpers: Any) -> None:
    offer = _offer(ledger, registered, "mill", helpers)
    with pytest.raises(OrderError, match="pay it first"):
        license.grant(ledger, offer.id)
    invoice = license.invoice(ledger, offer.id)
    signed = settle.sign(ledger, invoice.id)
    with pytest.raises(InsufficientFundsError):
        settle.settle(ledger, invoice.id, signed)
    with pytest.raises(OrderError, match="not settled yet"):
        license.grant(ledger, offer.id)
    parties.fund(ledger, "mill", Money(1_000_000_000, "TUSD"))
    parties.fund(ledger, "pirate", Money(1_000_000_000, "TUSD"))
    other = license.invoice(ledger, _offer(ledger, registered, "pirate", helpers).id)
    with pytest.raises(MessageError):  # one invoice's signature does not pay another
        settle.settle(ledger, other.id, signed)
    (ledger.keys / "pirate.key").unlink()
    with pytest.raises(KeyMissingError, match="sign the payment request yourself"):
        settle.sign(ledger, other.id)
    with ledger.store.reading() as tx:
        assert [each.settled_tx for each in money.page(tx)] == [None, None]
    assert settle.withdraw(ledger, "artist") is None


def test_an_exclusive_right_is_sold_once_and_nobody_pays_in_vain(ledger: Any, helpers: Any) -> None:
    helpers.plan(ledger, count=1)
    terms = helpers.terms(name="Exclusive", exclusive=True, dates={"end": "2099-12-31"})
    planned = create.plan(ledger, helpers.brief(count=1, seed=3), terms, "exclusive")
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    create.make(ledger, draft.id)
    collection = register.register(ledger, planned.id)
    first, second = (_offer(ledger, collection, party, helpers) for party in ("mill", "pirate"))
    billed = license.invoice(ledger, first.id)
    for party in ("mill", "pirate"):
        parties.fund(ledger, party, Money(1_000_000_000, "TUSD"))
    with pytest.raises(OrderError, match="no longer stands, somebody else has ordered"):
        license.invoice(ledger, second.id)
    settle.settle(ledger, billed.id, settle.sign(ledger, billed.id))
    license.grant(ledger, first.id)
    with pytest.raises(OrderError, match="no longer stands, somebody else holds"):
        license.invoice(ledger, second.id)
    denied, offer = decide.decide(ledger, draft.id, "pirate", helpers.use())
    assert (denied.outcome, offer) == (Outcome.DENY, None)


def test_what_ended_is_neither_offered_nor_paid_for(ledger: Any, helpers: Any) -> None:
    helpers.plan(ledger, count=1)
    end = ledger.today() + timedelta(days=2)
    terms = helpers.terms(name="Short", dates={"end": end.isoformat()})
    planned = create.plan(ledger, helpers.brief(count=1, seed=3), terms, "short")
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    create.make(ledger, draft.id)
    collection = register.register(ledger, planned.id)
    offers = [_offer(ledger, collection, party, helpers) for party in ("mill", "pirate")]
    bill_of_mill = license.invoice(ledger, offers[0].id)
    parties.fund(ledger, "mill", Money(1_000_000_000, "TUSD"))
    signed = settle.sign(ledger, bill_of_mill.id)
    later = replace(ledger, clock=lambda: datetime.now(UTC) + timedelta(days=4))
    with pytest.raises(OrderError, match=f"ended on {end}; ask for a decision"):
        settle.settle(later, bill_of_mill.id, signed)
    with pytest.raises(OrderError, match=f"ended on {end}; ask for a decision"):
        license.invoice(later, offers[1].id)
    assert decide.decide(later, draft.id, "mill", helpers.use())[0].outcome is Outcome.DENY


def test_what_was_paid_for_and_not_granted_is_offered_again_and_not_charged_again(
    ledger: Any, registered: Any, helpers: Any
) -> None:
    offer = _offer(ledger, registered, "mill", helpers)
    invoice = license.invoice(ledger, offer.id)
    parties.fund(ledger, "mill", Money(1_000_000_000, "TUSD"))
    later = replace(ledger, clock=lambda: datetime.now(UTC) + timedelta(days=70))
    use = helpers.use(on=later.today())
    assert decide.decide(later, offer.asset, "mill", use)[1] != offer
    settle.settle(ledger, invoice.id, settle.sign(ledger, invoice.id))
    assert decide.decide(later, offer.asset, "mill", use)[1] == offer
    for other in (helpers.use(units=101), helpers.use(territory="FR")):
        assert decide.decide(later, offer.asset, "mill", other)[1] != offer
    assert decide.decide(later, offer.asset, "pirate", use)[1] != offer
    assert license.invoice(later, offer.id).settled_tx
    granted = license.grant(later, offer.id)
    assert (granted.offer, granted.invoice) == (offer.id, invoice.id)
    decision, _none = decide.decide(later, offer.asset, "mill", use)
    assert decision.licence == granted.id


def test_a_chain_that_does_not_answer(tmp_path: Path, helpers: Any) -> None:
    with helpers.open(tmp_path, chain_url="http://127.0.0.1:9") as ledger:
        planned = helpers.plan(ledger, count=1)
        with ledger.store.reading() as tx:
            (draft,) = assets.drafts(tx, planned.id)
        before = _last(ledger)
        with pytest.raises(ChainUnavailableError):
            create.make(ledger, draft.id)
        assert _last(ledger) == before


def test_a_chain_that_was_reset_under_our_feet(tmp_path: Path, helpers: Any) -> None:
    with helpers.open(tmp_path) as ledger:
        helpers.plan(ledger, count=1)
        parties.fund(ledger, "mill", Money(1, "TUSD"))
    with helpers.open(tmp_path, chain_folder="another") as ledger:
        before = _last(ledger)
        with pytest.raises(ChainResetError, match="this ledger"):
            parties.fund(ledger, "mill", Money(2, "TUSD"))
        assert _last(ledger) == before


def test_a_full_disk_leaves_the_tile_planned(
    ledger: Any, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = helpers.plan(ledger, count=1)
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)

    def full(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(StorageFullError, match="free some"):
            ledger.blobs.put(b"something")
    with ledger.store.reading() as tx:
        assert assets.find(tx, draft.id) is None
    assert not list((tmp := ledger.keys.parent / "blobs").rglob("*.tmp")), tmp
    assert create.make(ledger, draft.id).signed.sha256 in ledger.blobs


def test_bytes_changed_on_disk_are_noticed(ledger: Any, registered: Any) -> None:
    with ledger.store.reading() as tx:
        (tile,) = assets.of_collection(tx, registered.id)
    name = tile.signed.sha256
    (ledger.keys.parent / "blobs" / name[:2] / name).write_bytes(b"other bytes")
    with pytest.raises(BlobCorruptError, match="restore it"):
        ledger.blobs.get(name)


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"no picture", "picture-not-an-image"), (b"", "picture-empty")],
)
def test_a_picture_that_cannot_be_read_is_an_outcome(
    ledger: Any, helpers: Any, data: bytes, code: str
) -> None:
    opened = scan.open_scan(ledger, "scan", [("a.png", data, None)])
    assert scan.examine(ledger, opened.id, "a.png") == ()
    with ledger.store.reading() as tx:
        picture = findings.find_picture(tx, opened.id, "a.png")
    assert picture is not None
    assert picture.outcome is not None
    assert picture.outcome["problem"]["code"] == code
    with pytest.raises(ConflictError, match="rename it"):
        scan.add_picture(ledger, opened.id, "a.png", b"another")
    scan.close(ledger, opened.id)
    with pytest.raises(ConflictError, match="open a new one"):
        scan.add_picture(ledger, opened.id, "b.png", b"late")


def test_every_error_describes_itself() -> None:
    assert describe(UnknownError("asset", "x"))["code"] == "unknown-asset"
    assert describe(TermsError("price", "is negative")) == {
        "code": "bad-terms",
        "message": "price: is negative",
        "field": "price",
    }


def _offer(ledger: Any, collection: Any, licensee: str, helpers: Any) -> Any:
    with ledger.store.reading() as tx:
        tile = assets.of_collection(tx, collection.id)[0]
    _decision, offer = decide.decide(ledger, tile.id, licensee, helpers.use())
    assert offer is not None
    return offer


def _last(ledger: Any) -> Any:
    with ledger.store.reading() as tx:
        return check_chain(entries.walk(tx))
