"""Bad input and bad days on the command line: which field, what to do, and nothing half-done.

Expired keys and wrong roles exist over HTTP only: `tests/service/http/test_access.py`.
"""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import generator

USE = ("--product", "wallpaper", "--territory", "GB", "--units", 5)
BAD_PICTURES = {
    "text.png": ("picture-not-an-image", "use one of PNG"),
    "empty.png": ("picture-empty", "choose a picture"),
    "truncated.png": ("picture-truncated", "get a complete copy"),
    "truncated.jpg": ("picture-truncated", "get a complete copy"),
    "dot.png": ("picture-too-small", "1 x 1 px"),
    "wide.png": ("picture-too-large", "20000 x 40 px; scale it down"),
    "huge.png": ("picture-too-large", "scale it down"),
}


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    noise = Image.effect_noise((300, 300), 80).convert("RGB")
    for format in ("png", "jpg"):
        noise.save(folder / f"truncated.{format}")
        data = (folder / f"truncated.{format}").read_bytes()
        (folder / f"truncated.{format}").write_bytes(data[: len(data) // 2])
    (folder / "text.png").write_text("not a picture")
    (folder / "empty.png").write_bytes(b"")
    Image.new("RGB", (1, 1)).save(folder / "dot.png")
    Image.new("1", (20_000, 40)).save(folder / "wide.png")
    Image.new("1", (20_000, 20_000)).save(folder / "huge.png")
    return folder


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_a_picture_that_cannot_be_used(house: Any, pictures: Path, tmp_path: Path, name: str) -> None:
    code, told = BAD_PICTURES[name]
    marked = house("mark", pictures / name, "-o", tmp_path / "marked.png", "--id", "1", "--json")
    assert (marked.code, marked.json["code"]) == (2, code)
    assert told in marked.json["detail"]
    assert list(tmp_path.iterdir()) == []
    read = house("read", pictures / name, "--json")
    assert (read.code, read.json[0]["error"]["code"]) == (2, code)
    verified = house("verify", pictures / name, "--json")
    assert (verified.code, verified.json["ok"]) == (1, False)


def test_bad_pictures_do_not_stop_a_scan(house: Any, pictures: Path, tmp_path: Path) -> None:
    folder = tmp_path / "wild"
    shutil.copytree(pictures, folder)
    house.did("export", "harbour/1", "-o", folder / "ours.png")
    before = house.did("show", "invoice")
    scanned = house("scan", folder)
    assert scanned.code == 2
    lines = dict(line.split(": ", 1) for line in scanned.out.splitlines())
    assert lines.pop("ours.png").startswith("proven")
    assert {name: line.split(":")[0] for name, line in lines.items()} == {
        name: code for name, (code, _told) in BAD_PICTURES.items()
    }
    assert house.did("show", "invoice") == before


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"palettes": [["#f4ead8"]]}, "palettes[0]", "2 to 6 different inks"),
        ({"palettes": [["#f4ead8", "#F4EAD8"]]}, "palettes[0]", "2 to 6 different inks"),
        ({"prompts": ["flying spaghetti"]}, "prompts", "name one of floral"),
        ({"size": 1}, "size", "out of range"),
        ({"size": 20_000}, "size", "out of range"),
        ({"count": 0}, "count", ""),
        ({"terms__price": "-180.00"}, "price", "0 or more"),
        ({"terms__royalty": {"per_unit": "-0.01"}}, "royalty.per_unit", "0 or more"),
        ({"terms__split": {"studio": "60 %", "mara": "30 %"}}, "split", "change them by +10 %"),
        ({"terms__split": {"studio": "60 %", "nobody": "40 %"}}, "split.nobody", "party add"),
        ({"terms__preset": "exclusive", "terms__exclusive": False}, "exclusive", "contradicts preset"),
        ({"terms__territory": ["worldwide", "GB"]}, "territory", "contradict each other"),
        ({"terms__dates": {"start": "2027-01-01", "end": "2026-01-01"}}, "dates", "before they start"),
        ({"terms__prise": "1.00"}, "prise", "did you mean price?"),
    ],
)
def test_a_brief_that_cannot_be_made(
    house: Any, write_brief: Any, changes: dict[str, Any], field: str, told: str
) -> None:
    before = house.state
    file = write_brief(name="Never", **changes)
    words, problem = house("generate", file), house("generate", file, "--json")
    assert (words.code, problem.code) == (2, 2), words
    assert problem.json["field"] == field, problem
    assert told in words.err
    assert problem.json["detail"] in words.err
    assert house.state == before


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("decide", "0" * 32, "--party", "north-mill", *USE), "unknown-asset", "such as quay/1"),
        (("decide", "harbour/3", "--party", "north-mill", *USE), "unknown-asset", "harbour has 2 tiles"),
        (("decide", "harbour/0", "--party", "north-mill", *USE), "unknown-asset", "counted from 1"),
        (("decide", "harbour/one", "--party", "north-mill", *USE), "bad-field", "harbour/1"),
        (("decide", "harbor/1", "--party", "north-mill", *USE), "unknown-collection", "mean harbour?"),
        (("decide", "ab12", "--party", "north-mill", *USE), "unknown-asset", "at least 6 digits"),
        (("decide", "harbour/1", "--party", "north-mil", *USE), "unknown-party", "mean north-mill?"),
        (("decide", "harbour/1", "--party", "north-mill", *USE[:2]), "bad-use", "territory"),
        (("export", "Harbor/1", "-o", "x.png"), "unknown-collection", "mean harbour?"),
        (("license", "harbour/1", *USE), "bad-input", "--party"),
        (("license", "f" * 32), "unknown-offer", "selvage decide"),
        (("report", "harbour/1", *USE), "bad-input", "--party"),
        (("report", "harbour/1", "--party", "mara", *USE), "out-of-order", "selvage license"),
        (("settle", "f" * 32), "unknown-invoice", "selvage show invoice"),
        (("bill", "harbour", "--party", "nobody"), "unknown-party", "selvage party add"),
        (("party", "add", "x", "--fund", "-1"), "bad-money", "fund"),
    ],
)
def test_a_name_that_names_nothing(house: Any, arguments: tuple[object, ...], code: str, told: str) -> None:
    before = house.state
    problem = house(*arguments, "--json")
    assert (problem.code, problem.json["code"]) == (2, code), problem
    assert told in problem.json["detail"]
    assert house.state == before


