"""What is owed, from its evidence. Each line names the offer, usage or finding that it bills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import add

from ledger.domain.errors import OrderError
from ledger.domain.finding import Finding, Sighting
from ledger.domain.ids import CollectionId, InvoiceId, LicenceId, PartyId, derive
from ledger.domain.invoice import Invoice, Line, LineKind
from ledger.domain.judging import billable
from ledger.domain.licence import Grant, Offer, Usage, Used
from ledger.domain.money import Money
from ledger.domain.right_clauses import making_right
from ledger.domain.royalty import earned, guaranteed, payable, still_due
from ledger.domain.split import Split
from ledger.domain.terms import Ceiling, PercentOfNet, PerUnit, Priced, Run, Terms
from ledger.domain.use import described


def licence_line(offer: Offer) -> Line:
    """The price of an offer that is being taken up."""
    text = f"Licence: {described(offer.use)}"
    return Line(LineKind.LICENCE, offer.asset, text, 1, offer.price, offer.id)


def royalty_lines(
    grant: Grant, usages: Iterable[Usage], charged: Mapping[str, Money], at: date
) -> tuple[Line, ...]:
    """What is still to be billed for what was reported under a licence: a line for each report that adds.

    `charged` is what was billed before, by its evidence. Lines are the running total less what was charged,
    so graduated tiers, advances and roundings come out the same in whichever order reports are billed. Volume
    tiers do not: where the total falls at a cheaper tier, what was charged is never credited. After the last
    day the guarantee is made up for.
    """
    reports = sorted(usages, key=lambda usage: (usage.id not in charged, usage.reported_on, usage.id))
    paid = Money(sum(amount.minor for amount in charged.values()), grant.terms.currency)
    used, lines = Used(), []
    for usage in reports:
        if usage.licence != grant.id:
            raise OrderError(f"usage {usage.id} was reported under licence {usage.licence}, not {grant.id}")
        used = used.plus(usage.use)
        due = still_due(reported_total(grant, used), paid)
        if usage.id not in charged and due.minor:
            lines.append(_royalty_line(grant, usage, due))
            paid = paid + due
    return (*lines, *_guarantee_line(grant, used, charged, paid, at))


def reported_total(grant: Grant, used: Used, *, ended: bool = False) -> Money:
    """What all that was `used` under a licence comes to after its advance, and once `ended` the guarantee."""
    terms = grant.terms
    overage = terms.run.overage if isinstance(terms.run, Run) else None
    most = grant.most_units if overage else None
    within = used.units if most is None else min(used.units, most)
    royalty = earned(terms.royalty, within, Money(used.revenue, terms.currency))
    total = payable(guaranteed(royalty, terms.guarantee) if ended else royalty, terms.advance)
    right = making_right(terms, grant.action)
    rate = right.per_generation if isinstance(right, Priced) else None
    extra = (overage.minor if overage else 0) * (used.units - within)
    return Money(total.minor + extra + (rate.minor if rate else 0) * used.generations, terms.currency)


def revenue_needed(terms: Terms) -> str:
    """Why reports under `terms` have to say their net sales; empty when they need not."""
    if isinstance(terms.royalty, PercentOfNet):
        return "the royalty is a percentage of net sales"
    return "net sales have a ceiling" if isinstance(terms.revenue, Ceiling) else ""


def guarantee_id(licence: LicenceId) -> str:
    """What a guarantee is billed under, once."""
    return derive("guarantee", licence)


def unlicensed_line(finding: Finding, terms: Terms) -> Line:
    """What a proven use without a licence costs; OrderError for anything less than that."""
    if not billable(finding):
        raise OrderError(
            f"finding {finding.id} is {finding.verdict.value} and {finding.standing.value}; "
            "only a proven, unlicensed use is billed"
        )
    text = f"Use without a licence: {described(_sighting(finding).use)}, seen in {finding.picture}"
    return Line(LineKind.UNLICENSED_USE, finding.asset, text, 1, terms.unlicensed_use, finding.id)


def first_of_each_use(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The earliest of the billable findings of each use, so that scanning a picture again bills nothing new.

    Give all findings ever judged, billed ones too: the one that was billed stays the earliest. The same
    bytes, shown by the same seller for the same asset, action, product and territory, are the same use.
    """
    first: dict[tuple[str, ...], Finding] = {}
    for finding in sorted(filter(billable, findings), key=lambda f: (f.judged_at, f.id)):
        first.setdefault(_use_key(finding), finding)
    return tuple(first.values())


def make_invoice(
    ledger: str,
    payer: PartyId,
    collection: CollectionId,
    lines: Sequence[Line],
    split: Split,
    *,
    made_at: str,
    due_on: str,
) -> Invoice:
    """An invoice over `lines`, in the order of their evidence. The same evidence always gets the same id.

    OrderError when there is nothing to bill, nothing to pay or the same evidence twice; MoneyError when the
    lines are in two currencies or add up to more than the vault holds.
    """
    ordered = tuple(sorted(lines, key=lambda line: (line.kind.value, line.evidence)))
    evidence = [line.evidence for line in ordered]
    if not ordered:
        raise OrderError("an invoice needs a line; report usage or scan for findings first")
    if len(set(evidence)) != len(evidence):
        raise OrderError(
            "the same evidence is billed twice in one invoice; bill each offer, usage or finding once"
        )
    total = reduce(add, (line.amount for line in ordered))
    if not total.minor:
        raise OrderError("an invoice over nothing cannot be paid; grant a free licence without one")
    name = InvoiceId(derive("invoice", ledger, payer, collection, *evidence))
    return Invoice(name, payer, collection, ordered, total, split, due_on, made_at)


def _royalty_line(grant: Grant, usage: Usage, due: Money) -> Line:
    text = f"Royalty under licence {grant.id}: {described(usage.use)}"
    royalty, units = grant.terms.royalty, usage.use.units
    if isinstance(royalty, PerUnit) and due == royalty.rate.times(units):
        return Line(LineKind.ROYALTY, grant.asset, text, units, royalty.rate, usage.id)
    return Line(LineKind.ROYALTY, grant.asset, text, 1, due, usage.id)


def _guarantee_line(
    grant: Grant, used: Used, charged: Mapping[str, Money], paid: Money, at: date
) -> tuple[Line, ...]:
    end, name = grant.terms.window.end, guarantee_id(grant.id)
    if grant.terms.guarantee is None or end is None or at <= end or name in charged:
        return ()
    due = still_due(reported_total(grant, used, ended=True), paid)
    text = f"Minimum guarantee under licence {grant.id}: what royalties left of it"
    return (Line(LineKind.GUARANTEE, grant.asset, text, 1, due, name),) if due.minor else ()


def _sighting(finding: Finding) -> Sighting:
    if finding.sighting is None:
        raise OrderError(f"finding {finding.id} names nobody to bill; say who was seen using the picture")
    return finding.sighting


def _use_key(finding: Finding) -> tuple[str, ...]:
    sighting = _sighting(finding)
    use = sighting.use
    return (
        sighting.seller,
        finding.asset,
        finding.picture_sha256,
        use.action.value,
        use.product,
        use.territory,
    )
