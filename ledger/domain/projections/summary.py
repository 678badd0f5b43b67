"""Terms in plain words: every clause one sentence of British English, in a fixed order.

Terms that differ in any clause differ in a sentence. It explains the terms; what counts are the terms.
"""

from __future__ import annotations

from ledger.domain.money_text import format_money
from ledger.domain.projections.summary_money import money_sentences
from ledger.domain.projections.summary_rights import right_sentences
from ledger.domain.projections.summary_words import date_text, listed, where
from ledger.domain.terms import (
    AS_MADE,
    AnyModification,
    Ceiling,
    Flat,
    Modifications,
    RevenueLimit,
    Run,
    Terms,
    Window,
)
from ledger.domain.terms_scope import AnyWord, Words
from ledger.domain.terms_text import terms_hash

_USED = {
    "products": "put on",
    "industries": "used in",
    "channels": "sold and shown through",
    "colourways": "used in",
}
_ANY = {
    "products": "any product",
    "industries": "any industry",
    "channels": "any channel",
    "colourways": "any colourway",
}


def sentences(terms: Terms) -> tuple[tuple[str, str], ...]:
    """Each clause with its sentence."""
    words = {name: getattr(terms, name) for name in _USED}
    return (
        ("territory", f"The licence holds {where(terms.territory)}."),
        ("dates", _dates(terms.window)),
        *((name, _words(name, scope)) for name, scope in words.items()),
        ("modification", _modification(terms)),
        ("run", _run(terms)),
        ("revenue", _revenue(terms.revenue)),
        *right_sentences(terms),
        *money_sentences(terms),
    )


def to_summary(terms: Terms, title: str = "") -> str:
    """The whole in lines of text, with what `title` names them after and their hash."""
    head = f"{terms.name}: licence terms" + (f" of {title}" if title else "")
    lines = [f"{number}. {text}" for number, (_, text) in enumerate(sentences(terms), 1)]
    return "\n".join([head, "", *lines, "", f"SHA-256 of the terms: {terms_hash(terms)}"])


def first_words(terms: Terms) -> str:
    """The sentences in one paragraph, with the hash."""
    return " ".join([*(text for _, text in sentences(terms)), f"Terms sha256 {terms_hash(terms)}."])


def _dates(window: Window) -> str:
    if window.start and window.end:
        return f"It covers use from {date_text(window.start)} to {date_text(window.end)}, both included."
    if window.start:
        return f"It covers use from {date_text(window.start)} on, without a last day."
    if window.end:
        return f"It covers use up to and including {date_text(window.end)}."
    return "It covers use on any day."


def _words(clause: str, scope: AnyWord | Words) -> str:
    begin = f"The pattern may be {_USED[clause]}"
    if not isinstance(scope, Words):
        return f"{begin} {_ANY[clause]}."
    if scope == AS_MADE:
        return f"{begin} its original colourway only."
    return f"{begin} these {clause} only: {listed(scope.names)}."


def _modification(terms: Terms) -> str:
    given = terms.modification
    if isinstance(given, AnyModification):
        return "It may be changed in any way."
    if isinstance(given, Modifications):
        return f"It may be changed in these ways only: {listed(given.names)}."
    return "It may be placed and scaled with its repeat, but not changed in any other way."


def _run(terms: Terms) -> str:
    run = terms.run
    bought = not isinstance(terms.price, Flat)
    if not isinstance(run, Run):
        said = "A licence gives as many pieces as were paid for"
        return f"{said}." if bought else "There is no limit on the pieces made under a licence."
    most = (
        f"A licence gives {'as many pieces as were paid for, ' if bought else ''}up to {run.units:,} pieces"
    )
    return f"{most}, and each piece beyond costs {format_money(run.overage)}." if run.overage else f"{most}."


def _revenue(limit: RevenueLimit) -> str:
    if isinstance(limit, Ceiling):
        return f"Net sales under one licence may come to {format_money(limit.amount)} at most."
    return "Net sales are not limited."
