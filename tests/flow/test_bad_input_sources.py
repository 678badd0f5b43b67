"""Archives, pages, listings and links handed to `selvage scan`: bad ones are told, good ones looked at."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image


def _zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _paged(*pages: Image.Image) -> bytes:
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:])
    return buffer.getvalue()


@pytest.fixture(scope="module")
def tile(house: Any, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("ours") / "tile.png"
    house.did("export", "harbour/1", "-o", path)
    return path.read_bytes()


def _rows(done: Any) -> dict[str, Any]:
    return {row["file"]: row for row in map(json.loads, done.out.splitlines())}


def _codes(rows: dict[str, Any]) -> dict[str, str]:
    return {name: row["problem"]["code"] if row["problem"] else row["verdict"] for name, row in rows.items()}


def test_a_folder_of_traps(house: Any, tile: bytes, tmp_path: Path) -> None:
    folder, outside = tmp_path / "wild", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.png").write_bytes(tile)
    blank = Image.new("RGB", (64, 64), "white")
    inner = _zipped({"in.txt": b"text"})
    files = {
        "shop.zip": _zipped(
            {
                "../climbs.png": tile,
                "deep.zip": _zipped({"in.zip": inner}),
                "zeros.bmp": bytes(64 << 20),
                "ours.png": tile,
            }
        ),
        "catalogue.pdf": _paged(blank, Image.open(io.BytesIO(tile)).convert("RGB")),
        "locked.pdf": b"%PDF-1.7\n" + bytes(100),
        "l.csv": b"image\nours.png\n",
        "note.txt": b"not a picture",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(outside)
    before = house.did("show", "invoice")
    scanned = house("scan", folder, "--json")
    assert scanned.code == 2
    assert _codes(_rows(scanned)) == {
        "catalogue.pdf#page=1": "none",
        "catalogue.pdf#page=2": "proven",
        "l.csv#row=1!/ours.png": "listing-picture-missing",
        "locked.pdf": "pdf-damaged",
        "note.txt": "picture-not-an-image",
        "out": "link-leaves-folder",
        "shop.zip!/../climbs.png": "archive-name-unsafe",
        "shop.zip!/deep.zip!/in.zip": "archive-too-deep",
        "shop.zip!/ours.png": "proven",
        "shop.zip!/zeros.bmp": "archive-bomb",
    }
    assert house.did("show", "invoice") == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["outside", "wild"]
    again = house("scan", folder, "--json")
    assert _rows(again) == _rows(scanned)


def test_a_listing_with_bad_rows(house: Any, tile: bytes, tmp_path: Path) -> None:
    (tmp_path / "ours.png").write_bytes(tile)
    (tmp_path / "l.csv").write_text(
        "image,seller,product,territory,units\n"
        "ours.png,north-mill,wallpaper,GB,12\n"
        "../../etc/passwd,north-mill,wallpaper,GB,1\n"
        "http://169.254.169.254/x.png,north-mill,wallpaper,GB,1\n"
        "ours.png,north-mill,wallpaper,GB,a dozen\n"
        ",north-mill,wallpaper,GB,1\n"
    )
    scanned = house("scan", tmp_path / "l.csv", "--json")
    rows = _rows(scanned)
    assert list(_codes(rows).values()) == [
        "proven",
        "listing-leaves-folder",
        "url-not-allowed",
        "listing-row",
        "listing-row-empty",
    ]
    (finding,) = rows["l.csv#row=1!/ours.png"]["findings"]
    assert finding["sighting"]["seller"] == "north-mill"
    assert scanned.code == 2


def test_sound_files_that_are_no_pictures_are_no_damage(house: Any, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello")
    scanned = house("scan", tmp_path)
    assert (scanned.code, "picture-not-an-image" in scanned.out) == (1, True)


def test_an_address_that_is_not_allowed(house: Any) -> None:
    scanned = house("scan", "http://127.0.0.1:9/x.png")
    assert scanned.code == 2
    assert "url-not-allowed" in scanned.out
    assert "add it to the list, SELVAGE_SCAN_HOSTS" in scanned.out
