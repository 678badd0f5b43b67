"""Terms in plain data: what is accepted, what it means, and what is refused with which words."""

from __future__ import annotations

import json
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terms_data import SPLIT, full, standard

from ledger.domain.canonical import canonical
from ledger.domain.errors import SplitError, TermsError
from ledger.domain.money import Money
from ledger.domain.split import Share, Split
from ledger.domain.terms import (
    Countries,
    Exclusive,
    Flat,
    Free,
    NoRoyalty,
    Paid,
    PerUnit,
    Products,
    Prohibited,
    Run,
    Unlimited,
    Window,
    Worldwide,
)
from ledger.domain.terms_text import PRESETS, format_money, parse_terms, terms_hash, terms_to_dict

NEEDED = {"human-certified": {"certification": {"human": "ann"}}}


class TestMeaning:
    def test_everything_written_out(self) -> None:
        terms = parse_terms(full(currency="EUR"))
        assert terms.territory == Countries(frozenset({"GB", "FR"}))
        assert terms.products == Products(frozenset({"wallpaper"}))
        assert terms.run == Run(100)
        assert terms.window == Window(date(2026, 1, 1), date(2026, 12, 31))
        assert (terms.price.amount, terms.unlicensed_use) == (Money(1000, "EUR"), Money(3000, "EUR"))
        assert terms.resale_bps == 500
        assert terms.split == Split((Share("studio", 6000), Share("ann", 4000)))

    @pytest.mark.parametrize("name", sorted(PRESETS))
    def test_each_preset_needs_only_a_split(self, name: str) -> None:
        terms = parse_terms({"preset": name, "split": SPLIT, **NEEDED.get(name, {})})
        assert terms.name.replace(" ", "-").startswith(name)
        assert isinstance(terms.exclusive, Exclusive) is (name == "exclusive")
        assert terms.price.amount.times(3) <= terms.unlicensed_use
        assert terms.territory == Worldwide()

    def test_what_is_written_beside_a_preset_overrides_it(self) -> None:
        terms = parse_terms(standard(run="unlimited", price="300.50 EUR", name="mine"))
        assert (terms.name, terms.run) == ("mine", Unlimited())
        assert (terms.price.amount, terms.unlicensed_use) == (Money(30_050, "EUR"), Money(90_150, "EUR"))

    def test_one_word_stands_for_a_list_of_one(self) -> None:
        terms = parse_terms(standard(territory="GB", products="wallpaper"))
        assert terms.territory == Countries(frozenset({"GB"}))
        assert terms.products == Products(frozenset({"wallpaper"}))

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("prohibited", Prohibited()),
            ("free", Free()),
            ({"fee": 5}, Paid(Money(5_000_000, "TUSD"))),
            ({"use": "paid", "fee": "5"}, Paid(Money(5_000_000, "TUSD"))),
        ],
    )
    def test_training(self, written: object, meant: object) -> None:
        assert parse_terms(standard(training=written)).training == meant

    @pytest.mark.parametrize(
        ("written", "meant"), [("none", NoRoyalty()), ({"per_unit": "0.05"}, PerUnit(Money(50_000, "TUSD")))]
    )
    def test_royalty(self, written: object, meant: object) -> None:
        assert parse_terms(standard(royalty=written)).royalty == meant

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("open", Window()),
            ({}, Window()),
            ({"start": "2026-01-31"}, Window(start=date(2026, 1, 31))),
            ({"end": date(2026, 1, 31)}, Window(end=date(2026, 1, 31))),
        ],
    )
    def test_dates(self, written: object, meant: Window) -> None:
        assert parse_terms(standard(dates=written)).window == meant

    def test_the_split_keeps_the_order_written(self) -> None:
        parties = ["zoe", "ann", "mill"]
        terms = parse_terms(standard(split={"zoe": "33.33 %", "ann": 33, "mill": "33.67"}))
        assert [share.payee for share in terms.split.shares] == parties
        assert [share.bps for share in terms.split.shares] == [3333, 3300, 3367]

    def test_a_price_of_nothing_is_possible_when_an_unlicensed_use_is_priced(self) -> None:
        assert parse_terms(standard(price=0, unlicensed_use=10)).price == Flat(Money(0, "TUSD"))


