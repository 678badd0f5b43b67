"""Clauses of one text that cannot both be meant. Each is refused with its two clauses and an example use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ledger.domain.errors import ContradictionError, TermsError
from ledger.domain.examples import COLOURWAYS, use_in, uses_outside, word_outside
from ledger.domain.money import Money
from ledger.domain.royalty import price_of_units
from ledger.domain.terms_price import NoRoyalty, PercentOfNet, Tiers
from ledger.domain.terms_rights import AnyModification, Exclusive, Modifications, NoReporting, Priced
from ledger.domain.terms_scope import AnyColourway, Ceiling, Colourways, Run, Scope, Unlimited
from ledger.domain.use import described

if TYPE_CHECKING:
    from ledger.domain.terms import Terms

RECOLOUR = "recolour"


def check_clauses(terms: Terms) -> None:
    """TermsError for the first clause of `terms` that another one contradicts."""
    _check_unlicensed_use(terms)
    _check_exclusivity(terms)
    _check_colourways(terms)
    _check_money(terms)
    for problem in (*_unreachable_tiers(terms), *_making_rights(terms)):
        raise problem


def _check_unlicensed_use(terms: Terms) -> None:
    if not terms.unlicensed_use.minor:
        raise TermsError("unlicensed_use", "nothing to pay contradicts a licence; give what a use costs")
    if terms.unlicensed_use < price_of_units(terms.price, 1):
        raise TermsError(
            "unlicensed_use",
            "less than the price contradicts it: nobody would buy the licence; give at least the price",
        )


def _check_exclusivity(terms: Terms) -> None:
    own = terms.exclusive
    if not isinstance(own, Exclusive):
        return
    licence = Scope(terms.territory, terms.products, terms.window, terms.colourways)
    exclusive = Scope(
        own.territory or terms.territory,
        own.products or terms.products,
        own.window or terms.window,
        own.colourways or terms.colourways,
    )
    for clause, use in uses_outside(exclusive, licence):
        raise ContradictionError(
            f"exclusive.{clause}",
            clause,
            f"reaches past {clause}, where the licence does not hold: {described(use)} would be shut to "
            f"others and not open to the licensee; keep within {clause}, or widen it",
            use,
        )
    if isinstance(terms.run, Unlimited) and exclusive.window.end is None:
        raise ContradictionError(
            "exclusive",
            "run",
            "exclusive, run: unlimited and no last day together sell the pattern outright; "
            "limit the run or give dates.end",
            use_in(exclusive),
        )


def _check_colourways(terms: Terms) -> None:
    given = terms.modification
    recolours = isinstance(given, AnyModification) or (
        isinstance(given, Modifications) and RECOLOUR in given.names
    )
    if not recolours or not isinstance(terms.colourways, Colourways):
        return
    other = word_outside(AnyColourway(), terms.colourways, COLOURWAYS)
    use = use_in(Scope(terms.territory, terms.products, terms.window, terms.colourways))
    example = replace(use, colourway=other or use.colourway, modifications=frozenset({RECOLOUR}))
    raise ContradictionError(
        "modification",
        "colourways",
        f"recolour makes colourways that colourways does not give: {described(example)} is let through by "
        "the one and stopped by the other; say colourways: any, or list modifications without recolour",
        example,
    )


def _check_money(terms: Terms) -> None:
    silent = isinstance(terms.reporting, NoReporting)
    if isinstance(terms.royalty, NoRoyalty):
        for field, amount in (("advance", terms.advance), ("minimum_guarantee", terms.guarantee)):
            if amount is not None:
                raise TermsError(field, "royalty: none leaves nothing to count it against; leave it out")
    if silent and isinstance(terms.royalty, PercentOfNet):
        raise TermsError("royalty", "percent_of_net needs net sales reported; write reporting: quarter")
    if silent and isinstance(terms.revenue, Ceiling):
        raise TermsError("revenue", "a ceiling needs net sales reported; write reporting: quarter")
    if terms.guarantee is not None and terms.window.end is None:
        raise TermsError("minimum_guarantee", "falls due on the last day, and there is none; give dates.end")
    for field, amount in (("advance", terms.advance), ("minimum_guarantee", terms.guarantee)):
        _check_something(field, amount)


def _check_something(field: str, amount: Money | None) -> None:
    if amount is not None and not amount.minor:
        raise TermsError(field, "an amount of nothing; leave it out")


def _unreachable_tiers(terms: Terms) -> Iterator[TermsError]:
    """Tiers that begin past the last piece of the run."""
    if not isinstance(terms.run, Run):
        return
    for field, rate in (("price", terms.price), ("royalty", terms.royalty)):
        if isinstance(rate, Tiers) and (last := rate.tiers[-2].up_to or 0) >= terms.run.units:
            use = use_in(Scope(terms.territory, terms.products, terms.window, terms.colourways))
            example = replace(use, units=last + 1)
            yield ContradictionError(
                field,
                "run",
                f"its last tier begins with piece {last + 1:,}, past the run of {terms.run.units:,}: "
                f"{described(example)} has a rate and no licence; leave out the tier, or raise the run",
                example,
            )


def _making_rights(terms: Terms) -> Iterator[TermsError]:
    """Derivatives and style are not counted by pictures: that is for recipe and adapter."""
    for name, right in terms.rights():
        if name in ("derivatives", "style") and isinstance(right, Priced) and right != Priced(right.fee):
            yield TermsError(name, "is not counted in generations; give a fee alone")
