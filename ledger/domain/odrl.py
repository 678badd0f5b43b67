"""Terms as an ODRL 2.2 offer in JSON-LD (W3C Recommendation, 15 February 2018), every clause stated.

What ODRL has no word for stands in our own profile, under the prefix `selvage`; every word of it is defined
in ledger/rdf/profile.ttl. A use that is made as it is has the modification `none`, so that a rule can say so.
`projections/odrl_reading.py` reads the offer back to the terms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.money_text import format_money
from ledger.domain.odrl_duties import (
    amount,
    constraint,
    making_duties,
    price_duties,
    royalty_duties,
    told_duties,
    training_duties,
)
from ledger.domain.right_clauses import CLAUSE_OF, making_right
from ledger.domain.rights_text import write_certification, write_exclusivity, write_transfer
from ledger.domain.split_text import write_percent
from ledger.domain.terms import (
    AnyModification,
    Ceiling,
    HumanCertified,
    Modifications,
    Priced,
    Prohibited,
    Run,
    Sublicensing,
    Terms,
    Transferable,
    Withheld,
    Worldwide,
    WorldwideExcept,
    ai_terms,
)
from ledger.domain.terms_scope import Words
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import AI_USES, Action

PROFILE = "urn:selvage:odrl:1"
ODRL_CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
PREFIXES = {"selvage": f"{PROFILE}:", "xsd": "http://www.w3.org/2001/XMLSchema#"}
TERMS_URI = "urn:selvage:terms:"
UNMODIFIED = "none"
_HEX_ID = re.compile(r"[0-9a-f]{32}")


def asset_uri(asset: AssetId) -> str:
    return f"urn:selvage:asset:{asset}"


def collection_uri(collection: CollectionId) -> str:
    return f"urn:selvage:collection:{collection}"


def to_odrl(terms: Terms, target: str, assigner: str) -> dict[str, Any]:
    """The offer of `terms` on `target` (a URI, or an asset id) by `assigner`; plain JSON without floats."""
    uri = asset_uri(AssetId(target)) if _HEX_ID.fullmatch(target) else target
    uid = f"{TERMS_URI}{terms_hash(terms)}"
    prohibited = [action.value for action in AI_USES if _is_prohibited(terms, action)]
    return {
        "@context": [ODRL_CONTEXT, dict(PREFIXES)],
        "@type": "Offer",
        "uid": uid,
        "profile": PROFILE,
        "assigner": assigner,
        "permission": [
            *_ordinary(terms, uri, uid),
            *_making(terms, uri, uid),
            *_ai(terms, uri, uid),
        ],
        **({"prohibition": [_rule(uri, prohibited, (), [])]} if prohibited else {}),
        **_properties(terms),
    }


def _properties(terms: Terms) -> dict[str, Any]:
    """What is no rule: of the licence as a whole, and of what is between the owner and others."""
    exclusive = write_exclusivity(terms.exclusive)
    certified = write_certification(terms.certification)
    by = (
        {"selvage:certifiedBy": certified["human"]} if isinstance(terms.certification, HumanCertified) else {}
    )
    passed_on = (
        {"selvage:transfer": write_transfer(terms.transfer)}
        if isinstance(terms.transfer, Transferable)
        else {}
    )
    least = {"selvage:minimumGuarantee": format_money(terms.guarantee)} if terms.guarantee else {}
    return {
        "selvage:name": terms.name,
        "selvage:exclusive": exclusive if isinstance(exclusive, bool) else _json(exclusive),
        "selvage:unlicensedUse": format_money(terms.unlicensed_use),
        "selvage:resale": write_percent(terms.resale_bps),
        **least,
        **by,
        **passed_on,
        "selvage:split": _split(terms),
    }


def _ordinary(terms: Terms, target: str, uid: str) -> list[dict[str, Any]]:
    """To make, to show, and to let others do so."""
    where_when = _where_when(terms)
    goods = (*where_when, *_goods(terms))
    price, told = price_duties(terms, uid), told_duties(terms, uid)
    made = [*price, *royalty_duties(terms, uid), *told]
    rules = [
        _rule(target, ["reproduce"], (*goods, *_counts(terms)), made),
        _rule(target, ["display"], goods, [*price, *told]),
    ]
    if isinstance(terms.sublicensing, Sublicensing):
        depth = constraint("selvage:depth", "lteq", terms.sublicensing.depth)
        rules.append(_rule(target, ["grantUse"], (*where_when, depth), price))
    return rules


def _making(terms: Terms, target: str, uid: str) -> list[dict[str, Any]]:
    """To make new pictures: by a licence of its own, or by the ordinary one."""
    rules = []
    for action in CLAUSE_OF:
        right = making_right(terms, action)
        if isinstance(right, Priced):
            most = right.generations
            limit = (constraint("selvage:generations", "lteq", most),) if most else ()
            duties = making_duties(right, f"{uid}#{action.value}")
            rules.append(_rule(target, [action.value], (*_where_when(terms), *limit), duties))
        elif not isinstance(right, Withheld):
            rules.append(_rule(target, [action.value], _where_when(terms), price_duties(terms, uid)))
    return rules


def _ai(terms: Terms, target: str, uid: str) -> list[dict[str, Any]]:
    """Each AI use by itself; those that cost nothing together."""
    open_ = [action for action in AI_USES if not _is_prohibited(terms, action)]
    priced = {action: training_duties(terms, action, uid) for action in open_}
    free = [action.value for action, duties in priced.items() if not duties]
    where_when = _where_when(terms)
    return [
        *([_rule(target, free, where_when, [])] if free else []),
        *(_rule(target, [action.value], where_when, duties) for action, duties in priced.items() if duties),
    ]


def _is_prohibited(terms: Terms, action: Action) -> bool:
    return any(isinstance(ai_terms(terms.training, use), Prohibited) for use in AI_USES[action])


def _rule(
    target: str, actions: Sequence[str], constraints: Sequence[Any], duties: list[Any]
) -> dict[str, Any]:
    named = [name if name in ("reproduce", "display", "grantUse") else f"selvage:{name}" for name in actions]
    return {
        "target": target,
        "action": named[0] if len(named) == 1 else named,
        **({"constraint": list(constraints)} if constraints else {}),
        **({"duty": duties} if duties else {}),
    }


def _where_when(terms: Terms) -> tuple[dict[str, Any], ...]:
    ends = (("gteq", terms.window.start), ("lteq", terms.window.end))
    days = tuple(
        constraint("dateTime", operator, {"@value": day.isoformat(), "@type": "xsd:date"})
        for operator, day in ends
        if day
    )
    if isinstance(terms.territory, Worldwide):
        return days
    operator = "isNoneOf" if isinstance(terms.territory, WorldwideExcept) else "isAnyOf"
    return (constraint("spatial", operator, sorted(terms.territory.codes)), *days)


def _goods(terms: Terms) -> tuple[dict[str, Any], ...]:
    """What is made and shown: on what, for whom, where it is sold, in which colours, changed how."""
    named = (
        ("product", terms.products),
        ("industry", terms.industries),
        ("channel", terms.channels),
        ("colourway", terms.colourways),
    )
    listed = tuple(
        constraint(f"selvage:{word}", "isAnyOf", sorted(scope.names))
        for word, scope in named
        if isinstance(scope, Words)
    )
    if isinstance(terms.modification, AnyModification):
        return listed
    given = terms.modification.names if isinstance(terms.modification, Modifications) else frozenset()
    # A use may be modified in several ways, and each of them has to be given.
    return (*listed, constraint("selvage:modification", "isPartOf", [UNMODIFIED, *sorted(given)]))


def _counts(terms: Terms) -> tuple[dict[str, Any], ...]:
    """The most pieces and net sales under one licence. Past a run with an overage, a duty comes on top."""
    run, revenue = terms.run, terms.revenue
    pieces = (constraint("count", "lteq", run.units),) if isinstance(run, Run) and not run.overage else ()
    sales = (amount("selvage:revenue", "lteq", revenue.amount),) if isinstance(revenue, Ceiling) else ()
    return (*pieces, *sales)


def _json(value: Any) -> dict[str, Any]:
    return {"@value": value, "@type": "@json"}


def _split(terms: Terms) -> dict[str, Any]:
    # @list keeps the order, which decides ties.
    return {
        "@list": [
            {"selvage:payee": share.payee, "selvage:share": write_percent(share.bps)}
            for share in terms.split.shares
        ]
    }
