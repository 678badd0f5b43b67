"""Terms as an ODRL offer: every clause is stated, and nothing that the terms do not say."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.canonical import canonical
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.odrl import asset_uri, collection_uri, to_odrl
from ledger.domain.terms import (
    Attribution,
    Countries,
    Every,
    Exclusive,
    Flat,
    Free,
    Included,
    Paid,
    PercentOfNet,
    PerUnit,
    Priced,
    Products,
    Prohibited,
    Reporting,
    Run,
    Terms,
    Tier,
    Volume,
    Window,
)

TARGET = collection_uri(CollectionId("c0" * 16))
OWNER = "did:web:studio.example"
EVERY_AI = [f"selvage:{name}" for name in ("train", "train-generative", "train-other", "mine", "infer")]


def rules(policy: dict[str, Any], kind: str = "permission") -> dict[str, dict[str, Any]]:
    """Each rule under every action it names."""
    found = {}
    for rule in policy.get(kind, []):
        actions = rule["action"] if isinstance(rule["action"], list) else [rule["action"]]
        found |= dict.fromkeys(actions, rule)
    return found


def constraints(rule: dict[str, Any]) -> dict[tuple[str, str], Any]:
    found = {(c["leftOperand"], c["operator"]): c["rightOperand"] for c in rule.get("constraint", [])}
    return {key: value.get("@value") if isinstance(value, dict) else value for key, value in found.items()}


def payments(rule: dict[str, Any]) -> list[tuple[str, str]]:
    paid = []
    for duty in rule.get("duty", []):
        (action,) = duty["action"]
        if action["rdf:value"] != {"@id": "odrl:compensate"}:
            continue
        amount = next(r for r in action["refinement"] if r["leftOperand"] == "payAmount")
        money = f"{amount['rightOperand']['@value']} {amount['unit'].rsplit(':', 1)[1]}"
        each = any(r["leftOperand"] == "unitOfCount" for r in action["refinement"])
        paid.append(("each" if each else "once", money))
    return paid


def expected(terms: Terms, *, product: bool, run: bool) -> dict[tuple[str, str], Any]:
    """The constraints the terms call for, written from their meaning."""
    found: dict[tuple[str, str], Any] = {}
    if isinstance(terms.territory, Countries):
        found["spatial", "isAnyOf"] = sorted(terms.territory.codes)
    if isinstance(terms.products, Products) and product:
        found["selvage:product", "isAnyOf"] = sorted(terms.products.names)
    if product:
        found["selvage:colourway", "isAnyOf"] = ["original"]
        found["selvage:modification", "isPartOf"] = ["none"]
    if isinstance(terms.run, Run) and run:
        found["count", "lteq"] = terms.run.units
    if terms.window.start:
        found["dateTime", "gteq"] = terms.window.start.isoformat()
    if terms.window.end:
        found["dateTime", "lteq"] = terms.window.end.isoformat()
    return found


@settings(max_examples=50)
@given(data=st.data())
def test_states_every_clause_and_no_other(strategies: SimpleNamespace, data: st.DataObject) -> None:
    terms = data.draw(strategies.first_terms)
    policy = to_odrl(terms, TARGET, OWNER)
    permitted = rules(policy)
    price = ("once", format_money(terms.price.amount))
    royalty = [("each", format_money(terms.royalty.rate))] if isinstance(terms.royalty, PerUnit) else []
    assert constraints(permitted["reproduce"]) == expected(terms, product=True, run=True)
    assert constraints(permitted["display"]) == expected(terms, product=True, run=False)
    assert payments(permitted["reproduce"]) == [price, *royalty]
    assert payments(permitted["display"]) == [price]
    assert ("selvage:train" in permitted) == (not isinstance(terms.training, Prohibited))
    assert ("prohibition" in policy) == isinstance(terms.training, Prohibited)
    assert policy["selvage:exclusive"] is isinstance(terms.exclusive, Exclusive)
    assert policy["selvage:unlicensedUse"] == format_money(terms.unlicensed_use)
    assert [row["selvage:payee"] for row in policy["selvage:split"]["@list"]] == [
        share.payee for share in terms.split.shares
    ]
    assert canonical(policy)


@settings(max_examples=50)
@given(data=st.data())
def test_different_terms_make_different_offers(strategies: SimpleNamespace, data: st.DataObject) -> None:
    a, b = data.draw(strategies.first_terms), data.draw(strategies.first_terms)
    assert (to_odrl(a, TARGET, OWNER) == to_odrl(b, TARGET, OWNER)) == (a == b)


class TestTraining:
    def test_prohibited(self, make: SimpleNamespace) -> None:
        policy = to_odrl(make.terms(training=Prohibited()), TARGET, OWNER)
        (rule,) = policy["prohibition"]
        assert rule == {"target": TARGET, "action": EVERY_AI}

    def test_free(self, make: SimpleNamespace) -> None:
        rule = rules(to_odrl(make.terms(training=Free()), TARGET, OWNER))["selvage:train"]
        assert rule == {"target": TARGET, "action": EVERY_AI}

    def test_paid_within_territory_and_dates_but_for_any_product(self, make: SimpleNamespace) -> None:
        terms = make.terms(
            training=Paid(Money(500, "USD")),
            territory=Countries(frozenset({"GB"})),
            products=Products(frozenset({"wallpaper"})),
            window=Window(end=date(2026, 12, 31)),
        )
        rule = rules(to_odrl(terms, TARGET, OWNER))["selvage:train"]
        assert constraints(rule) == expected(terms, product=False, run=False)
        assert payments(rule) == [("once", "5.00 USD")]


def test_is_an_offer_with_one_uid_per_duty_and_the_owner_as_assigner(make: SimpleNamespace) -> None:
    policy = to_odrl(make.terms(), TARGET, OWNER)
    assert policy["@type"] == "Offer"
    assert policy["@context"][0] == "http://www.w3.org/ns/odrl.jsonld"
    assert policy["profile"] == "urn:selvage:odrl:1"
    assert policy["assigner"] == OWNER
    permitted = rules(policy)
    # The price is one duty: to reproduce and to display does not cost it twice.
    assert permitted["reproduce"]["duty"][0]["uid"] == permitted["display"]["duty"][0]["uid"]


@pytest.mark.parametrize(
    ("currency", "unit"),
    [
        ("EUR", "urn:iso:std:iso:4217:EUR"),
        ("TUSD", "urn:selvage:currency:TUSD"),
        ("ETH", "urn:selvage:currency:ETH"),
    ],
)
def test_the_unit_of_an_amount_is_its_currency(make: SimpleNamespace, currency: str, unit: str) -> None:
    amounts = {"price": Flat(Money(100, currency)), "unlicensed_use": Money(300, currency)}
    (duty,) = rules(to_odrl(make.terms(**amounts), TARGET, OWNER))["display"]["duty"]
    assert duty["action"][0]["refinement"][0]["unit"] == unit


def test_a_target_is_a_uri_or_an_asset_id(make: SimpleNamespace) -> None:
    asset = AssetId("0a" * 16)
    assert rules(to_odrl(make.terms(), asset, OWNER))["display"]["target"] == asset_uri(asset)
    assert rules(to_odrl(make.terms(), TARGET, OWNER))["display"]["target"] == TARGET


class TestLaterClauses:
    def policy(self, make: SimpleNamespace, **changes: Any) -> dict[str, Any]:
        found: dict[str, Any] = to_odrl(make.terms(**changes), TARGET, OWNER)
        assert canonical(found)
        return found

    def test_prices_that_odrl_has_no_words_for_stand_as_the_terms_write_them(
        self, make: SimpleNamespace
    ) -> None:
        tiers = Volume((Tier(5, Money(7, "USD")), Tier(None, Money(5, "USD"))))
        policy = self.policy(make, price=tiers, royalty=PercentOfNet(800), reporting=Reporting(Every.YEAR))
        price, royalty, report = rules(policy)["reproduce"]["duty"]
        schedules = [
            duty["action"][0]["refinement"][0]["rightOperand"]["@value"] for duty in (price, royalty)
        ]
        assert schedules[0]["volume"][0] == {"up_to": 5, "per_unit": "0.07 USD"}
        assert schedules[1] == {"percent_of_net": "8 %"}
        assert report["action"][0]["rdf:value"] == {"@id": "selvage:report"}

    def test_rights_to_new_pictures(self, make: SimpleNamespace) -> None:
        each = Money(2, "USD")
        policy = self.policy(
            make,
            derivatives=Included(),
            style=Priced(Money(5, "USD")),
            adapter=Priced(Money(0, "USD"), each),
            attribution=Attribution("Ann"),
        )
        found = rules(policy)
        assert payments(found["selvage:derive"]) == payments(found["display"])[:1] == [("once", "250.00 USD")]
        assert payments(found["selvage:imitate"]) == [("once", "0.05 USD")]
        assert payments(found["selvage:adapt"]) == [("each", "0.02 USD")]
        assert "selvage:redraw" not in found
        assert found["display"]["duty"][-1]["action"][0]["rdf:value"] == {"@id": "odrl:attribute"}
