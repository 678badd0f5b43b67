"""Duties, counts, sublicences and standing: what a licence rests on besides its clauses."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.decision import DutyState, Outcome, Reading
from ledger.domain.duties import add_days, add_months, overdue_period
from ledger.domain.ids import InvoiceId, LicenceId, PartyId
from ledger.domain.licence import Bill, Book, Grant, Order
from ledger.domain.money import Money
from ledger.domain.rights import EXPLAINED, covers, decide, valid_until
from ledger.domain.terms import (
    AnyColourway,
    AnyModification,
    Attribution,
    Ceiling,
    Channels,
    Countries,
    Every,
    Free,
    Graduated,
    Included,
    Modifications,
    Paid,
    PercentOfNet,
    PerEntry,
    PerUnit,
    Priced,
    Prohibited,
    Reporting,
    Run,
    Tier,
    Unlimited,
    Window,
    WorldwideExcept,
)
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import Action

NORTH, SOUTH = PartyId("north-mill"), PartyId("south-mill")
DAY = date(2026, 6, 15)
TEXT = "Pattern: Ann"


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def ask(terms: Any, book: Book, use: Any, licensee: PartyId = NORTH, at: date = DAY, **more: Any) -> Any:
    return decide(terms, book, use, at, licensee, **more)


def states(decision: Any) -> list[tuple[str, str]]:
    return [(duty.name, duty.state.value) for duty in decision.duties]


def failing(checks: Any) -> dict[str, str]:
    return {check.clause: check.why for check in checks if not check.holds}


class TestOffer:
    def test_what_is_offered_can_be_bought_as_it_is(self, make: SimpleNamespace) -> None:
        price = Graduated((Tier(100, usd(50)), Tier(None, usd(30))))
        terms = make.terms(price=price, advance=usd(500), royalty=PerUnit(usd(5)))
        decision = ask(terms, Book(), make.use(units=150))
        offer = decision.proposal
        assert (offer.terms_hash, offer.units, offer.generations) == (terms_hash(terms), 150, 0)
        assert offer.price == usd(100 * 50 + 50 * 30 + 500) == decision.price
        assert offer.valid_until == date(2026, 7, 31)
        assert states(decision) == [("pay", "pending"), ("pay", "pending")]

    def test_pieces_paid_for_are_the_run(self, make: SimpleNamespace) -> None:
        grant = make.grant(terms=make.terms(price=PerUnit(usd(5)), run=Unlimited()), units=150)
        book = Book((grant,), (make.usage(grant, units=100),))
        assert ask(grant.terms, book, make.use(units=50)).outcome is Outcome.PERMIT
        more = ask(grant.terms, book, make.use(units=51))
        assert (more.outcome, more.price) == (Outcome.PAY, usd(51 * 5))

    @given(st.dates(date(2020, 1, 1), date(9000, 1, 1)))
    def test_an_offer_is_good_for_a_month_at_least(self, day: date) -> None:
        last = valid_until(day)
        assert 28 <= (last - day).days <= 62
        assert (last.toordinal() + 1) == date.fromordinal(last.toordinal() + 1).replace(day=1).toordinal()

    def test_a_right_of_its_own_costs_its_fee(self, make: SimpleNamespace) -> None:
        terms = make.terms(recipe=Priced(usd(400), usd(2), 1000), reporting=Reporting(Every.MONTH))
        decision = ask(terms, Book(), make.use(action=Action.REDRAW, generations=30))
        assert (decision.price, decision.proposal.generations) == (usd(400), 30)
        assert states(decision) == [("pay", "pending"), ("pay", "pending"), ("report", "pending")]
        held = make.grant(terms=terms, action=Action.REDRAW, granted_at="2026-06-01")
        used = Book((held,), orders=(Order(held.id, make.use(action=Action.REDRAW, generations=980)),))
        assert ask(terms, used, make.use(action=Action.REDRAW, generations=20)).outcome is Outcome.PERMIT
        assert ask(terms, used, make.use(action=Action.REDRAW, generations=21)).outcome is Outcome.PAY
        assert ask(terms, used, make.use(action=Action.REDRAW, generations=2000)).outcome is Outcome.DENY
        assert ask(terms, used, make.use()).outcome is Outcome.PAY

    def test_ai_entries_are_bought_one_by_one(self, make: SimpleNamespace) -> None:
        terms = make.terms(training=PerEntry(Paid(usd(8)), Paid(usd(15)), Free(), Prohibited()))
        outcomes = {
            action: ask(terms, Book(), make.use(action=action))
            for action in (
                Action.TRAIN,
                Action.TRAIN_OTHER,
                Action.TRAIN_GENERATIVE,
                Action.MINE,
                Action.INFER,
            )
        }
        assert [outcome.price for outcome in outcomes.values()] == [usd(23), usd(8), usd(15), None, None]
        assert outcomes[Action.MINE].outcome is Outcome.PERMIT
        assert "cawg.ai_inference" in outcomes[Action.INFER].reason
        held = make.grant(terms=terms, action=Action.TRAIN_OTHER)
        assert ask(terms, Book((held,)), make.use(action=Action.TRAIN)).outcome is Outcome.PAY
        assert ask(terms, Book((held,)), make.use(action=Action.TRAIN_OTHER)).outcome is Outcome.PERMIT


class TestClauses:
    @pytest.mark.parametrize(
        ("changes", "use", "clause", "change"),
        [
            ({"territory": WorldwideExcept(frozenset({"GB"}))}, {}, "territory", "use it outside GB"),
            ({"channels": Channels(frozenset({"online"}))}, {}, "channel", "say the channel"),
            (
                {"channels": Channels(frozenset({"online"}))},
                {"channel": "press"},
                "channel",
                "one of online as the channel",
            ),
            ({}, {"colourway": "rose"}, "colourway", "one of original as the colourway"),
            ({}, {"modifications": frozenset({"crop"})}, "modification", "use it without crop"),
            ({"run": Run(10)}, {}, "run", "at most 10 pieces"),
            (
                {"revenue": Ceiling(usd(500)), "reporting": Reporting(Every.MONTH)},
                {"revenue": usd(501)},
                "revenue",
                "at most 5.00 USD of net sales",
            ),
            (
                {"revenue": Ceiling(usd(500)), "reporting": Reporting(Every.MONTH)},
                {"revenue": Money(5, "EUR")},
                "revenue",
                "say the net sales in USD",
            ),
            ({"window": Window(start=date(2026, 7, 1))}, {}, "dates", "use it from 2026-07-01"),
            ({"window": Window(end=date(2026, 1, 1))}, {}, "dates", "terms that are in force"),
        ],
    )
    def test_each_says_what_would_change_the_answer(
        self, make: SimpleNamespace, changes: dict[str, Any], use: dict[str, Any], clause: str, change: str
    ) -> None:
        decision = ask(make.terms(**changes), Book(), make.use(**use))
        assert decision.outcome is Outcome.DENY
        assert list(failing(decision.checks)) == [clause]
        assert decision.changes == (change,)

    def test_no_licence_is_sold_after_the_last_day(self, make: SimpleNamespace) -> None:
        terms = make.terms(window=Window(end=DAY), training=Free())
        after = date(2026, 6, 16)
        assert ask(terms, Book(), make.use(), at=DAY).outcome is Outcome.PAY
        denied = ask(terms, Book(), make.use(), at=after)
        assert denied.outcome is Outcome.DENY
        assert denied.reason.startswith("dates: these terms ended on 2026-06-15")
        assert ask(terms, Book((make.grant(terms=terms),)), make.use(), at=after).outcome is Outcome.PERMIT
        assert ask(terms, Book(), make.use(action=Action.TRAIN), at=after).outcome is Outcome.PERMIT

    def test_what_holds_says_why(self, make: SimpleNamespace) -> None:
        terms = make.terms(
            territory=WorldwideExcept(frozenset({"FR"})),
            colourways=AnyColourway(),
            modification=AnyModification(),
            revenue=Ceiling(usd(500)),
            reporting=Reporting(Every.MONTH),
            run=Run(10, usd(3)),
        )
        changed = frozenset({"recolour"})
        decision = ask(terms, Book(), make.use(colourway="rose", modifications=changed, revenue=usd(500)))
        assert decision.outcome is Outcome.PAY
        why = {check.clause: check.why for check in decision.checks}
        assert why["territory"] == "worldwide except FR, so GB too"
        assert why["modification"] == "any modification"
        assert "each piece past them costs 0.03 USD" in why["run"]
        assert why["revenue"] == "net sales up to 5.00 USD, 5.00 USD left"
        some = make.terms(modification=Modifications(frozenset({"crop", "flip"})))
        assert ask(some, Book(), make.use(modifications=frozenset({"crop"}))).outcome is Outcome.PAY

    def test_groups_are_named(self, make: SimpleNamespace) -> None:
        terms = make.terms(territory=Countries(frozenset({"AT", "CH", "DE"})))
        assert ask(terms, Book(), make.use()).reason == "territory: GB is none of DACH"

    def test_a_ceiling_is_reached_when_nothing_is_said(self, make: SimpleNamespace) -> None:
        terms = make.terms(revenue=Ceiling(usd(500)), reporting=Reporting(Every.YEAR))
        grant = make.grant(terms=terms)
        full = Book((grant,), (make.usage(grant, units=1, revenue=usd(500)),))
        assert "revenue" in failing(covers(grant, make.use(units=1), full))
        assert not failing(covers(grant, make.use(units=1), Book((grant,))))

    def test_net_sales_are_counted_in_the_currency_of_the_terms_alone(self, make: SimpleNamespace) -> None:
        terms = make.terms(royalty=PercentOfNet(500), reporting=Reporting(Every.YEAR))
        grant = make.grant(terms=terms)
        abroad = {"revenue": Money(100_000, "EUR")}
        for changes in (abroad, {**abroad, "action": Action.DISPLAY}):
            refused = covers(grant, make.use(**changes), Book((grant,)))
            assert list(failing(refused)) == ["revenue"]
            assert "net sales in EUR; these terms count USD" in ask(terms, Book(), make.use(**changes)).reason
        assert not failing(covers(grant, make.use(revenue=usd(100_000)), Book((grant,))))

    def test_rights_that_come_with_a_licence_and_those_that_do_not(self, make: SimpleNamespace) -> None:
        terms = make.terms(derivatives=Included(), style=Priced(usd(5)))
        held = Book((make.grant(terms=terms),))
        assert ask(terms, held, make.use(action=Action.DERIVE)).outcome is Outcome.PERMIT
        assert ask(terms, held, make.use(action=Action.IMITATE)).price == usd(5)
        refused = ask(terms, held, make.use(action=Action.ADAPT))
        assert refused.outcome is Outcome.DENY
        assert "do not give adapter" in refused.reason
        style = Book((make.grant(terms=terms, action=Action.IMITATE),))
        assert ask(terms, style, make.use(action=Action.IMITATE)).outcome is Outcome.PERMIT
        assert ask(terms, style, make.use()).outcome is Outcome.PAY
        assert ask(terms, Book(), make.use(action=Action.DERIVE)).price == terms.price.amount
        drawn = make.terms(recipe=Included())
        assert ask(drawn, Book((make.grant(terms=drawn),)), make.use(action=Action.REDRAW)).licence

    def test_orders_count_like_reports(self, make: SimpleNamespace) -> None:
        grant = make.grant()
        book = Book((grant,), (make.usage(grant, units=400),)).with_order(
            Order(grant.id, make.use(units=500))
        )
        assert book.units_used(grant.id) == 900
        assert ask(grant.terms, book, make.use(units=100)).outcome is Outcome.PERMIT
        assert ask(grant.terms, book, make.use(units=101)).outcome is Outcome.PAY

    def test_a_licensee_with_many_licences_reads_of_the_first(self, make: SimpleNamespace) -> None:
        elsewhere = make.terms(territory=Countries(frozenset({"FR"})))
        grants = [make.grant(id=LicenceId(f"licence-{i}"), terms=elsewhere) for i in range(2 * EXPLAINED)]
        decision = ask(make.terms(), Book(tuple(grants)), make.use())
        assert sum(check.clause == "licence" for check in decision.checks) == EXPLAINED
        covering = make.grant(id=LicenceId("covering"))
        spent = make.grant(id=LicenceId("spent"), terms=make.terms(run=Run(1)))
        book = Book((*grants, spent, covering))
        assert ask(make.terms(), book, make.use()).licence == "covering"
        assert ask(make.terms(), book, make.use(action=Action.DISPLAY)).licence == "spent"


class TestAttribution:
    def decide(self, make: SimpleNamespace, reading: Reading, **use: Any) -> Any:
        grant = make.grant(terms=make.terms(attribution=Attribution(TEXT)))
        return ask(grant.terms, Book((grant,)), make.use(**use), reading=reading)

    def test_both_readings_of_what_nobody_said(self, make: SimpleNamespace) -> None:
        lenient, strict = (self.decide(make, reading) for reading in (Reading.LENIENT, Reading.STRICT))
        assert (lenient.outcome, lenient.reading) == (Outcome.PERMIT, Reading.LENIENT)
        assert (strict.outcome, strict.reading) == (Outcome.DENY, Reading.STRICT)
        assert states(lenient) == states(strict) == [("attribute", "unknown")]
        assert strict.changes == (f"show {TEXT!r} and say so",)
        assert "a duty is not done" in strict.reason

    @pytest.mark.parametrize("reading", list(Reading))
    def test_the_text_that_stands_there(self, make: SimpleNamespace, reading: Reading) -> None:
        shown = self.decide(make, reading, attribution=f"({TEXT}, 2026)")
        assert (shown.outcome, states(shown)) == (Outcome.PERMIT, [("attribute", "fulfilled")])
        other = self.decide(make, reading, attribution="Pattern: Ben")
        assert (other.outcome, states(other)) == (Outcome.DENY, [("attribute", "violated")])

    def test_it_is_asked_before_anything_is_sold(self, make: SimpleNamespace) -> None:
        terms = make.terms(attribution=Attribution(TEXT))
        assert ask(terms, Book(), make.use(attribution="none")).outcome is Outcome.DENY
        assert ask(terms, Book(), make.use()).outcome is Outcome.PAY
        assert ask(terms, Book(), make.use(), reading=Reading.STRICT).outcome is Outcome.DENY
        training = make.terms(attribution=Attribution(TEXT), training=Free())
        assert ask(training, Book(), make.use(action=Action.TRAIN)).duties == ()


class TestPaying:
    @pytest.mark.parametrize(
        ("due", "settled", "outcome"),
        [
            (date(2026, 6, 14), False, Outcome.DENY),
            (date(2026, 6, 15), False, Outcome.PERMIT),
            (date(2026, 6, 14), True, Outcome.PERMIT),
        ],
    )
    def test_an_unpaid_royalty_stops_a_licence(
        self, make: SimpleNamespace, due: date, settled: bool, outcome: Outcome
    ) -> None:
        grant = make.grant()
        bill = Bill(InvoiceId("invoice-9"), grant.id, usd(700), due, settled)
        decision = ask(grant.terms, Book((grant,), bills=(bill,)), make.use())
        assert decision.outcome is outcome
        if outcome is Outcome.DENY:
            assert decision.changes == ("pay invoice invoice-9",)
        free = Book((grant, make.grant(id=LicenceId("licence-2"))), bills=(bill,))
        assert ask(grant.terms, free, make.use()).outcome is Outcome.PERMIT

    def test_royalties_to_come_are_told(self, make: SimpleNamespace) -> None:
        told = Reporting(Every.YEAR)
        rates = {
            "0.07 USD for each piece": PerUnit(usd(7)),
            "8 % of the net sales": PercentOfNet(800),
            "by its tiers": Graduated((Tier(5, usd(2)), Tier(None, usd(1)))),
        }
        for words, royalty in rates.items():
            grant = make.grant(terms=make.terms(royalty=royalty, reporting=told))
            decision = ask(grant.terms, Book((grant,)), make.use())
            assert words in decision.duties[0].why
            shown = ask(grant.terms, Book((grant,)), make.use(action=Action.DISPLAY))
            assert [duty.name for duty in shown.duties] == ["report"]


class TestReporting:
    def grant(self, make: SimpleNamespace, **changes: Any) -> Grant:
        terms = make.terms(reporting=Reporting(Every.QUARTER, 30), **changes)
        grant: Grant = make.grant(terms=terms, granted_at="2026-01-31T09:00:00Z")
        return grant

    @pytest.mark.parametrize(
        ("at", "outcome"),
        [
            (date(2026, 3, 1), Outcome.PERMIT),  # in the first quarter
            (date(2026, 5, 30), Outcome.PERMIT),  # the first report is due today
            (date(2026, 5, 31), Outcome.DENY),
        ],
    )
    def test_a_report_that_is_late_stops_a_licence(
        self, make: SimpleNamespace, at: date, outcome: Outcome
    ) -> None:
        grant = self.grant(make)
        decision = ask(grant.terms, Book((grant,)), make.use(), at=at)
        assert decision.outcome is outcome
        if outcome is Outcome.DENY:
            assert "none since 2026-01-31" in decision.reason

    def test_a_report_in_time(self, make: SimpleNamespace) -> None:
        grant = self.grant(make)
        told = Book((grant,), (make.usage(grant, units=1), make.usage(grant, id="usage-2", units=1)))
        assert told.last_report(grant.id) == DAY
        decision = ask(grant.terms, told, make.use(), at=date(2026, 6, 20))
        assert decision.duties[-1].state is DutyState.FULFILLED
        assert ask(grant.terms, told, make.use(), at=date(2026, 11, 30)).outcome is Outcome.PERMIT
        assert ask(grant.terms, told, make.use(), at=date(2027, 1, 31)).outcome is Outcome.DENY

    def test_nothing_is_owed_of_the_time_before_the_first_day(self, make: SimpleNamespace) -> None:
        grant = self.grant(make, window=Window(start=date(2026, 5, 1)))
        book = Book((grant,))
        assert ask(grant.terms, book, make.use(), at=date(2026, 8, 31)).outcome is Outcome.PERMIT
        late = ask(grant.terms, book, make.use(), at=date(2026, 9, 1))
        assert (late.outcome, "none since 2026-05-01" in late.reason) == (Outcome.DENY, True)

    def test_nothing_is_owed_of_the_time_after_the_last_day(self, make: SimpleNamespace) -> None:
        grant = self.grant(make, window=Window(end=date(2026, 6, 30)))
        told = Book((grant,), (make.usage(grant, units=1),))
        assert ask(grant.terms, told, make.use(), at=date(2030, 1, 1)).outcome is Outcome.PERMIT
        for_ever = self.grant(make, window=Window(end=date.max))
        assert ask(for_ever.terms, Book((for_ever,)), make.use(), at=date(2026, 2, 1)).licence

    @given(
        begun=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        later=st.integers(-40, 2000),
        every=st.sampled_from(Every),
        grace=st.integers(0, 366),
    )
    def test_the_last_period_that_was_due(self, begun: date, later: int, every: Every, grace: int) -> None:
        on = add_days(begun, later)
        found = overdue_period(begun, Reporting(every, grace), on)
        ends = [add_months(begun, every.months * i) for i in range(1, 90)]
        due = [i for i, end in enumerate(ends) if add_days(end, grace) < on]
        assert found == (add_months(begun, every.months * due[-1]) if due else None)

    def test_months(self) -> None:
        assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
        assert add_months(date(2026, 12, 31), 12) == date(2027, 12, 31)
        assert add_months(date(9999, 12, 1), 1) == date.max
        assert add_days(date.max, 5) == date.max
