"""Palettes, colourways, repeats and production files from the command line."""

from __future__ import annotations

import json
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
    (tmp_path / "book.csv").write_text("name,hex\nHouse Red,#b31b1b\nPaper,#faf7f0\nPale Paper,#f9f6ef\n")
    book = selvage("palette", "--book", tmp_path / "book.csv", "paper", "house red", "--json").json
    assert [each["ink"] for each in book["inks"]] == ["#faf7f0", "#b31b1b"]
    assert [each["name"] for each in book["inks"]] == ["paper", "house red"]
    asked = selvage("palette", "--book", tmp_path / "book.csv", "Paper", "Pale Paper", "#27306b").out
    assert "#faf7f0  Paper\n#f9f6ef  Pale Paper\n#27306b  indigo\n" in asked
    assert "warning: Paper and Pale Paper look alike" in asked
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


def test_a_colourway_is_made_shown_and_written(selvage: Any, collection: Any, tmp_path: Path) -> None:
    tile = collection["assets"][0]["id"]
    out = tmp_path / "night.png"
    inks = ["#17274f", "blush", "#c8553d", "#ffffff"][: len(collection["assets"][0]["recipe"]["palette"])]
    done = selvage("colourway", tile, "--palette", ",".join(inks), "--name", "night", "-o", out, "--json")
    assert done.code == 0, done
    assert done.json["palette"][:2] == ["#17274f", "#f0c9c0"]
    assert selvage("verify", out).code == 0
    assert "night" in selvage("show", "asset", tile, "--json").json["colourways"]
    shown = selvage("show", "asset", tile).out
    assert "fingerprint: org.selvage.torusprint" in shown
    assert max(map(len, shown.splitlines())) < 200  # a person reads it: no codes of fingerprints
    again = selvage("colourway", tile, "--name", "night", "--json")
    assert again.json == done.json
    assert selvage("palette", *inks, "--for", tile, "--json").json["pairs"]
    assert selvage("colourway", tile, "--palette", ",".join(inks), "--name", "evening").code == 2
    missing = selvage("colourway", tile, "--name", "dawn")
    assert (missing.code, "this tile has night" in missing.err) == (2, True)
    assert selvage("colourway", tile, "--name", "dawn", "--palette", "chalk").code == 2
    book = tmp_path / "book.csv"
    book.write_text("Name;L;a;b\nPaper;97,5;-0,2;2,1\n")
    named = ",".join([*inks[1:], "paper"])
    called = selvage("colourway", tile, "--palette", named, "--book", book, "--name", "booked", "--json")
    assert called.json["ink_names"][-1] == "paper"
    use = ("--party", "north-mill", "--product", "wallpaper", "--territory", "GB", "--units", 5)
    denied = selvage("decide", tile, *use, "--colourway", "nihgt")
    assert (denied.code, "no colourway nihgt, did you mean night?" in denied.out) == (1, True)


def test_a_tile_or_a_picture_is_laid_out_and_its_seam_is_shown(
    selvage: Any, collection: Any, tmp_path: Path
) -> None:
    tile = collection["assets"][0]["id"]
    edge = collection["brief"]["size"]
    cloth, proof = tmp_path / "cloth.png", tmp_path / "proof.png"
    done = selvage(
        "preview", tile, "--repeat", "half-drop", "--across", 3, "--down", 2, "-o", cloth, "--json"
    )
    assert (done.code, done.json["width"], done.json["height"]) == (0, 3 * edge, 2 * edge)
    assert Image.open(cloth).size == (3 * edge, 2 * edge)
    seam = selvage("seam", tile, "-o", proof, "--json")
    assert (seam.code, seam.json["closed"]) == (0, True)
    assert Image.open(proof).size[0] > 1000
    slope = np.repeat(np.tile(np.arange(200, dtype=np.uint8), (100, 1))[..., None], 3, axis=2)
    Image.fromarray(slope).save(tmp_path / "upload.png")
    open_seam = selvage("seam", tmp_path / "upload.png")
    assert (open_seam.code, "OPEN" in open_seam.out) == (1, True)
    rotated = selvage("preview", tmp_path / "upload.png", "--repeat", "rotated", "-o", cloth)
    assert (rotated.code, "give a square tile" in rotated.err) == (2, True)
    assert selvage("seam", tmp_path / "upload.png", "--colourway", "night").code == 2
    assert selvage("preview", tile, "--colourway", "nothing", "-o", cloth).code == 2


def test_files_for_production_are_made_and_written_again(
    selvage: Any, collection: Any, tmp_path: Path
) -> None:
    tile, folder = collection["assets"][0]["id"], tmp_path / "mill"
    done = selvage("produce", tile, "--width", "5cm", "--dpi", 150, "-o", folder, "--json")
    assert done.code == 0, done
    names = {each["name"] for each in done.json["files"]}
    assert {path.name for path in folder.iterdir()} == names | {"manifest.json"}
    assert json.loads((folder / "manifest.json").read_text()) == done.json
    (svg,) = folder.glob("*.svg")
    assert selvage("verify", svg).code == 0
    svg.unlink()
    assert selvage("produce", tile, "--width", "50mm", "--dpi", 150, "-o", folder, "--json").json == done.json
    assert svg.exists()


def test_a_palette_for_a_tile_has_an_ink_for_each_separation(selvage: Any, collection: Any) -> None:
    tile = collection["assets"][0]
    count, inks = len(tile["recipe"]["palette"]), ["chalk", "indigo", "terracotta", "mint", "gold"]
    for given in {count - 1, count + 1} - {1}:
        done = selvage("palette", *inks[:given], "--for", tile["id"])
        assert done.code == 2
        assert f"{given} inks; give {count}, one for each separation of the tile" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--width", "5", "-o", "x"], "is no width"),
        (["--width", "5cm", "--dpi", "9999", "-o", "x"], "dpi"),
        (["--width", "5m", "-o", "x"], "px a side"),
        (["--width", "5cm", "--colourway", "nothing", "-o", "x"], "unknown-colourway"),
        (["--width", "5cm", "-o", "/dev/null/x"], "cannot be made"),
    ],
)
def test_what_cannot_be_produced_is_refused(
    selvage: Any, collection: Any, monkeypatch: Any, tmp_path: Path, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = selvage("produce", collection["assets"][0]["id"], *arguments)
    assert done.code == 2
    assert told in done.err
    assert list(tmp_path.iterdir()) == []
