"""What terms say of AI uses, as far as languages go that know neither countries nor days."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from ledger.domain.money import Money
from ledger.domain.money_text import format_money
from ledger.domain.projections.subject import Subject
from ledger.domain.terms import Free, Paid, Prohibited, Terms, Worldwide, WorldwideExcept, ai_terms
from ledger.domain.terms_scope import ALWAYS
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import AiUse


class Standing(StrEnum):
    """OPEN: free, everywhere, always. ON_TERMS: for money, or not everywhere, or not always. CLOSED."""

    OPEN = "open"
    ON_TERMS = "on-terms"
    CLOSED = "closed"


def standing(terms: Terms, uses: Collection[AiUse]) -> Standing:
    """What `terms` say of doing all of `uses`."""
    said = [ai_terms(terms.training, use) for use in uses]
    if any(isinstance(each, Prohibited) for each in said):
        return Standing.CLOSED
    unbound = isinstance(terms.territory, Worldwide) and terms.window == ALWAYS
    free = all(isinstance(each, Free) for each in said)
    return Standing.OPEN if free and unbound else Standing.ON_TERMS


def fee(terms: Terms, uses: Collection[AiUse]) -> Money | None:
    """What a licence for all of `uses` costs; None where it is free."""
    if isinstance(terms.training, Paid):
        return terms.training.fee
    said = (ai_terms(terms.training, use) for use in sorted(uses))
    fees = [each.fee for each in said if isinstance(each, Paid)]
    return Money(sum(each.minor for each in fees), terms.currency) if fees else None


def conditions(terms: Terms, uses: Collection[AiUse], subject: Subject) -> str:
    """On what terms `uses` are open, in a line: fee, countries, days, terms hash, where a licence is had."""
    cost = fee(terms, uses)
    parts = [
        f"licence needed for {format_money(cost)}" if cost else "no licence needed",
        _where(terms),
        f"from {terms.window.start}" if terms.window.start else "",
        f"until {terms.window.end}" if terms.window.end else "",
        f"terms sha256 {terms_hash(terms)}",
        subject.licences or "",
    ]
    return "; ".join(part for part in parts if part)


def _where(terms: Terms) -> str:
    territory = terms.territory
    if isinstance(territory, Worldwide):
        return ""
    codes = " ".join(sorted(territory.codes))
    return f"not in {codes}" if isinstance(territory, WorldwideExcept) else f"only in {codes}"
