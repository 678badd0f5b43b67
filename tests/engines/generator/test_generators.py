"""What every generator promises, asked of each of them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from generator import BriefError, Generator, Recipe, UnknownMotifError, WeightsError

PALETTE = ["#f6ecd6", "#17274f", "#c8553d", "#d6a01f"]
OTHER = ["#17274f", "#f0c9c0", "#ee7360", "#f6ecd6"]
CELL = 16  # samples of the index map to one latent, for a tile of 256 pixels


def _columns(separations: np.ndarray) -> np.ndarray:
    """For each column, the share of samples that differ from the next one, the last wrapping to the first."""
    return (separations != np.roll(separations, -1, axis=1)).mean(axis=0)


def _seam(separations: np.ndarray) -> tuple[float, float]:
    """The change across the seam, and the mean change across columns at the same latent phase."""
    change = _columns(separations)
    return float(change[-1]), float(change[CELL - 1 : -1 : CELL].mean())


class TestEveryGenerator:
    def test_it_repeats_itself_bit_for_bit(self, generator: Generator) -> None:
        recipe = generator.plan("dense floral", PALETTE, seed=11, size=256)
        again = Recipe.from_dict(json.loads(json.dumps(recipe.to_dict())))
        first, second = generator.generate(recipe), generator.generate(again)
        assert first.separations_sha256 == second.separations_sha256
        assert np.array_equal(first.pixels(), second.pixels())
        assert first.pixels().shape == (256, 256, 3)

    def test_another_process_with_more_threads_agrees(self, generator: Generator) -> None:
        recipe = generator.plan("tossed leaves", PALETTE[:3], seed=3, size=128)
        script = (
            "import json, sys, generator as g\n"
            "recipe = g.Recipe.from_dict(json.loads(sys.argv[1]))\n"
            "if recipe.generator == 'archive':\n"
            "    maker = g.ArchiveGenerator()\n"
            "else:\n"
            "    import torch; torch.set_num_threads(2)\n"
            "    maker = g.EmbeddedGenerator.load()\n"
            "print(maker.generate(recipe).separations_sha256)\n"
        )
        command = [sys.executable, "-c", script, json.dumps(recipe.to_dict())]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == generator.generate(recipe).separations_sha256

    def test_the_seed_changes_the_tile(self, generator: Generator) -> None:
        drafts = [generator.generate(generator.plan("dots", PALETTE, seed, 128)) for seed in (1, 2)]
        assert len({draft.separations_sha256 for draft in drafts}) == 2

    def test_it_has_no_seam_either_way(self, generator: Generator) -> None:
        pairs = []
        for seed, prompt in enumerate(("rose floral", "palm leaf", "tossed dots", "terrazzo")):
            draft = generator.generate(generator.plan(prompt, PALETTE, seed, 256))
            pairs += [_seam(draft.separations), _seam(draft.separations.T)]
        across, inside = np.array(pairs).sum(axis=0)
        assert across / inside < 1.6

    def test_the_seam_measure_sees_a_cut(self, generator: Generator) -> None:
        draft = generator.generate(generator.plan("rose floral, dense", PALETTE, 0, 256))
        across, inside = _seam(draft.separations[:, : 13 * CELL + 5])
        assert across / inside > 2.0

    def test_it_prints_in_the_managers_inks_alone(self, generator: Generator) -> None:
        draft = generator.generate(generator.plan("scallop fans", PALETTE, 5, 256))
        inks = {tuple(bytes.fromhex(ink[1:])) for ink in PALETTE}
        blocks = draft.separations.reshape(256, 2, 256, 2).transpose(0, 2, 1, 3).reshape(256, 256, 4)
        flat = (blocks == blocks[..., :1]).all(axis=-1)
        assert flat.mean() > 0.5
        assert {tuple(colour) for colour in draft.pixels()[flat].tolist()} <= inks
        assert len(np.unique(draft.separations)) >= 3

    @pytest.mark.parametrize("inks", [2, 3])
    def test_a_small_palette_is_kept(self, generator: Generator, inks: int) -> None:
        draft = generator.generate(generator.plan("arches", PALETTE[:inks], 8, 128))
        assert set(np.unique(draft.separations)) <= set(range(inks))
        assert len(np.unique(draft.separations)) > 1

    def test_a_colourway_is_the_same_separations(self, generator: Generator) -> None:
        recipe = generator.plan("chevron", PALETTE, seed=4, size=128)
        first, second = generator.generate(recipe), generator.generate(recipe.with_palette(OTHER))
        assert first.separations_sha256 == second.separations_sha256
        assert np.array_equal(first.colourway(OTHER), second.pixels())

    def test_the_size_does_not_change_the_design(self, generator: Generator) -> None:
        small, large = (
            generator.generate(generator.plan("large stripe", PALETTE, 6, size)) for size in (128, 256)
        )
        shrunk = large.separations[::2, ::2]
        assert (shrunk == small.separations).mean() > 0.9

    def test_a_bad_brief_is_refused(self, generator: Generator) -> None:
        with pytest.raises(BriefError, match=r"^palette: "):
            generator.plan("dots", ["#ffffff"], 1, 256)
        with pytest.raises(BriefError, match=r"^size: "):
            generator.plan("dots", PALETTE, 1, 300)
        with pytest.raises(BriefError, match=r"^seed: "):
            generator.plan("dots", PALETTE, -1, 256)
        with pytest.raises(UnknownMotifError, match="did you mean"):
            generator.plan("chevrom", PALETTE, 1, 256)

    def test_another_generators_recipe_is_refused(self, generator: Generator) -> None:
        recipe = generator.plan("dots", PALETTE, 1, 128)
        foreign = "embedded" if recipe.generator == "archive" else "archive"
        with pytest.raises(BriefError, match=r"^generator: "):
            generator.generate(replace(recipe, generator=foreign))

    def test_other_weights_are_refused(self, generator: Generator) -> None:
        recipe = generator.plan("dots", PALETTE, 1, 128)
        with pytest.raises(WeightsError) as caught:
            generator.generate(replace(recipe, weights="00" * 32))
        assert caught.value.expected == "00" * 32
        assert caught.value.found == recipe.weights
