"""What somebody wants to do with a tile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.domain.errors import UseError

_COUNTRY = re.compile(r"[A-Z]{2}")
_WORD = re.compile(r"[a-z][a-z-]{0,40}")
MAX_UNITS = 10**12


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
        if not _COUNTRY.fullmatch(self.territory):
            raise UseError("territory", f"{self.territory!r} is not an ISO 3166-1 alpha-2 code such as GB")
        for name, value in (("product", self.product), ("channel", self.channel)):
            if not _WORD.fullmatch(value):
                raise UseError(name, f"{value!r}: use a lower-case word such as wallpaper")
        if type(self.units) is not int or not 0 <= self.units <= MAX_UNITS:
            raise UseError("units", f"{self.units!r} is not a whole number of pieces from 0 to {MAX_UNITS}")
        if self.action is Action.REPRODUCE and self.units == 0:
            raise UseError("units", "reproduction needs the number of pieces, at least 1")
        if self.action is not Action.REPRODUCE and self.units:
            raise UseError("units", f"{self.action.value} makes no pieces; give 0 or leave it out")
