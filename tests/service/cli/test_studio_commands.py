"""From a brief in trade words to chosen tiles, on the command line."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import own_pictures
import pytest
import yaml
from PIL import Image
from service_client import PARTIES, TERMS

from api.contact_sheet import MARKS

BRIEF = {
    "name": "Sea Side",
    "themes": ["coastal"],
    "motifs": ["ringed scallop", "gingham"],
    "colourways": {"night": ["indigo", "#f0c9c0", "#ee7360"]},
    "size": 256,
    "seed": 11,
    "generator": "archive",
    "terms": TERMS,
}


@pytest.fixture
def studio(selvage: Any, tmp_path: Path) -> Any:
    (tmp_path / "brief.yaml").write_text(yaml.safe_dump(BRIEF))
    for party in PARTIES:
        selvage("party", "add", party, at=tmp_path)
    made = selvage("generate", tmp_path / "brief.yaml", at=tmp_path)
    assert made.code == 0, made
    return lambda *arguments: selvage(*arguments, at=tmp_path)


def test_words_that_mean_nothing_are_told_before_anything_is_drawn(selvage: Any, tmp_path: Path) -> None:
    plain = {"prompts": ["dasiy floral"], "palettes": [["indigo", "chalk"]], "count": 1}
    rest = {name: BRIEF[name] for name in ("name", "size", "seed", "generator", "terms")}
    (tmp_path / "brief.yaml").write_text(yaml.safe_dump({**plain, **rest}))
    for party in PARTIES:
        selvage("party", "add", party, at=tmp_path)
    made = selvage("generate", tmp_path / "brief.yaml", at=tmp_path)
    assert made.code == 0, made
    told = "Sea Side: 'dasiy' means nothing here; did you mean daisy?"
    assert made.err.splitlines()[0] == told, made


def test_tiles_that_may_be_drawn_over_are_listed_and_looked_at(studio: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    closed = studio("show", "bases", "-o", sheet)
    assert (closed.code, closed.out, sheet.exists()) == (1, "", False), closed
    assert "--refused lists all, with the reasons" in closed.err
    told = studio("show", "bases", "--refused")
    assert (told.code, told.out.count("NO: derivatives: these terms do not give derivatives")) == (1, 2), told
    terms = {**TERMS, "name": "Open", "derivatives": "included"}
    (tmp_path / "open.yaml").write_text(yaml.safe_dump({**BRIEF, "name": "Open Sea", "terms": terms}))
    assert studio("generate", tmp_path / "open.yaml").code == 0
    found = studio("show", "bases", "scallop", "-o", sheet, "--json")
    assert found.code == 0, found
    (one,) = found.json
    assert (one["name"], one["family"], one["may"], one["why"]) == (
        "Open Sea 01",
        "scallop",
        True,
        "own, under the terms Open",
    )
    assert (one["size"], one["inks"][1:], one["licence"]) == (256, ["#f0c9c0", "#ee7360"], None)
    with Image.open(sheet) as picture:
        assert picture.height > picture.width > 200
    first = studio("show", "bases", "open", "--limit", "1")
    assert (first.code, first.err.strip()) == (0, "there are more: --offset 1"), first
    assert first.out.startswith(f"   1  {one['asset']}  Open Sea 01  256 px  #")
    second = studio("show", "bases", "open", "--offset", "1")
    assert (second.out.split()[0], second.err) == ("2", ""), second
    assert studio("show", "bases", "--for", "nobody").code == 2
    assert studio("show", "bases", "-o", "-", "--json").code == 2


def test_tiles_are_judged_chosen_and_told(studio: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    for option, value in (("--keep-top", "lots"), ("--divergence", "2")):
        early = studio("curate", "sea-side", option, value)
        assert (early.code, early.err.count("\n")) == (2, 1), early  # nothing was judged before
    limits = ("--dpi", "75", "--repeat-mm", "50", "--keep-top", "1", "--sheet", sheet)
    judged = studio("curate", "sea-side", *limits, "--json")
    assert judged.code == 0, judged
    assert [each["number"] for each in judged.json["tiles"]] == [1, 2]
    assert len(judged.json["picked"]) == 1
    page = sheet.read_text()
    assert page.count("<figure>") == 2
    assert page.count("<li class=fail>") == page.count(f"<li class=fail>{MARKS['fail']}")
    assert "width=device-width" in page
    assert "to look at first" in studio("curate", "sea-side", *limits).out
    assert studio("curate", "sea-side", "--line-mm", "thin").code == 2
    assert studio("select", "sea-side/1", "--by", "Ann", "--why", "bold").code == 0
    assert studio("reject", "sea-side/2", "--by", "Ann").code == 0
    assert studio("arrange", "sea-side/1", "--by", "Jo").out.split()[-1] == "1"
    refused = studio("arrange", "sea-side/2", "--by", "Jo", "--json")
    assert (refused.code, refused.json["code"]) == (2, "bad-field")
    assert studio("select", "sea-side/1").code == 2  # nobody said who
    file = io.BytesIO()
    Image.new("RGB", (300, 300)).save(file, "PNG")
    (tmp_path / "edited.png").write_bytes(file.getvalue())
    wide = studio("retouch", "sea-side/1", tmp_path / "edited.png", "--by", "Jo")
    assert (wide.code, "give --repair" in wide.err) == (2, True)
    dossier = tmp_path / "dossier.zip"
    written = studio("export-dossier", "sea-side/1", "-o", dossier, "--json").json
    assert (written["file"], written["bytes"]) == (str(dossier), dossier.stat().st_size)
    opened = zipfile.ZipFile(dossier)
    said = min(each for each in opened.namelist() if each.endswith(".jws"))
    for name in (said, "root.pem"):
        (tmp_path / Path(name).name).write_bytes(opened.read(name))
    checked = studio("decision", "verify", tmp_path / Path(said).name, "--trust", tmp_path / "root.pem")
    assert (checked.code, checked.out.splitlines()[0]) == (
        1,
        "no decision about a use: Ann selected the tile: bold",
    )
    told = studio("show", "contribution", "sea-side")
    assert (told.code, told.out.splitlines()[0]) == (
        0,
        "2 of 2 tiles: 1 arranged, 1 rejected, 1 selected; by Ann, Jo",
    )


def test_what_people_decided_is_shown_registered_and_told_of_a_rejected_tile(
    studio: Any, tmp_path: Path
) -> None:
    for command in (("arrange", "sea-side/1"), ("select", "sea-side/1"), ("reject", "sea-side/2")):
        assert studio(*command, "--by", "Ann").code == 0
    _, first, second = studio("show", "collection", "sea-side").out.splitlines()
    assert (first.split("  ")[-1], second.split("  ")[-1]) == ("[selected, place 1]", "[rejected]")
    shown = studio("show", "collection", "sea-side", "--json").json
    assert [(each["choice"], each["place"]) for each in shown["assets"]] == [
        ("selected", 1),
        ("rejected", None),
    ]
    registered = studio("register", "sea-side")
    assert (registered.code, "registered  1/2 tiles (1 rejected)" in registered.out) == (0, True)
    assert studio("register", "sea-side", "--json").json["rejected"] == 1
    refused = studio("export", "sea-side/2", "-o", tmp_path / "rejected.png")
    assert (refused.code, "was rejected, so it is in no registered collection" in refused.err) == (2, True)
    assert not (tmp_path / "rejected.png").exists()


def test_a_stated_right_does_not_train_past_the_terms_of_a_tile(studio: Any, tmp_path: Path) -> None:
    folder, inks = tmp_path / "scans", ["#f0c9c0", "#ee7360", "#1b2a49"]
    folder.mkdir()
    for number in range(9):
        (folder / f"own-{number}.png").write_bytes(own_pictures.png(own_pictures.drawn(number, inks)))
    stated = ("--from", folder, "--right", "drawn by us", "--by", "Mara", "--steps", "1")
    assert studio("train-style", "hand", *stated).code == 2  # 9 are too few
    assert studio("register", "sea-side").code == 0
    assert studio("export", "sea-side/1", "-o", folder / "ours.png").code == 0
    refused = studio("train-style", "hand", *stated, "--json")
    assert (refused.code, refused.json["code"]) == (1, "not-permitted"), refused
    assert "ours.png, which shows" in refused.json["detail"]
    assert studio("style", "list").out.strip() == "no style yet"
