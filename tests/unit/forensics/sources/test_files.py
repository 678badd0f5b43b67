"""Files, folders, ZIPs and listings: every picture by a stable name, every bad thing an outcome."""

from __future__ import annotations

import os
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from suspects import animation, changed, outcomes

from forensics import PictureError
from forensics.sources import Limits, inventory, iterate


def test_a_folder(tmp_path: Path, png: bytes, made: Any) -> None:
    (tmp_path / "b").mkdir()
    for name, data in {
        "c.png": png,
        "a.jpg": made.encoded(made.picture(), "JPEG"),
        "b/inner.png": png,
        ".hidden.png": png,
        "note.txt": b"hello",
        "empty.png": b"",
        "old.rar": b"Rar!\x1a\x07\x00 and more",
        "wild\x1b[31m.png": png,
    }.items():
        (tmp_path / name).write_bytes(data)
    assert outcomes(iterate(tmp_path)) == {
        "a.jpg": "ok",
        "b/inner.png": "ok",
        "c.png": "ok",
        "empty.png": "picture-empty",
        "note.txt": "picture-not-an-image",
        "old.rar": "archive-kind-unknown",
        "wild%1B[31m.png": "ok",
    }
    assert list(outcomes(iterate(tmp_path))) == sorted(outcomes(iterate(tmp_path)))


def test_links_are_entered_once_and_never_left_by(tmp_path: Path, png: bytes) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "given"
    outside.mkdir()
    (inside / "sub").mkdir(parents=True)
    (outside / "secret.png").write_bytes(png)
    (inside / "sub" / "p.png").write_bytes(png)
    (inside / "loop").symlink_to(inside)
    (inside / "again").symlink_to(inside / "sub")
    (inside / "self").symlink_to(inside / "self")
    (inside / "out").symlink_to(outside)
    (inside / "out.png").symlink_to(outside / "secret.png")
    (inside / "gone.png").symlink_to(inside / "missing")
    os.mkfifo(inside / "pipe")
    assert outcomes(iterate(inside)) == {
        "again/p.png": "ok",
        "gone.png": "picture-not-readable",
        "out": "link-leaves-folder",
        "out.png": "link-leaves-folder",
        "pipe": "picture-not-a-file",
        "self": "picture-not-readable",
    }


