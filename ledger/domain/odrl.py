"""Terms as an ODRL 2.2 offer in JSON-LD (W3C Recommendation, 15 February 2018), every clause stated.

What ODRL has no word for stands in our own profile, under the prefix `selvage`: the left operand
`product`, the action `train`, and the properties `exclusive`, `unlicensedUse`, `resale` and `split`.
"""

from __future__ import annotations

import re
from typing import Any

from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.split_text import write_percent
from ledger.domain.terms import Countries, Paid, PerUnit, Products, Prohibited, Run, Terms
from ledger.domain.terms_text import terms_hash

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
        "selvage:exclusive": terms.exclusive,
        "selvage:unlicensedUse": format_money(terms.unlicensed_use),
        "selvage:resale": write_percent(terms.resale_bps),
        "selvage:split": _split(terms),
    }
    if isinstance(terms.training, Prohibited):
        policy["prohibition"] = [{"target": uri, "action": "selvage:train"}]
    return policy


def _permissions(terms: Terms, target: str, uid: str) -> list[dict[str, Any]]:
    where_when = (*_territory(terms), *_dates(terms))
    goods = (*where_when, *_products(terms))
    # One duty with one uid on both: the price is owed once, whichever of the two is exercised.
    price = _pay(terms.price, f"{uid}#price")
    rules = [
        _rule(target, "reproduce", (*goods, *_run(terms)), [price, *_royalty(terms, uid)]),
        _rule(target, "display", goods, [price]),
    ]
    if isinstance(terms.training, Prohibited):
        return rules
    fee = [_pay(terms.training.fee, f"{uid}#training-fee")] if isinstance(terms.training, Paid) else []
    return [*rules, _rule(target, "selvage:train", where_when, fee)]


def _rule(target: str, action: str, constraints: tuple[Any, ...], duties: list[Any]) -> dict[str, Any]:
    rule: dict[str, Any] = {"target": target, "action": action}
    return {
        **rule,
        **({"constraint": list(constraints)} if constraints else {}),
        **({"duty": duties} if duties else {}),
    }


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _territory(terms: Terms) -> tuple[dict[str, Any], ...]:
    if not isinstance(terms.territory, Countries):
        return ()
    return (_constraint("spatial", "isAnyOf", sorted(terms.territory.codes)),)


def _products(terms: Terms) -> tuple[dict[str, Any], ...]:
    if not isinstance(terms.products, Products):
        return ()
    return (_constraint("selvage:product", "isAnyOf", sorted(terms.products.names)),)


def _run(terms: Terms) -> tuple[dict[str, Any], ...]:
    return (_constraint("count", "lteq", terms.run.units),) if isinstance(terms.run, Run) else ()


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
    refinement = [{**pay, "unit": f"{owner}:{code}"}, *refinements]
    return {"uid": uid, "action": [{"rdf:value": {"@id": "odrl:compensate"}, "refinement": refinement}]}


def _royalty(terms: Terms, uid: str) -> list[dict[str, Any]]:
    if not isinstance(terms.royalty, PerUnit):
        return []
    each = _constraint("unitOfCount", "eq", "selvage:piece")
    return [_pay(terms.royalty.rate, f"{uid}#royalty", each)]


def _split(terms: Terms) -> dict[str, Any]:
    # @list keeps the order, which decides ties.
    return {
        "@list": [
            {"selvage:payee": share.payee, "selvage:share": write_percent(share.bps)}
            for share in terms.split.shares
        ]
    }