REFUSED = [
    # what is changed, the field that is named, words that must be in the message
    ({"price": "-3"}, "price", "negative"),
    ({"price": -3}, "price", "negative"),
    ({"price": 2.5}, "price", "2.5 TUSD"),
    ({"price": True}, "price", "not an amount"),
    ({"price": "three"}, "price", "not an amount"),
    ({"price": "1,000"}, "price", "not an amount"),
    ({"price": "3 XYZ"}, "price", "not a known currency"),
    ({"price": "3 usd"}, "price", "did you mean USD?"),
    ({"price": "0.0000001"}, "price", "at most 6 decimal places"),
    ({"price": 10**30}, "price", "absurd"),
    ({"price": 10**41}, "price", "out of range"),
    ({"price": 10**5000}, "price", "out of range"),
    ({"price": "9" * 39}, "price", "out of range"),
    ({"price": 10**12}, "unlicensed_use", "absurd"),
    ({"currency": "DM"}, "currency", "not known"),
    ({"currency": ["USD"]}, "currency", "a list of 1 is not known"),
    ({"currency": "ETH"}, "price", "missing"),
    ({"price": "3 EUR", "royalty": {"per_unit": "1 USD"}}, "royalty.per_unit", "currency: EUR"),
    ({"price": 100, "unlicensed_use": 99}, "unlicensed_use", "contradicts"),
    ({"price": 0}, "unlicensed_use", "missing"),
    ({"price": 0, "unlicensed_use": 0}, "unlicensed_use", "contradicts"),
    ({"split": {"a": "50 %"}}, "split", "add up to 50 %, not 100 %; change them by +50 %"),
    ({"split": {"a": "60 %", "b": "60 %"}}, "split", "change them by -20 %"),
    ({"split": {"A": "100 %"}}, "split.A", "not a party id"),
    ({"split": {1: "100 %"}}, "split.1", "not text"),
    ({"split": {"a": 99.5, "b": "0.5 %"}}, "split.a", "99.5 %"),
    ({"split": {"a": "100 %", "b": "0 %"}}, "split.b", "leave this payee out"),
    ({"split": {"a": 6000, "b": 4000}}, "split.a", "not a percentage"),
    ({"split": {"a": "100.01 %"}}, "split.a", "not a percentage"),
    ({"split": {"a": [100]}}, "split.a", "not a percentage"),
    ({"split": {f"p{i}": "1 %" for i in range(10_000)}}, "split", "10000 payees"),
    ({"split": {}}, "split", "0 payees"),
    ({"split": "studio"}, "split", "not a list"),
    ({"split": [{"payee": "a", "share": "50 %"}] * 2}, "split", "named twice"),
    ({"split": [{"payee": "a"}]}, "split[0].share", "missing"),
    ({"split": [{"payee": "a", "shares": 5}]}, "split[0].shares", "did you mean share?"),
    ({"territory": "UK"}, "territory", "write GB"),
    ({"territory": "gb"}, "territory", "write GB"),
    ({"territory": ["GB", "ZZ"]}, "territory[1]", "ISO 3166-1"),
    ({"territory": [False]}, "territory[0]", "'NO' in quotes"),
    ({"territory": ["GB", "worldwide"]}, "territory", "contradict"),
    ({"territory": ["GB", "GB"]}, "territory[1]", "named twice"),
    ({"territory": []}, "territory", "a list of 0"),
    ({"territory": ["GB"] * 10_000}, "territory", "a list of 10000"),
    ({"territory": {"GB": 1}}, "territory.GB", "worldwide_except"),
    ({"products": ["any", "wallpaper"]}, "products", "contradict"),
    ({"products": ["Wall Paper"]}, "products[0]", "lower-case"),
    ({"products": [3]}, "products[0]", "not text"),
    ({"products": "x" * 61}, "products", "61 characters"),
    ({"products": [f"p{'a' * i}" for i in range(201)]}, "products", "a list of 201"),
    ({"run": 0}, "run", "out of range"),
    ({"run": 10**13}, "run", "out of range"),
    ({"run": 1.5}, "run", "not a whole number"),
    ({"run": "many"}, "run", "unlimited"),
    ({"run": True}, "run", "not a whole number"),
    ({"dates": {"start": "2027-01-01", "end": "2026-01-01"}}, "dates", "swap them"),
    ({"dates": {"start": "01.02.2026"}}, "dates.start", "such as 2026-01-31"),
    ({"dates": {"start": "2026-02-30"}}, "dates.start", "not a date"),
    ({"dates": {"start": "20260131"}}, "dates.start", "not a date"),
    ({"dates": {"end": datetime(2026, 1, 1, 12)}}, "dates.end", "without a time"),
    ({"dates": {"from": "2026-01-01"}}, "dates.from", "not a known field"),
    ({"dates": "2026"}, "dates", "not a mapping"),
    ({"exclusive": "yes"}, "exclusive", "neither true nor false"),
    ({"exclusive": True, "run": "unlimited"}, "exclusive", "outright"),
    ({"preset": "exclusive", "exclusive": False}, "exclusive", "contradicts preset"),
    ({"preset": "standrd"}, "preset", "did you mean standard?"),
    ({"preset": 3}, "preset", "use one of adapter, exclusive, extended, human-certified"),
    ({"training": "no"}, "training", "not known"),
    ({"training": {"use": "free", "fee": 5}}, "training", "contradict"),
    ({"training": {"use": "free"}}, "training", "write training: free"),
    ({"training": {}}, "training.fee", "missing"),
    ({"training": {"fee": 0}}, "training.fee", "say training: free"),
    ({"training": False}, "training", "not a mapping"),
    ({"royalty": {"none": True, "per_unit": 1}}, "royalty", "contradict"),
    ({"royalty": {"per_unit": 0}}, "royalty.per_unit", "say royalty: none"),
    ({"royalty": {}}, "royalty.per_unit", "missing"),
    ({"royalty": "some"}, "royalty", "not known"),
    ({"resale": "101 %"}, "resale", "not a percentage"),
    ({"resale": -1}, "resale", "not a percentage"),
    ({"resale": "5.123 %"}, "resale", "two decimals"),
    ({"name": ""}, "name", "not blank"),
    ({"name": "   "}, "name", "not blank"),
    ({"name": "x" * 121}, "name", "121 characters"),
    ({"name": "two\nlines"}, "name", "one plain line"),
    ({"name": None}, "name", "not text"),
    ({"teritory": "GB"}, "teritory", "did you mean territory?"),
    ({"x" * 500: 1}, "x" * 60, "not a known field"),
    ({3: 1}, "3", "not a known field"),
]


