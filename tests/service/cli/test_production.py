"""Palettes, colourways, repeats and production files from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image


def test_a_palette_is_shown_drawn_and_judged(selvage: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "swatches.png"
    done = selvage("palette", "chalk", "indigo", "#c8553d", "-o", sheet, "--json")
    assert done.code == 0
    assert [each["ink"] for each in done.json["inks"]] == ["#f6f3ea", "#27306b", "#c8553d"]
    assert done.json["inks"][2]["name"] == "terracotta"
    assert len(done.json["pairs"]) == 3
    assert Image.open(sheet).size[0] > 600
    text = selvage("palette", "chalk", "ivory")
    assert text.code == 1
    assert "warning: chalk and ivory look alike" in text.out


def test_a_palette_from_a_photograph_or_a_book(selvage: Any, tmp_path: Path) -> None:
    picture = np.zeros((60, 90, 3), np.uint8)
    picture[:, :60] = (250, 240, 220)
    picture[:, 60:] = (20, 40, 90)
    Image.fromarray(picture).save(tmp_path / "market.png")
    found = selvage("palette", "--photo", tmp_path / "market.png", "--inks", 2, "--json").json
    assert [each["ink"] for each in found["inks"]] == ["#faf0dc", "#14285a"]
    (tmp_path / "book.csv").write_text("name,hex\nHouse Red,#b31b1b\nPaper,#faf7f0\n")
    book = selvage("palette", "--book", tmp_path / "book.csv", "paper", "house red", "--json").json
    assert [each["ink"] for each in book["inks"]] == ["#faf7f0", "#b31b1b"]
    assert "27306b  indigo" in selvage("palette", "--names").out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["chalk", "Chalk"], "the same ink"),
        (["chalk", "indgo"], "did you mean indigo"),
        ([], "name inks"),
        (["chalk", "indigo", "--inks", "2"], "goes with --photo"),
        (["--photo", "nowhere.jpg", "--inks", "2"], "cannot be read"),
        (["--photo", "nowhere.jpg"], "how many"),
        (["chalk", "--photo", "nowhere.jpg"], "not both"),
        (["chalk", "indigo", "-o", "-", "--json"], "stdout"),
    ],
)
def test_what_is_no_palette_is_refused(selvage: Any, arguments: list[str], told: str) -> None:
    done = selvage("palette", *arguments)
    assert done.code == 2
    assert told in done.out + done.err