def test_folders_nested_deeper_than_the_stack(tmp_path: Path, png: bytes) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=here)
        here = os.open("d", os.O_RDONLY, dir_fd=here)
    with os.fdopen(os.open("p.png", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as file:
        file.write(png)
    assert list(outcomes(iterate(tmp_path)).values()) == ["ok"]


def test_bytes_a_single_file_and_a_missing_path(tmp_path: Path, png: bytes) -> None:
    (tmp_path / "one.png").write_bytes(png)
    assert outcomes(iterate(tmp_path / "one.png")) == {"one.png": "ok"}
    assert outcomes(iterate(png, name="mail.png")) == {"mail.png": "ok"}
    with pytest.raises(PictureError, match="does not exist") as caught:
        iterate(tmp_path / "two.png")
    assert caught.value.code == "picture-path-missing"


def test_a_zip_of_everything_bad(png: bytes, made: Any) -> None:
    inner = made.zipped({"x.png": png})
    members = [
        ("b.png", png),
        ("a.png", png),
        ("../climbs.png", png),
        ("/absolute.png", png),
        ("C:\\windows.png", png),
        ("sub\\..\\..\\back.png", png),
        ("zeros.bmp", bytes(40 << 20)),
        ("in.zip", inner),
        ("deep.zip", made.zipped({"in.zip": inner})),
        ("__MACOSX/._a.png", b"x"),
        (".DS_Store", b"x"),
        ("cat.pdf", made.pdf([b"1 0 0 rg 50 50 200 200 re f"])),
        ("dir/", b""),
        ("a!/b#page=1", png),
    ]
    with pytest.warns(UserWarning, match="Duplicate"):
        data = made.zipped([*members, ("a.png", png)])
    assert outcomes(iterate(data, name="s.zip")) == {
        "s.zip!/../climbs.png": "archive-name-unsafe",
        "s.zip!//absolute.png": "archive-name-unsafe",
        "s.zip!/C:\\windows.png": "archive-name-unsafe",
        "s.zip!/a%21/b%23page=1": "ok",
        "s.zip!/a.png": "ok",
        "s.zip!/a.png#copy=2": "ok",
        "s.zip!/b.png": "ok",
        "s.zip!/cat.pdf#page=1": "ok",
        "s.zip!/deep.zip!/in.zip": "archive-too-deep",
        "s.zip!/in.zip!/x.png": "ok",
        "s.zip!/sub\\..\\..\\back.png": "archive-name-unsafe",
        "s.zip!/zeros.bmp": "archive-bomb",
    }


def test_zips_that_lie(png: bytes, made: Any) -> None:
    data = made.zipped({"a.png": png, "b.png": png}, zipfile.ZIP_STORED)
    entry = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", entry + 4)
    cases = {
        "encrypted": (changed(data, entry + 8, b"\x01\x00"), "archive-encrypted"),
        "method": (changed(data, entry + 10, b"\x63\x00"), "archive-method-unknown"),
        "2 GiB": (changed(data, entry + 20, struct.pack("<II", 2 << 30, 2 << 30)), "picture-too-large"),
        "damage": (changed(data, 60, b"\xff\xff\xff"), "archive-damaged"),
    }
    for name, (damaged, code) in cases.items():
        found = outcomes(iterate(damaged, name="s.zip"))
        assert found == {"s.zip!/a.png": code, "s.zip!/b.png": "ok"}, name
    over = outcomes(iterate(changed(data, second + 42, struct.pack("<I", 4)), name="s.zip"))
    assert over == {"s.zip!/a.png": "archive-damaged", "s.zip!/b.png": "archive-damaged"}
    assert outcomes(iterate(data[:-30], name="s.zip")) == {"s.zip": "archive-damaged"}
    directory = changed(bytes(20 << 20), 0, b"PK\x03\x04")
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 9, 9, 20 << 20, 0, 0)
    assert outcomes(iterate(directory + end, name="s.zip")) == {"s.zip": "archive-too-much"}


def test_limits_leave_out_the_rest_and_say_so(png: bytes, made: Any) -> None:
    data = made.zipped({f"{k}.png": png for k in range(6)}, zipfile.ZIP_STORED)
    found = list(iterate(data, Limits(members=4), name="s.zip"))
    assert [each.name for each in found[3:]] == ["s.zip!/3.png", "s.zip#rest"]
    assert "2 of 6 were left out, from 4.png on" in str(found[-1].problem)
    spent = outcomes(iterate(data, Limits(archive_pixels=96 * 64 * 2), name="s.zip"))
    assert spent == {**{f"s.zip!/{k}.png": "ok" for k in range(3)}, "s.zip#rest": "archive-too-much"}
    spent = outcomes(iterate(data, Limits(archive_bytes=len(png)), name="s.zip"))
    assert spent == {**{f"s.zip!/{k}.png": "ok" for k in range(2)}, "s.zip#rest": "archive-too-much"}
    small = outcomes(iterate(png, Limits(file_bytes=100), name="a.png"))
    assert small == {"a.png": "picture-too-large"}


def test_what_is_done_is_skipped_and_nothing_else_changes(made: Any) -> None:
    data = made.zipped(
        {
            "a.gif": animation(made),
            "b.pdf": made.pdf([b"1 0 0 rg 9 9 99 99 re f", b"0 1 0 rg 9 9 99 99 re f"]),
        }
    )
    whole = list(iterate(data, name="s.zip"))
    assert len(whole) == 5
    for done in range(len(whole)):
        rest = list(iterate(data, name="s.zip", skip={each.name for each in whole[:done]}))
        assert rest == whole[done:]


def test_the_inventory(tmp_path: Path, png: bytes, made: Any) -> None:
    folder = tmp_path / "given"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "x.png").write_bytes(png)
    (folder / "a.zip").write_bytes(made.zipped({"x.png": png}))
    (folder / "c.csv").write_text("file\nb/x.png\n../y.png\nb/x.png\nhttps://h/x\n")
    (folder / "out.png").symlink_to("/etc/hostname")
    items = inventory(folder)
    assert [item.name for item in items] == ["a.zip", "b/x.png", "c.csv", "out.png"]
    assert [len(item.sha256) for item in items] == [64, 64, 64, 0]
    assert items == inventory(folder)
    assert [item.name for item in inventory(folder / "c.csv")] == ["c.csv", "../y.png", "b/x.png"]
    assert inventory(png, name="u.png")[0].size == len(png)
    before = items[1].sha256
    (folder / "b" / "x.png").write_bytes(png + b"\0")
    assert inventory(folder)[1].sha256 != before


def test_it_is_lazy(tmp_path: Path, png: bytes) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(png)
    found = iterate(tmp_path)
    assert next(found).name == "a.png"
    (tmp_path / "b.png").unlink()
    gone = next(found)
    assert gone.problem is not None
    assert gone.problem.code == "picture-not-readable"
    assert list(found) == []


def test_an_empty_zip_and_a_member_without_a_name(png: bytes, made: Any) -> None:
    assert outcomes(iterate(made.zipped({}))) == {}
    data = made.zipped([("a", png)], zipfile.ZIP_STORED)
    entry = data.index(b"PK\x01\x02")
    nameless = changed(data[: entry + 46] + data[entry + 47 :], entry + 28, b"\0\0")
    end = nameless.index(b"PK\x05\x06")
    (size,) = struct.unpack_from("<I", nameless, end + 12)
    found = outcomes(iterate(changed(nameless, end + 12, struct.pack("<I", size - 1)), name="s.zip"))
    assert list(found) == ["s.zip!/"]


def test_a_fault_of_ours_costs_one_file_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, png: bytes, made: Any
) -> None:
    (tmp_path / "a.zip").write_bytes(made.zipped({"x.png": png}))
    (tmp_path / "b.png").write_bytes(png)
    monkeypatch.setattr("forensics.sources.zips.is_hidden", lambda _name: 1 / 0)
    assert outcomes(iterate(tmp_path)) == {"a.zip#rest": "reader-failed", "b.png": "ok"}
