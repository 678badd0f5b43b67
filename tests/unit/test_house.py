"""The house rules that a script can see: sizes of files and functions, the packaging guard, import cost."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ["api", "forensics", "generator", "ledger", "provenance", "watermark"]
HEAVY = {
    "torch",
    "diffusers",
    "transformers",
    "web3",
    "c2pa",
    "cv2",
    "scipy",
    "dbos",
    "sqlmodel",
    "fastapi",
    "rdflib",
}


@pytest.mark.parametrize("room", ROOMS)
def test_files_and_functions_stay_small(room: str) -> None:
    for path in sorted((ROOT / room).rglob("*.py")):
        text, name = path.read_text(), path.relative_to(ROOT)
        assert text.count("\n") <= 400, f"split {name}"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                assert length <= 50, f"{name}: {node.name} has {length} lines: split it"


@pytest.mark.parametrize("path", sorted((ROOT / "contracts").rglob("*.sol")), ids=lambda path: path.name)
def test_contracts_stay_small(path: Path) -> None:
    assert path.read_text().count("\n") < 330


def test_the_wheel_holds_the_six_rooms_and_nothing_else(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert sorted(top for top in tops if not top.endswith(".dist-info")) == ROOMS


def test_no_other_distribution_claims_the_names_of_our_rooms() -> None:
    from importlib.metadata import packages_distributions

    claims = packages_distributions()
    assert {room: claims.get(room, ["selvage"]) for room in ROOMS} == {room: ["selvage"] for room in ROOMS}


def test_this_is_never_uploaded() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "Private :: Do Not Upload" in project["classifiers"]


def test_every_pin_is_exact_and_names_no_registry() -> None:
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    assert all(line.count("==") == 1 and "/" not in line for line in pins)
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


@pytest.mark.parametrize("room", ROOMS)
def test_importing_a_room_costs_nothing_until_it_is_used(room: str) -> None:
    code = f"import sys, {room}; print(*(sys.modules.keys() & {HEAVY!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
