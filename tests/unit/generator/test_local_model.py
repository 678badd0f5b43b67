"""A diffusion model of the house's own: SDXL's and Flux's make, of a test's size and untrained."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_pipelines import save_flux, save_sdxl

from generator import BriefError, UnknownMotifError, WeightsError
from generator.local.flat import flatten
from generator.local.folder import ModelFolder
from generator.local.loading import load_pipeline, pipeline_class, rolled
from generator.local.pipeline import DiffusersGenerator

PALETTE = ("#f6ecd6", "#17274f", "#c8553d")


@pytest.fixture(scope="session")
def sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_sdxl(tmp_path_factory.mktemp("sdxl"))


@pytest.fixture(scope="session")
def flux(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_flux(tmp_path_factory.mktemp("flux"))


@pytest.mark.parametrize(("kind", "steps", "guidance"), [("sdxl", 50, 5.0), ("flux", 28, 3.5)])
def test_draws_in_the_palettes_inks_the_same_each_time(
    kind: str, steps: int, guidance: float, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(kind)
    generator = DiffusersGenerator(folder)
    planned = generator.plan("dense floral", PALETTE, 3, 256)
    assert (planned.steps, planned.guidance) == (steps, guidance)
    recipe = replace(planned, steps=3)
    draft = generator.generate(recipe)
    assert draft.separations.shape == (512, 512)
    assert len(np.unique(draft.separations)) > 1
    again = DiffusersGenerator(folder).generate(recipe)
    assert again.separations_sha256 == draft.separations_sha256
    other = generator.generate(replace(recipe, seed=4))
    assert other.separations_sha256 != draft.separations_sha256


def test_a_unet_is_closed_on_the_torus(sdxl: Path) -> None:
    pipeline = load_pipeline(ModelFolder.open(sdxl))
    noise = torch.randn(1, 4, 16, 16, generator=torch.Generator().manual_seed(1))

    def drawn(latents: torch.Tensor) -> np.ndarray:
        with torch.inference_mode():
            return np.asarray(
                pipeline("floral", latents=latents, num_inference_steps=2, output_type="np").images[0]
            )

    assert pipeline.vae_scale_factor == 2
    straight = np.roll(drawn(noise), (8, 12), (0, 1))
    assert np.abs(straight - drawn(noise.roll((4, 6), (2, 3)))).max() < 1e-3


def test_latents_of_a_transformer_are_rolled_whole() -> None:
    square = torch.arange(2 * 5 * 5 * 3).reshape(2, 5, 5, 3)
    packed = rolled(square.reshape(2, 25, 3), np.random.default_rng(3)).reshape(2, 5, 5, 3)
    maps = rolled(square.permute(0, 3, 1, 2), np.random.default_rng(3)).permute(0, 2, 3, 1)
    assert torch.equal(packed, maps)
    assert not torch.equal(packed, square)
    ways = [square.roll((down, across), (1, 2)) for down in range(5) for across in range(5)]
    assert sum(torch.equal(packed, way) for way in ways) == 1


def test_what_cannot_be_loaded_is_refused_by_name(sdxl: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(sdxl, tmp_path / "copied"))
    (copied / "unet" / "extra.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(WeightsError, match=r"unet/extra\.bin.*pickle"):
        ModelFolder.open(copied)
    (copied / "unet" / "extra.bin").rename(copied / "unet" / "extra.py")
    with pytest.raises(WeightsError, match=r"unet/extra\.py.*code"):
        ModelFolder.open(copied)
    (copied / "unet" / "extra.py").unlink()
    (copied / "model_index.json").write_text('{"_class_name": "NoSuchPipeline"}')
    with pytest.raises(WeightsError, match="NoSuchPipeline"):
        DiffusersGenerator(copied).plan("floral", PALETTE, 1)
    (copied / "model_index.json").write_text("[]")
    with pytest.raises(WeightsError, match=r"model_index\.json"):
        ModelFolder.open(copied)


def test_a_linked_folder_is_a_part_of_the_model(sdxl: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(sdxl, tmp_path / "copied"))
    whole = ModelFolder.open(copied).digest
    (copied / "unet").rename(tmp_path / "elsewhere")
    (copied / "unet").symlink_to(tmp_path / "elsewhere")
    assert ModelFolder.open(copied).digest == whole
    (copied / ".git").mkdir()
    (copied / ".git" / "index").write_text("of a clone")
    assert ModelFolder.open(copied).digest == whole
    (tmp_path / "elsewhere" / "more.safetensors").write_bytes(b"other")
    assert ModelFolder.open(copied).digest != whole


def test_a_model_that_was_replaced_after_planning_draws_nothing(sdxl: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(sdxl, tmp_path / "copied"))
    generator = DiffusersGenerator(copied)
    recipe = generator.plan("floral", PALETTE, 1, 128)
    (copied / "more.safetensors").write_bytes(b"other")
    with pytest.raises(WeightsError, match="start this process again"):
        generator.generate(recipe)


def test_a_model_in_half_precision_only_is_loaded_as_such(sdxl: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(sdxl, tmp_path / "copied"))
    assert ModelFolder.open(copied).variant is None
    for path in copied.glob("*/*.safetensors"):
        path.rename(path.with_name(path.name.replace(".safetensors", ".fp16.safetensors")))
    model = ModelFolder.open(copied)
    assert model.variant == "fp16"
    assert load_pipeline(model).unet is not None


@pytest.mark.parametrize(
    "kind", ["StableDiffusionXLImg2ImgPipeline", "QwenImagePipeline", "CogVideoXPipeline", "DDIMScheduler"]
)
def test_what_draws_no_picture_from_words_is_refused_before_it_is_loaded(kind: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=kind):
        pipeline_class(ModelFolder(tmp_path, kind, "0" * 64))


def test_a_sampler_that_looks_back_is_refused_for_a_transformer(flux: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(flux, tmp_path / "copied"))
    file = copied / "model_index.json"
    index = json.loads(file.read_text()) | {"scheduler": ["diffusers", "FlowMatchHeunDiscreteScheduler"]}
    file.write_text(json.dumps(index))
    with pytest.raises(WeightsError, match="looks back"):
        load_pipeline(ModelFolder.open(copied))


def test_nothing_is_laid_over_what_the_model_draws(sdxl: Path) -> None:
    assert load_pipeline(ModelFolder.open(sdxl)).watermark is None


def test_damaged_weights_are_refused_at_the_first_tile(sdxl: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(sdxl, tmp_path / "copied"))
    largest = max(copied.rglob("*.safetensors"), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:1000])
    generator = DiffusersGenerator(copied)
    with pytest.raises(WeightsError, match="StableDiffusionXLPipeline"):
        generator.generate(generator.plan("floral", PALETTE, 1, 128))


def test_recipes_of_another_model_are_refused(sdxl: Path, flux: Path) -> None:
    recipe = DiffusersGenerator(flux).plan("floral", PALETTE, 1)
    with pytest.raises(WeightsError, match="SELVAGE_MODEL"):
        DiffusersGenerator(sdxl).generate(recipe)
    with pytest.raises(BriefError, match="generator"):
        DiffusersGenerator(sdxl).generate(replace(recipe, generator="archive", weights="0" * 64, steps=0))
    with pytest.raises(UnknownMotifError):
        DiffusersGenerator(sdxl).plan("a cat on a sofa", PALETTE, 1)


def test_a_picture_becomes_flat_inks_whatever_its_phase() -> None:
    picture = np.full((96, 96, 3), (240, 230, 210), np.uint8)
    picture[20:60, 30:70] = (20, 40, 90)
    picture[70:80, 80:96] = (200, 60, 40)
    dice = np.random.default_rng(0)
    grainy = np.clip(picture + dice.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)
    inks = flatten(grainy, 3, 192)
    expected = np.zeros((96, 96), np.uint8)
    expected[20:60, 30:70], expected[70:80, 80:96] = 1, 2
    assert np.mean(inks == expected.repeat(2, 0).repeat(2, 1)) > 0.995
    moved = flatten(np.roll(grainy, (50, 33), (0, 1)), 3, 192)
    assert np.mean(moved == np.roll(inks, (100, 66), (0, 1))) > 0.999


def test_a_picture_of_fewer_colours_leaves_inks_unused() -> None:
    picture = np.full((64, 64, 3), 250, np.uint8)
    picture[:, :20] = 10
    assert set(np.unique(flatten(picture, 5, 128))) == {0, 1}
    with pytest.raises(BriefError, match="single colour"):
        flatten(np.full((64, 64, 3), 128, np.uint8), 3, 128)
