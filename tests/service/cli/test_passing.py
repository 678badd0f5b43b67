"""Licences handed on from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from service_client import BRIEF, TERMS

USE = ("--product", "wallpaper", "--territory", "GB", "--on", "2026-06-01")


@pytest.fixture
def here(selvage: Any, tmp_path: Path) -> Path:
    """A data folder with a registered tile whose licences can be handed on."""
    folder, brief = tmp_path / "data", tmp_path / "brief.yaml"
    brief.write_text(yaml.safe_dump({**BRIEF, "terms": {**TERMS, "sublicensing": {"depth": 1}}}))
    for party in ("mara", "studio", "north-mill", "press"):
        assert selvage("party", "add", party, at=folder).code == 0
    for command in (("generate", brief), ("register", "low-tide"), ("party", "fund", "north-mill", "5000")):
        done = selvage(*command, at=folder)
        assert done.code == 0, done
    return folder


def test_a_sublicence_is_given_once_and_used(selvage: Any, here: Path) -> None:
    bought = selvage("license", "low-tide/1", "--party", "north-mill", *USE, "--units", 10, "--json", at=here)
    assert bought.code == 0, bought
    give = ("sublicense", bought.json["id"], "--party", "press", "--territory", "GB", "--run", 40)
    given = selvage(*give, "--until", "2099-01-01", "--json", at=here)
    assert given.code == 0, given
    assert given.json["terms"]["dates"] == {"end": "2099-01-01"}
    assert selvage(*give, "--until", "2099-01-01", "--json", at=here).json == given.json
    reported = selvage("report", given.json["id"], *USE, "--units", 40, "--json", at=here)
    assert reported.code == 0, reported
    assert selvage("report", given.json["id"], *USE, "--units", 1, at=here).code == 2
    beyond = selvage("sublicense", bought.json["id"], "--party", "press", "--run", 10**6, "--json", at=here)
    assert (beyond.code, beyond.json["code"]) == (2, "out-of-order")
