"""Licences handed on: by their terms, on chain and in the book, once; and what follows from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger import bill, decide, license, on_chain, parties, standing, witness
from ledger.audit import audit
from ledger.chain import Licence
from ledger.domain.decision import Outcome
from ledger.domain.errors import FieldError, OrderError
from ledger.errors import KeyMissingError, UnknownError
from ledger.follow import follow
from ledger.store import assets, entries, rights, txs
from ledger.sublicense import sublicense
from ledger.transfer import Handover, transfer

ELSEWHERE = "0x" + "34" * 20


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    """A ledger with registered tiles: three whose licences go from hand to hand, one each for other terms."""
    with helpers.open(tmp_path_factory.mktemp("transfers")) as ledger:
        helpers.people(ledger, "mill", "press", "tailor", funded=["mill", "press"])
        parties.add(ledger, "abroad", "Abroad", ELSEWHERE)
        free = helpers.terms(transfer="free", sublicensing={"depth": 1}, price="1 TUSD")
        asked = helpers.terms(transfer="with-consent", exclusive=True, price="1 TUSD")
        tiles = {
            "free": helpers.published(ledger, "free", 3, free)[1],
            "asked": helpers.published(ledger, "asked", 1, asked)[1],
            "never": helpers.published(ledger, "never", 1, helpers.terms(price="1 TUSD"))[1],
        }
        yield ledger, tiles


def _handed(grant: Any, to: str, key: str = "once", **changes: Any) -> Handover:
    return Handover(grant.id, grant.licensee, to, key, **changes)


def _told(ledger: Any, licence: str) -> list[Any]:
    with ledger.store.reading() as tx:
        return [each for each in entries.about(tx, [licence]) if each.kind == "licence-transferred"]


def test_decisions_reports_and_sublicences_follow_the_licence(
    estate: Any, helpers: Any, tmp_path: Path
) -> None:
    ledger, tiles = estate
    tile = tiles["free"][0]
    asked = lambda party, **use: decide.decide(ledger, tile, party, helpers.use(**use))  # noqa: E731
    owner = helpers.licensed(ledger, tile, "mill", helpers.use())
    below = sublicense(ledger, owner.id, "tailor", {"run": 50})
    bill.report(ledger, owner.id, helpers.use(units=100), "first")
    with pytest.raises(OrderError, match="not billed; first run selvage bill mill"):
        transfer(ledger, _handed(owner, "press"))
    with ledger.store.reading() as tx:
        collection = assets.get(tx, tile).collection
    assert bill.bill(ledger, "mill", collection) is not None

    given = transfer(ledger, _handed(owner, "press"))
    assert (given.licensee, given.earlier) == ("press", ("mill",))
    assert transfer(ledger, _handed(owner, "press")) == given  # the same again hands nothing on
    assert len(_told(ledger, owner.id)) == 1
    assert asked("press", units=350)[0].licence == owner.id
    assert asked("press", units=351)[0].outcome is Outcome.PAY  # 100 were made, 50 are the tailor's
    refused, offer = asked("mill")
    assert refused.outcome is Outcome.PAY
    assert license.invoice(ledger, offer.id).payer == "mill"  # not the offer that became this licence
    assert asked("tailor", units=50)[0].licence == below.id
    record = on_chain.record(ledger, given)
    with ledger.store.reading() as tx:
        assert record.licence.licensee == parties_of(tx)["press"]
    assert ledger.chain().licence_valid(on_chain.record(ledger, below).licence)
    bill.report(ledger, owner.id, helpers.use(units=10), "second")
    billed = bill.bill(ledger, "press", collection)
    assert billed.total.minor == 500_000  # 10 pieces at 0.05, none of the 100 before

    follow(ledger.store, ledger.chain(), 0)
    assert audit(ledger.store, witness.manager(ledger).address) == ()
    assert helpers.rebuilt(ledger, tmp_path) == []


def test_after_a_crash_it_is_handed_on_once(estate: Any, helpers: Any, monkeypatch: Any) -> None:
    ledger, tiles = estate
    owner = helpers.licensed(ledger, tiles["free"][1], "mill", helpers.use())
    monkeypatch.setattr(rights, "hand_on", helpers.crash)
    with pytest.raises(KeyboardInterrupt):
        transfer(ledger, _handed(owner, "press"))
    monkeypatch.undo()
    follow(ledger.store, ledger.chain(), 0)
    (held_there,) = audit(ledger.store, witness.manager(ledger).address)
    assert (held_there.code, held_there.subject) == ("licence-holder", owner.id)
    with pytest.raises(OrderError, match=f"on chain licence {owner.id} is held by"):
        transfer(ledger, _handed(owner, "tailor"))
    before = _transactions(ledger)
    assert transfer(ledger, _handed(owner, "press")).licensee == "press"
    assert _transactions(ledger) == before + 1  # found on chain, and written down
    assert audit(ledger.store, witness.manager(ledger).address) == ()
    # From hand to hand and back: a job that is run again after that changes nothing.
    transfer(ledger, Handover(owner.id, "press", "mill", "back"))
    assert transfer(ledger, _handed(owner, "press")).licensee == "mill"
    assert transfer(ledger, _handed(owner, "press", "anew")).earlier == ("mill", "press", "mill")
    assert [each.body["to"] for each in _told(ledger, owner.id)] == ["press", "mill", "press"]
    with pytest.raises(OrderError, match="no longer held by mill"):
        transfer(ledger, _handed(owner, "tailor"))
    # Nor does the one before give any of it away, by a job that waited meanwhile.
    with pytest.raises(OrderError, match="no longer held by mill"):
        sublicense(ledger, owner.id, "tailor", {"run": 5}, holder="mill")
    monkeypatch.setattr(ledger.chain(), "sublicense", helpers.crash)
    with pytest.raises(KeyboardInterrupt):
        sublicense(ledger, owner.id, "tailor", {"run": 5}, holder="press")
    monkeypatch.undo()
    with pytest.raises(OrderError, match="on its way"):
        transfer(ledger, Handover(owner.id, "press", "mill", "again"))
    assert sublicense(ledger, owner.id, "tailor", {"run": 5}, holder="press").parent == owner.id
    assert transfer(ledger, Handover(owner.id, "press", "mill", "again")).licensee == "mill"


def test_the_owner_consents_where_the_terms_ask_for_it(estate: Any, helpers: Any) -> None:
    ledger, tiles = estate
    (tile,) = tiles["asked"]
    owner = helpers.licensed(ledger, tile, "mill", helpers.use())
    with pytest.raises(OrderError, match=f"selvage transfer {owner.id} --to press --consent$"):
        transfer(ledger, _handed(owner, "press"))
    # On chain it is nobody's own, so there can be no second one beside it.
    more = decide.decide(ledger, tile, "mill", helpers.use(units=501))[0]
    assert more.outcome is Outcome.DENY
    given = transfer(ledger, _handed(owner, "press", consent=True))
    assert [each.body["consent"] for each in _told(ledger, owner.id)] == [True]
    assert decide.decide(ledger, tile, "press", helpers.use())[0].outcome is Outcome.PERMIT
    assert decide.decide(ledger, tile, "mill", helpers.use())[0].outcome is Outcome.DENY
    # It is taken off its page under whom it is with now.
    assert standing.revoke(ledger, given.id, "breach").licensee == "press"
    assert decide.decide(ledger, tile, "tailor", helpers.use())[0].outcome is Outcome.PAY


def test_a_narrower_exclusivity_has_no_guard_where_the_licence_can_be_handed_on(helpers: Any) -> None:
    terms = helpers.terms(transfer="free", exclusive={"territory": ["GB"]})
    licence = Licence(bytes(32), 1, None, ELSEWHERE, **on_chain.scope(terms, helpers.use(), 1))
    assert (licence.transferable, licence.exclusive) == (True, False)
    assert on_chain.guard(None, None, licence, terms) is None


def test_of_two_orders_for_what_can_be_handed_on_one_gets_an_invoice(estate: Any, helpers: Any) -> None:
    ledger, tiles = estate
    (tile,) = tiles["asked"]
    one, two = (decide.decide(ledger, tile, "mill", helpers.use(units=units))[1] for units in (70, 80))
    assert license.invoice(ledger, one.id) == license.invoice(ledger, one.id)
    with pytest.raises(OrderError, match="no second one"):
        license.invoice(ledger, two.id)


def test_what_is_refused_changes_nothing(estate: Any, helpers: Any) -> None:
    ledger, tiles = estate
    stays = helpers.licensed(ledger, tiles["never"][0], "mill", helpers.use())
    owner = helpers.licensed(ledger, tiles["free"][2], "mill", helpers.use())
    below = sublicense(ledger, owner.id, "tailor", {"run": 5})
    before = _transactions(ledger), _entries(ledger)
    for wanted, why in (
        (_handed(stays, "press"), "transfer: none"),
        (_handed(below, "press"), "a sublicence"),
        (Handover(owner.id, "press", "tailor", "once"), "no longer held by press"),
    ):
        with pytest.raises(OrderError, match=why):
            transfer(ledger, wanted)
    for wanted, field in ((_handed(owner, "mill"), "to"), (_handed(owner, "press", "x" * 201), "key")):
        with pytest.raises(FieldError) as refused:
            transfer(ledger, wanted)
        assert refused.value.field == field
    for wanted in (_handed(owner, "nobody"), Handover("0" * 32, "mill", "press", "once")):
        with pytest.raises(UnknownError):
            transfer(ledger, wanted)
    assert (_transactions(ledger), _entries(ledger)) == before
    standing.suspend(ledger, owner.id, "unpaid")
    with pytest.raises(OrderError, match="suspended"):
        transfer(ledger, _handed(owner, "press"))
    standing.resume(ledger, owner.id, "paid")

    # Whose key is elsewhere sends it from there, and it is written down here.
    abroad = transfer(ledger, _handed(owner, "abroad"))
    with pytest.raises(KeyMissingError, match="setOperator"):
        transfer(ledger, _handed(abroad, "press"))


def parties_of(tx: Any) -> dict[str, str]:
    from ledger.store import parties as people

    return {each.id: each.address for each in people.every(tx)}


def _transactions(ledger: Any) -> int:
    with ledger.store.reading() as tx:
        return len(txs.every(tx))


def _entries(ledger: Any) -> int:
    with ledger.store.reading() as tx:
        return sum(1 for _ in entries.walk(tx))
