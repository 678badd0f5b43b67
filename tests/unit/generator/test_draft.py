"""Separations print in exactly the inks of a palette."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from generator import BriefError, Draft, Recipe
from generator.draft import paint


def test_blocks_are_averaged_in_integers_and_rounded_half_up() -> None:
    separations = np.array([[0, 1, 0, 0], [0, 0, 1, 1]], dtype=np.uint8)
    pixels = paint(separations, ("#000000", "#ff0002"))
    assert pixels.tolist() == [[[64, 0, 1], [128, 0, 1]]]


def test_a_draft_cannot_be_written_to(recipe: Recipe) -> None:
    source = np.zeros((256, 256), dtype=np.uint8)
    draft = Draft(recipe, source)
    source[0, 0] = 1
    assert draft.separations[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        draft.separations[0, 0] = 1


def test_a_colourway_changes_colours_only(recipe: Recipe) -> None:
    separations = np.zeros((256, 256), dtype=np.uint8)
    separations[:, 64:128], separations[:, 128:200] = 1, 2
    draft = Draft(recipe, separations)
    other = ("#112233", "#445566", "#778899")
    assert draft.pixels()[0, 0].tolist() == [0xF6, 0xEC, 0xD6]
    assert draft.colourway(other)[0, 50].tolist() == [0x44, 0x55, 0x66]
    with pytest.raises(BriefError, match=r"^palette: "):
        draft.colourway(other[:2])


@pytest.mark.parametrize(
    "separations",
    [
        np.zeros((128, 128), dtype=np.uint8),
        np.zeros((256, 256), dtype=np.int64),
        np.full((256, 256), 3, dtype=np.uint8),
    ],
)
def test_separations_that_do_not_fit_are_refused(recipe: Recipe, separations: Any) -> None:
    with pytest.raises(BriefError, match=r"^separations: "):
        Draft(recipe, separations)


def test_the_digest_covers_shape_and_inks(recipe: Recipe) -> None:
    plain = np.zeros((256, 256), dtype=np.uint8)
    spotted = plain.copy()
    spotted[3, 5] = 1
    digests = {Draft(recipe, separations).separations_sha256 for separations in (plain, spotted)}
    assert len(digests) == 2
