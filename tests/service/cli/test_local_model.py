"""Tiles by a diffusion model of the house's own, through the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tiny_pipelines import save_sdxl


@pytest.fixture
def own_brief(brief: Path, tmp_path: Path) -> Path:
    data = yaml.safe_load(brief.read_text()) | {"name": "Own", "generator": "diffusers", "count": 1}
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(data))
    return file


def test_a_brief_is_drawn_by_the_model_that_the_setting_names(
    selvage: Any, own_brief: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "fresh"
    for party in ("mara", "studio"):
        assert selvage("party", "add", party, at=here).code == 0
    unset = selvage("generate", own_brief, "--json", at=here)
    assert (unset.code, unset.json["field"]) == (2, "SELVAGE_MODEL")
    assert "model_index" not in unset.json["detail"]
    monkeypatch.setenv("SELVAGE_MODEL", str(save_sdxl(tmp_path / "model")))
    made = selvage("generate", own_brief, "--json", at=here)
    assert made.code == 0, made
    shown = selvage("show", "collection", made.json["id"], "--json", at=here).json
    tile = selvage("show", "asset", shown["assets"][0]["id"], "--json", at=here).json
    checks = {each["name"]: each for each in selvage("doctor", "--json", at=here).json["checks"]}
    assert checks["model"]["ok"] is True
    assert tile["recipe"]["generator"] == "diffusers"
    assert tile["recipe"]["weights"] in checks["model"]["detail"]
    assert selvage("verify", _file(tmp_path, selvage, tile["id"], here), "--json", at=here).code == 0


def _file(folder: Path, selvage: Any, asset: str, here: Path) -> Path:
    out = folder / "tile.png"
    assert selvage("export", asset, "-o", out, at=here).code == 0
    return out