def test_a_name_that_names_several(house: Any, write_brief: Any, copied: Any) -> None:
    copied.did("generate", write_brief(name="harbour", seed=9, count=1))
    ids = {each["id"] for each in copied.did("show", "collection")}
    problem = copied("show", "collection", "Harbour", "--json")
    assert (problem.code, problem.json["field"]) == (2, "collection")
    listed = set(re.findall(r"[0-9a-f]{32}", problem.json["detail"]))
    assert (len(listed), listed < ids) == (2, True)
    for name in listed:
        assert copied.did("show", "collection", name[:6])["id"] == name


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("SELVAGE_CHAIN_ID", "1", "wrong-chain"),
        ("SELVAGE_CHAIN_URL", "http://127.0.0.1:9", "chain-unavailable"),
    ],
)
def test_a_chain_that_cannot_be_used(
    house: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: str, value: str, code: str
) -> None:
    tile = tmp_path / "tile.png"
    house.did("export", "harbour/1", "-o", tile)
    before = house.state
    with monkeypatch.context() as patched:
        patched.setenv(setting, value)
        paid, taken = house("payout", "mara"), house("party", "fund", "mara", "1.00", "--json")
        assert (paid.code, taken.code, taken.json["code"]) == (3, 3, code)
        assert setting in paid.err
        assert setting in taken.json["detail"]
        verified = house("verify", tile)
        assert verified.code == 0
        assert verified.out.splitlines()[-1] == "verified, but not checked: chain"
        assert setting in verified.err
    assert house.state == before
    assert house("payout", "mara").code == 1


