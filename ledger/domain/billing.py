"""What is owed, from its evidence. Each line names the offer, usage or finding that it bills."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import add

from ledger.domain.errors import OrderError
from ledger.domain.finding import Finding, Sighting
from ledger.domain.ids import CollectionId, InvoiceId, PartyId, derive
from ledger.domain.invoice import Invoice, Line, LineKind
from ledger.domain.judging import billable
from ledger.domain.licence import Grant, Offer, Usage
from ledger.domain.split import Split
from ledger.domain.terms import PerUnit, Terms
from ledger.domain.use import Action, Use


def licence_line(offer: Offer) -> Line:
    """The price of an offer that is being taken up."""
    text = f"Licence: {_described(offer.use)}"
    return Line(LineKind.LICENCE, offer.asset, text, 1, offer.price, offer.id)


def royalty_line(grant: Grant, usage: Usage) -> Line | None:
    """The royalty on reported pieces; None when the licence asks none or no piece was made."""
    if usage.licence != grant.id:
        raise OrderError(f"usage {usage.id} was reported under licence {usage.licence}, not {grant.id}")
    if not isinstance(grant.terms.royalty, PerUnit) or not usage.use.units:
        return None
    text = f"Royalty under licence {grant.id}: {_described(usage.use)}"
    return Line(LineKind.ROYALTY, grant.asset, text, usage.use.units, grant.terms.royalty.rate, usage.id)


def unlicensed_line(finding: Finding, terms: Terms) -> Line:
    """What a proven use without a licence costs; OrderError for anything less than that."""
    if not billable(finding):
        raise OrderError(
            f"finding {finding.id} is {finding.verdict.value} and {finding.standing.value}; "
            "only a proven, unlicensed use is billed"
        )
    text = f"Use without a licence: {_described(_sighting(finding).use)}, seen in {finding.picture}"
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


def _described(use: Use) -> str:
    pieces = f"{use.units:,} pieces, " if use.action is Action.REPRODUCE else ""
    return f"{use.action.value} {use.product}, {pieces}{use.territory}, {use.on}"


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
