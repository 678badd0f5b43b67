"""What became of one picture under one system, as it is kept in the results file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

Key = tuple[str, str, str, str]
FAILED = "error"


class Outcome(StrEnum):
    """PROVEN and LIKELY name the right tile; WRONG is proven, MISLED likely, for another; else NOTHING."""

    PROVEN = "proven"
    LIKELY = "likely"
    WRONG = "wrong"
    MISLED = "misled"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Judged:
    """A system's answer to one picture.

    p_value: the system's own, 1.0 where it has none. score: higher is more alike, of the true tile;
    `impostors`: the same score of every other registered tile as {score: how many}, where the system scores
    pairs. signal: what the answer rests on. repeat: the type of repeat it named, then
    those that would look the same with this tile, "|" between them.
    """

    outcome: Outcome
    p_value: float = 1.0
    signal: str = ""
    score: float | None = None
    impostors: dict[str, int] = field(default_factory=dict)
    cut_short: bool = False
    repeat: str = ""


@dataclass(frozen=True)
class Record:
    """One line of the results file."""

    system: str
    attack: str
    tile: str
    code: str
    seconds: float
    judged: Judged

    @property
    def key(self) -> Key:
        """What a rerun would be the same as."""
        return self.system, self.attack, self.tile, self.code

    def line(self) -> str:
        """JSON, one line."""
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True)

    @classmethod
    def parse(cls, line: str) -> Record:
        """The record a line was written from."""
        told = json.loads(line)
        judged = told.pop("judged")
        return cls(judged=Judged(**judged | {"outcome": Outcome(judged["outcome"])}), **told)


def read(path: Path) -> Iterator[Record]:
    """Every whole line of a results file; a last line that a crash cut short is skipped."""
    if not path.exists():
        return
    with path.open() as file:
        for line in file:
            if line.endswith("\n"):
                yield Record.parse(line)
