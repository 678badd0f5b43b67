"""Sentences on exclusivity, AI, new pictures, sublicences, and what has to be done."""

from __future__ import annotations

from ledger.domain.money_text import format_money
from ledger.domain.projections.summary_words import date_text, listed, where
from ledger.domain.terms import (
    Attribution,
    Exclusive,
    Free,
    HumanCertified,
    Included,
    MakingRight,
    Paid,
    PerEntry,
    Priced,
    Reporting,
    Sublicensing,
    Terms,
    Training,
    Transferable,
    Window,
)
from ledger.domain.terms_rights import AiTerms
from ledger.domain.terms_scope import AnyWord, Words
from ledger.domain.use import AiUse

_AI = {
    AiUse.TRAINING: "training a model that does not generate",
    AiUse.GENERATIVE: "training a model that generates",
    AiUse.MINING: "data mining",
    AiUse.INFERENCE: "use as input of a model",
}
_MAKING = {
    "derivatives": "Making new patterns from it",
    "style": "Making pictures in its style",
    "recipe": "Drawing it again from its recipe",
    "adapter": "Drawing with an adapter made of it",
}


def right_sentences(terms: Terms) -> tuple[tuple[str, str], ...]:
    """Each of these clauses with its sentence."""
    return (
        ("exclusive", _exclusive(terms)),
        ("training", _training(terms.training)),
        *((name, _making(_MAKING[name], right)) for name, right in terms.rights()),
        ("sublicensing", _sublicensing(terms)),
        ("transfer", _transfer(terms)),
        ("attribution", _attribution(terms)),
        ("reporting", _reporting(terms)),
        ("certification", _certification(terms)),
    )


def _exclusive(terms: Terms) -> str:
    given = terms.exclusive
    if not isinstance(given, Exclusive):
        return "It is not exclusive: others may hold licences beside it."
    sides = [
        where(given.territory) if given.territory else "",
        f"for {_scope(given.products, 'product')}" if given.products else "",
        _days(given.window) if given.window else "",
    ]
    narrow = ", ".join(side for side in sides if side) or "wherever it holds"
    colours = _scope(given.colourways, "colourway") if given.colourways else "every colourway"
    return f"It is exclusive {narrow}, in {colours}, and nobody else is licensed there."


def _scope(scope: AnyWord | Words, what: str) -> str:
    if not isinstance(scope, Words):
        return f"any {what}"
    return f"the {what}{'s' if len(scope.names) > 1 else ''} {listed(scope.names)}"


def _days(window: Window) -> str:
    first = f"from {date_text(window.start)}" if window.start else ""
    last = f"to {date_text(window.end)}" if window.end else ""
    return " ".join(part for part in (first, last) if part) or "on any day"


def _training(training: Training) -> str:
    if not isinstance(training, PerEntry):
        return f"Use by artificial intelligence, of any kind, {_ai(training)}."
    said = (f"{_AI[use]} {_ai(training.of(use))}" for use in AiUse)
    return f"For artificial intelligence, {'; '.join(said)}."


def _ai(said: AiTerms) -> str:
    if isinstance(said, Paid):
        return f"needs a licence of its own for {format_money(said.fee)}"
    return (
        "is free and needs no licence in the same countries and on the same days"
        if isinstance(said, Free)
        else "is prohibited"
    )


def _making(what: str, right: MakingRight) -> str:
    if isinstance(right, Included):
        return f"{what} is included in every licence."
    if not isinstance(right, Priced):
        return f"{what} is not allowed."
    rate = f" and {format_money(right.per_generation)} a picture" if right.per_generation else ""
    most = f", for up to {right.generations:,} pictures" if right.generations else ""
    return f"{what} needs a licence of its own, which costs {format_money(right.fee)}{rate}{most}."


def _sublicensing(terms: Terms) -> str:
    given = terms.sublicensing
    if not isinstance(given, Sublicensing):
        return "The licensee may not grant sublicences."
    levels = f"{given.depth} level{'s' if given.depth > 1 else ''}"
    return f"The licensee may grant sublicences, {levels} deep and within these terms."


def _transfer(terms: Terms) -> str:
    given = terms.transfer
    if not isinstance(given, Transferable):
        return "The licensee may not hand the licence on."
    consent = ", where the owner agrees" if given.consent else ""
    return f"The licensee may hand the licence on as a whole{consent}; sublicences below it go on."


def _attribution(terms: Terms) -> str:
    if isinstance(terms.attribution, Attribution):
        return f"The text “{terms.attribution.text}” has to stand with every use."
    return "Nobody has to be named."


def _reporting(terms: Terms) -> str:
    given = terms.reporting
    if not isinstance(given, Reporting):
        return "Use may be reported at any time."
    days = f"{given.within_days} day{'' if given.within_days == 1 else 's'}"
    return (
        f"Use has to be reported every {given.every.value}, counted from the day of the grant, "
        f"at most {days} after each period ends."
    )


def _certification(terms: Terms) -> str:
    if isinstance(terms.certification, HumanCertified):
        return f"The party {terms.certification.by} certifies that a person made the creative choices."
    return "It is not certified who made the creative choices."
