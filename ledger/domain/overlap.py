"""Where two licences would meet: the question behind exclusivity. Symmetric in its two sides."""

from __future__ import annotations

from datetime import date

from ledger.domain.ids import PartyId
from ledger.domain.licence import Book, Grant
from ledger.domain.terms import Countries, Products, ProductScope, Terms, Territory, Window


def overlaps(a: Terms, b: Terms) -> bool:
    """Whether territory, products and dates of two terms all meet."""
    return (
        territories_meet(a.territory, b.territory)
        and products_meet(a.products, b.products)
        and windows_meet(a.window, b.window)
    )


def territories_meet(a: Territory, b: Territory) -> bool:
    return not (isinstance(a, Countries) and isinstance(b, Countries)) or bool(a.codes & b.codes)


def products_meet(a: ProductScope, b: ProductScope) -> bool:
    return not (isinstance(a, Products) and isinstance(b, Products)) or bool(a.names & b.names)


def windows_meet(a: Window, b: Window) -> bool:
    return _starts_before_end(a, b) and _starts_before_end(b, a)


def rivals(terms: Terms, book: Book, licensee: PartyId, start: date) -> tuple[Grant, ...]:
    """The grants of others that shut out a licence under `terms` beginning on `start`.

    An exclusive grant shuts out any licence it overlaps; an exclusive licence is shut out by any grant.
    A grant that ended before `start` shuts out nothing.
    """
    return tuple(
        grant
        for grant in book.grants
        if grant.licensee != licensee
        and (grant.terms.exclusive or terms.exclusive)
        and (grant.terms.window.end is None or start <= grant.terms.window.end)
        and overlaps(terms, grant.terms)
    )


def _starts_before_end(a: Window, b: Window) -> bool:
    return a.start is None or b.end is None or a.start <= b.end
