"""Clauses of format 2 in plain data: what they mean, and what is refused."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from terms_data import SPLIT, standard

from ledger.domain.countries import CODES
from ledger.domain.errors import TermsError
from ledger.domain.money import Money
from ledger.domain.terms import (
    Attribution,
    Countries,
    Every,
    Free,
    Industries,
    Modifications,
    PerEntry,
    Priced,
    Prohibited,
    Reporting,
    Sublicensing,
    WorldwideExcept,
)
from ledger.domain.terms_text import parse_terms, terms_to_dict
from ledger.domain.use import AiUse

TIERS = [{"up_to": 1000, "per_unit": "0.50"}, {"per_unit": "0.30"}]
LATER_REFUSED = [
    ({"format": 3}, "format", "give 1 to 2"),
    ({"format": 1, "channels": "online"}, "format", "write format: 2"),
    ({"territory": {}}, "territory.worldwide_except", "missing"),
    ({"territory": {"worldwide_except": ["XX"]}}, "territory.worldwide_except[0]", "ISO 3166-1"),
    ({"territory": {"worldwide_except": sorted(CODES)}}, "territory.worldwide_except", "nothing is left"),
    ({"territory": ["nordics"]}, "territory[0]", "write Nordics"),
    ({"territory": "Skandinavia"}, "territory", "not an ISO 3166-1"),
    ({"territory": "Benelx"}, "territory", "did you mean Benelux?"),
    ({"territory": "germany"}, "territory", "write DE"),
    ({"industries": "fashon"}, "industries", "did you mean fashion?"),
    ({"channels": ["online", "whole-sale"]}, "channels[1]", "did you mean wholesale?"),
    ({"channels": ["any", "online"]}, "channels", "contradict"),
    ({"colourways": ["Navy Blue"]}, "colourways[0]", "lower-case"),
    ({"modification": ["recolor"]}, "modification[0]", "did you mean recolour?"),
    ({"modification": ["none", "crop"]}, "modification", "contradict"),
    ({"modification": 5}, "modification", "not a list"),
    ({"run": {"units": 5, "overage": 0}}, "run.overage", "say run: unlimited"),
    ({"run": {"overage": 5}}, "run.units", "missing"),
    ({"revenue": 0, "reporting": "year"}, "revenue", "a ceiling of nothing"),
    ({"revenue": 5}, "revenue", "reporting: quarter"),
    ({"reporting": "monthly"}, "reporting", "did you mean month?"),
    ({"reporting": {"within_days": 5}}, "reporting.every", "missing"),
    ({"reporting": {"every": "year", "within_days": 400}}, "reporting.within_days", "out of range"),
    ({"sublicensing": {"depth": 65}}, "sublicensing.depth", "1 to 64"),
    ({"sublicensing": "some"}, "sublicensing", "use one of none"),
    ({"sublicensing": {}}, "sublicensing.depth", "missing"),
    ({"transfer": "with consent"}, "transfer", "did you mean with-consent?"),
    ({"transfer": {"free": True}}, "transfer", "use one of free, none, with-consent"),
    ({"attribution": "Ann"}, "attribution", "write none, or {text:"),
    ({"attribution": {}}, "attribution.text", "missing"),
    ({"certification": "human"}, "certification", "use one of none"),
    ({"certification": {"human": "Ann!"}}, "certification.human", "not a party id"),
    ({"preset": "human-certified"}, "certification", "is missing; name who certifies it"),
    ({"exclusive": {}}, "exclusive", "names no side"),
    ({"exclusive": {"territory": "XX"}}, "exclusive.territory", "ISO 3166-1"),
    ({"exclusive": {"dates": {"start": "2027-01-01", "end": "2026-01-01"}}}, "exclusive.dates", "swap"),
    ({"territory": "GB", "exclusive": {"territory": "EU"}}, "exclusive.territory", "reaches past territory"),
    ({"training": {"ai_training": "free", "cawg.ai_training": "free"}}, "training.cawg.ai_training", "twice"),
    ({"training": {"ai_training": "maybe"}}, "training.ai_training", "use one of free, prohibited"),
    ({"training": {"ai_training": {"fee": 0}}}, "training.ai_training.fee", "say training: free"),
    ({"derivatives": "all"}, "derivatives", "use one of included, none"),
    ({"style": {"fee": 0}}, "style.fee", "say included"),
    ({"style": {"fee": 5, "per_generation": 1}}, "style", "give a fee alone"),
    ({"recipe": {"fee": 5, "per_generation": 0}}, "recipe.per_generation", "leave it out"),
    ({"recipe": {"fee": 5, "generations": 0}}, "recipe.generations", "out of range"),
    ({"adapter": {"per_generation": 1}}, "adapter.fee", "missing"),
    ({"price": {}}, "price.per_unit", "missing"),
    ({"price": {"per_unit": 5}}, "unlicensed_use", "missing"),
    ({"price": {"per_unit": 5, "volume": TIERS}}, "price", "keep one"),
    ({"price": {"percent_of_net": "8 %"}}, "price.percent_of_net", "not a known field"),
    ({"royalty": {"graduated": TIERS[1:]}}, "royalty.graduated", "1 tiers"),
    ({"royalty": {"volume": [{"upto": 5}]}}, "royalty.volume[0].upto", "did you mean up_to?"),
    ({"royalty": {"volume": [{"up_to": 5}, {}]}}, "royalty.volume[0].per_unit", "write a tier such as"),
    ({"royalty": {"percent_of_net": "0 %"}, "reporting": "year"}, "royalty.percent_of_net", "above 0 %"),
    ({"royalty": {"graduated": TIERS}, "run": 1000}, "royalty", "past the run"),
    ({"advance": 5}, "advance", "royalty: none"),
    ({"advance": 0, "royalty": {"per_unit": 5}}, "advance", "an amount of nothing"),
    ({"minimum_guarantee": 5, "royalty": {"per_unit": 5}}, "minimum_guarantee", "give dates.end"),
    (
        {"price": "9 EUR", "advance": "5 EUR", "royalty": {"per_unit": "1 USD"}},
        "royalty.per_unit",
        "currency",
    ),
]


class TestLaterClauses:
    @pytest.mark.parametrize(("change", "field", "words"), LATER_REFUSED)
    def test_what_is_refused(self, change: dict[str, Any], field: str, words: str) -> None:
        with pytest.raises(TermsError) as caught:
            parse_terms({**standard(), **change})
        assert caught.value.field == field
        assert words in caught.value.problem
        assert len(str(caught.value)) < 500

    def test_amounts_of_presets_are_not_meant_in_another_kind_of_money(self) -> None:
        with pytest.raises(TermsError, match=r"price: is missing"):
            parse_terms({"preset": "recipe", "currency": "ETH", "split": SPLIT})
        in_ether = {"price": 1, "royalty": "none", "recipe": {"fee": 1, "per_generation": "0.001"}}
        terms = parse_terms({"preset": "recipe", "currency": "ETH", "split": SPLIT, **in_ether})
        assert terms.recipe == Priced(Money(10**18, "ETH"), Money(10**15, "ETH"))
        assert parse_terms({"preset": "adapter", "currency": "ETH", "split": SPLIT, **in_ether}).adapter

    def test_entries_that_say_the_same_are_one_word(self) -> None:
        every = {use.value: "free" for use in AiUse}
        assert parse_terms(standard(training=every)).training == Free()
        some = parse_terms(standard(training={"cawg.data_mining": "free"})).training
        assert some == PerEntry(Prohibited(), Prohibited(), Free(), Prohibited())

    def test_groups_become_their_countries(self) -> None:
        terms = parse_terms(standard(territory=["DACH", "FR"]))
        assert terms.territory == Countries(frozenset({"AT", "CH", "DE", "FR"}))

    @pytest.mark.parametrize(
        "written",
        [
            {"reporting": "half-year"},
            {"reporting": {"every": "month"}},
            {"exclusive": {"products": "cushion", "colourways": "original"}},
            {"exclusive": {"dates": "open", "territory": "GB"}},
            {"recipe": {"fee": 0, "per_generation": "0.1"}},
            {"modification": "any", "colourways": "any"},
            {"revenue": "unlimited", "channels": "online"},
            {"territory": {"worldwide_except": "CH"}},
        ],
    )
    def test_forms_that_come_back_as_they_were_meant(self, written: dict[str, Any]) -> None:
        terms = parse_terms(standard(**written))
        assert parse_terms(terms_to_dict(terms)) == terms
        assert terms_to_dict(terms)["format"] == 2

    def test_the_sum_types_themselves_cannot_say_what_means_nothing(self, make: SimpleNamespace) -> None:
        one = Money(1, "USD")
        for build in (
            lambda: WorldwideExcept(frozenset()),
            lambda: Industries(frozenset({"sorcery"})),
            lambda: PerEntry(Free(), Free(), Free(), Free()),
            lambda: Priced(one, Money(0, "USD")),
            lambda: Priced(Money(0, "USD")),
            lambda: Priced(one, one, 0),
            lambda: Modifications(frozenset()),
            lambda: Modifications(frozenset({"burn"})),
            lambda: Sublicensing(0),
            lambda: Attribution(" "),
            lambda: Attribution("a\nb"),
            lambda: Reporting(Every.YEAR, -1),
            lambda: make.terms(unlicensed_use=Money(0, "USD")),
        ):
            with pytest.raises(TermsError):
                build()
