"""The mean of weights: between both, loadable, and naming what it is the mean of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from generator import EmbeddedGenerator
from generator.bundle import EARLIER, SHIPPED, Bundle, required_files, write_sums
from generator.training.mean import main

PART = "conv_in.weight"


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    """The shipped weights, and the same with one tensor two larger."""
    folders = tmp_path / "one", tmp_path / "other"
    for folder in folders:
        folder.mkdir()
        for name in required_files():
            shutil.copyfile(SHIPPED / name, folder / name)
        write_sums(folder)
    _change(folders[1], lambda tensor: tensor + 2.0)
    return folders


def _unet(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "unet.safetensors")


def _change(folder: Path, change: Callable[[torch.Tensor], torch.Tensor]) -> None:
    tensors = _unet(folder)
    tensors[PART] = change(tensors[PART]).contiguous()
    save_file(tensors, folder / "unet.safetensors")
    write_sums(folder)


def test_it_lies_between_both_and_names_them(both: tuple[Path, Path], tmp_path: Path) -> None:
    home = tmp_path / "mean"
    main([*map(str, both), "--weights", str(home)])
    found, one = _unet(home), _unet(both[0])
    assert torch.allclose(found[PART].float(), one[PART].float() + 1.0, atol=2e-3)
    assert all(torch.equal(found[name], one[name]) for name in one if name != PART)
    trained = json.loads((home / "config.json").read_text())["trained"]
    assert trained == {"mean_of": [Bundle.open(each).digest for each in both]}
    assert EmbeddedGenerator.load(home).learnt == EmbeddedGenerator.load().learnt


def test_what_it_replaces_is_kept(both: tuple[Path, Path]) -> None:
    before = Bundle.open(both[0]).digest
    main([*map(str, both), "--weights", str(both[0])])
    assert Bundle.open(both[0] / EARLIER / before[:12]).digest == before
    assert Bundle.open(both[0]).digest != before


def test_networks_of_several_shapes_have_no_mean(
    both: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _change(both[1], lambda tensor: tensor[:1])
    with pytest.raises(SystemExit):
        main([*map(str, both), "--weights", str(tmp_path / "mean")])
    assert "another shape" in capsys.readouterr().err
    assert not (tmp_path / "mean").exists()
