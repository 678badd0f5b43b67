"""Where two licences would meet: the question behind exclusivity. Symmetric in its two sides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.domain.ids import PartyId
from ledger.domain.licence import Book, Grant
from ledger.domain.terms import Terms, Transferable, exclusive_scope, licence_scope


def overlaps(a: Terms, b: Terms) -> bool:
    """Whether territory, products, dates and colourways of two terms all meet."""
    return licence_scope(a).meets(licence_scope(b))


def rivals(terms: Terms, book: Book, licensee: PartyId, start: date) -> tuple[Grant, ...]:
    """What others hold or ordered that shuts out a licence under `terms` from `start` on, in its order.

    An exclusive grant shuts out any licence that meets the scope it is exclusive in; exclusive terms are
    shut out by any grant that meets theirs. A grant that ended before `start` shuts out nothing, and neither
    does a sublicence of the licensee's own.
    """
    found = {grant.id for grant in find_rivals(terms, book, licensee, start)}
    return tuple(grant for grant in (*book.grants, *book.pending) if grant.id in found)


def find_rivals(terms: Terms, book: Book, licensee: PartyId, start: date) -> Iterator[Grant]:
    """As `rivals`, one after the other as they are found, some of them twice."""
    for grant in book.exclusives.meeting(licence_scope(terms), start):
        if not is_own(book, grant, licensee):
            yield grant
    scope = exclusive_scope(terms)
    if scope is not None:
        for grant in book.licences.meeting(scope, start):
            if not is_own(book, grant, licensee):
                yield grant


def last_rival(terms: Terms, book: Book, licensee: PartyId, start: date) -> Grant | None:
    """Of `rivals` the one that stands in the way longest: exclusive ones first, granted before ordered."""

    def counts(grant: Grant) -> bool:
        return not is_own(book, grant, licensee)

    found = book.exclusives.last_meeting(licence_scope(terms), start, counts)
    scope = exclusive_scope(terms)
    if found is None and scope is not None:
        found = book.licences.last_meeting(scope, start, counts)
    return found


def is_own(book: Book, grant: Grant, licensee: PartyId) -> bool:
    """Whether `grant` is the licensee's, or a sublicence of theirs, and stays so.

    One that can be handed on may be somebody else's tomorrow, so it is in its own holder's way too, as it is
    in the licence book on chain. An order of theirs becomes one only when it is granted.
    """
    if grant.licensee == licensee:
        return book.is_pending(grant) or not isinstance(grant.terms.transfer, Transferable)
    return any(above.licensee == licensee for above in book.ancestors(grant) or ())
