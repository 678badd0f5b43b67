"""The command line on one registered collection: two tiles of 256 px, drawn by the archive generator."""

from __future__ import annotations

import contextlib
import copy
import io
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from commanding import Done
from looking import looked_once as looked_once

from api.cli.app import run

BRIEF: Mapping[str, Any] = {
    "name": "Harbour",
    "prompts": ["large floral, scattered", "scallop, medium scale"],
    "palettes": [["#f4ead8", "#16324f", "#d1603d"]],
    "count": 2,
    "size": 256,
    "seed": 7,
    "generator": "archive",
    "terms": {
        "preset": "standard",
        "territory": ["GB", "FR"],
        "products": ["wallpaper", "cushion"],
        "run": 5000,
        "price": "180.00",
        "split": {"studio": "60 %", "mara": "40 %"},
    },
}
PARTIES = ("studio", "mara", "north-mill")


@dataclass(frozen=True)
class House:
    """A data folder, and the command line on it, run in this process."""

    data: Path

    def __call__(self, *arguments: object) -> Done:
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                run(["--data", str(self.data), *map(str, arguments)])
            except SystemExit as ended:
                code = int(ended.code or 0)
        out.flush()
        return Done(code, out.buffer.getvalue().decode(), err.getvalue())  # type: ignore[attr-defined]

    def did(self, *arguments: object) -> Any:
        """The JSON of a command that must succeed."""
        done = self(*arguments, "--json")
        assert done.code == 0, done
        return done.json

    @property
    def state(self) -> tuple[Any, ...]:
        """All that a refused command must leave as it was."""
        shown = ("book", "collection", "invoice", "licence")
        return (*(self.did("show", each) for each in shown), self.did("party", "list"))


Brief = Callable[..., Path]


@pytest.fixture(autouse=True, scope="session")
def _quiet() -> None:
    # DBOS keeps the stderr of its first start, which is one that pytest closes after the test.
    logging.getLogger("dbos").addHandler(logging.NullHandler())


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("SELVAGE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def write_brief(tmp_path_factory: pytest.TempPathFactory) -> Brief:
    """A brief like that of the harbour with other values, named by their dotted path."""
    folder = tmp_path_factory.mktemp("briefs")

    def write(**changes: Any) -> Path:
        data = copy.deepcopy(dict(BRIEF))
        for path, value in changes.items():
            *outer, last = path.split("__")
            inner = data
            for name in outer:
                inner = inner[name]
            inner[last] = value
        file = folder / f"{len(list(folder.iterdir()))}.yaml"
        file.write_text(yaml.safe_dump(data), encoding="utf-8")
        return file

    return write


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, write_brief: Brief) -> House:
    """Registered: `harbour` of two tiles and `quay` of one. Tests leave it as they find it."""
    made = House(tmp_path_factory.mktemp("house") / "data")
    for party in PARTIES:
        made.did("party", "add", party)
    made.did("generate", write_brief())
    made.did("generate", write_brief(name="Quay", count=1, seed=8))
    for name in ("harbour", "quay"):
        made.did("register", name)
    return made


@pytest.fixture
def copied(house: House, tmp_path: Path) -> House:
    """A copy of the data, to be damaged. The chain of the original is not in it."""
    target = tmp_path / "data"
    shutil.copytree(house.data, target, ignore=shutil.ignore_patterns("devnet", "*.lock"))
    return House(target)
