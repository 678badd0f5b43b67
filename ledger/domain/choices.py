"""What people decide about tiles before they are registered: selected, rejected, arranged, retouched.

Each decision is an entry of the book, with a statement of it that the ledger signed. What was decided last
holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ledger.domain.entries import Entry
from ledger.domain.errors import FieldError
from ledger.domain.fields import Field

MAX_BY, MAX_WHY = 120, 500  # characters


class Choice(StrEnum):
    SELECTED = "selected"
    REJECTED = "rejected"
    ARRANGED = "arranged"
    RETOUCHED = "retouched"

    @property
    def entry(self) -> str:
        """The kind of its entry in the book."""
        return f"tile-{self}"


KINDS: Mapping[str, Choice] = {choice.entry: choice for choice in Choice}


@dataclass(frozen=True)
class Decided:
    """One decision of a person, whose name is `by`.

    `place` is where the tile was arranged, `changed` the share of a retouched tile that became another, in
    decimal text; `entry` the number of its entry in the book, 0 before it is written. `protected` are the
    protected pictures, by SHA-256, that a tile selected with a reason was found to imitate then.
    """

    choice: Choice
    by: str
    at: str
    why: str
    place: int | None = None
    changed: str | None = None
    entry: int = 0
    protected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contribution:
    """What people did about some tiles: how often each decision was made, by whom, first and last when."""

    tiles: int
    touched: int
    counts: Mapping[str, int]
    people: tuple[str, ...]
    first: str | None
    last: str | None


def check_who(by: str, why: str) -> None:
    """Raises FieldError for a name or a reason that cannot be kept."""
    Field(by, "by", FieldError).text(MAX_BY)
    if why:
        Field(why, "why", FieldError).text(MAX_WHY)


def decided(entries: Iterable[Entry]) -> tuple[Decided, ...]:
    """The decisions among the entries about a tile, in order."""
    return tuple(_read(KINDS[entry.kind], entry) for entry in entries if entry.kind in KINDS)


def standing(entries: Iterable[Entry]) -> Decided | None:
    """The decision among the entries about a tile that says whether it is kept, None where there is none.

    It is the last one; a tile that was retouched since is another picture, of which nothing was said.
    """
    made = decided(entries)
    return made[-1] if made and made[-1].choice is not Choice.RETOUCHED else None


def vouched(made: Iterable[Decided]) -> frozenset[str]:
    """The protected pictures, by SHA-256, of which a selection says why a tile as it is may be like them.

    It counts until it is taken back or the tile is another picture, and for no picture that was protected
    after it.
    """
    found = frozenset[str]()
    for each in made:
        if each.choice in (Choice.REJECTED, Choice.RETOUCHED):
            found = frozenset()
        elif each.choice is Choice.SELECTED and each.why:
            found |= set(each.protected)
    return found


def adds_a_reason(before: Sequence[Decided], made: Decided) -> bool:
    """Whether choosing so once more says something: a reason that nobody gave since it stands, or gave for
    all protected pictures that the tile imitates."""
    known: set[str] = set()
    for each in before:
        if each.choice is made.choice:
            known.add(each.why)
        elif each.choice is not Choice.ARRANGED:
            known.clear()
    new = made.why not in known or not vouched(before).issuperset(made.protected)
    return bool(made.why) and new


def body_of(made: Decided) -> dict[str, Any]:
    """What an entry says of a decision, beside the signed statement."""
    facts: dict[str, Any] = {"by": made.by, "why": made.why, "place": made.place, "changed": made.changed}
    facts |= {"protected": list(made.protected)}
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def contribution(tiles: Iterable[tuple[Decided, ...]]) -> Contribution:
    """The decisions about each of several tiles, added up."""
    each = list(tiles)
    every = sorted((made for decisions in each for made in decisions), key=lambda made: made.at)
    return Contribution(
        tiles=len(each),
        touched=sum(bool(decisions) for decisions in each),
        counts={choice.value: n for choice, n in sorted(Counter(made.choice for made in every).items())},
        people=tuple(dict.fromkeys(made.by for made in every)),
        first=every[0].at if every else None,
        last=every[-1].at if every else None,
    )


def _read(choice: Choice, entry: Entry) -> Decided:
    body = entry.body
    return Decided(
        choice,
        str(body["by"]),
        entry.at,
        str(body.get("why", "")),
        body.get("place"),
        body.get("changed"),
        entry.sequence,
        tuple(map(str, body.get("protected", ()))),
    )
