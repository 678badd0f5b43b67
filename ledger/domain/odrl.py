"""Terms as an ODRL 2.2 offer in JSON-LD (W3C Recommendation, 15 February 2018), every clause stated.

What ODRL has no word for stands in our own profile, under the prefix `selvage`: the left operands `product`,
`industry`, `channel`, `colourway`, `modification` and `schedule`, the actions of AI and of making new
pictures, and the properties `exclusive`, `unlicensedUse`, `resale` and `split`.
"""

from __future__ import annotations

import re
from typing import Any

from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.price_text import write_price, write_royalty
from ledger.domain.right_clauses import CLAUSE_OF, making_right
from ledger.domain.rights_text import write_exclusivity
from ledger.domain.split_text import write_percent
from ledger.domain.terms import (
    AS_MADE,
    Attribution,
    Colourways,
    Flat,
    Modification,
    Modifications,
    NoRoyalty,
    Paid,
    PerEntry,
    PerUnit,
    Priced,
    Prohibited,
    Reporting,
    Run,
    Terms,
    Training,
    Withheld,
    Worldwide,
    WorldwideExcept,
    ai_terms,
)
from ledger.domain.terms_scope import AnyWord, Words
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import AI_USES, Action

PROFILE = "urn:selvage:odrl:1"
ODRL_CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
PREFIXES = {"selvage": f"{PROFILE}:", "xsd": "http://www.w3.org/2001/XMLSchema#"}
ISO_4217 = frozenset({"USD", "EUR", "GBP"})
_HEX_ID = re.compile(r"[0-9a-f]{32}")


def asset_uri(asset: AssetId) -> str:
    return f"urn:selvage:asset:{asset}"


def collection_uri(collection: CollectionId) -> str:
    return f"urn:selvage:collection:{collection}"


def to_odrl(terms: Terms, target: str, assigner: str) -> dict[str, Any]:
    """The offer of `terms` on `target` (a URI, or an asset id) by `assigner`; plain JSON without floats."""
    uri = asset_uri(AssetId(target)) if _HEX_ID.fullmatch(target) else target
    uid = f"urn:selvage:terms:{terms_hash(terms)}"
    policy: dict[str, Any] = {
        "@context": [ODRL_CONTEXT, dict(PREFIXES)],
        "@type": "Offer",
        "uid": uid,
        "profile": PROFILE,
        "assigner": assigner,
        "permission": _permissions(terms, uri, uid),
        "selvage:name": terms.name,
        "selvage:exclusive": write_exclusivity(terms.exclusive),
        "selvage:unlicensedUse": format_money(terms.unlicensed_use),
        "selvage:resale": write_percent(terms.resale_bps),
        "selvage:split": _split(terms),
    }
    prohibited = [
        {"target": uri, "action": action}
        for action, training in _ai_actions(terms.training)
        if isinstance(training, Prohibited)
    ]
    return {**policy, "prohibition": prohibited} if prohibited else policy


def _permissions(terms: Terms, target: str, uid: str) -> list[dict[str, Any]]:
    where_when = (*_territory(terms), *_dates(terms))
    goods = (*where_when, *_goods(terms))
    # One duty with one uid on both: the price is owed once, whichever of the two is exercised.
    price = _price(terms, uid)
    told = _told(terms, uid)
    rules = [
        _rule(target, "reproduce", (*goods, *_run(terms)), [price, *_royalty(terms, uid), *told]),
        _rule(target, "display", goods, [price, *told]),
    ]
    for action in CLAUSE_OF:
        right = making_right(terms, action)
        if not isinstance(right, Withheld):
            duties = _made(right, f"{uid}#{action.value}") if isinstance(right, Priced) else [price]
            rules.append(_rule(target, f"selvage:{action.value}", where_when, duties))
    for name, training in _ai_actions(terms.training):
        if not isinstance(training, Prohibited):
            fee = f"{uid}#{name.removeprefix('selvage:')}ing-fee"
            duties = [_pay(training.fee, fee)] if isinstance(training, Paid) else []
            rules.append(_rule(target, name, where_when, duties))
    return rules


def _rule(target: str, action: str, constraints: tuple[Any, ...], duties: list[Any]) -> dict[str, Any]:
    rule: dict[str, Any] = {"target": target, "action": action}
    return {
        **rule,
        **({"constraint": list(constraints)} if constraints else {}),
        **({"duty": duties} if duties else {}),
    }


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _ai_actions(training: Training) -> tuple[tuple[str, Any], ...]:
    """Each AI action that the terms speak of, with what they say: one for all, or one for each CAWG entry."""
    if not isinstance(training, PerEntry):
        return (("selvage:train", training),)
    single = (Action.TRAIN_OTHER, Action.TRAIN_GENERATIVE, Action.MINE, Action.INFER)
    return tuple(
        (f"selvage:{action.value}", ai_terms(training, use)) for action in single for use in AI_USES[action]
    )


