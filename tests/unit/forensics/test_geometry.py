"""The chance that features agree by accident pays for everything that was looked at."""

from __future__ import annotations

import numpy as np
import pytest

from forensics.placing.geometry import FLOOR_P, chance
from forensics.placing.matching import Agreement


def _agreement(details: int, matches: int = 400) -> Agreement:
    placed = np.eye(3)
    return Agreement(placed, details, details, matches, 500, (0.0, 0.0), placed)


def test_chance_grows_with_the_tiles_and_guesses_looked_at() -> None:
    weak = _agreement(13, matches=1500)
    assert FLOOR_P < chance(weak, 16) < 1.0
    assert chance(weak, 160) == pytest.approx(10 * chance(weak, 16))
    assert chance(weak, 10**15) == 1.0


def test_chance_is_never_below_its_floor() -> None:
    assert chance(_agreement(80), 16 * 100) == FLOOR_P
