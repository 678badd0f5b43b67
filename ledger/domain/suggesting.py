"""What sold, was licensed, taken without asking, chosen and rejected, as weights of motifs and inks.

A value's rate is its points for each tile, drawn towards the rate of what it belongs to as if PRIOR tiles
more had earned that: a style towards its family, all else towards the whole house. So one sale does not
rule, and what was never drawn stands at the rate of its kind. All is counted in fractions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ledger.domain.errors import BriefError, FieldError
from ledger.domain.fields import Field, required

PRIOR = 8
POINTS: Mapping[str, int] = {"licence": 3, "report": 1, "finding": 1, "selected": 1, "rejected": -2}
KINDS = ("family", "style", "era", "palette", "theme")
MAX_SIGNALS, MAX_WORD, MOST_POINTS = 1_000, 120, 100
Meaning = Callable[[str, str, str], str]  # kind, field, word: the word that is meant; raises FieldError


@dataclass(frozen=True)
class Drawn:
    """A tile with what it shows, by KINDS, and how often each thing of POINTS happened to it."""

    shows: Mapping[str, str]
    happened: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Signal:
    """What a market says of a word: points for it, or against it, and who says so."""

    kind: str
    word: str
    points: int
    source: str


@dataclass(frozen=True)
class Weight:
    """A value with its shrunk `rate`, and what led to it: how many tiles, what happened, what markets say."""

    kind: str
    word: str
    tiles: int
    happened: Mapping[str, int]
    market: int
    points: int
    rate: Fraction

    @property
    def why(self) -> str:
        """In one line."""
        counted = [f"{self.happened[name]} {name}" for name in POINTS if self.happened.get(name)]
        market = [f"market {self.market:+d}"] if self.market else []
        found = ", ".join([*counted, *market]) or "nothing yet"
        rate = f"{float(self.rate):.2f} a tile after the prior"
        return f"{self.tiles} tiles, {found}: {self.points} points, {rate}"


def as_it_is(_kind: str, _field: str, word: str) -> str:
    """A word taken as it stands."""
    return word


def read_signals(data: object, meant: Meaning = as_it_is) -> tuple[Signal, ...]:
    """Signals from plain data: a list of {kind, word, points, source}. Raises FieldError, as `meant` does."""
    source = Field(data, "market", FieldError)
    return tuple(_signal(each, meant) for each in source.items(MAX_SIGNALS))


def weigh(tiles: Iterable[Drawn], signals: Iterable[Signal] = ()) -> dict[str, tuple[Weight, ...]]:
    """The weights of every value that was drawn or is spoken of, by kind, the heaviest first."""
    found, spoken = list(tiles), list(signals)
    whole = rate_of(found)
    rates: dict[tuple[str, str], Fraction] = {}
    weights = {}
    for kind in KINDS:
        rows = [_weight(kind, word, found, spoken, whole, rates) for word in _words(kind, found, spoken)]
        rates |= {(kind, row.word): row.rate for row in rows}
        weights[kind] = tuple(sorted(rows, key=lambda row: (-row.rate, row.word)))
    return weights


def rate_of(tiles: Sequence[Drawn]) -> Fraction:
    """Points for each tile of the whole house; 0 of none."""
    return Fraction(sum(_points(tile.happened) for tile in tiles), len(tiles) or 1)


def allotted(weights: Sequence[Weight], count: int) -> tuple[tuple[Weight, int], ...]:
    """`count` tiles over weights in proportion to their rates, by largest remainder; ties to the first.

    What earns nothing or less gets no tile, unless nothing earns at all: then all get the same.
    Raises BriefError where there is nothing to choose from.
    """
    if not weights:
        raise BriefError(
            "suggest", "nothing was drawn yet that these weights know; write a first brief by hand"
        )
    shares = [max(row.rate, Fraction(0)) for row in weights]
    shares = shares if sum(shares) else [Fraction(1)] * len(weights)
    exact = [share * count / sum(shares) for share in shares]
    given = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda number: (given[number] - exact[number], number))
    for number in order[: count - sum(given)]:
        given[number] += 1
    return tuple((row, tiles) for row, tiles in zip(weights, given, strict=True) if tiles)


def _words(kind: str, tiles: Sequence[Drawn], signals: Sequence[Signal]) -> list[str]:
    drawn = {tile.shows[kind] for tile in tiles if kind in tile.shows}
    return sorted(drawn | {each.word for each in signals if each.kind == kind})


def _weight(
    kind: str,
    word: str,
    tiles: Sequence[Drawn],
    signals: Sequence[Signal],
    whole: Fraction,
    rates: Mapping[tuple[str, str], Fraction],
) -> Weight:
    mine = [tile for tile in tiles if tile.shows.get(kind) == word]
    happened: Counter[str] = Counter()
    for tile in mine:
        happened.update(tile.happened)
    market = sum(each.points for each in signals if (each.kind, each.word) == (kind, word))
    points = _points(happened) + market
    above = rates.get(("family", word.split(" ")[0]), whole) if kind == "style" else whole
    rate = (points + PRIOR * above) / (len(mine) + PRIOR)
    return Weight(kind, word, len(mine), dict(happened), market, points, Fraction(rate))


def _points(happened: Mapping[str, int]) -> int:
    return sum(POINTS[name] * count for name, count in happened.items())


def _signal(found: Field, meant: Meaning) -> Signal:
    form = "{kind: family, word: scallop, points: 3, source: 'fair, March'}"
    at: Mapping[str, Any] = found.mapping({"kind", "word", "points", "source"}, form)
    kind = required(at, "kind", found, f"give one of {', '.join(KINDS)}")
    word = required(at, "word", found, "give the word, as selvage suggest shows them")
    points = required(at, "points", found, "give points for it, or below 0 against it")
    source = required(at, "source", found, "say who says so")
    named = kind.one_of(KINDS)
    return Signal(
        named,
        meant(named, word.path, word.text(MAX_WORD)),
        points.whole(-MOST_POINTS, MOST_POINTS),
        source.text(MAX_WORD),
    )
