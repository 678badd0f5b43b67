"""What the benchmark asks of every system under test."""

from __future__ import annotations

from typing import Protocol

from bench.repeat_forensics.outcome import Judged
from bench.repeat_forensics.pencil import Pixels
from bench.repeat_forensics.register import Entry, Register


class System(Protocol):
    """Marks tiles if it is a watermark, and says which registered tile a picture shows."""

    @property
    def name(self) -> str:
        """Short, as on the command line."""
        ...

    @property
    def code(self) -> str:
        """A digest of everything its answers depend on."""
        ...

    def circulating(self, entry: Entry) -> Pixels:
        """The pixels that are attacked: the tile as this system lets it into the world."""
        ...

    def prepare(self, register: Register) -> None:
        """Look at the register once; called before the first picture in every worker process."""
        ...

    def judge(self, picture: Pixels, truth: Entry) -> Judged:
        """Examine one picture. The truth is only for scoring the answer, never for finding it."""
        ...