def test_a_chain_that_was_reset(copied: Any, write_brief: Any) -> None:
    """The copy has the ledger but a chain of its own, which never saw it."""
    copied.did("generate", write_brief(name="Pier", seed=3, count=1))
    before = copied.state
    problem = copied("register", "pier", "--json")
    assert (problem.code, problem.json["code"]) == (3, "chain-reset"), problem
    assert "SELVAGE_CHAIN_URL" in problem.json["detail"]
    assert copied.state == before


def test_a_payer_without_money(house: Any) -> None:
    asked = ("harbour/2", "--party", "north-mill", *USE)
    refused = house("license", *asked, "--json")
    assert (refused.code, refused.json["code"]) == (3, "insufficient-funds")
    assert "north-mill holds 0.00 TUSD" in refused.json["detail"]
    assert "selvage party fund north-mill '180.00 TUSD'" in refused.json["detail"]
    (invoice,) = house.did("show", "invoice")
    assert (invoice["state"], house.did("show", "licence")) == ("issued", [])
    house.did("party", "fund", "north-mill", "180.00 TUSD")
    taken = house.did("license", *asked)
    assert house.did("license", *asked)["id"] == taken["id"]
    assert [each["id"] for each in house.did("show", "invoice")] == [invoice["id"]]
    assert house.did("show", "invoice", invoice["id"][:6])["state"] == "settled"


def test_a_disk_that_is_full(
    house: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_brief: Any
) -> None:
    file = write_brief(name="Flood", seed=5, count=1)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", _full)
        made = house("generate", file, "--json")
        assert (made.code, made.json["code"]) == (3, "storage-full"), made
        written = house("export", "harbour/1", "-o", tmp_path / "tile.png", "--json")
        assert (written.code, written.json["code"]) == (3, "storage-full")
    assert list(tmp_path.iterdir()) == []
    assert not [each for each in (house.data / "blobs").rglob("*") if each.suffix == ".tmp"]
    # The page of the journal comes before the commit, so there is not even a plan.
    unplanned = house("show", "collection", "flood", "--json")
    assert (unplanned.code, unplanned.json["code"]) == (2, "unknown-collection")
    assert house.did("generate", file)["made"] == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_full_disk_behind_stdout(house: Any, more: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", "from api.cli import main; main()", "--data", str(house.data)]
    with Path("/dev/full").open("wb", buffering=0) as full:
        done = subprocess.run(
            [*command, "party", "list", *more], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert more or "storage-full" in done.stderr


@pytest.mark.parametrize("damage", ["altered", "missing", "no folder"])
def test_weights_that_are_not_the_shipped_ones(
    house: Any, write_brief: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    weights = tmp_path / "weights"
    if damage != "no folder":
        shutil.copytree(Path(generator.__file__).parent / "weights", weights)
        largest = max(weights.glob("*.safetensors"), key=lambda file: file.stat().st_size)
        data = bytearray(largest.read_bytes())
        data[len(data) // 2] ^= 1
        largest.unlink() if damage == "missing" else largest.write_bytes(data)
    monkeypatch.setenv("SELVAGE_WEIGHTS", str(weights))
    before = house.state
    problem = house("generate", write_brief(name="Never", generator="embedded"), "--json")
    expected = (2, "bad-setting") if damage == "no folder" else (3, "weights-invalid")
    assert (problem.code, problem.json["code"]) == expected
    assert ("SELVAGE_WEIGHTS" if damage == "no folder" else largest.name) in problem.json["detail"]
    assert house.state == before


def _full(self: Path, _target: object) -> Path:
    raise OSError(errno.ENOSPC, "No space left on device", str(self))
