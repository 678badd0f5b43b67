"""What somebody wants to do with a tile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.domain.countries import country_problem
from ledger.domain.errors import UseError

_WORD = re.compile(r"[a-z][a-z-]{0,40}")
MAX_UNITS = 10**12


def is_trade_word(text: str) -> bool:
    """Whether `text` is a product or channel name: up to 41 of a-z and -, a letter first."""
    return bool(_WORD.fullmatch(text))


class Action(StrEnum):
    """REPRODUCE on a product, DISPLAY it (screen, lookbook), TRAIN a model on it."""

    REPRODUCE = "reproduce"
    DISPLAY = "display"
    TRAIN = "train"


@dataclass(frozen=True)
class Use:
    """One use in one country (ISO 3166-1 alpha-2); `units` are pieces made, 0 for display and train."""

    action: Action
    product: str
    territory: str
    units: int
    on: date
    channel: str = "any"

    def __post_init__(self) -> None:
        if problem := country_problem(self.territory):
            raise UseError("territory", problem)
        for name, value in (("product", self.product), ("channel", self.channel)):
            if not is_trade_word(value):
                raise UseError(name, f"{value[:60]!r}: use a lower-case word such as wallpaper")
        if type(self.units) is not int or not 0 <= self.units <= MAX_UNITS:
            raise UseError("units", f"{self.units!r} is not a whole number of pieces from 0 to {MAX_UNITS}")
        if self.action is Action.REPRODUCE and self.units == 0:
            raise UseError("units", "reproduction needs the number of pieces, at least 1")
        if self.action is not Action.REPRODUCE and self.units:
            raise UseError("units", f"{self.action.value} makes no pieces; give 0 or leave it out")
