"""One part of a base is kept as it is, and the other drawn anew."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generator import ArchiveGenerator, BriefError, EmbeddedGenerator, Recipe
from generator.critic.printing import seam
from generator.recipe import GROUND, KEPT, MOTIF
from generator.style import layout_kept
from generator.style.restyle import check_keep, with_kept
from ledger.domain.styles import KEPT as IN_A_BRIEF

PALETTE = ("#f6ecd6", "#17274f", "#c8553d")
BASE, SMALL = "56" * 32, 128


def file_of(inks: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(inks).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def base() -> Any:
    """Roses on the edges of their tile, an index map (256, 256)."""
    archive = ArchiveGenerator()
    return archive.generate(archive.plan("rose floral, large", PALETTE, 4, SMALL)).separations


@pytest.fixture(scope="module")
def generator(base: Any) -> EmbeddedGenerator:
    return EmbeddedGenerator.load(None, {BASE: file_of(base)}.get)


def over(generator: EmbeddedGenerator, keep: str | None, size: int = SMALL) -> Any:
    """Dots over the base, drawn anew throughout."""
    named = {"separations": BASE, "strength": "1", "units": 2, **({"keep": keep} if keep else {})}
    plan = generator.plan("ringed dots", PALETTE, 3, size).to_dict()
    return generator.generate(Recipe.from_dict({**plan, "steps": 6, "base": named}))


def test_what_is_kept_is_the_base_and_the_rest_is_as_drawn(generator: EmbeddedGenerator, base: Any) -> None:
    whole, ground, motif = (over(generator, part).separations for part in (None, GROUND, MOTIF))
    printed = base > 0
    assert layout_kept(base, whole) < 0.5
    assert np.array_equal(motif[printed], base[printed])
    assert np.array_equal(motif[~printed], whole[~printed])
    assert (motif[~printed] > 0).any()
    assert np.array_equal(ground == 0, ~printed)
    assert layout_kept(base, ground) == pytest.approx(1.0)
    anew = printed & (whole > 0)
    assert np.array_equal(ground[anew], whole[anew])
    assert np.array_equal(ground[~anew], base[~anew])
    assert not np.array_equal(ground, base)


@pytest.mark.parametrize("part", KEPT)
def test_it_meets_itself_as_both_do(generator: EmbeddedGenerator, part: str) -> None:
    broken, most = seam(over(generator, part).separations)
    assert broken <= most


@pytest.mark.parametrize("part", KEPT)
@pytest.mark.parametrize("edge", [128, 256, 384])
def test_wherever_a_repeat_is_cut_the_same_is_kept(base: Any, part: str, edge: int) -> None:
    drawn = np.random.default_rng(1).integers(0, 3, (edge, edge), np.uint8)
    moved = [np.roll(each, each.shape[0] // 2, (0, 1)) for each in (base, drawn)]
    found = with_kept(part, file_of(base), drawn, 3)
    again = with_kept(part, file_of(moved[0]), moved[1], 3)
    assert np.array_equal(np.roll(found, edge // 2, (0, 1)), again)


@pytest.mark.parametrize("size", [64, 128, 192, 256])
def test_a_base_of_another_size_is_brought_to_that_of_the_drawing(base: Any, size: int) -> None:
    edge = 2 * size
    found = with_kept(MOTIF, file_of(base), np.zeros((edge, edge), np.uint8), 3)
    assert (found.shape, found.dtype) == ((edge, edge), np.uint8)
    assert layout_kept(base, found) > 0.8
    assert set(np.unique(found)) == {0, 1, 2}


def test_it_is_drawn_again_bit_for_bit(generator: EmbeddedGenerator, base: Any) -> None:
    first = over(generator, MOTIF, 192)
    other = EmbeddedGenerator.load(None, {BASE: file_of(base)}.get)
    again = other.generate(Recipe.from_dict(first.recipe.to_dict()))
    assert again.separations_sha256 == first.separations_sha256


def test_where_nothing_is_left_to_draw_it_is_refused(generator: EmbeddedGenerator, base: Any) -> None:
    two = np.minimum(base, 1)
    with pytest.raises(BriefError, match=r"base\.keep: beside its ground a tile of 2 inks"):
        check_keep(GROUND, two, 2)
    with pytest.raises(BriefError, match="prints everywhere; keep its ground"):
        check_keep(MOTIF, base + np.uint8(1), 4)
    for part in KEPT:
        with pytest.raises(BriefError, match="all ground"):
            check_keep(part, base * np.uint8(0), 3)
    check_keep(MOTIF, two, 2)
    check_keep(GROUND, two, 3)
    with pytest.raises(BriefError, match="prints everywhere"):
        with_kept(MOTIF, file_of(base + np.uint8(1)), base, 4)


def test_a_brief_and_a_recipe_know_the_same_parts() -> None:
    assert IN_A_BRIEF == KEPT
