"""Our ODRL offer, evaluated by the general evaluator, says of every use what the terms say of it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.decision import Outcome
from ledger.domain.ids import PartyId
from ledger.domain.licence import Book
from ledger.domain.money import Money
from ledger.domain.money_text import DECIMALS, format_money
from ledger.domain.odrl import PROFILE, UNMODIFIED, to_odrl
from ledger.domain.odrl_duties import ISO_4217
from ledger.domain.policy import Fact, Literal, Request, RequestRule, Told, World, evaluate
from ledger.domain.policy import Outcome as Answered
from ledger.domain.policy.report import Performance
from ledger.domain.policy.vocabulary import ODRL, XSD
from ledger.domain.rights import decide
from ledger.domain.terms import Attribution, Terms
from ledger.domain.terms_text import parse_terms, terms_hash
from ledger.domain.use import ON_PRODUCTS, Action, Use
from ledger.domain.words import ANY
from ledger.rdf import Source, read_inputs

TARGET, OWNER, MILL = "urn:selvage:collection:c0", "did:web:studio.example", PartyId("north-mill")
NAMES = {
    Action.REPRODUCE: f"{ODRL}reproduce",
    Action.DISPLAY: f"{ODRL}display",
    Action.SUBLICENSE: f"{ODRL}grantUse",
}


def plain(text: str) -> Literal:
    return Literal(text, f"{XSD}string")


def number(value: int) -> Literal:
    return Literal(str(value), f"{XSD}integer")


def money(amount: Money) -> tuple[Literal, str]:
    digits, code = format_money(amount).split()
    owner = "urn:iso:std:iso:4217" if code in ISO_4217 else "urn:selvage:currency"
    return Literal(str(Decimal(digits)), f"{XSD}decimal"), f"{owner}:{code}"


def facts(terms: Terms, use: Use) -> list[Fact]:
    """What a use says of itself, in the words of the profile. Nothing was reported before."""
    said = {"product": use.product, "colourway": use.colourway}
    said |= {name: word for name in ("industry", "channel") if (word := getattr(use, name)) != ANY}
    found = [Fact(f"{PROFILE}:{name}", plain(word)) for name, word in said.items()]
    changes = sorted(use.modifications) or [UNMODIFIED]
    found += [Fact(f"{PROFILE}:modification", plain(word)) for word in changes]
    found += [Fact(f"{ODRL}spatial", plain(use.territory)), Fact(f"{ODRL}count", number(use.units))]
    found += [Fact(f"{PROFILE}:generations", number(use.generations))]
    found += [Fact(f"{PROFILE}:depth", number(use.depth))]
    earned, unit = money(use.revenue or Money(0, terms.currency))
    return [*found, Fact(f"{PROFILE}:revenue", earned, unit=unit)]


def told(terms: Terms, use: Use) -> dict[str, Told]:
    """Whether the text stands with the use; how the other duties stand is not known."""
    required, shown = terms.attribution, use.attribution
    if shown is None or not isinstance(required, Attribution):
        return {}
    done = Performance.PERFORMED if required.text in shown else Performance.UNPERFORMED
    return {f"urn:selvage:terms:{terms_hash(terms)}#attribution": Told(None, done)}


def answered(terms: Terms, use: Use, written: dict[str, Any]) -> Answered:
    (policy,) = read_inputs((Source("offer", json.dumps(written).encode()),)).policies
    now = Literal(f"{use.on}T12:00:00Z", f"{XSD}dateTime")
    world = World(now, tuple(facts(terms, use)), told=told(terms, use))
    name = NAMES.get(use.action, f"{PROFILE}:{use.action.value}")
    request = Request("urn:ask", (RequestRule("urn:ask:1", name, TARGET, MILL),))
    return evaluate((policy,), request, world, profiles=frozenset({PROFILE})).answer.outcome


def agrees(terms: Terms, use: Use) -> bool:
    """Whether the offer is open for this use just where the terms sell or give it."""
    outcome = decide(terms, Book(), use, use.on, MILL).outcome
    written = to_odrl(terms, TARGET, OWNER)
    # A state of the world has one time: of a period it is asked for the first day and the last.
    days = [replace(use, on=day, until=None) for day in dict.fromkeys((use.on, use.last))]
    found = all(answered(terms, day, written) is Answered.OFFERED for day in days)
    return (outcome is not Outcome.DENY) == found


@settings(max_examples=100)
@given(data=st.data())
def test_the_offer_is_open_just_where_the_terms_are(strategies: SimpleNamespace, data: st.DataObject) -> None:
    terms, use = data.draw(strategies.terms), data.draw(strategies.uses)
    # An offer without a ceiling says nothing of net sales, so nothing of their currency either.
    told = Money(use.revenue.minor, terms.currency) if use.revenue else None
    assert agrees(terms, replace(use, revenue=told))


CLAUSES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"run": 10}, {"units": 10}),
    ({"run": 10}, {"units": 11}),
    ({"run": {"units": 10, "overage": "0.40"}}, {"units": 11}),
    ({"territory": {"worldwide_except": ["GB"]}}, {}),
    ({"territory": "DACH"}, {"territory": "AT"}),
    ({"channels": ["online"]}, {}),
    ({"channels": ["online"]}, {"channel": "online"}),
    ({"modification": ["crop"]}, {"modifications": frozenset({"crop"})}),
    ({"modification": ["crop"]}, {"modifications": frozenset({"crop", "flip"})}),
    ({}, {"modifications": frozenset({"flip"})}),
    ({}, {"colourway": "indigo"}),
    ({"colourways": "any"}, {"colourway": "indigo"}),
    ({"dates": {"end": "2026-06-15"}}, {}),
    ({"dates": {"end": "2026-06-14"}}, {}),
    ({"dates": {"start": "2026-06-15"}}, {}),
    ({"revenue": "100.00", "reporting": "month"}, {"revenue": Money(100_000_000, "TUSD")}),
    ({"revenue": "100.00", "reporting": "month"}, {"revenue": Money(100_000_001, "TUSD")}),
    ({"revenue": "100.00", "reporting": "month"}, {"revenue": Money(1, "EUR")}),
    ({"attribution": {"text": "By Ann"}}, {"attribution": "By Ann, for Studio"}),
    ({"attribution": {"text": "By Ann"}}, {"attribution": "By Ben"}),
    ({"sublicensing": {"depth": 2}}, {"action": Action.SUBLICENSE, "depth": 2}),
    ({"sublicensing": {"depth": 2}}, {"action": Action.SUBLICENSE, "depth": 3}),
    ({"training": {"ai_training": "free"}}, {"action": Action.TRAIN}),
    ({"training": {"ai_training": "free"}}, {"action": Action.TRAIN_OTHER}),
    ({"recipe": {"fee": 5, "generations": 10}}, {"action": Action.REDRAW, "generations": 11}),
]


@pytest.mark.parametrize(("clause", "use"), CLAUSES)
def test_each_clause_draws_its_line_in_the_same_place(
    make: SimpleNamespace, clause: dict[str, Any], use: dict[str, Any]
) -> None:
    terms = parse_terms({"preset": "standard", "split": {"ann": "100 %"}, **clause})
    assert agrees(terms, make.use(**use))


def test_every_currency_has_a_unit() -> None:
    assert {money(Money(5, code))[1].rsplit(":", 1)[1] for code in DECIMALS} == set(DECIMALS)
    assert NAMES.keys() >= ON_PRODUCTS
