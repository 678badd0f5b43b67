"""Training goes on where a kill left it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from generator import EmbeddedGenerator
from generator.bundle import SHIPPED, Bundle
from generator.captions import CaptionTokenizer
from generator.training import unet
from generator.training.__main__ import main
from generator.training.export import SAMPLER
from generator.training.unet import Corpus, Shown

TILES = "24"
APART = 3  # steps between two meetings of the team, each of which takes a second of both
TEAM = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]


def _command(stage: str, folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "generator.training", "--stage", stage, "--out", str(folder), *more]


def _steps(folder: Path, name: str) -> int:
    return int(torch.load(folder / f"{name}.checkpoint", weights_only=True)["step"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny corpus."""
    home = tmp_path_factory.mktemp("training")
    main(["--stage", "archive", "--tiles", TILES, "--out", str(home)])
    return home


def test_a_killed_training_resumes_at_its_last_checkpoint(folder: Path) -> None:
    checkpoint = folder / "autoencoder.checkpoint"
    running = subprocess.Popen(_command("autoencoder", folder, "--steps", "500", "--every", "1"))
    while not checkpoint.exists():
        assert running.poll() is None
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    reached = _steps(folder, "autoencoder")
    assert 1 <= reached < 500
    main(["--stage", "autoencoder", "--steps", str(reached + 1), "--out", str(folder)])
    assert _steps(folder, "autoencoder") == reached + 1


def test_a_trained_bundle_loads_and_draws(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SAMPLER, "steps", "2")  # what nothing was learnt for is drawn as well in two
    if not (folder / "autoencoder.checkpoint").exists():
        main(["--stage", "autoencoder", "--steps", "1", "--out", str(folder)])
    main(["--stage", "latents", "--out", str(folder)])
    main(["--stage", "unet", "--steps", "2", "--out", str(folder)])
    main(["--stage", "redrawn", "--redrawn", "4", "--out", str(folder)])
    main(["--stage", "decoder", "--steps", "1", "--out", str(folder)])
    main(["--stage", "export", "--out", str(folder), "--weights", str(tmp_path)])
    assert json.loads((tmp_path / "config.json").read_text())["trained"]["steps"] == 2
    generator = EmbeddedGenerator.load(tmp_path)
    recipe = generator.plan("dots", ["#ffffff", "#000000"], 1, 128)
    assert generator.generate(recipe).pixels().shape == (128, 128, 3)
    assert (folder / "samples.png").exists()
    assert (folder / "decoder.png").exists()


def test_a_training_that_goes_on_from_weights_names_them(
    encoded: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SAMPLER, "steps", "2")
    two = unet.sample_captions()[:2]  # a picture of every family takes longer than what is shown in it
    monkeypatch.setattr(unet, "sample_captions", lambda: two)
    home, wide = encoded
    further = ["--stage", "unet", "--out", str(home), "--wide", str(wide)]
    further += ["--rate", "1e-4", "--more", "dots=3"]
    main([*further, "--warm", str(SHIPPED), "--steps", "1"])
    main([*further, "--steps", "2"])  # resumed: what it began from is in the checkpoint
    main(["--stage", "export", "--out", str(home), "--weights", str(tmp_path / "weights")])
    trained = json.loads((tmp_path / "weights" / "config.json").read_text())["trained"]
    assert trained["steps"] == 2
    assert trained["from"] == Bundle.open().digest


@pytest.fixture(scope="module")
def encoded(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The corpus with its latents by the shipped autoencoder, and such of tiles two training units wide."""
    made = tmp_path_factory.mktemp("encoded")
    home, wide = made / "home", made / "wide"
    shutil.copytree(folder, home, ignore=shutil.ignore_patterns("*.checkpoint", "*.pt"))
    main(["--stage", "autoencoder", "--steps", "0", "--warm", str(SHIPPED), "--out", str(home)])
    main(["--stage", "latents", "--out", str(home)])
    main(["--stage", "archive", "--tiles", "2", "--span", "2", "--out", str(wide)])
    shutil.copyfile(home / "autoencoder.checkpoint", wide / "autoencoder.checkpoint")
    main(["--stage", "latents", "--out", str(wide)])
    return home, wide


def test_wider_tiles_are_shown_in_two_steps_of_three_and_as_many_fewer_at_once(
    encoded: tuple[Path, Path],
) -> None:
    home, wide = encoded
    shown = Shown({"leaf": 1000.0}, wide)
    dice = torch.Generator().manual_seed(1)
    seen = [corpus.batch(8, dice) for corpus in shown.corpora(home)]
    assert [tuple(data.shape) for data, _ in seen] == [(8, 16, 16, 16), (2, 16, 32, 32), (2, 16, 32, 32)]
    leaf = CaptionTokenizer.house().encode(["leaf"])[0][1]
    assert bool((seen[1][1] == leaf).any(1).all())  # tile 1 of two, a leaf, comes a thousand times as often


def test_a_tile_on_a_lattice_is_rolled_by_whole_units_alone() -> None:
    field = torch.arange(32 * 32, dtype=torch.float32).reshape(1, 1, 32, 32).repeat(2, 1, 1, 1)
    words = torch.zeros(2, 12, dtype=torch.long)
    dice = torch.Generator().manual_seed(2)
    for free, phases in ((False, {0, 16}), (True, set(range(32)))):
        corpus = Corpus(field, words, (free, free), torch.ones(2))
        found = {divmod(int(tile[0, 0, 0]), 32) for _ in range(200) for tile in corpus.batch(8, dice)[0]}
        assert {place for pair in found for place in pair} == phases


def test_a_team_meets_at_the_mean_and_one_of_it_writes(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "team"
    shutil.copytree(folder, home, ignore=shutil.ignore_patterns("*.checkpoint", "*.pt", "*.jsonl"))
    script = """
import sys, torch
from generator.training import team as meeting
from generator.training.__main__ import main
meeting.APART = int(sys.argv[2])
team = meeting.Team.joined()
held = [torch.full((3,), float(team.rank)), torch.tensor([[4.0 * team.rank]], dtype=torch.float64)]
team.meet(held)
print([tensor.tolist() for tensor in held], team.leads, file=open(f"{sys.argv[1]}/{team.rank}", "w"))
main(sys.argv[3:])  # in the same team: to begin another takes as long as all the rest
"""
    (tmp_path / "meeting.py").write_text(script)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    stage = _command("autoencoder", home, "--steps", "1")[3:]
    command = [*TEAM, str(tmp_path / "meeting.py"), str(tmp_path), str(APART), *stage]
    subprocess.run(command, check=True, env=environment, timeout=300)
    told = [(tmp_path / str(rank)).read_text().strip() for rank in range(2)]
    assert told == ["[[0.5, 0.5, 0.5], [[2.0]]] True", "[[0.5, 0.5, 0.5], [[2.0]]] False"]
    assert _steps(home, "autoencoder") == APART  # nobody stops between two meetings


@pytest.mark.parametrize("more", ["dragon=3", "dots=0", "dots=often", "dots"])
def test_a_family_that_is_none_and_a_number_that_is_none_are_refused(
    more: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--stage", "unet", "--out", str(folder), "--more", more])
    assert "use one of" in (told := capsys.readouterr().err) or "above 0" in told
