"""Colourways: a tile's separations in other inks. They have the tile's right, and marks of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.domain.decision import Decision, Outcome
from ledger.domain.errors import FieldError
from ledger.domain.fields import Field, suggest
from ledger.domain.ids import AssetId, MarkId, derive
from ledger.domain.words import ANY, ORIGINAL, is_trade_word

MAX_INK_NAME = 60  # characters


@dataclass(frozen=True)
class Colourway:
    """A tile in the inks `palette`, ground first. `word` is what terms and uses call it.

    `sha256` names its signed file and `drawn` its pixels before the mark, in the blob store. `quality` holds
    decimal strings, as that of a tile does. `ink_names` is what its inks are called in print, empty where
    nobody said.
    """

    id: str
    asset: AssetId
    word: str
    palette: tuple[str, ...]
    mark: MarkId
    sha256: str
    manifest: str
    drawn: str
    fingerprint: Mapping[str, str]
    quality: Mapping[str, str]
    made_at: str
    ink_names: tuple[str, ...] = ()


def check_ink_names(names: Sequence[str], inks: int) -> tuple[str, ...]:
    """`names` stripped, if they are none, or one for each of the inks and no two alike, else FieldError."""
    told = tuple(
        Field(name, f"ink_names[{at}]", FieldError).text(MAX_INK_NAME).strip()
        for at, name in enumerate(names)
    )
    if told and len({name.casefold() for name in told}) != inks:
        raise FieldError("ink_names", f"{len(told)} for {inks} inks; give each ink a name of its own")
    return told


def colourway_id(asset: AssetId, word: str) -> str:
    return derive("colourway", asset, word)


def colourway_mark(ledger: str, colourway: str, attempt: int = 0) -> MarkId:
    """The 48-bit mark id of a colourway, never 0; `attempt` counts up when the number is taken."""
    return MarkId(int(derive("colourway mark", ledger, colourway, attempt)[:12], 16) or 1)


def parse_colourway(field: str, text: str) -> str:
    """`text` if a colourway can be called so, else FieldError: `original` is the tile as it was made."""
    if not is_trade_word(text) or text in (ANY, ORIGINAL):
        raise FieldError(field, f"{text[:60]!r} cannot name a colourway; use a-z and -, such as indigo-night")
    return text


def with_nearest(decision: Decision, word: str, made: Callable[[], Iterable[str]]) -> Decision:
    """`decision`; where its colourway is what is denied, and the tile has none called `word`, the reason says
    which is meant. `made` gives the colourways of the tile, and is asked then only.
    """
    denied = any(check.clause == "colourway" and not check.holds for check in decision.checks)
    if word == ANY or not denied or decision.outcome is not Outcome.DENY:
        return decision
    known = {ORIGINAL, *made()}
    if word in known:
        return decision
    hint = f"this tile has no colourway {word}, {suggest(word, known)}"
    return replace(decision, reason=f"{decision.reason}; {hint}")
