"""Both generators, each loaded once."""

from __future__ import annotations

import pytest

from generator import ArchiveGenerator, EmbeddedGenerator, Generator


@pytest.fixture(scope="session", params=["archive", "embedded"])
def generator(request: pytest.FixtureRequest) -> Generator:
    """Each implementation of the protocol in turn."""
    return ArchiveGenerator() if request.param == "archive" else EmbeddedGenerator.load()
