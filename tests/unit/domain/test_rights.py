"""The firewall's rules: permit, deny or pay, in their order, with their reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.decision import Decision, Outcome
from ledger.domain.ids import LicenceId, PartyId
from ledger.domain.licence import Book, Tally, Used
from ledger.domain.money import Money
from ledger.domain.overlap import last_rival, overlaps, rivals
from ledger.domain.right_clauses import paid_units, price_of
from ledger.domain.rights import covers, exclusivity_check, offer_checks
from ledger.domain.rights import decide as decide_on
from ledger.domain.terms import (
    Countries,
    Every,
    Exclusive,
    Free,
    Included,
    NotTransferable,
    Paid,
    Priced,
    Products,
    Reporting,
    Run,
    Sublicensing,
    Terms,
    Transferable,
    Unlimited,
    Window,
)
from ledger.domain.use import Action, Use


def decide(terms: Terms, book: Book, use: Use, licensee: PartyId, *, starts: date | None = None) -> Decision:
    """Asked on the day of use, unless a licence bought now would begin earlier."""
    return decide_on(terms, book, use, starts or use.on, licensee)


NORTH, SOUTH = PartyId("north-mill"), PartyId("south-mill")
EMPTY = Book()


def failing(checks: tuple) -> set[str]:
    return {check.clause for check in checks if not check.holds}


class TestRuleOrder:
    def test_without_a_grant_the_licensee_is_asked_to_pay(self, make: SimpleNamespace) -> None:
        decision = decide(make.terms(), EMPTY, make.use(), NORTH)
        assert decision.outcome is Outcome.PAY
        assert decision.price == make.terms().price.amount
        assert decision.licence is None
        assert decision.reason == "a licence is needed; it costs 250.00 USD"
        assert {check.clause for check in decision.checks} == {
            "territory",
            "dates",
            "product",
            "industry",
            "channel",
            "colourway",
            "modification",
            "run",
            "exclusivity",
        }

    def test_with_a_covering_grant_it_is_permitted_by_that_licence(self, make: SimpleNamespace) -> None:
        decision = decide(make.terms(), Book((make.grant(),)), make.use(), NORTH)
        assert (decision.outcome, decision.licence, decision.price) == (Outcome.PERMIT, "licence-1", None)
        assert all(check.holds for check in decision.checks)

    def test_the_run_can_be_used_up_to_its_last_piece(self, make: SimpleNamespace) -> None:
        grant = make.grant()
        book = Book((grant,), (make.usage(grant, units=900),))
        assert decide(make.terms(), book, make.use(units=100), NORTH).outcome is Outcome.PERMIT
        beyond = decide(make.terms(), book, make.use(units=101), NORTH)
        assert beyond.outcome is Outcome.PAY
        assert beyond.reason.startswith("another licence is needed")
        assert "100 left" in next(check.why for check in beyond.checks if check.clause == "licence")

    def test_more_than_any_licence_gives_is_denied_naming_the_run(self, make: SimpleNamespace) -> None:
        decision = decide(make.terms(), Book((make.grant(),)), make.use(units=80_000), NORTH)
        assert decision.outcome is Outcome.DENY
        assert decision.reason == "run: 80,000 pieces asked for; a licence gives 1,000"
        assert failing(decision.checks) == {"run", "licence"}

    def test_every_clause_outside_is_named(self, make: SimpleNamespace) -> None:
        terms = make.terms(
            territory=Countries(frozenset({"FR", "DE"})),
            products=Products(frozenset({"cushion"})),
            window=Window(date(2026, 7, 1), date(2026, 12, 31)),
        )
        decision = decide(terms, EMPTY, make.use(), NORTH)
        assert decision.outcome is Outcome.DENY
        assert failing(decision.checks) == {"territory", "dates", "product"}
        for words in (
            "GB is none of DE, FR",
            "wallpaper is none of cushion",
            "from 2026-07-01 until 2026-12-31",
        ):
            assert words in decision.reason

    def test_an_old_grant_still_permits_what_new_terms_no_longer_offer(self, make: SimpleNamespace) -> None:
        narrower = make.terms(territory=Countries(frozenset({"FR"})))
        assert decide(narrower, Book((make.grant(),)), make.use(), NORTH).outcome is Outcome.PERMIT

    def test_somebody_elses_grant_permits_nothing(self, make: SimpleNamespace) -> None:
        assert decide(make.terms(), Book((make.grant(),)), make.use(), SOUTH).outcome is Outcome.PAY

    def test_the_grant_that_covers_is_found_behind_one_that_does_not(self, make: SimpleNamespace) -> None:
        spent = make.grant(id=LicenceId("spent"))
        book = Book((spent, make.grant(id=LicenceId("fresh"))), (make.usage(spent, units=1000),))
        assert decide(make.terms(), book, make.use(), NORTH).licence == "fresh"

    def test_a_long_list_of_countries_is_shortened(self, make: SimpleNamespace) -> None:
        terms = make.terms(territory=Countries(frozenset({"AT", "BE", "CH", "DE", "DK", "ES", "FR", "IT"})))
        assert "AT, BE, CH, DE, DK, ES and 2 more" in decide(terms, EMPTY, make.use(), NORTH).reason


class TestExclusivity:
    def exclusive(self, make: SimpleNamespace, **changes: object) -> object:
        return make.terms(exclusive=Exclusive(), **changes)

    def test_an_exclusive_grant_shuts_out_others_but_not_its_holder(self, make: SimpleNamespace) -> None:
        book = Book((make.grant(terms=self.exclusive(make)),))
        denied = decide(make.terms(), book, make.use(), SOUTH)
        assert denied.outcome is Outcome.DENY
        assert denied.reason == "exclusivity: somebody else holds an exclusive licence without a last day"
        assert "north-mill" not in denied.reason
        assert decide(make.terms(), book, make.use(), NORTH).outcome is Outcome.PERMIT
        assert decide(make.terms(), book, make.use(units=2000), NORTH).outcome is Outcome.DENY

    def test_exclusive_terms_cannot_be_had_beside_a_grant_of_another(self, make: SimpleNamespace) -> None:
        grant = make.grant(terms=make.terms(window=Window(end=date(2026, 12, 31))))
        denied = decide(self.exclusive(make), Book((grant,)), make.use(), SOUTH)
        assert denied.outcome is Outcome.DENY
        assert "these exclusive terms cannot be had" in denied.reason
        assert "until 2026-12-31" in denied.reason

    def test_exclusives_that_do_not_meet_stand_side_by_side(self, make: SimpleNamespace) -> None:
        french = self.exclusive(make, territory=Countries(frozenset({"FR"})))
        cushions = self.exclusive(make, products=Products(frozenset({"cushion"})))
        book = Book((make.grant(terms=french), make.grant(terms=cushions)))
        british = make.terms(
            territory=Countries(frozenset({"GB"})), products=Products(frozenset({"wallpaper"}))
        )
        assert decide(british, book, make.use(), SOUTH).outcome is Outcome.PAY

    def test_an_exclusive_that_ended_shuts_out_nobody(self, make: SimpleNamespace) -> None:
        ended = self.exclusive(make, window=Window(end=date(2026, 6, 14)))
        book = Book((make.grant(terms=ended),))
        assert decide(make.terms(), book, make.use(), SOUTH).outcome is Outcome.PAY

    def test_a_licence_that_starts_before_an_exclusive_ends_is_refused(self, make: SimpleNamespace) -> None:
        running = self.exclusive(make, window=Window(end=date(2026, 6, 14)))
        book = Book((make.grant(terms=running),))
        decision = decide(make.terms(), book, make.use(), SOUTH, starts=date(2026, 6, 1))
        assert decision.outcome is Outcome.DENY
        assert not exclusivity_check(make.terms(), book, SOUTH, date(2026, 6, 14)).holds
        assert exclusivity_check(make.terms(), book, SOUTH, date(2026, 6, 15)).holds


class TestTraining:
    def test_prohibited_training_is_denied_whatever_licence_is_held(self, make: SimpleNamespace) -> None:
        decision = decide(make.terms(), Book((make.grant(),)), make.use(action=Action.TRAIN), NORTH)
        assert decision.outcome is Outcome.DENY
        assert "prohibit AI training" in decision.reason

    def test_free_training_is_permitted_without_a_licence(self, make: SimpleNamespace) -> None:
        decision = decide(make.terms(training=Free()), EMPTY, make.use(action=Action.TRAIN), NORTH)
        assert (decision.outcome, decision.licence) == (Outcome.PERMIT, None)

    def test_free_training_still_keeps_to_the_territory(self, make: SimpleNamespace) -> None:
        terms = make.terms(training=Free(), territory=Countries(frozenset({"FR"})))
        assert decide(terms, EMPTY, make.use(action=Action.TRAIN), NORTH).outcome is Outcome.DENY

    def test_paid_training_costs_its_fee(self, make: SimpleNamespace) -> None:
        fee = Money(50_000, "USD")
        decision = decide(make.terms(training=Paid(fee)), EMPTY, make.use(action=Action.TRAIN), NORTH)
        assert (decision.outcome, decision.price) == (Outcome.PAY, fee)

    def test_training_makes_no_product(self, make: SimpleNamespace) -> None:
        terms = make.terms(training=Free(), products=Products(frozenset({"cushion"})))
        assert decide(terms, EMPTY, make.use(action=Action.TRAIN), NORTH).outcome is Outcome.PERMIT

    def test_reproduction_and_training_are_bought_apart(self, make: SimpleNamespace) -> None:
        terms = make.terms(training=Paid(Money(50_000, "USD")))
        printing = make.grant(terms=terms)
        training = make.grant(terms=terms, action=Action.TRAIN)
        train, show = make.use(action=Action.TRAIN), make.use(action=Action.DISPLAY)
        assert decide(terms, Book((printing,)), train, NORTH).outcome is Outcome.PAY
        assert decide(terms, Book((training,)), train, NORTH).outcome is Outcome.PERMIT
        assert decide(terms, Book((training,)), show, NORTH).outcome is Outcome.PAY
        assert decide(terms, Book((printing,)), show, NORTH).outcome is Outcome.PERMIT

    def test_a_grant_under_free_terms_trains_even_when_later_terms_prohibit(
        self, make: SimpleNamespace
    ) -> None:
        grant = make.grant(terms=make.terms(training=Free()))
        decision = decide(make.terms(), Book((grant,)), make.use(action=Action.TRAIN), NORTH)
        assert (decision.outcome, decision.licence) == (Outcome.PERMIT, "licence-1")

    def test_the_price_of_an_ordinary_licence_is_that_of_the_terms(self, make: SimpleNamespace) -> None:
        assert price_of(make.terms(), make.use()) == make.terms().price.amount


@pytest.mark.parametrize("action", list(Action))
def test_what_the_offer_admits_a_fresh_grant_covers(make: SimpleNamespace, action: Action) -> None:
    given = dict.fromkeys(("derivatives", "style", "recipe"), Included())
    adapter = Priced(Money(1, "USD"), Money(1, "USD"))
    terms = make.terms(
        training=Paid(Money(1, "USD")),
        run=Unlimited(),
        sublicensing=Sublicensing(1),
        adapter=adapter,
        **given,
    )
    use = make.use(action=action)
    assert not failing(offer_checks(terms, use))
    assert not failing(covers(make.grant(terms=terms, action=action), use, EMPTY))


@settings(max_examples=50)
@given(data=st.data())
def test_permit_never_goes_past_the_run(strategies: SimpleNamespace, data: st.DataObject) -> None:
    terms, book, use = data.draw(strategies.terms), data.draw(strategies.books), data.draw(strategies.uses)
    licensee = data.draw(strategies.parties)
    decision = decide(terms, book, use, licensee)
    if decision.outcome is not Outcome.PERMIT or decision.licence is None:
        return
    grant = next(grant for grant in book.grants if grant.id == decision.licence)
    assert grant.licensee == licensee
    assert grant.terms.window.holds(use.on)
    if isinstance(grant.terms.run, Run) and use.units:
        assert book.units_used(grant.id) + use.units <= grant.terms.run.units


@settings(max_examples=50)
@given(data=st.data())
def test_buying_what_is_offered_leads_to_a_permit(
    strategies: SimpleNamespace, make: SimpleNamespace, data: st.DataObject
) -> None:
    terms, book, use = data.draw(strategies.terms), data.draw(strategies.books), data.draw(strategies.uses)
    licensee = data.draw(strategies.parties)
    if decide(terms, book, use, licensee).outcome is Outcome.PAY:
        bought = make.grant(
            id=LicenceId("bought"),
            licensee=licensee,
            terms=terms,
            action=use.action,
            granted_at=use.on.isoformat(),
            units=paid_units(terms, use),
        )
        after = decide(terms, Book((*book.grants, bought), book.usages), use, licensee)
        assert (after.outcome, after.licence) == (Outcome.PERMIT, "bought")


@settings(max_examples=50)
@given(data=st.data())
def test_the_outcome_and_its_checks_agree(strategies: SimpleNamespace, data: st.DataObject) -> None:
    terms, book, use = data.draw(strategies.terms), data.draw(strategies.books), data.draw(strategies.uses)
    decision = decide(terms, book, use, data.draw(strategies.parties))
    failed = failing(decision.checks) - {"licence"}
    broken = [duty for duty in decision.duties if decision.reading.breaks(duty)]
    assert bool(failed or broken) == (decision.outcome is Outcome.DENY)
    assert (decision.price is not None) == (decision.outcome is Outcome.PAY)
    assert decision.reason


@settings(max_examples=50)
@given(data=st.data())
def test_exclusive_overlap_is_symmetric(
    strategies: SimpleNamespace, make: SimpleNamespace, data: st.DataObject
) -> None:
    a, b = data.draw(strategies.terms), data.draw(strategies.terms)
    assert overlaps(a, b) == overlaps(b, a)
    start = date(2024, 1, 1)
    of_a, of_b = make.grant(licensee=NORTH, terms=a), make.grant(licensee=SOUTH, terms=b)
    assert bool(rivals(a, Book((of_b,)), NORTH, start)) == bool(rivals(b, Book((of_a,)), SOUTH, start))


@settings(max_examples=50)
@given(data=st.data())
def test_terms_overlap_exactly_where_one_use_is_admitted_by_both(
    strategies: SimpleNamespace, make: SimpleNamespace, data: st.DataObject
) -> None:
    a, b = data.draw(strategies.terms), data.draw(strategies.terms)
    use = make.use(
        action=Action.DISPLAY,
        territory=data.draw(st.sampled_from(["GB", "FR", "DE", "NO", "JP"])),
        product=data.draw(st.sampled_from(["wallpaper", "cushion", "giftwrap", "fabric"])),
        on=data.draw(strategies.days),
    )
    if not failing(offer_checks(a, use)) and not failing(offer_checks(b, use)):
        assert overlaps(a, b)


def test_windows_that_touch_on_one_day_overlap(make: SimpleNamespace) -> None:
    day = date(2026, 6, 15)
    ends, starts = make.terms(window=Window(end=day)), make.terms(window=Window(start=day))
    later = make.terms(window=Window(start=day + timedelta(days=1)))
    assert overlaps(ends, starts)
    assert not overlaps(ends, later)


def test_tallies_count_as_the_reports_they_add_up(make: SimpleNamespace) -> None:
    terms = make.terms(reporting=Reporting(Every.MONTH), run=Run(500))
    grant = make.grant(terms=terms)
    reports = tuple(make.usage(grant, id=f"usage-{i}", units=units) for i, units in enumerate((200, 250)))
    tally = Tally(grant.id, Used(units=450), reports[0].reported_on)
    unsaid = Tally(LicenceId("above"), Used(units=450))
    told, added = Book((grant,), reports), Book((grant,), tallies=(tally, unsaid))
    for units in (50, 51):
        use = make.use(units=units)
        assert decide(terms, told, use, NORTH) == decide(terms, added, use, NORTH)
    assert added.units_used(LicenceId("above")) == 450
    assert added.last_report(LicenceId("above")) is None


def test_ones_own_licences_are_no_rivals(make: SimpleNamespace) -> None:
    shutting_out = make.terms(exclusive=Exclusive())
    for own, asked in ((shutting_out, make.terms()), (make.terms(), shutting_out)):
        book = Book((make.grant(terms=own),))
        assert rivals(asked, book, NORTH, date(2026, 1, 1)) == ()
        assert [grant.id for grant in rivals(asked, book, SOUTH, date(2026, 1, 1))] == ["licence-1"]
        assert last_rival(asked, book, NORTH, date(2026, 1, 1)) is None
        assert last_rival(asked, book, SOUTH, date(2026, 1, 1)) == book.grants[0]


def test_an_exclusive_licence_that_can_be_handed_on_is_in_its_holders_way(make: SimpleNamespace) -> None:
    free = make.terms(exclusive=Exclusive(), transfer=Transferable(), run=Run(500))
    held, fits, more = make.grant(terms=free), make.use(units=500), make.use(units=501)
    assert decide(free, Book((held,)), fits, NORTH).outcome is Outcome.PERMIT
    found = decide(replace(free, run=Run(900)), Book((held,)), more, NORTH)
    assert (found.outcome, found.checks[-1].clause) == (Outcome.DENY, "exclusivity")
    assert "this party holds an exclusive licence that can be handed on" in found.reason
    ordered = Book(pending=(held,))  # it may be asked for again before it is paid
    assert decide(free, ordered, fits, NORTH).outcome is Outcome.PAY
    assert (
        "somebody else has ordered an exclusive licence without" in decide(free, ordered, fits, SOUTH).reason
    )
    stays = replace(held, terms=replace(free, transfer=NotTransferable()))
    assert last_rival(free, Book((stays,)), NORTH, fits.on) is None
