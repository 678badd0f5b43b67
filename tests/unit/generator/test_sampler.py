"""What weights say of their drawing: small motifs as larger ones on more ground, and screens tidied."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from told_weights import told_weights

from generator import ArchiveGenerator, EmbeddedGenerator, WeightsError
from generator.draft import Pixels
from generator.editions import LARGER, Knowledge
from generator.lexicon.tables import families
from generator.motifs.draw import draw_tile
from generator.motifs.sampling import any_attributes
from generator.recipe import BasePattern
from generator.style import StyleTile, Training, layout_kept

PALETTE = ["#f6ecd6", "#17274f", "#c8553d"]
FINER = Knowledge(2, families(), ("small", "medium"))
SMALL, SEED, EDGE = "ringed dots, small, balanced, grid, flat", 3, 128


def weights(home: Path, finer: object = (), tidied: object = "0") -> Path:
    """The shipped weights, told to draw `finer` on more ground, and how often to tidy."""
    return told_weights(home, finer=finer, tidied=tidied)


@pytest.mark.parametrize(("scale", "larger"), [("small", "medium"), ("medium", "large")])
def test_a_tile_is_asked_for_in_the_next_larger_scale_on_twice_the_units(scale: str, larger: str) -> None:
    asked = FINER.asked(SMALL.replace("small", scale), SEED, 3, 1)
    plain = Knowledge(2, families()).asked(SMALL.replace("small", larger), SEED, 3, 1)
    assert (asked.caption, asked.units) == (plain.caption, 2)


def test_a_large_tile_is_asked_for_as_it_is() -> None:
    prompt = SMALL.replace("small", "large")
    assert FINER.asked(prompt, SEED, 3, 1) == Knowledge(2, families()).asked(prompt, SEED, 3, 1)


def test_what_is_wide_already_is_drawn_as_it_is() -> None:
    assert FINER.asked(SMALL, SEED, 3, 2) == Knowledge(2, families()).asked(SMALL, SEED, 3, 2)


def test_weights_that_say_nothing_of_it_draw_small_tiles_as_they_did() -> None:
    asked = Knowledge(2, families()).asked(SMALL, SEED, 3, 1)
    assert asked.units == 1
    assert " small " in asked.caption


@pytest.mark.parametrize("finer", ["small", ["large"], ["huge"], 3, None, [["small"]]])
def test_a_scale_that_cannot_be_drawn_finer_is_refused(finer: object, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"config\.json"):
        EmbeddedGenerator.load(weights(tmp_path / "w", finer))


def test_a_small_tile_is_what_the_networks_draw_to_the_larger_words(tmp_path: Path) -> None:
    generator = EmbeddedGenerator.load(weights(tmp_path / "w", ["small"]))
    recipe = generator.plan(SMALL, PALETTE, SEED, EDGE)
    asked = FINER.asked(SMALL, SEED, 3, 1)
    sampler, symmetry = (recipe.steps, recipe.guidance), generator.symmetry(asked, SEED)
    screens = generator.networks.screens(asked.caption, SEED, *sampler, 32, symmetry)
    assert np.array_equal(
        generator.generate(recipe).separations, generator.separate(screens, 2 * EDGE, 3, symmetry)
    )


def test_more_is_kept_of_a_small_base_that_is_drawn_over_finely(tmp_path: Path) -> None:
    """A line of a base is lost where fewer latents are to hold it."""
    archive = ArchiveGenerator()
    base = archive.generate(archive.plan(SMALL, PALETTE, SEED, EDGE))
    file = io.BytesIO()
    Image.fromarray(base.separations).save(file, "PNG")
    kept = []
    for finer in ((), ("small",)):
        home = weights(tmp_path / f"w{len(finer)}", finer)
        generator = EmbeddedGenerator.load(home, {base.separations_sha256: file.getvalue()}.get)
        over = BasePattern(base.separations_sha256, "0.1", 1)
        drawn = generator.generate(replace(generator.plan(SMALL, PALETTE, SEED, EDGE), base=over))
        kept.append(layout_kept(base.separations, drawn.separations))
    assert kept[1] > kept[0] + 0.05


def test_a_style_learns_small_tiles_on_the_ground_they_are_drawn_on(tmp_path: Path) -> None:
    generator, archive = EmbeddedGenerator.load(weights(tmp_path / "w", ["small"])), ArchiveGenerator()
    prompts = [SMALL, SMALL.replace("small", "large")]
    drawn = [
        (p, archive.generate(archive.plan(p, PALETTE, s, EDGE)).separations)
        for s in range(5)
        for p in prompts
    ]
    tiles = [StyleTile(f"{n} {p}", inks, p, SEED, 3, 1 + n // 2 % 2) for n, (p, inks) in enumerate(drawn)]
    training = Training(generator, tiles)
    assert training.run(2, 2) > 0.0
    assert [each.shape[-1] for each in training._latents[:4]] == [32, 16, 64, 32]


@pytest.mark.parametrize("tidied", ["4", "-1", "often", None, [3]])
def test_a_number_of_times_that_there_is_not_is_refused(tidied: object, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"config\.json"):
        EmbeddedGenerator.load(weights(tmp_path / "w", (), tidied))


def test_tidied_screens_have_shorter_edges_and_fewer_specks(tmp_path: Path) -> None:
    plain, tidy = plain_and_tidied(tmp_path, "tweed herringbone, small, line", 1)
    assert edges(tidy) < 0.97 * edges(plain)
    assert specks(tidy) <= specks(plain)


def test_what_is_drawn_finer_is_not_tidied(tmp_path: Path) -> None:
    assert np.array_equal(*plain_and_tidied(tmp_path, SMALL, SEED, ("small",)))


def test_tidying_leaves_the_drawing_where_it_is(tmp_path: Path) -> None:
    plain, tidy = plain_and_tidied(tmp_path, "fan scallop, large", 1)
    assert float((plain == tidy).mean()) > 0.95


def plain_and_tidied(home: Path, prompt: str, seed: int, finer: tuple[str, ...] = ()) -> list[Pixels]:
    """Separations of the same weights, untidied and tidied."""
    generators = [EmbeddedGenerator.load(weights(home / times, finer, times)) for times in ("0", "3")]
    return [each.generate(each.plan(prompt, PALETTE, seed, EDGE)).separations for each in generators]


def edges(separations: Pixels) -> int:
    """How many neighbours are of different inks."""
    return sum(int((separations != np.roll(separations, 1, axis)).sum()) for axis in (0, 1))


def specks(separations: Pixels) -> int:
    """How many pieces print."""
    return cv2.connectedComponents((separations > 0).astype(np.uint8))[0]


@pytest.mark.parametrize(
    "family", ["floral", "paisley", "arches", "dots", "atomic", "scallop", "animal", "marble"]
)
@pytest.mark.parametrize(("scale", "larger"), LARGER.items())
def test_by_rule_two_units_of_the_larger_scale_are_one_of_the_smaller(
    family: str, scale: str, larger: str
) -> None:
    words = replace(any_attributes(5, family), scale=scale, stroke="flat")
    if words.layout in ("half-drop", "brick") and scale == "medium" and family != "scallop":
        words = replace(words, layout="grid")  # in a drop a large motif is alone in its column
    drawn = [draw_tile(replace(words, scale=each), 5, EDGE, span) for each, span in ((scale, 1), (larger, 2))]
    assert np.array_equal(*drawn)
