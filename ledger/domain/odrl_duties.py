"""The duties of an ODRL offer: what is paid, shown and reported. Every one has a uid below the offer's.

A duty that stands on several rules has one uid on all of them: it is owed once, whichever is exercised.
"""

from __future__ import annotations

from typing import Any

from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.price_text import write_price, write_royalty
from ledger.domain.terms import (
    Attribution,
    Flat,
    NoRoyalty,
    Paid,
    PerEntry,
    PerUnit,
    Priced,
    Reporting,
    Run,
    Terms,
)
from ledger.domain.use import AI_USES, Action

ISO_4217 = frozenset({"USD", "EUR", "GBP"})


def constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def amount(left: str, operator: str, money: Money) -> dict[str, Any]:
    """`money` as a decimal with its currency as the unit; ISO 4217 where it has the currency."""
    number, code = format_money(money).split()
    owner = "urn:iso:std:iso:4217" if code in ISO_4217 else "urn:selvage:currency"
    value = {"@value": number, "@type": "xsd:decimal"}
    return {**constraint(left, operator, value), "unit": f"{owner}:{code}"}


def price_duties(terms: Terms, uid: str) -> list[dict[str, Any]]:
    """What a licence costs at the grant: the price, and the advance on its royalties."""
    if isinstance(terms.price, Flat):
        price = _pay(terms.price.amount, f"{uid}#price")
    else:
        price = _scheduled(write_price(terms.price), f"{uid}#price")
    recouped = constraint("selvage:recoupedFrom", "eq", {"@id": "selvage:royalty"})
    advance = [_pay(terms.advance, f"{uid}#advance", recouped)] if terms.advance else []
    return [price, *advance]


def royalty_duties(terms: Terms, uid: str) -> list[dict[str, Any]]:
    """What is owed on the pieces reported: the royalty, and what each piece past the run costs."""
    over = []
    if isinstance(terms.run, Run) and terms.run.overage:
        past = constraint("count", "gt", terms.run.units)
        over = [{**_pay(terms.run.overage, f"{uid}#overage", _each("piece")), "constraint": [past]}]
    if isinstance(terms.royalty, NoRoyalty):
        return over
    if not isinstance(terms.royalty, PerUnit):
        return [_scheduled(write_royalty(terms.royalty), f"{uid}#royalty"), *over]
    return [_pay(terms.royalty.rate, f"{uid}#royalty", _each("piece")), *over]


def making_duties(right: Priced, uid: str) -> list[dict[str, Any]]:
    """What a licence to make new pictures costs."""
    fee = [_pay(right.fee, f"{uid}-fee")] if right.fee.minor else []
    rate = [_pay(right.per_generation, f"{uid}-royalty", _each("picture"))] if right.per_generation else []
    return [*fee, *rate]


def training_duties(terms: Terms, action: Action, uid: str) -> list[dict[str, Any]]:
    """The fees of one AI use; one that needs two entries with a fee each costs both."""
    training = terms.training
    if not isinstance(training, PerEntry):
        return [_pay(training.fee, f"{uid}#{action.value}-fee")] if isinstance(training, Paid) else []
    each = ((use, training.of(use)) for use in sorted(AI_USES[action]))
    return [_pay(ai.fee, f"{uid}#{use.value}-fee") for use, ai in each if isinstance(ai, Paid)]


def told_duties(terms: Terms, uid: str) -> list[dict[str, Any]]:
    """The duties to attribute and to report."""
    duties: list[dict[str, Any]] = []
    if isinstance(terms.attribution, Attribution):
        text = constraint("selvage:text", "eq", terms.attribution.text)
        duties.append(_duty(f"{uid}#attribution", "odrl:attribute", text))
    if isinstance(terms.reporting, Reporting):
        every = constraint("selvage:every", "eq", terms.reporting.every.value)
        within = constraint("selvage:withinDays", "lteq", terms.reporting.within_days)
        duties.append(_duty(f"{uid}#reporting", "selvage:report", every, within))
    return duties


def _pay(money: Money, uid: str, *refinements: dict[str, Any]) -> dict[str, Any]:
    return _duty(uid, "odrl:compensate", amount("payAmount", "eq", money), *refinements)


def _scheduled(schedule: Any, uid: str) -> dict[str, Any]:
    """A payment that ODRL has no words for: tiers, or a percentage, as the terms write them."""
    value = {"@value": schedule, "@type": "@json"}
    return _duty(uid, "odrl:compensate", constraint("selvage:schedule", "eq", value))


def _each(what: str) -> dict[str, Any]:
    return constraint("unitOfCount", "eq", {"@id": f"selvage:{what}"})


def _duty(uid: str, action: str, *refinements: dict[str, Any]) -> dict[str, Any]:
    return {"uid": uid, "action": [{"rdf:value": {"@id": action}, "refinement": list(refinements)}]}