def _territory(terms: Terms) -> tuple[dict[str, Any], ...]:
    if isinstance(terms.territory, Worldwide):
        return ()
    operator = "isNoneOf" if isinstance(terms.territory, WorldwideExcept) else "isAnyOf"
    return (_constraint("spatial", operator, sorted(terms.territory.codes)),)


def _goods(terms: Terms) -> tuple[dict[str, Any], ...]:
    """What is made and shown. A colourway or modification that is not stated is not given."""
    named: tuple[tuple[str, AnyWord | Words | Modification], ...] = (
        ("product", terms.products),
        ("industry", terms.industries),
        ("channel", terms.channels),
        ("modification", terms.modification),
    )
    listed = [(word, scope.names) for word, scope in named if isinstance(scope, Words | Modifications)]
    colourways = terms.colourways
    if isinstance(colourways, Colourways) and colourways != AS_MADE:
        listed.append(("colourway", colourways.names))
    return tuple(_constraint(f"selvage:{word}", "isAnyOf", sorted(names)) for word, names in listed)


def _run(terms: Terms) -> tuple[dict[str, Any], ...]:
    limited = isinstance(terms.run, Run) and not terms.run.overage
    return (_constraint("count", "lteq", terms.run.units),) if isinstance(terms.run, Run) and limited else ()


def _dates(terms: Terms) -> tuple[dict[str, Any], ...]:
    ends = (("gteq", terms.window.start), ("lteq", terms.window.end))
    return tuple(
        _constraint("dateTime", operator, {"@value": day.isoformat(), "@type": "xsd:date"})
        for operator, day in ends
        if day
    )


def _pay(amount: Money, uid: str, *refinements: dict[str, Any]) -> dict[str, Any]:
    number, code = format_money(amount).split()
    owner = "urn:iso:std:iso:4217" if code in ISO_4217 else "urn:selvage:currency"
    pay = _constraint("payAmount", "eq", {"@value": number, "@type": "xsd:decimal"})
    return _compensate(uid, {**pay, "unit": f"{owner}:{code}"}, *refinements)


def _compensate(uid: str, *refinements: dict[str, Any]) -> dict[str, Any]:
    return {
        "uid": uid,
        "action": [{"rdf:value": {"@id": "odrl:compensate"}, "refinement": list(refinements)}],
    }


def _scheduled(schedule: Any, uid: str) -> dict[str, Any]:
    """A payment that ODRL has no words for: tiers, or a percentage, as the terms write them."""
    value = {"@value": schedule, "@type": "@json"}
    return _compensate(uid, _constraint("selvage:schedule", "eq", value))


def _price(terms: Terms, uid: str) -> dict[str, Any]:
    if isinstance(terms.price, Flat):
        return _pay(terms.price.amount, f"{uid}#price")
    return _scheduled(write_price(terms.price), f"{uid}#price")


def _royalty(terms: Terms, uid: str) -> list[dict[str, Any]]:
    if isinstance(terms.royalty, NoRoyalty):
        return []
    if not isinstance(terms.royalty, PerUnit):
        return [_scheduled(write_royalty(terms.royalty), f"{uid}#royalty")]
    return [_pay(terms.royalty.rate, f"{uid}#royalty", _each("piece"))]


def _made(right: Priced, uid: str) -> list[dict[str, Any]]:
    fee = [_pay(right.fee, f"{uid}-fee")] if right.fee.minor else []
    rate = [_pay(right.per_generation, f"{uid}-royalty", _each("picture"))] if right.per_generation else []
    return [*fee, *rate]


def _each(what: str) -> dict[str, Any]:
    return _constraint("unitOfCount", "eq", f"selvage:{what}")


def _told(terms: Terms, uid: str) -> list[dict[str, Any]]:
    """The duties to attribute and to report."""
    duties: list[dict[str, Any]] = []
    if isinstance(terms.attribution, Attribution):
        text = _constraint("selvage:text", "eq", terms.attribution.text)
        action = [{"rdf:value": {"@id": "odrl:attribute"}, "refinement": [text]}]
        duties.append({"uid": f"{uid}#attribution", "action": action})
    if isinstance(terms.reporting, Reporting):
        every = _constraint("selvage:every", "eq", terms.reporting.every.value)
        action = [{"rdf:value": {"@id": "selvage:report"}, "refinement": [every]}]
        duties.append({"uid": f"{uid}#reporting", "action": action})
    return duties


def _split(terms: Terms) -> dict[str, Any]:
    # @list keeps the order, which decides ties.
    return {
        "@list": [
            {"selvage:payee": share.payee, "selvage:share": write_percent(share.bps)}
            for share in terms.split.shares
        ]
    }
