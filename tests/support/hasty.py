"""Tiles of the shipped weights in fewer steps, for tests that ask what becomes of a tile, not how it looks.

To draw one takes a second and more, nearly all of it the sampler's sixteen steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

STEPS = 6


def hurry(patched: pytest.MonkeyPatch) -> None:
    """Have every generator that is loaded from now on plan and measure in so many steps."""
    from generator.bundle import Bundle

    read = Bundle.settings
    patched.setattr(Bundle, "settings", lambda self: replace(read(self), steps=STEPS))


@pytest.fixture(scope="module", autouse=True)
def hasty() -> Iterator[None]:
    """By module, not by session: the tests of the generator itself may follow in the same process."""
    with pytest.MonkeyPatch.context() as patched:
        hurry(patched)
        yield
