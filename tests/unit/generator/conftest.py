"""Fixtures of the generator's unit tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from generator import Recipe

PALETTE = ("#f6ecd6", "#17274f", "#c8553d")


@pytest.fixture
def recipe() -> Recipe:
    """A small valid recipe."""
    return Recipe("bold floral", PALETTE, 7, 128, 16, 2.5, "embedded", "ab" * 32)


@pytest.fixture
def changed(recipe: Recipe) -> Any:
    """Makes the recipe with some fields changed."""
    return lambda **fields: replace(recipe, **fields)
