"""Tiers, percentages, guarantees and advances: in whole minor units, whatever the order of the reports."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.billing import (
    guarantee_id,
    reported_total,
    revenue_needed,
    royalty_lines,
)
from ledger.domain.errors import TermsError
from ledger.domain.ids import UsageId
from ledger.domain.invoice import LineKind
from ledger.domain.licence import Grant, Usage, Used
from ledger.domain.money import Money
from ledger.domain.royalty import (
    earned,
    graduated,
    guaranteed,
    payable,
    percentage,
    price_of_units,
    rated,
    still_due,
    volume,
)
from ledger.domain.terms import (
    Ceiling,
    Every,
    Flat,
    Graduated,
    NoRoyalty,
    PercentOfNet,
    PerUnit,
    Priced,
    Reporting,
    Run,
    Tier,
    Unlimited,
    Volume,
    Window,
)
from ledger.domain.use import Action

DAY = date(2026, 6, 15)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


STEPS = (Tier(1000, usd(50)), Tier(5000, usd(30)), Tier(None, usd(20)))


class TestTiers:
    @pytest.mark.parametrize(
        ("units", "each_its_own", "all_at_one"),
        [
            (0, 0, 0),
            (1, 50, 50),
            (1000, 50_000, 50_000),
            (1001, 50_030, 30_030),
            (5000, 170_000, 150_000),
            (5001, 170_020, 100_020),
        ],
    )
    def test_graduated_against_volume(self, units: int, each_its_own: int, all_at_one: int) -> None:
        assert graduated(Graduated(STEPS), units) == usd(each_its_own)
        assert volume(Volume(STEPS), units) == usd(all_at_one)
        assert rated(Graduated(STEPS), units) == usd(each_its_own)
        assert rated(Volume(STEPS), units) == usd(all_at_one)

    @given(data=st.data(), units=st.integers(0, 3000))
    def test_graduated_is_the_sum_of_its_pieces(self, data: Any, units: int) -> None:
        ends = sorted(data.draw(st.sets(st.integers(1, 2500), min_size=1, max_size=5)))
        rates = data.draw(st.lists(st.integers(1, 99), min_size=len(ends) + 1, max_size=len(ends) + 1))
        tiers = Graduated(tuple(Tier(end, usd(rate)) for end, rate in zip([*ends, None], rates, strict=True)))

        def rate_of(piece: int) -> int:
            return next(rate for end, rate in zip([*ends, 10**9], rates, strict=True) if piece <= end)

        assert graduated(tiers, units).minor == sum(rate_of(piece) for piece in range(1, units + 1))
        assert volume(Volume(tiers.tiers), units).minor == (units and rate_of(units) * units)

    @pytest.mark.parametrize(
        ("tiers", "words"),
        [
            ((Tier(None, usd(5)),), "1 tiers"),
            ((Tier(5, usd(5)), Tier(5, usd(5)), Tier(None, usd(5))), "tier 2 ends at 5"),
            ((Tier(0, usd(5)), Tier(None, usd(5))), "tier 1 ends at 0"),
            ((Tier(None, usd(5)), Tier(None, usd(5))), "tier 1 ends at None"),
            ((Tier(5, usd(5)), Tier(9, usd(5))), "last tier ends"),
            ((Tier(5, usd(0)), Tier(None, usd(0))), "every rate is nothing"),
        ],
    )
    def test_tiers_that_mean_nothing(self, tiers: tuple[Tier, ...], words: str) -> None:
        with pytest.raises(TermsError, match=words):
            Graduated(tiers)

    def test_a_licence_for_no_pieces_costs_as_one_piece(self) -> None:
        assert price_of_units(PerUnit(usd(5)), 0) == usd(5)
        assert price_of_units(Flat(usd(5)), 9) == usd(5)
        assert price_of_units(Graduated(STEPS), 1001) == usd(50_030)


class TestPercentage:
    @given(net=st.integers(0, 10**15), bps=st.integers(1, 10_000))
    def test_is_within_half_a_unit(self, net: int, bps: int) -> None:
        exact = Fraction(net * bps, 10_000)
        assert abs(percentage(usd(net), bps).minor - exact) <= Fraction(1, 2)

    @pytest.mark.parametrize("bps", [0, 10_001, 1.5])
    def test_is_above_nothing_and_not_above_all(self, bps: Any) -> None:
        with pytest.raises(TermsError, match="basis points"):
            PercentOfNet(bps)

    def test_earned(self) -> None:
        assert earned(NoRoyalty(), 5, usd(100)) == usd(0)
        assert earned(PercentOfNet(800), 5, usd(1000)) == usd(80)
        assert earned(PerUnit(usd(7)), 5, usd(1000)) == usd(35)

    def test_advance_and_guarantee(self) -> None:
        assert payable(usd(80), usd(100)) == usd(0)
        assert payable(usd(130), usd(100)) == usd(30)
        assert payable(usd(130), None) == usd(130)
        assert guaranteed(usd(80), usd(100)) == usd(100)
        assert guaranteed(usd(180), usd(100)) == usd(180)
        assert guaranteed(usd(180), None) == usd(180)
        assert still_due(usd(80), usd(100)) == usd(0)


def usages(grant: Grant, make: SimpleNamespace, counts: list[int]) -> list[Usage]:
    return [make.usage(grant, id=f"usage-{i}", units=n, revenue=usd(n * 100)) for i, n in enumerate(counts)]


COUNTS = st.lists(st.integers(1, 900), min_size=1, max_size=6)
ROYALTIES = st.sampled_from([PerUnit(usd(7)), Graduated(STEPS), PercentOfNet(333)])


class TestLines:
    @given(
        counts=COUNTS, royalty=ROYALTIES, advance=st.none() | st.integers(1, 60_000), cut=st.integers(0, 6)
    )
    def test_bills_add_up_to_the_total_however_they_are_grouped(
        self, make: SimpleNamespace, counts: list[int], royalty: Any, advance: int | None, cut: int
    ) -> None:
        terms = make.terms(
            run=Unlimited(),
            royalty=royalty,
            advance=advance and usd(advance),
            reporting=Reporting(Every.MONTH),
        )
        grant = make.grant(terms=terms)
        every = usages(grant, make, counts)
        charged: dict[str, Money] = {}
        for part in (every[:cut], every):
            for line in royalty_lines(grant, part, charged, DAY):
                assert line.kind is LineKind.ROYALTY
                charged[line.evidence] = line.amount
        total = reported_total(grant, Used(sum(counts), sum(counts) * 100))
        assert sum(amount.minor for amount in charged.values()) == total.minor
        assert royalty_lines(grant, every, charged, DAY) == ()

    @given(counts=COUNTS)
    def test_volume_tiers_never_charge_back(self, make: SimpleNamespace, counts: list[int]) -> None:
        grant = make.grant(terms=make.terms(run=Unlimited(), royalty=Volume(STEPS)))
        lines = royalty_lines(grant, usages(grant, make, counts), {}, DAY)
        totals = [volume(Volume(STEPS), sum(counts[: i + 1])).minor for i in range(len(counts))]
        assert sum(line.amount.minor for line in lines) == max(totals)

    def test_a_rate_stays_a_rate_on_the_invoice_and_anything_else_is_one_amount(
        self, make: SimpleNamespace
    ) -> None:
        per_unit = make.grant(terms=make.terms(royalty=PerUnit(usd(7))))
        (line,) = royalty_lines(per_unit, usages(per_unit, make, [3]), {}, DAY)
        assert (line.quantity, line.unit) == (3, usd(7))
        recouped = make.grant(terms=make.terms(royalty=PerUnit(usd(7)), advance=usd(20)))
        (line,) = royalty_lines(recouped, usages(recouped, make, [3]), {}, DAY)
        assert (line.quantity, line.unit) == (1, usd(1))

    def test_pieces_past_the_run_cost_the_overage_instead(self, make: SimpleNamespace) -> None:
        terms = make.terms(run=Run(100, usd(50)), royalty=PerUnit(usd(7)))
        grant = make.grant(terms=terms)
        assert reported_total(grant, Used(120)) == usd(100 * 7 + 20 * 50)
        paid = make.grant(terms=make.terms(run=Run(100, usd(50)), price=PerUnit(usd(9))), units=30)
        assert reported_total(paid, Used(120)) == usd(90 * 50)

    def test_pictures_cost_their_rate(self, make: SimpleNamespace) -> None:
        terms = make.terms(adapter=Priced(usd(0), usd(4)))
        grant = make.grant(terms=terms, action=Action.ADAPT)
        usage = make.usage(grant, action=Action.ADAPT, generations=25)
        (line,) = royalty_lines(grant, [usage], {}, DAY)
        assert line.amount == usd(100)
        assert "25 generations" in line.text

    def test_the_guarantee_is_made_up_for_after_the_last_day_once(self, make: SimpleNamespace) -> None:
        terms = make.terms(royalty=PerUnit(usd(7)), guarantee=usd(1000), window=Window(end=DAY))
        grant = make.grant(terms=terms)
        reported = usages(grant, make, [100])
        assert len(royalty_lines(grant, reported, {}, DAY)) == 1
        royalty, rest = royalty_lines(grant, reported, {}, date(2026, 6, 16))
        assert (royalty.amount, rest.amount, rest.kind) == (usd(700), usd(300), LineKind.GUARANTEE)
        assert rest.evidence == guarantee_id(grant.id)
        charged = {royalty.evidence: royalty.amount, rest.evidence: rest.amount}
        assert royalty_lines(grant, reported, charged, date(2026, 7, 1)) == ()
        enough = [make.usage(grant, id="more", units=500)]
        assert len(royalty_lines(grant, enough, {}, date(2026, 7, 1))) == 1

    def test_who_has_to_report_net_sales(self, make: SimpleNamespace) -> None:
        told = Reporting(Every.YEAR)
        assert not revenue_needed(make.terms())
        assert "percentage" in revenue_needed(make.terms(royalty=PercentOfNet(5), reporting=told))
        assert "ceiling" in revenue_needed(make.terms(revenue=Ceiling(usd(5)), reporting=told))

    def test_reports_are_billed_by_day_then_name(self, make: SimpleNamespace) -> None:
        grant = make.grant(terms=make.terms(royalty=Graduated(STEPS), run=Unlimited()))
        lines = royalty_lines(grant, usages(grant, make, [900, 900])[::-1], {}, DAY)
        assert [line.evidence for line in lines] == [UsageId("usage-0"), UsageId("usage-1")]
        assert all(a.amount.minor > b.amount.minor for a, b in pairwise(lines))
