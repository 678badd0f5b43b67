"""Judging findings and drawing up invoices from evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.billing import (
    first_of_each_use,
    licence_line,
    make_invoice,
    royalty_lines,
    unlicensed_line,
)
from ledger.domain.errors import FieldError, MoneyError, OrderError
from ledger.domain.finding import Sighting, Standing, Verdict
from ledger.domain.ids import (
    AssetId,
    CollectionId,
    FindingId,
    LicenceId,
    MarkId,
    PartyId,
    ScanId,
)
from ledger.domain.invoice import Invoice, Line, LineKind, content
from ledger.domain.judging import Match, billable, judge
from ledger.domain.licence import Book
from ledger.domain.money import Money
from ledger.domain.terms import Countries, Free, PerUnit
from ledger.domain.use import Action

SHOP, NORTH = PartyId("corner-shop"), PartyId("north-mill")
COLLECTION = CollectionId("c0" * 16)
AT = "2026-06-15T00:00:00Z"
DAY = date(2026, 6, 15)


def match(verdict: Verdict = Verdict.PROVEN) -> Match:
    return Match("shop.jpg", "ab" * 32, AssetId("0a" * 16), MarkId(7), verdict, "1e-30", {"inliers": 90})


def judged(
    make: SimpleNamespace, sighting: Sighting | None, book: Book | None = None, **terms: object
) -> object:
    return judge(ScanId("scan-1"), match(), sighting, make.terms(**terms), book or Book(), AT)


class TestJudging:
    def test_nobody_seen_is_unattributed_and_never_billed(self, make: SimpleNamespace) -> None:
        finding = judged(make, None)
        assert (finding.standing, finding.licence) == (Standing.UNATTRIBUTED, None)
        assert not billable(finding)

    def test_a_covered_use_is_licensed(self, make: SimpleNamespace) -> None:
        finding = judged(make, Sighting(NORTH, make.use()), Book((make.grant(),)))
        assert (finding.standing, finding.licence) == (Standing.LICENSED, "licence-1")
        assert not billable(finding)

    def test_pieces_seen_are_among_those_reported(self, make: SimpleNamespace) -> None:
        grant = make.grant()
        spent = Book((grant,), (make.usage(grant, units=1000),))
        assert judged(make, Sighting(NORTH, make.use(units=1)), spent).standing is Standing.LICENSED

    def test_a_use_outside_the_licence_is_unlicensed(self, make: SimpleNamespace) -> None:
        grant = make.grant(terms=make.terms(territory=Countries(frozenset({"FR"}))))
        finding = judged(make, Sighting(NORTH, make.use()), Book((grant,)))
        assert (finding.standing, billable(finding)) == (Standing.UNLICENSED, True)

    def test_somebody_elses_licence_does_not_help(self, make: SimpleNamespace) -> None:
        finding = judged(make, Sighting(SHOP, make.use()), Book((make.grant(),)))
        assert finding.standing is Standing.UNLICENSED

    def test_free_training_is_licensed_within_its_territory(self, make: SimpleNamespace) -> None:
        seen = Sighting(SHOP, make.use(action=Action.TRAIN))
        assert judged(make, seen, training=Free()).standing is Standing.LICENSED
        abroad = judged(make, seen, training=Free(), territory=Countries(frozenset({"FR"})))
        assert abroad.standing is Standing.UNLICENSED

    def test_likely_is_judged_but_never_billed(self, make: SimpleNamespace) -> None:
        seen = Sighting(SHOP, make.use())
        finding = judge(ScanId("s"), match(Verdict.LIKELY), seen, make.terms(), Book(), AT)
        assert (finding.standing, billable(finding)) == (Standing.UNLICENSED, False)

    def test_no_match_is_no_finding(self, make: SimpleNamespace) -> None:
        with pytest.raises(FieldError, match="not a finding"):
            judge(ScanId("s"), match(Verdict.NONE), None, make.terms(), Book(), AT)

    def test_judging_again_names_the_same_finding(self, make: SimpleNamespace) -> None:
        assert judged(make, None).id == judged(make, Sighting(SHOP, make.use())).id


class TestLines:
    def test_a_licence_costs_its_offer(self, make: SimpleNamespace) -> None:
        line = licence_line(make.offer())
        assert (line.kind, line.amount, line.evidence) == (LineKind.LICENCE, Money(25_000, "USD"), "offer-1")
        assert line.text == "Licence: reproduce wallpaper, 100 pieces, GB, 2026-06-15"

    def test_a_display_licence_counts_no_pieces(self, make: SimpleNamespace) -> None:
        line = licence_line(make.offer(use=make.use(action=Action.DISPLAY)))
        assert line.text == "Licence: display wallpaper, GB, 2026-06-15"

    def test_royalty_is_the_rate_times_the_pieces(self, make: SimpleNamespace) -> None:
        grant = make.grant(terms=make.terms(royalty=PerUnit(Money(5, "USD"))))
        (line,) = royalty_lines(grant, [make.usage(grant, units=123)], {}, DAY)
        assert (line.quantity, line.amount, line.evidence) == (123, Money(615, "USD"), "usage-1")

    def test_no_royalty_no_line(self, make: SimpleNamespace) -> None:
        free = make.grant()
        assert royalty_lines(free, [make.usage(free)], {}, DAY) == ()
        paid = make.grant(terms=make.terms(royalty=PerUnit(Money(5, "USD"))))
        assert royalty_lines(paid, [make.usage(paid, action=Action.DISPLAY)], {}, DAY) == ()

    def test_usage_of_another_licence_is_refused(self, make: SimpleNamespace) -> None:
        with pytest.raises(OrderError, match="not licence-1"):
            royalty_lines(make.grant(), [make.usage(make.grant(id=LicenceId("licence-2")))], {}, DAY)

    def test_an_unlicensed_use_costs_what_the_terms_say(self, make: SimpleNamespace) -> None:
        line = unlicensed_line(make.finding(), make.terms())
        assert (line.amount, line.evidence) == (Money(75_000, "USD"), "finding-1")
        assert "seen in shop.jpg" in line.text

    @pytest.mark.parametrize(
        "change",
        [{"verdict": Verdict.LIKELY}, {"standing": Standing.LICENSED}, {"standing": Standing.UNATTRIBUTED}],
    )
    def test_only_what_is_proven_and_unlicensed_is_billed(self, make: SimpleNamespace, change: dict) -> None:
        with pytest.raises(OrderError, match="only a proven, unlicensed use is billed"):
            unlicensed_line(make.finding(**change), make.terms())

    def test_nobody_to_bill(self, make: SimpleNamespace) -> None:
        with pytest.raises(OrderError, match="names nobody"):
            unlicensed_line(make.finding(sighting=None), make.terms())


class TestSameUse:
    def test_the_same_picture_scanned_again_is_the_same_use(self, make: SimpleNamespace) -> None:
        first = make.finding()
        again = make.finding(
            id=FindingId("a-later-one"), judged_at="2026-07-01T00:00:00Z", scan=ScanId("scan-2")
        )
        assert first_of_each_use([again, first]) == (first,)

    def test_another_seller_territory_or_picture_is_another_use(self, make: SimpleNamespace) -> None:
        found = [
            make.finding(),
            make.finding(id=FindingId("2"), picture_sha256="cd" * 32),
            make.finding(id=FindingId("3"), sighting=Sighting(NORTH, make.use(units=1))),
            make.finding(id=FindingId("4"), sighting=Sighting(SHOP, make.use(units=1, territory="FR"))),
        ]
        assert len(first_of_each_use(found)) == 4

    def test_a_later_day_or_number_of_pieces_is_not(self, make: SimpleNamespace) -> None:
        later = make.use(units=9, on=date(2026, 8, 1))
        found = [make.finding(), make.finding(id=FindingId("2"), sighting=Sighting(SHOP, later))]
        assert len(first_of_each_use(found)) == 1

    def test_what_is_not_billable_is_left_out(self, make: SimpleNamespace) -> None:
        assert first_of_each_use([make.finding(verdict=Verdict.LIKELY)]) == ()


def line(evidence: str, minor: int = 5, quantity: int = 3, currency: str = "USD") -> Line:
    return Line(LineKind.ROYALTY, AssetId("0a" * 16), "text", quantity, Money(minor, currency), evidence)


def invoice(
    make: SimpleNamespace, lines: list[Line], payer: str = "corner-shop", ledger: str = "l"
) -> Invoice:
    return make_invoice(
        ledger, PartyId(payer), COLLECTION, lines, make.split(), made_at=AT, due_on="2026-07-15"
    )


class TestInvoice:
    def test_adds_up_its_lines(self, make: SimpleNamespace) -> None:
        drawn = invoice(make, [line("b"), line("a", 7)])
        assert drawn.total == Money(36, "USD")
        assert [item.evidence for item in drawn.lines] == ["a", "b"]
        assert (drawn.issued_tx, drawn.settled_tx) == (None, None)

    def test_the_same_evidence_in_any_order_is_the_same_invoice(self, make: SimpleNamespace) -> None:
        assert invoice(make, [line("b"), line("a")]) == invoice(make, [line("a"), line("b")])

    def test_other_evidence_payer_or_ledger_is_another(self, make: SimpleNamespace) -> None:
        ids = {
            invoice(make, [line("a")]).id,
            invoice(make, [line("b")]).id,
            invoice(make, [line("a"), line("b")]).id,
            invoice(make, [line("a")], payer="north-mill").id,
            invoice(make, [line("a")], ledger="m").id,
        }
        assert len(ids) == 5

    @pytest.mark.parametrize(
        ("lines", "error", "words"),
        [
            ([], OrderError, "needs a line"),
            ([line("a"), line("a")], OrderError, "billed twice"),
            ([line("a", minor=0)], OrderError, "over nothing"),
            ([line("a"), line("b", currency="EUR")], MoneyError, "bill them apart"),
            ([line("a", minor=2**126), line("b", minor=2**126)], MoneyError, "out of range"),
        ],
    )
    def test_what_cannot_be_billed(
        self, make: SimpleNamespace, lines: list[Line], error: type[Exception], words: str
    ) -> None:
        with pytest.raises(error, match=words):
            invoice(make, lines)

    @given(amounts=st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 10**6)), min_size=1, max_size=20))
    def test_the_split_shares_out_exactly_the_total(
        self, make: SimpleNamespace, amounts: list[tuple[int, int]]
    ) -> None:
        drawn = invoice(make, [line(str(i), minor, count) for i, (minor, count) in enumerate(amounts)])
        assert drawn.total.minor == sum(minor * count for minor, count in amounts)
        assert sum(part.minor for _, part in drawn.split.deal(drawn.total)) == drawn.total.minor


def test_the_content_of_an_invoice_is_all_it_asks_and_who_shares_it(make: SimpleNamespace) -> None:
    drawn = invoice(make, [line("b"), line("a", 7)])
    told = content(drawn)
    assert [each["evidence"] for each in told["lines"]] == [each.evidence for each in drawn.lines]
    assert sum(bps for _, bps in told["split"]) == 10_000
    assert content(replace(drawn, total=Money(1, "USD")))["total"] != told["total"]
    assert content(replace(drawn, settled_tx="0x1")) == told
