"""The shipped critic sees what tiles show, refuses altered weights, and its training goes on where it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generator.critic import Critic, said
from generator.critic.network import CONFIG_FILE, SHIPPED, WEIGHTS_FILE, write_sums
from generator.critic.training import report
from generator.critic.training.corpus import HELD_OUT, painted, render
from generator.critic.training.fitting import fit
from generator.critic.words import HEADS, tokens
from generator.errors import UnknownMotifError, WeightsError
from generator.training.loop import Budget

SEEN = 126


@pytest.fixture(scope="module")
def critic() -> Critic:
    return Critic.load()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("critic")


def test_a_prompt_asks_for_what_no_seed_changes() -> None:
    asked = said("large tossed daisy, seventies")
    assert asked == {
        **{"family": "floral", "style": "floral daisy", "era": "seventies"},
        **{"scale": "large", "layout": "tossed"},
    }
    with pytest.raises(UnknownMotifError):
        said("kettle")


def test_held_out_tiles_are_seen_for_what_they_are(critic: Critic, folder: Path) -> None:
    found = report.report(critic, render(folder, SEEN, HELD_OUT))
    assert found["heads"]["family"]["right"] > 0.75  # of 21
    assert found["heads"]["scale"]["right"] > 0.6  # of 3
    assert found["retrieval"]["within 10"] > 0.6  # of 126
    assert 0 < found["spread"] < 1


def test_the_same_tile_lies_at_the_same_place_wherever_it_is_cut_and_however_wide(
    critic: Critic, folder: Path
) -> None:
    maps = render(folder, SEEN, HELD_OUT).maps[:4]
    tiles = list(painted(maps, np.random.Generator(np.random.PCG64(5))))
    first = critic.embed(tiles)
    assert np.linalg.norm(first, axis=1) == pytest.approx(1.0, abs=1e-5)
    turned = critic.embed([np.roll(tile, (16, 32), (0, 1)) for tile in tiles])
    assert (first * turned).sum(1) == pytest.approx(1.0, abs=1e-3)
    twice = critic.embed([np.tile(tile, (2, 2, 1)) for tile in tiles], units=2)
    assert (first * twice).sum(1) == pytest.approx(1.0, abs=1e-3)
    seen = critic.attributes(tiles)
    assert all(sum(each[head].values()) == pytest.approx(1.0, abs=1e-4) for each in seen for head in HEADS)
    assert critic.embed_said([said("daisy")]).shape == (1, 128)


@pytest.mark.parametrize("name", [CONFIG_FILE, WEIGHTS_FILE])
def test_altered_or_missing_weights_are_refused(name: str, tmp_path: Path) -> None:
    home = Path(shutil.copytree(SHIPPED, tmp_path / "weights"))
    (home / name).write_bytes(b"{}")
    with pytest.raises(WeightsError, match=name):
        Critic.load(home)
    write_sums(home)
    with pytest.raises(WeightsError):
        Critic.load(home).embed([np.zeros((64, 64, 3), np.uint8)])
    (home / name).unlink()
    with pytest.raises(WeightsError, match="missing"):
        Critic.load(home)
    with pytest.raises(WeightsError, match="SHA256SUMS"):
        Critic.load(tmp_path)


def test_training_goes_on_where_it_was_killed(folder: Path, tmp_path: Path) -> None:
    render(folder, 42)
    for steps in (1, 2):
        fit(folder, Budget(9.0, steps, 1), 42, 16, tmp_path / "out")
    config: dict[str, Any] = json.loads((tmp_path / "out" / CONFIG_FILE).read_text())
    assert (config["trained"]["steps"], tuple(config["words"])) == (2, tokens())
    assert Critic.load(tmp_path / "out").embed([np.zeros((64, 64, 3), np.uint8)]).shape == (1, 128)