class TestRefusals:
    @pytest.mark.parametrize(("change", "field", "words"), REFUSED)
    def test_names_the_field_and_what_to_do(self, change: dict[str, Any], field: str, words: str) -> None:
        with pytest.raises(TermsError) as caught:
            parse_terms({**standard(), **change})
        assert caught.value.field == field
        assert words in caught.value.problem
        assert str(caught.value) == f"{field}: {caught.value.problem}"
        assert len(str(caught.value)) < 500

    @pytest.mark.parametrize("name", [key for key in full() if key != "dates"])
    def test_without_a_preset_every_field_but_dates_has_to_be_given(self, name: str) -> None:
        data = full()
        del data[name]
        if name == "unlicensed_use":
            assert parse_terms(data).unlicensed_use == Money(30_000_000, "TUSD")
            return
        with pytest.raises(TermsError, match="is missing") as caught:
            parse_terms(data)
        assert caught.value.field == name

    @pytest.mark.parametrize("data", [None, [], "standard", 3])
    def test_terms_that_are_no_mapping(self, data: Any) -> None:
        with pytest.raises(TermsError, match="not a mapping"):
            parse_terms(data)

    def test_the_sum_type_itself_cannot_say_what_contradicts(self, make: SimpleNamespace) -> None:
        for build, field in (
            (lambda: Countries(frozenset()), "territory"),
            (lambda: Countries(frozenset({"XX"})), "territory"),
            (lambda: Products(frozenset()), "products"),
            (lambda: Products(frozenset({"A B"})), "products"),
            (lambda: Run(0), "run"),
            (lambda: Products(frozenset("a" * i for i in range(1, 202))), "products"),
            (lambda: make.terms(name=" "), "name"),
            (lambda: make.terms(name="two\nlines"), "name"),
            (lambda: make.terms(resale_bps=10_001), "resale"),
            (lambda: make.terms(price=Flat(Money(1, "XYZ"))), "price"),
        ):
            with pytest.raises(TermsError) as caught:
                build()
            assert caught.value.field == field

    def test_split_errors_are_terms_errors_here(self) -> None:
        with pytest.raises(TermsError) as caught:
            parse_terms(standard(split={"a": 1}))
        assert isinstance(caught.value.__cause__, SplitError)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(name=st.sampled_from(sorted(full())), value=json_values)
def test_any_value_in_any_field_is_read_or_refused_as_terms_error(name: str, value: Any) -> None:
    try:
        terms = parse_terms(full(**{name: value}))
    except TermsError:
        return
    assert parse_terms(terms_to_dict(terms)) == terms


@settings(max_examples=50)
@given(data=st.data())
def test_terms_round_trip_through_canonical_json(strategies: SimpleNamespace, data: st.DataObject) -> None:
    terms = data.draw(strategies.terms)
    text = canonical(terms_to_dict(terms))
    again = parse_terms(json.loads(text))
    assert again == terms
    assert canonical(terms_to_dict(again)) == text
    assert terms_hash(again) == terms_hash(terms)


@settings(max_examples=50)
@given(data=st.data())
def test_different_terms_have_different_hashes(strategies: SimpleNamespace, data: st.DataObject) -> None:
    a, b = data.draw(strategies.terms), data.draw(strategies.terms)
    assert (terms_hash(a) == terms_hash(b)) == (a == b)


def test_money_reads_and_writes_from_here_too() -> None:
    assert format_money(Money(250_000_000, "TUSD")) == "250.00 TUSD"
