"""What markets say, in words that tiles are asked for; a word that nobody draws would weigh nothing."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

from ledger.domain.errors import FieldError
from ledger.domain.fields import NEAR
from ledger.domain.market import MAX_BYTES, read_feed
from ledger.domain.suggesting import Signal
from ledger.domain.trade_brief import THEMES

__all__ = ["MAX_BYTES", "read"]


def read(data: bytes, title: str = "") -> tuple[Signal, ...]:
    """The signals of a feed, CSV or JSON, its palettes as inks; `title` is what the file is called.

    Raises FieldError with the file, the line and the nearest known words.
    """
    try:
        return read_feed(data, _meant)
    except FieldError as error:
        if not title:
            raise
        raise FieldError(error.field, f"{title[:80]!r}, {error.problem}") from error


def _meant(kind: str, field: str, word: str) -> str:
    """The word as weights have it. Raises FieldError."""
    from generator.critic.words import HEADS

    if kind == "palette":
        return _inks(field, word)
    if kind == "theme":
        return _theme(field, word)
    plain = " ".join(word.lower().split())
    if kind == "style" and plain not in HEADS["style"]:
        plain = " ".join(reversed(plain.split(" ", 1)))  # as a prompt has it: fan scallop
    if plain not in HEADS[kind]:
        known = HEADS[kind]
        family = word.lower().split()[0] if kind == "style" else ""
        near = tuple(each for each in known if family and each.split()[0] == family)
        raise FieldError(field, f"{word!r} is no {kind} that we know; {_nearest(word.lower(), known, near)}")
    return plain


def _inks(field: str, word: str) -> str:
    from generator.errors import BriefError
    from generator.palettes import resolve

    try:
        return " ".join(resolve(word.split()))
    except BriefError as error:
        raise FieldError(
            field, f"{error}; write its inks with a space between, as #rrggbb or by name"
        ) from error


def _theme(field: str, word: str) -> str:
    from ledger.briefing import holds_known_word, no_theme

    if word.lower() in THEMES:
        return word.lower()
    if holds_known_word(word):
        return word
    raise FieldError(field, no_theme(word))


def _nearest(word: str, known: Collection[str], otherwise: Collection[str]) -> str:
    near = get_close_matches(word, known, n=3, cutoff=NEAR) or otherwise or known
    return f"did you mean {' or '.join(near)}?" if near is not known else f"give one of {', '.join(known)}"
