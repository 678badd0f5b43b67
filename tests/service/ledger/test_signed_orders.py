"""Orders signed offline by the manager, completed once by a buyer: money and licence together, or nothing."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger import (
    decide,
    license,
    on_chain,
    parties,
    settle,
    signed_orders,
    standing,
    witness,
)
from ledger.audit import audit
from ledger.chain import ContractRevertError, InsufficientFundsError, LicenceState, MessageError
from ledger.domain.decision import Outcome
from ledger.domain.errors import DomainError, FieldError, OrderError
from ledger.domain.money import Money
from ledger.errors import KeyMissingError, UnknownError
from ledger.follow import follow
from ledger.store import assets, entries, rights
from ledger.store import parties as people

_GROUP = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
START = 5_000_000_000


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    """A ledger with three registered tiles under exclusive terms, whose desk is open."""
    with helpers.open(tmp_path_factory.mktemp("orders")) as ledger:
        helpers.people(ledger, "mill", "rival", "poor", funded=["mill", "rival"])
        parties.add(ledger, "abroad", "Abroad", "0x" + "12" * 20)
        terms = helpers.terms(exclusive=True, price="3 TUSD")
        collection, tiles = helpers.published(ledger, "orders", 3, terms)
        with pytest.raises(OrderError, match="order open"):
            signed_orders.sign(ledger, tiles[0], helpers.use())
        assert signed_orders.open_desk(ledger, collection) == signed_orders.open_desk(ledger, collection)
        yield ledger, tiles


def _held(ledger: Any, party: str) -> int:
    chain = ledger.chain()
    with ledger.store.reading() as tx:
        address = people.get(tx, party).address
    return int(chain.balance(address, chain.deployment["TestDollar"]))


def test_an_order_is_completed_once_and_the_book_learns_of_it(
    estate: Any, helpers: Any, monkeypatch: Any, tmp_path: Path
) -> None:
    ledger, (tile, *_) = estate
    monkeypatch.setattr("ledger.witness.ready", helpers.unreachable)
    file = json.loads(json.dumps(signed_orders.sign(ledger, tile, helpers.use())))  # no chain is asked
    monkeypatch.undo()
    asked = lambda party: decide.decide(ledger, tile, party, helpers.use())[0].outcome  # noqa: E731
    assert asked("mill") is Outcome.PAY
    with pytest.raises(InsufficientFundsError):
        signed_orders.complete(ledger, file, "poor")
    monkeypatch.setattr(rights, "add_grant", helpers.crash)
    with pytest.raises(KeyboardInterrupt):
        signed_orders.complete(ledger, file, "mill")
    monkeypatch.undo()
    assert _held(ledger, "mill") == START - 3_000_000
    bought = signed_orders.complete(ledger, file, "mill")
    assert signed_orders.complete(ledger, file, "mill") == bought
    assert _held(ledger, "mill") == START - 3_000_000
    assert (bought.offer, bought.licensee, bought.most_units) == (None, "mill", 500)
    record = on_chain.record(ledger, bought)
    assert record.state is LicenceState.GRANTED
    assert record.licence.exclusive
    assert asked("mill") is Outcome.PERMIT
    assert asked("rival") is Outcome.DENY
    with ledger.store.reading() as tx:
        told = entries.about(tx, [bought.id])
    assert [(each.kind, each.body["price"]) for each in told] == [("order-completed", "3.00 TUSD")]
    follow(ledger.store, ledger.chain(), 0)
    assert audit(ledger.store, witness.manager(ledger).address) == ()  # the chain names it otherwise
    assert helpers.rebuilt(ledger, tmp_path) == []
    with pytest.raises(OrderError, match="somebody else"):
        signed_orders.complete(ledger, file, "rival")
    assert _held(ledger, "rival") == START
    assert standing.suspend(ledger, bought.id, "a complaint").state.value == "suspended"
    assert on_chain.record(ledger, bought).state is LicenceState.SUSPENDED
    with pytest.raises(OrderError, match="exclusivity"):
        signed_orders.sign(ledger, tile, helpers.use(), licensee="rival")


def test_what_is_not_what_was_signed_is_refused_and_nothing_charged(estate: Any, helpers: Any) -> None:
    ledger, (_, tile, _) = estate
    file = signed_orders.sign(ledger, tile, helpers.use(), licensee="mill", days=1)

    def changed(*path: str, to: Any) -> dict[str, Any]:
        made = copy.deepcopy(file)
        at = made
        for name in path[:-1]:
            at = at[name]
        at[path[-1]] = to
        return made

    signature = file["order"]["signature"]
    s, v = int(signature[66:130], 16), int(signature[130:], 16)
    twin = f"{signature[:66]}{_GROUP - s:064x}{55 - v:02x}"
    for wrong, said in (
        (changed("order", "price", to="1"), "not 0x"),
        (changed("order", "run", to=5_000), "not 0x"),
        (changed("order", "closes", to=file["order"]["closes"] + 9), "not 0x"),
        (changed("order", "signature", to=twin), "upper half"),
        (changed("order", "signature", to=signature[:-2]), "65 bytes"),
        (changed("order", "signature", to="0xzz"), "signature"),
        (changed("order", "price", to=3), "decimal"),
        (changed("order", "count", to=0), "at least 1"),
        (changed("order", "asset", to={}), "asset"),
        (changed("order", "split", to={"payees": [], "bps": ["1"]}), "split"),
        (changed("order", "exclusive", to=1), "exclusive"),
        (changed("order", to={}), "look at"),
        (changed("use", "units", to=7), "not the use"),
        (changed("nonce", to="0" * 32), "not the use"),
        (changed("chain_id", to=1), "chain 1"),
        (changed("desk", to="0x" + "12" * 20), "another desk"),
        (changed("format", to="2"), "selvage-order/1"),
    ):
        with pytest.raises((MessageError, FieldError), match=said):
            signed_orders.complete(ledger, wrong, "mill")
    with pytest.raises(OrderError, match="the order is for"):
        signed_orders.complete(ledger, file, "rival")
    late = type(ledger)(**{**vars(ledger), "clock": lambda: ledger.clock() - timedelta(days=9)})
    with pytest.raises(MessageError, match="closed"):
        signed_orders.complete(ledger, signed_orders.sign(late, tile, helpers.use(), days=1), "mill")
    with pytest.raises(UnknownError):
        signed_orders.complete(ledger, file, "nobody")
    with ledger.store.reading() as tx:
        assert rights.book(tx, tile).grants == ()
    for wrong in ({"days": 0}, {"count": 0}, {"days": 10_000}, {"price": Money(5, "EUR")}):
        with pytest.raises(DomainError):
            signed_orders.sign(ledger, tile, helpers.use(), **wrong)
    with pytest.raises(OrderError, match="territory"):
        signed_orders.sign(ledger, tile, helpers.use(territory="DE"))


def test_orders_of_two_for_anybody_cancelled_ones_and_keys_kept_elsewhere(estate: Any, helpers: Any) -> None:
    ledger, (_, _, tile) = estate
    abroad = signed_orders.sign(ledger, tile, helpers.use(), licensee="abroad")
    with pytest.raises(KeyMissingError, match="at the desk"):
        signed_orders.complete(ledger, abroad, "abroad")
    before = _held(ledger, "rival")
    free = signed_orders.sign(ledger, tile, helpers.use(), price=Money(0, "TUSD"), count=2)
    bought = signed_orders.complete(ledger, free, "rival")
    assert _held(ledger, "rival") == before
    with pytest.raises(OrderError, match="no longer stands"):  # it is exclusive
        signed_orders.complete(ledger, free, "mill")
    standing.revoke(ledger, bought.id, "to sell it again")
    again = signed_orders.complete(ledger, free, "mill")
    assert again.id != bought.id
    standing.revoke(ledger, again.id, "to sell it again")
    with ledger.store.reading() as tx:
        assert {each.id for each in rights.book(tx, tile).grants} == {bought.id, again.id}
    last = signed_orders.sign(ledger, tile, helpers.use())
    ledger.chain().cancel_orders(witness.manager(ledger))
    with pytest.raises(OrderError, match="withdrawn"):
        signed_orders.complete(ledger, last, "mill")
    with ledger.store.reading() as tx:
        collection = assets.get(tx, tile).collection
    assert signed_orders.open_desk(ledger, collection).epoch == 1
    offer = decide.decide(ledger, tile, "rival", helpers.use())[1]
    waiting = license.invoice(ledger, offer.id)  # an order at the till stands in the way of one at the desk
    with pytest.raises((OrderError, ContractRevertError), match="ordered"):
        signed_orders.complete(ledger, signed_orders.sign(ledger, tile, helpers.use()), "mill")
    settle.settle(ledger, waiting.id, settle.sign(ledger, waiting.id))
