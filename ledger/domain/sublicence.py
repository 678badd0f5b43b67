"""What a sublicence gives: a part of the licence above it, and never more. Pure.

The rules of `Licences.requireWithin` in the contracts, in the words of terms, and those that only the book
knows: industries, channels, colourways and modifications.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ledger.domain import rights_text, scope_text
from ledger.domain.errors import OrderError, TermsError
from ledger.domain.fields import Field, required
from ledger.domain.licence import Book, Grant, GrantState
from ledger.domain.money import Money
from ledger.domain.terms import (
    AnyModification,
    Flat,
    Modification,
    Modifications,
    NonExclusive,
    NoRoyalty,
    NoSublicensing,
    NotTransferable,
    PerUnit,
    Royalty,
    Run,
    SublicenceTerms,
    Sublicensing,
    Terms,
    Tiers,
    Unlimited,
    Window,
)
from ledger.domain.terms_scope import AnyWord, Words

# What a sublicensor may narrow, and how it is read. `run` and `dates` are read below.
_READERS: Mapping[str, Callable[[Field], Any]] = {
    "territory": scope_text.read_territory,
    "products": scope_text.read_products,
    "industries": scope_text.read_industries,
    "channels": scope_text.read_channels,
    "colourways": scope_text.read_colourways,
    "modification": rights_text.read_modification,
    "sublicensing": rights_text.read_sublicensing,
}
GIVES = frozenset({*_READERS, "run", "dates"})


def narrowed(parent: Grant, gives: Mapping[str, Any]) -> Terms:
    """The terms of a sublicence of `parent` that gives what `gives` says, and all else as the parent has it.

    It is bought from the licensee above, so it has no price; royalties stay as they are, guarantee and
    advance stay above. It cannot be handed on. TermsError names the clause that goes beyond the parent.
    """
    given = Field(gives, "gives", TermsError, root=True).mapping(GIVES)
    above = parent.terms
    changes = {name: read(given[name]) for name, read in _READERS.items() if name in given}
    run = _run(parent, given)
    terms = replace(
        above,
        **{"sublicensing": NoSublicensing(), **changes},
        run=run,
        window=_window(above.window, given),
        exclusive=NonExclusive(),
        price=Flat(Money(0, above.currency)),
        royalty=_reachable(above.royalty, run),
        guarantee=None,
        advance=None,
        transfer=NotTransferable(),
    )
    for clause, problem in _beyond(above, terms):
        raise TermsError(clause, f"{problem}; a sublicence gives no more than the licence above it")
    return terms


def require_open(parent: Grant, book: Book) -> None:
    """OrderError unless `parent`, and everything above it, is in force and allows a sublicence below it."""
    above = book.ancestors(parent)
    if above is None:
        raise OrderError(f"licence {parent.id} stands under one that is not in the book")
    for level, grant in enumerate((parent, *above), 1):
        if grant.state is not GrantState.IN_FORCE:
            raise OrderError(f"licence {grant.id} is {grant.state.value}; nothing can be given below it now")
        if depth_of(grant.terms.sublicensing) < level:
            raise OrderError(
                f"licence {grant.id} gives {depth_of(grant.terms.sublicensing)} levels of sublicences, and "
                f"this would be level {level}; a licence from the owner is needed"
            )


def require_left(parent: Grant, book: Book, units: int) -> None:
    """OrderError unless `units` pieces are left of the parent's run, made and given away ones counted."""
    if parent.most_units is None:
        return
    left = max(0, parent.most_units - book.units_used(parent.id) - book.allotted(parent.id))
    if units > left:
        raise OrderError(f"run: {units:,} pieces asked for; licence {parent.id} has {left:,} left to give")


def depth_of(given: SublicenceTerms) -> int:
    """Levels of sublicences below a licence."""
    return given.depth if isinstance(given, Sublicensing) else 0


def _run(parent: Grant, given: Mapping[str, Field]) -> Run | Unlimited:
    if "run" in given:
        return scope_text.read_run(given["run"], parent.terms.currency)
    if parent.most_units is not None:
        source = Field(given, "gives", TermsError, root=True)
        required(given, "run", source, "say how many pieces of the licence above it are given")
    return Unlimited()


def _window(above: Window, given: Mapping[str, Field]) -> Window:
    """The dates given; a side that is left out is as above."""
    if "dates" not in given:
        return above
    asked = scope_text.read_window(given["dates"])
    return given["dates"].build(
        lambda: Window(asked.start or above.start, asked.end or above.end), given["dates"].path
    )


def _reachable(royalty: Royalty, run: Run | Unlimited) -> Royalty:
    """Tiers without those that begin past the run."""
    if not isinstance(royalty, Tiers) or isinstance(run, Unlimited):
        return royalty
    tiers = list(royalty.tiers)
    while len(tiers) > 1 and (tiers[-2].up_to or 0) >= run.units:
        tiers[-2:] = [replace(tiers[-2], up_to=None)]
    if not any(tier.rate.minor for tier in tiers):
        return NoRoyalty()
    return type(royalty)(tuple(tiers)) if len(tiers) > 1 else PerUnit(tiers[0].rate)


def _beyond(above: Terms, terms: Terms) -> Iterator[tuple[str, str]]:
    """(clause, what of it) of everything that `terms` give and `above` do not."""
    if terms.territory.bits & ~above.territory.bits:
        yield "territory", "reaches past the territory of the licence above"
    for name in ("products", "industries", "channels", "colourways"):
        if not _within(getattr(terms, name), getattr(above, name)):
            yield name, f"names {name} that the licence above does not give"
    if not _modifies_within(terms.modification, above.modification):
        yield "modification", "lets through what the licence above does not"
    if not _days_within(terms.window, above.window):
        yield "dates", "reach past the dates of the licence above"
    if depth_of(terms.sublicensing) >= max(1, depth_of(above.sublicensing)):
        levels = depth_of(above.sublicensing)
        yield "sublicensing", f"{depth_of(terms.sublicensing)} levels below a licence that gives {levels}"
    yield from _run_beyond(above, terms)


def _run_beyond(above: Terms, terms: Terms) -> Iterator[tuple[str, str]]:
    if isinstance(terms.run, Unlimited):
        if isinstance(above.run, Run):
            yield "run", "unlimited below a licence with a run"
    elif terms.run.overage and isinstance(above.run, Run) and above.run.overage != terms.run.overage:
        yield "run.overage", "is not the overage of the licence above"


def _within(part: AnyWord | Words, whole: AnyWord | Words) -> bool:
    return not isinstance(whole, Words) or (isinstance(part, Words) and part.names <= whole.names)


def _modifies_within(part: Modification, whole: Modification) -> bool:
    if isinstance(part, AnyModification) or isinstance(whole, AnyModification):
        return isinstance(whole, AnyModification)
    return _named(part) <= _named(whole)


def _named(given: Modification) -> frozenset[str]:
    return given.names if isinstance(given, Modifications) else frozenset()


def _days_within(part: Window, whole: Window) -> bool:
    starts = whole.start is None or (part.start is not None and part.start >= whole.start)
    return starts and (whole.end is None or (part.end is not None and part.end <= whole.end))
