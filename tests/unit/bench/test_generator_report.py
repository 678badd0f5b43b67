"""The measures of the generator's report: they see what they are meant to see."""

from __future__ import annotations

import numpy as np
import pytest

from bench._generator_page import page
from bench.generator_report import Drawn, both, facts, held_out, nearest, spread
from generator import EmbeddedGenerator, families


def _unit(*rows: tuple[float, float]) -> np.ndarray:
    found = np.array(rows, dtype=np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_alike_tiles_have_no_spread_and_opposite_ones_have_most() -> None:
    assert spread(_unit((1, 0), (1, 0), (1, 0))) == 0.0
    assert spread(_unit((1, 0), (-1, 0))) == 2.0


def test_a_copy_is_nearest_to_what_it_copies() -> None:
    known = _unit((1, 0), (0, 1))
    assert nearest(_unit((0, 2)), known) == 0.0
    assert nearest(_unit((-1, 0)), known) == pytest.approx(1.0)


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


def test_a_tear_and_a_foreign_ink_are_counted() -> None:
    cloth = np.zeros((128, 128, 3), dtype=np.uint8)
    torn = cloth + np.linspace(0, 250, 128).astype(np.uint8)[None, :, None]
    told = facts(Drawn([cloth, torn], [], [(3, 3), (3, 4)], 1))
    assert told == {"seams_closed": 0.75, "no_foreign_ink": 0.5, "all_inks_used": 0.5}


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
        "facts": {
            name: dict.fromkeys(("seams_closed", "no_foreign_ink", "all_inks_used"), 1.0) for name in sources
        },
        "spread": {"archive": 0.9, "weights": 0.8},
        "nearest": {"archive": 0.2, "weights": 0.3},
        "seconds": {name: {"processor": 0.1, "wall": 0.2} for name in ("archive", "weights")},
        "autoencoder": 23.1,
        "load": 1.0,
        "cores": 2,
        "repeats": {"archive": True, "weights": False},
    }
    told = page(figures)
    assert "| damask | 0.80 |  | not learnt |" in told
    assert "| dots | 1.00 | 1.00 | 0.60 |" in told
    assert "1 of 2 families" in told
    assert "| yes | no |" in told
