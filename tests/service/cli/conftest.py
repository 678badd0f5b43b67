"""Commands run in this process on one data folder; some tests start the real program instead."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from commanding import Done
from service_client import BRIEF, TERMS

from api.cli.app import run

PROGRAM = [sys.executable, "-c", "from api.cli import main; main()"]


Selvage = Callable[..., Done]


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    # DBOS keeps the stderr of its first start, which is one that pytest closes after the test.
    logging.getLogger("dbos").addHandler(logging.NullHandler())


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SELVAGE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli") / "data"


@pytest.fixture
def selvage(data: Path, capfd: pytest.CaptureFixture[str]) -> Selvage:
    """Run a command on the shared data folder, in this process."""

    def call(*arguments: object, at: Path | None = None) -> Done:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            run(["--data", str(at or data), *map(str, arguments)])
        out, err = capfd.readouterr()
        return Done(int(ended.value.code or 0), out, err)

    return call


@pytest.fixture
def program(data: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the real program."""

    def call(*arguments: object, at: Path | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
        command = [*PROGRAM, "--data", str(at or data), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **more)

    return call


@pytest.fixture
def start(data: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the real program and leave it running; what still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def call(*arguments: object, at: Path | None = None) -> subprocess.Popen[str]:
        command = [*PROGRAM, "--data", str(at or data), *map(str, arguments)]
        running.append(
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        )
        return running[-1]

    yield call
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture(scope="session")
def brief(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("brief") / "brief.yaml"
    file.write_text(yaml.safe_dump({**BRIEF, "terms": TERMS}))
    return file


@pytest.fixture
def collection(selvage: Selvage, brief: Path) -> dict[str, Any]:
    """A registered collection of one tile: made by the first test that asks, found again by the others."""
    for party in ("mara", "studio", "north-mill", "corner-shop"):
        assert selvage("party", "add", party).code == 0
    made = selvage("generate", brief, "--json")
    assert made.code == 0, made
    registered = selvage("register", made.json["id"], "--json")
    assert registered.code == 0, registered
    return dict(selvage("show", "collection", made.json["id"], "--json").json)
