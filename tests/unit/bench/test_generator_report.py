"""The measures of the generator's report: they see what they are meant to see."""

from __future__ import annotations

import numpy as np
import pytest

from bench._copies import EDGE, Known, ground, told
from bench._generator_page import page
from bench.generator_report import Drawn, both, facts, held_out, likeness, regular, spread
from generator import EmbeddedGenerator, families
from generator.lexicon.reading import resolve
from generator.motifs.draw import draw_tile


def _unit(*rows: tuple[float, float]) -> np.ndarray:
    found = np.array(rows, dtype=np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_alike_tiles_have_no_spread_and_opposite_ones_have_most() -> None:
    assert spread(_unit((1, 0), (1, 0), (1, 0))) == 0.0
    assert spread(_unit((1, 0), (-1, 0))) == 2.0


def test_a_copy_is_found_at_any_phase_and_in_any_inks() -> None:
    dice = np.random.default_rng(5)
    blobs = [dice.random((12, EDGE // 4, EDGE // 4)) < 0.4 for _ in range(2)]
    first, second = (np.kron(each, np.ones((1, 4, 4), np.uint8)).astype(np.uint8) for each in blobs)
    known = Known.of([("leaf", ground(each)) for each in first] + [("dots", ground(second[3]))])
    copy = np.roll(first[7] * 3, (11, 40), (0, 1))
    assert known.likeness("leaf", ground(copy)) == pytest.approx(1.0, abs=1e-5)
    assert known.likeness("dots", ground(copy)) < 0.7
    assert known.likeness("leaf", ground(np.zeros((EDGE, EDGE), np.uint8))) == 0.0
    found = told(known, ["leaf"] * 4, [ground(each) for each in (copy, *second[:3])])
    assert (found["copies"], found["most"]) == (0.25, 1.0)
    assert found["median"] < 0.7


def test_archive_tiles_that_were_trained_on_are_told_from_others() -> None:
    known = Known.rendered(63)
    assert len(Known.rendered(21, 42).spectra["dots"]) == 3
    seen, unseen = held_out(1, 21), held_out(1)
    found = likeness(known, seen, unseen)
    assert found["same words"]["copies"] == 1.0
    assert found["weights"]["copies"] < 0.5


def test_held_out_tiles_are_asked_for_what_they_show() -> None:
    drawn = held_out(1)
    assert sorted(asked["family"] for asked in drawn.asked) == sorted(families())
    assert all(printed <= asked for asked, printed in drawn.inks)


def test_rule_and_weights_are_held_against_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = EmbeddedGenerator.load()
    monkeypatch.setattr(EmbeddedGenerator, "learnt", ("stripe",))
    rule, made = both(generator, 2)
    assert rule.asked == made.asked
    assert len(made.tiles) == 2
    assert [asked for asked, _ in rule.inks] == [asked for asked, _ in made.inks] == [2, 3]
    assert all(not np.array_equal(a, b) for a, b in zip(rule.tiles, made.tiles, strict=True))


def test_a_tear_and_an_ink_without_use_are_counted() -> None:
    cloth = np.zeros((128, 128, 3), dtype=np.uint8)
    torn = cloth + np.linspace(0, 250, 128).astype(np.uint8)[None, :, None]
    counted = facts(Drawn([cloth, torn], [], [(3, 3), (3, 2)], [], [None, 0.96, 0.99, 0.94, 0.2], 1))
    assert counted == {"seams_closed": 0.75, "regular": 0.5, "all_inks_used": 0.5}


def test_a_tile_by_rule_is_in_its_symmetry_and_one_that_slipped_is_not() -> None:
    generator = EmbeddedGenerator.load()
    recipe = generator.plan("star lattice, large, grid, art-deco", ["#f6ecd6", "#17274f"], 5, 192)
    drawn = draw_tile(resolve(recipe.prompt, recipe.seed, 2), recipe.seed, 384, 1)
    slipped = drawn.copy()
    slipped[:, 100:] = np.roll(slipped[:, 100:], 60, axis=0)
    shown = [regular(generator, recipe, each) for each in (drawn, slipped)]
    assert shown[0] is not None
    assert shown[1] is not None
    assert shown[0] > 0.85 > shown[1]
    strewn = generator.plan("tossed leopard animal", recipe.palette, 5, 192)
    assert regular(generator, strewn, drawn) is None


def test_a_family_the_weights_have_not_learnt_is_told_as_such() -> None:
    sources = ("archive", "same words", "weights")
    figures = {
        "tiles_a_family": 2,
        "learnt": ["dots"],
        "right": {name: {"family": 0.9, "density": 0.5} for name in sources},
        "by_family": {
            "archive": {"dots": 1.0, "damask": 0.8},
            "same words": {"dots": 1.0},
            "weights": {"dots": 0.6},
        },
        "facts": {name: dict.fromkeys(("seams_closed", "regular", "all_inks_used"), 1.0) for name in sources},
        "spread": {"archive": 0.9, "weights": 0.8},
        "trained_on": 100,
        "likeness": {name: dict.fromkeys(("median", "p99", "most", "copies"), 0.5) for name in sources},
        "seconds": {name: {"processor": 0.1, "wall": 0.2} for name in ("archive", "weights")},
        "seconds_small": {name: {"processor": 0.1, "wall": 0.2} for name in ("archive", "weights")},
        "autoencoder": 23.1,
        "load": 1.0,
        "cores": 2,
        "repeats": {"archive": True, "weights": False},
    }
    text = page(figures)
    assert "| damask | 0.80 |  | not learnt |" in text
    assert "| dots | 1.00 | 1.00 | 0.60 |" in text
    assert "1 of 2 families" in text
    assert "| yes | no |" in text
