"""What every process of the tests does with its memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

GARBAGE = 20_000  # things made before Python looks for cycles among them; 700 is its own number


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Have what collecting the tests brings, a million things that stay, not looked through again and again.

    To look for garbage took a quarter of the collection, and an eighth of the tests.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(GARBAGE)
        gc.enable()
