"""Recipes of earlier editions and weights are drawn as they were, whatever is drawn today."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from generator import ArchiveGenerator, BriefError, EmbeddedGenerator, Recipe, UnknownMotifError, WeightsError
from generator.bundle import EARLIER, SHIPPED, required_files, write_sums

VECTORS = Path(__file__).parent / "vectors"
STORED = json.loads((VECTORS / "edition-1.json").read_text())
REPLACED = [  # of edition 2, replaced since
    stored
    for digest in (
        "0b20764e4af0",
        "33a7037cee72",
        "cf4a8e18a616",
        "7c0d83f6ad12",
        "ad30e7d19e30",
        "c4724ac6f826",
        "5467f101c1d0",
        "7ac0ba178aec",
    )
    for stored in json.loads((VECTORS / f"weights-{digest}.json").read_text())
]
MAKERS = {"archive": ArchiveGenerator(), "embedded": EmbeddedGenerator.load()}
PALETTE = ["#f6ecd6", "#17274f", "#c8553d", "#d6a01f", "#5f8a7a", "#7a2f4f"]


@pytest.mark.parametrize(
    "stored", [*STORED, *REPLACED], ids=lambda s: f"{s['recipe']['weights'][:6]} {s['recipe']['prompt']}"
)
def test_a_stored_recipe_gives_the_stored_hash(stored: dict[str, Any]) -> None:
    recipe = Recipe.from_dict(stored["recipe"])
    draft = MAKERS[recipe.generator].generate(recipe)
    assert draft.separations_sha256 == stored["separations_sha256"]


def test_a_new_recipe_of_the_archive_is_of_edition_2() -> None:
    archive = ArchiveGenerator()
    old = Recipe.from_dict(STORED[0]["recipe"])
    new = archive.plan(old.prompt, old.palette, old.seed, old.size)
    assert new.weights != old.weights
    assert archive.generate(new).separations_sha256 != STORED[0]["separations_sha256"]


def test_the_archive_draws_damask_in_six_inks() -> None:
    archive = ArchiveGenerator()
    draft = archive.generate(archive.plan("victorian damask", PALETTE, 4, 128))
    assert int(draft.separations.max()) == 5


@pytest.fixture
def replaced(tmp_path: Path) -> Path:
    """Other weights, with the shipped ones kept beside them as earlier ones."""
    home = tmp_path / "weights"
    for folder in (home, home / EARLIER / "one"):
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*required_files(), "SHA256SUMS"):
            shutil.copyfile(SHIPPED / name, folder / name)
    (home / "config.json").write_text((home / "config.json").read_text() + " ")
    write_sums(home)
    return home


def test_weights_that_were_replaced_still_draw_their_recipes(replaced: Path) -> None:
    old = EmbeddedGenerator.load().plan("dots", PALETTE[:2], 1, 128)
    generator = EmbeddedGenerator.load(replaced)
    assert generator.weights != old.weights
    again = generator.generate(old).separations_sha256
    assert again == MAKERS["embedded"].generate(old).separations_sha256


def test_replaced_weights_are_checked_too(replaced: Path) -> None:
    path = replaced / EARLIER / "one" / "unet.safetensors"
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"unet\.safetensors"):
        EmbeddedGenerator.load(replaced).generate(EmbeddedGenerator.load().plan("dots", PALETTE[:2], 1, 128))


def test_weights_that_are_nowhere_are_named(replaced: Path) -> None:
    shutil.rmtree(replaced / EARLIER)
    recipe = EmbeddedGenerator.load().plan("dots", PALETTE[:2], 1, 128)
    with pytest.raises(WeightsError, match="earlier/") as caught:
        EmbeddedGenerator.load(replaced).generate(recipe)
    assert caught.value.expected == recipe.weights


def _settings(home: Path, **changes: Any) -> EmbeddedGenerator:
    config = json.loads((home / "config.json").read_text()) | changes
    (home / "config.json").write_text(json.dumps(config))
    write_sums(home)
    return EmbeddedGenerator.load(home)


def test_a_family_the_weights_have_not_learnt_is_refused_with_a_way_out(replaced: Path) -> None:
    first = _settings(replaced, format=1, screens=3)
    second = _settings(replaced, format=2, screens=5, families=["floral", "damask"])
    assert second.learnt == ("floral", "damask")
    second.plan("damask", PALETTE, 1, 128)
    for generator, prompt in ((first, "damask"), (second, "plaid")):
        with pytest.raises(UnknownMotifError, match="not learnt yet: brief it with the generator `archive`"):
            generator.plan(prompt, PALETTE[:3], 1, 128)


def test_more_inks_than_the_weights_print_are_refused(replaced: Path) -> None:
    first = _settings(replaced, format=1, screens=3)
    with pytest.raises(BriefError, match=r"^palette: has 5 inks"):
        first.plan("floral", PALETTE[:5], 1, 128)


def test_a_pickle_is_never_loaded(replaced: Path, tmp_path: Path) -> None:
    import pickle

    class Trap:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return Path.mkdir, (tmp_path / "sprung",)  # type: ignore[return-value]

    (replaced / "unet.safetensors").write_bytes(pickle.dumps(Trap()))
    write_sums(replaced)
    generator = EmbeddedGenerator.load(replaced)
    with pytest.raises(WeightsError, match=r"unet\.safetensors"):
        generator.generate(generator.plan("dots", PALETTE[:2], 1, 128))
    assert not (tmp_path / "sprung").exists()
