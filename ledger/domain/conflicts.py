"""Where terms that are to be published meet what has been granted already, each shown by an example use.

`decide` judges the example both ways: offered for money while the book is empty, and denied with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from ledger.domain.decision import Decision
from ledger.domain.examples import common_use
from ledger.domain.ids import LicenceId, PartyId
from ledger.domain.licence import Book, Grant
from ledger.domain.overlap import rivals
from ledger.domain.rights import decide
from ledger.domain.terms import AnyColourway, Attribution, Scope, Terms, exclusive_scope, licence_scope
from ledger.domain.terms_scope import AnyWord, Words
from ledger.domain.use import Use, described
from ledger.domain.words import ANY

# Somebody who holds nothing: no party is called so, because a party id begins with a letter or a digit.
NEWCOMER = PartyId("-")
MOST = 20


@dataclass(frozen=True)
class Conflict:
    """`clause` of the terms and clause `other` of a licence that was granted let different things through.

    `alone` is the decision on `example` for a newcomer with an empty book, `beside` the one with the book.
    """

    licence: LicenceId
    clause: str
    other: str
    example: Use
    alone: Decision
    beside: Decision
    why: str


def conflicts(terms: Terms, book: Book, at: date, most: int = MOST) -> tuple[Conflict, ...]:
    """The first `most` licences of `book` that shut out licences which `terms` would offer from `at` on."""
    found = (_conflict(terms, book, grant, at) for grant in rivals(terms, book, NEWCOMER, at))
    return tuple(islice((conflict for conflict in found if conflict), most))


def _conflict(terms: Terms, book: Book, grant: Grant, at: date) -> Conflict | None:
    taken, wanted = exclusive_scope(grant.terms), exclusive_scope(terms)
    example = common_use(licence_scope(terms), taken, at) if taken else None
    clause, other = "territory", "exclusive"
    if example is None and wanted is not None:
        # An exclusive licence is shut out by any licence in its scope, whatever its colourway.
        asked = replace(wanted, colourways=terms.colourways)
        example = common_use(asked, _any_colourway(licence_scope(grant.terms)), at)
        clause, other = "exclusive", "territory"
    if example is None:
        return None
    use = _complete(terms, example)
    alone, beside = (decide(terms, held, use, at, NEWCOMER) for held in (Book(), book))
    why = (
        f"{clause} of these terms and {other} of licence {grant.id} cannot both hold: {described(use)} "
        f"would be offered ({alone.reason}), and has to be denied ({beside.reason})"
    )
    return Conflict(grant.id, clause, other, use, alone, beside, why)


def _any_colourway(scope: Scope) -> Scope:
    return replace(scope, colourways=AnyColourway())


def _complete(terms: Terms, use: Use) -> Use:
    """`use` with everything said that `terms` ask to be said."""
    text = terms.attribution.text if isinstance(terms.attribution, Attribution) else None
    return replace(use, industry=_some(terms.industries), channel=_some(terms.channels), attribution=text)


def _some(scope: AnyWord | Words) -> str:
    return min(scope.names) if isinstance(scope, Words) else ANY
