"""A taste is learnt from decisions, told on others, and refused where it is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from generator.critic.taste import FEWEST, learn, ranked, require_enough
from generator.errors import TasteError

SLIGHT = 1  # a seed of noise that leaves a slight lead


def tiles(count: int, seed: int = 1) -> Any:
    """Points on a sphere, as embeddings are."""
    found = np.random.Generator(np.random.PCG64(seed)).normal(size=(count, 16))
    return (found / np.linalg.norm(found, axis=1)[:, None]).astype(np.float32)


def names(count: int) -> list[str]:
    return [f"{number:04}" for number in range(count)]


def test_a_rule_is_learnt_and_foretells_tiles_that_nobody_decided_about() -> None:
    seen, new = tiles(120), tiles(200, 2)
    found = learn(seen, (seen[:, 0] > 0).tolist(), names(120))
    assert found.agreement > 0.8 > 0.6 > found.base
    assert found.pairs > 0.9
    assert ((found.likes(new) > 0.5) == (new[:, 0] > 0)).mean() > 0.8
    assert (found.decisions, found.kept) == (120, int((seen[:, 0] > 0).sum()))


def test_the_same_decisions_are_the_same_taste_in_any_order() -> None:
    seen = tiles(60)
    kept = (seen[:, 0] > 0).tolist()
    back = range(59, -1, -1)
    turned = learn(seen[list(back)], [kept[n] for n in back], [names(60)[n] for n in back])
    assert turned == learn(seen, kept, names(60))


def test_decisions_without_a_rule_are_refused_and_say_what_would_help() -> None:
    seen = tiles(100)
    by_coin = (np.random.Generator(np.random.PCG64(3)).random(100) < 0.5).tolist()
    with pytest.raises(TasteError, match=r"no better than chance; .* 100 more") as caught:
        learn(seen, by_coin, names(100))
    assert caught.value.code == "taste-unlearnt"


def test_a_lead_that_may_be_luck_says_how_many_would_show_it() -> None:
    seen = tiles(40)
    noise = np.random.Generator(np.random.PCG64(SLIGHT)).normal(size=40)
    with pytest.raises(TasteError, match=r"none of luck, some \d+ more decisions"):
        learn(seen, (seen[:, 0] + 0.25 * noise > 0).tolist(), names(40))


def test_a_drawing_does_not_foretell_itself_in_other_inks() -> None:
    """Each drawing five times, decided by a coin: whoever may look at its twins knows the answer."""
    seen, coin = tiles(30), np.random.Generator(np.random.PCG64(5)).random(30) < 0.5
    five = np.repeat(np.arange(30), 5)
    with pytest.raises(TasteError, match="no better than chance"):
        learn(seen[five], coin[five].tolist(), [str(each) for each in five])
    assert learn(seen[five], coin[five].tolist(), names(150)).agreement > 0.8


@pytest.mark.parametrize(
    ("decisions", "kept", "told"),
    [
        (0, 0, "about 24 more, at least 8 selected and 8 rejected"),
        (30, 30, "about 8 more, at least 8 rejected"),
        (20, 10, "about 4 more$"),
        (20, 5, "about 4 more, at least 3 selected"),
    ],
)
def test_too_few_say_how_many_more(decisions: int, kept: int, told: str) -> None:
    with pytest.raises(TasteError, match=told):
        require_enough([n < kept for n in range(decisions)], names(decisions))


def test_enough_are_enough() -> None:
    require_enough([True, False] * (FEWEST // 2), names(FEWEST))


def test_a_drawing_in_many_inks_is_one() -> None:
    inks = FEWEST // 2
    kept = [True] * inks + [False] * inks
    with pytest.raises(TasteError, match=r"2 drawings .* 1 kept and 1 rejected.* about 22 more"):
        learn(tiles(2 * inks), kept, ["one"] * inks + ["other"] * inks)


def test_colourways_do_not_make_a_lead_surer() -> None:
    """A rule that holds a little, on each drawing once and in ten inks."""
    seen = tiles(40)
    noise = np.random.Generator(np.random.PCG64(SLIGHT)).normal(size=40)
    kept, ten = seen[:, 0] + 0.25 * noise > 0, np.repeat(np.arange(40), 10)
    for vectors, said, drawn in ((seen, kept, range(40)), (seen[ten], kept[ten], ten)):
        with pytest.raises(TasteError, match="no better than chance"):
            learn(vectors, said.tolist(), [f"{each:04}" for each in drawn])


def test_taste_moves_tiles_but_none_that_failed() -> None:
    failed = np.array([False, False, True])
    worth = ranked(np.array([0.9, 0.8, 0.7]), np.array([0.1, 1.0, 1.0]), failed)
    assert worth.argmax() == 1
    assert worth[2] == 0.0
    assert worth.max() <= 1.0
