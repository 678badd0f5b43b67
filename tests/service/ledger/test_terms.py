"""Later clauses of terms, through the whole ledger: by the piece, tiers, advance, net sales, conflicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger import bill, create, decide, license, parties, register, settle, terms
from ledger.domain.decision import Outcome
from ledger.domain.errors import OrderError
from ledger.domain.money import Money
from ledger.domain.terms_text import terms_hash
from ledger.store import assets, rights

LATER = {
    "territory": {"worldwide_except": ["US"]},
    "run": {"units": 400, "overage": "1.00 TUSD"},
    "price": {"graduated": [{"up_to": 100, "per_unit": "2.00 TUSD"}, {"per_unit": "1.00 TUSD"}]},
    "royalty": {"percent_of_net": "10 %"},
    "advance": "5.00 TUSD",
    "reporting": "month",
    "sublicensing": {"depth": 2},
    "exclusive": {"territory": "GB", "dates": {"end": "2090-12-31"}},
}


def test_a_licence_by_the_piece_from_decision_to_bill(ledger: Any, helpers: Any) -> None:
    for party in ("studio", "artist", "mill", "other"):
        parties.add(ledger, party, party.title())
    planned = create.plan(ledger, helpers.brief(count=1), helpers.terms(**LATER), "later")
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    tile = create.make(ledger, draft.id)
    register.register(ledger, planned.id)
    parties.fund(ledger, "mill", Money(5_000_000_000, "TUSD"))

    decision, offer = decide.decide(ledger, tile.id, "mill", helpers.use(units=150))
    assert decision.proposal.terms_hash == offer.terms_hash == terms_hash(helpers.terms(**LATER))
    assert offer.price == Money((100 * 2 + 50 + 5) * 10**6, "TUSD") == decision.price
    assert decide.decide(ledger, tile.id, "mill", helpers.use(units=150))[1] == offer
    late = replace(ledger, clock=lambda: datetime.now(UTC) + timedelta(days=70))
    with pytest.raises(OrderError, match="was good until"):
        license.invoice(late, offer.id)

    first = license.invoice(ledger, offer.id)
    settle.settle(ledger, first.id, settle.sign(ledger, first.id))
    licence = license.grant(ledger, offer.id)
    with ledger.store.reading() as tx:
        assert rights.get_grant(tx, licence.id) == licence
    assert (licence.units, licence.parent, licence.state.value) == (150, None, "in-force")

    with pytest.raises(OrderError, match="revenue: missing"):
        bill.report(ledger, licence.id, helpers.use(units=10), "silent")
    with pytest.raises(OrderError, match="revenue: in EUR; these terms count TUSD, so report it in that"):
        bill.report(ledger, licence.id, helpers.use(units=10, revenue="1000.00 EUR"), "foreign")
    for number, net in enumerate(("30.00 TUSD", "90.00 TUSD")):
        bill.report(ledger, licence.id, helpers.use(units=80, revenue=net), f"report {number}")
    invoice = bill.bill(ledger, "mill", planned.id)
    # 10 % of 120.00, less the advance of 5.00; ten pieces past the 150 paid for at 1.00.
    assert invoice.total == Money((12 - 5 + 10) * 10**6, "TUSD")
    assert decide.decide(ledger, tile.id, "mill", helpers.use(units=1))[0].outcome is Outcome.PERMIT
    overdue = replace(ledger, clock=lambda: datetime.now(UTC) + timedelta(days=45))
    denied, none = decide.decide(overdue, tile.id, "mill", helpers.use(units=1))
    assert (denied.outcome, none) == (Outcome.DENY, None)
    assert f"pay invoice {invoice.id}" in denied.changes

    found = terms.check(ledger, helpers.terms(), planned.id)
    assert [(asset, conflict.licence) for asset, conflict in found] == [(tile.id, licence.id)]
    assert terms.check(ledger, helpers.terms(territory="FR"), planned.id) == ()
