"""Weights are what their sums say, or they are not loaded."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator import EmbeddedGenerator, WeightsError
from generator.bundle import SHIPPED, Bundle, keep_replaced, required_files, write_sums


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the shipped weights."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "weights"))


def test_the_shipped_weights_are_whole_and_small() -> None:
    assert len(Bundle.open().digest) == 64
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 40 * 2**20


@pytest.mark.parametrize("name", required_files())
def test_one_changed_byte_is_found(copy: Path, name: str) -> None:
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(WeightsError) as caught:
        EmbeddedGenerator.load(copy)
    assert caught.value.name == name
    assert caught.value.expected != caught.value.found
    assert caught.value.expected in str(caught.value)


@pytest.mark.parametrize("name", ["unet.safetensors", "SHA256SUMS"])
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(WeightsError, match="missing") as caught:
        EmbeddedGenerator.load(copy)
    assert caught.value.name == name


def test_a_file_that_is_not_listed_is_refused(copy: Path) -> None:
    sums = (copy / "SHA256SUMS").read_text().splitlines(keepends=True)
    (copy / "SHA256SUMS").write_text("".join(line for line in sums if "unet" not in line))
    with pytest.raises(WeightsError, match="none listed"):
        Bundle.open(copy)


def test_a_bundle_about_to_be_replaced_is_kept_and_found_by_its_digest(copy: Path) -> None:
    old = Bundle.open(copy).digest
    kept = keep_replaced(copy)
    assert kept == keep_replaced(copy)
    (copy / "config.json").write_text((copy / "config.json").read_text() + " ")
    write_sums(copy)
    new = Bundle.open(copy)
    assert new.digest != old
    assert new.earlier(old).folder == kept


def test_nothing_is_kept_of_an_empty_folder_and_a_damaged_bundle_is_named(copy: Path, tmp_path: Path) -> None:
    assert keep_replaced(tmp_path) is None
    (copy / "unet.safetensors").unlink()
    with pytest.raises(WeightsError, match="missing"):
        keep_replaced(copy)


def test_other_weights_have_another_digest(copy: Path) -> None:
    (copy / "config.json").write_text((copy / "config.json").read_text() + " ")
    assert write_sums(copy) != Bundle.open().digest


@pytest.mark.parametrize("content", [b"nonsense", b""])
def test_listed_nonsense_is_a_weights_error(copy: Path, content: bytes) -> None:
    (copy / "autoencoder.safetensors").write_bytes(content)
    write_sums(copy)
    generator = EmbeddedGenerator.load(copy)
    recipe = generator.plan("dots", ["#ffffff", "#000000"], 1, 128)
    with pytest.raises(WeightsError, match=r"autoencoder\.safetensors"):
        generator.generate(recipe)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
@pytest.mark.parametrize("content", ["", "[]", "{}"])
def test_listed_but_unusable_text_is_a_weights_error(copy: Path, name: str, content: str) -> None:
    (copy / name).write_text(content)
    write_sums(copy)
    with pytest.raises(WeightsError) as caught:
        EmbeddedGenerator.load(copy)
    assert caught.value.name == name


def test_weights_exchanged_after_loading_are_found(copy: Path) -> None:
    generator = EmbeddedGenerator.load(copy)
    recipe = generator.plan("dots", ["#ffffff", "#000000"], 1, 128)
    (copy / "config.json").write_text((copy / "config.json").read_text() + " ")
    write_sums(copy)
    with pytest.raises(WeightsError, match="load the generator again"):
        generator.generate(recipe)
