"""Sentences on what a licence costs."""

from __future__ import annotations

from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.split_text import write_percent
from ledger.domain.terms import (
    Flat,
    Graduated,
    NoRoyalty,
    PercentOfNet,
    PerUnit,
    Price,
    Royalty,
    Terms,
    Tiers,
)


def money_sentences(terms: Terms) -> tuple[tuple[str, str], ...]:
    """Each of these clauses with its sentence."""
    shares = ", ".join(f"{share.payee} {write_percent(share.bps)}" for share in terms.split.shares)
    return (
        ("price", _price(terms.price)),
        ("royalty", _royalty(terms.royalty)),
        ("minimum_guarantee", _guarantee(terms.guarantee)),
        ("advance", _advance(terms.advance)),
        ("unlicensed_use", f"Each proven use without a licence costs {format_money(terms.unlicensed_use)}."),
        ("resale", f"Of every resale of the pattern's token, {write_percent(terms.resale_bps)} is owed."),
        ("split", f"The income is shared in this order: {shares}."),
    )


def _price(price: Price) -> str:
    if not isinstance(price, Flat):
        return f"The price is {_rate(price)}, paid in advance for the pieces bought."
    if not price.amount.minor:
        return "A licence costs nothing when it is granted."
    return f"A licence costs {format_money(price.amount)}, once."


def _royalty(royalty: Royalty) -> str:
    if isinstance(royalty, NoRoyalty):
        return "No royalty is owed."
    if isinstance(royalty, PercentOfNet):
        return f"The royalty is {write_percent(royalty.bps)} of net sales."
    return f"The royalty is {_rate(royalty)}."


def _rate(rate: PerUnit | Tiers) -> str:
    if isinstance(rate, PerUnit):
        return f"{format_money(rate.rate)} a piece"
    own = isinstance(rate, Graduated)
    tiers = [
        f"{format_money(tier.rate)} " + (f"up to {tier.up_to:,} pieces" if tier.up_to else "beyond")
        for tier in rate.tiers
    ]
    by = (
        "each at the rate of its own tier" if own else "all at the rate of the tier that their number reaches"
    )
    return f"charged by the piece, {by} ({', '.join(tiers)})"


def _guarantee(least: Money | None) -> str:
    if least is None:
        return "No royalties are guaranteed."
    return f"Royalties come to at least {format_money(least)} by the last day, or the rest is billed then."


def _advance(advance: Money | None) -> str:
    if advance is None:
        return "No advance is paid."
    return f"An advance of {format_money(advance)} is paid with the price and set off against royalties."
