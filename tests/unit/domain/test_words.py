"""What people search by."""

from __future__ import annotations

import pytest

from ledger.domain.words import holds_words


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", True),
        ("tide", True),
        ("FLORAL low", True),
        ("flor", True),
        ("low gingham", False),
        ("strasse", True),
    ],
)
def test_every_word_stands_in_the_text(wanted: str, found: bool) -> None:
    assert holds_words("Low Tide Stra\u00dfe large Floral, scattered", wanted) is found
