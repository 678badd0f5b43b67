"""Files, folders, ZIPs and listings: every picture by a stable name, every bad thing an outcome."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from forensics import PictureError, decode_image
from forensics.sources import OUTCOMES, AllowList, Limits, Suspect, inventory, iterate


def outcomes(found: Iterator[Suspect]) -> dict[str, str]:
    """Name -> "ok" or the code of the problem; each suspect is checked to be one of the two, and unique."""
    result: dict[str, str] = {}
    for suspect in found:
        assert (suspect.data is None) != (suspect.problem is None)
        assert suspect.name not in result
        assert suspect.name.isprintable()
        if suspect.data is not None:
            assert decode_image(suspect.data, max_side=4096).ndim == 3
        else:
            assert suspect.problem is not None
            assert suspect.problem.code in OUTCOMES
        result[suspect.name] = suspect.problem.code if suspect.problem else "ok"
    return result


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


def _changed(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def test_zips_that_lie(png: bytes, made: Any) -> None:
    data = made.zipped({"a.png": png, "b.png": png}, zipfile.ZIP_STORED)
    entry = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", entry + 4)
    cases = {
        "encrypted": (_changed(data, entry + 8, b"\x01\x00"), "archive-encrypted"),
        "method": (_changed(data, entry + 10, b"\x63\x00"), "archive-method-unknown"),
        "2 GiB": (_changed(data, entry + 20, struct.pack("<II", 2 << 30, 2 << 30)), "picture-too-large"),
        "damage": (_changed(data, 60, b"\xff\xff\xff"), "archive-damaged"),
    }
    for name, (changed, code) in cases.items():
        found = outcomes(iterate(changed, name="s.zip"))
        assert found == {"s.zip!/a.png": code, "s.zip!/b.png": "ok"}, name
    over = outcomes(iterate(_changed(data, second + 42, struct.pack("<I", 4)), name="s.zip"))
    assert over == {"s.zip!/a.png": "archive-damaged", "s.zip!/b.png": "archive-damaged"}
    assert outcomes(iterate(data[:-30], name="s.zip")) == {"s.zip": "archive-damaged"}
    directory = _changed(bytes(20 << 20), 0, b"PK\x03\x04")
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
            "a.gif": _animation(made),
            "b.pdf": made.pdf([b"1 0 0 rg 9 9 99 99 re f", b"0 1 0 rg 9 9 99 99 re f"]),
        }
    )
    whole = list(iterate(data, name="s.zip"))
    assert len(whole) == 5
    for done in range(len(whole)):
        rest = list(iterate(data, name="s.zip", skip={each.name for each in whole[:done]}))
        assert rest == whole[done:]


def _animation(made: Any) -> bytes:
    frames = [made.picture(seed) for seed in range(3)]
    return bytes(made.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))


LISTING = """Image; Seller ;PRODUCT;price;
img/a.png;corner-shop;wallpaper; 12.00 ;
../out.png;x;;;
/etc/passwd;x;;;
img/none.png;x;;;
https://cdn.example/x.png;x;;;
;x;;;
img/two.gif;other;;;
link.png;x;;;
"""


def test_a_listing(tmp_path: Path, png: bytes, made: Any) -> None:
    folder = tmp_path / "given"
    (folder / "img").mkdir(parents=True)
    (tmp_path / "out.png").write_bytes(png)
    (folder / "img" / "a.png").write_bytes(png)
    (folder / "img" / "two.gif").write_bytes(_animation(made))
    (folder / "link.png").symlink_to(tmp_path / "out.png")
    (folder / "l.csv").write_text("\ufeff" + LISTING, encoding="utf-8")
    found = {each.name: each for each in iterate(folder / "l.csv")}
    assert outcomes(iter(found.values())) == {
        "l.csv#row=1!/img/a.png": "ok",
        "l.csv#row=2!/../out.png": "listing-leaves-folder",
        "l.csv#row=3!//etc/passwd": "listing-leaves-folder",
        "l.csv#row=4!/img/none.png": "listing-picture-missing",
        "l.csv#row=5!/https://cdn.example/x.png": "url-not-allowed",
        "l.csv#row=6": "listing-row-empty",
        "l.csv#row=7!/img/two.gif": "ok",
        "l.csv#row=7!/img/two.gif#frame=2": "ok",
        "l.csv#row=7!/img/two.gif#frame=3": "ok",
        "l.csv#row=8!/link.png": "link-leaves-folder",
    }
    first = found["l.csv#row=1!/img/a.png"].origin
    assert (first.file, dict(first.listing)) == (
        "img/a.png",
        {"seller": "corner-shop", "product": "wallpaper", "price": "12.00"},
    )
    assert found["l.csv#row=7!/img/two.gif#frame=3"].origin.listing == {"seller": "other"}


IN_A_FOLDER = b"""image;seller
a.png;one
./img//a.png;two
../out.png;three
/etc/passwd;four
img/../../out.png;five
none.png;six
link.png;seven
other.csv;eight
more.zip;nine
.hidden/a.png;ten
"""


def test_a_listing_in_a_folder(png: bytes, made: Any, tmp_path: Path) -> None:
    root = tmp_path / "wild"
    for name in ("shop/img", "shop/.hidden", "shop/rest"):
        (root / name).mkdir(parents=True)
    for name in ("shop/a.png", "shop/img/a.png", "shop/rest/a.png", "shop/.hidden/a.png", "out.png"):
        (root / name).write_bytes(png)
    (tmp_path / "secret.png").write_bytes(png)
    (root / "shop/link.png").symlink_to(tmp_path / "secret.png")
    (root / "shop/l.csv").write_bytes(IN_A_FOLDER)
    (root / "shop/other.csv").write_bytes(b"file\na.png\nrest/a.png\n")
    (root / "shop/more.zip").write_bytes(made.zipped({"x.png": png}))
    (root / "shop/z.csv").write_bytes(b"")
    found = {each.name: each for each in iterate(root)}
    rows = "shop/l.csv#row="
    assert outcomes(iter(found.values())) == {
        "out.png": "ok",
        f"{rows}1!/a.png": "ok",
        f"{rows}2!/./img//a.png": "ok",
        f"{rows}3!/../out.png": "listing-leaves-folder",
        f"{rows}4!//etc/passwd": "listing-leaves-folder",
        f"{rows}5!/img/../../out.png": "listing-leaves-folder",
        f"{rows}6!/none.png": "listing-picture-missing",
        f"{rows}7!/link.png": "link-leaves-folder",
        f"{rows}8!/other.csv": "listing-not-followed",
        f"{rows}9!/more.zip!/x.png": "ok",
        f"{rows}10!/.hidden/a.png": "listing-picture-missing",
        "shop/other.csv#row=1!/a.png": "ok",
        "shop/other.csv#row=2!/rest/a.png": "ok",
        "shop/z.csv": "picture-empty",
    }
    second = found[f"{rows}2!/./img//a.png"]
    assert (second.data, dict(second.origin.listing)) == (png, {"seller": "two"})
    assert second.origin.file == "shop/./img//a.png"
    whole = list(found)
    for done in range(len(whole)):
        assert [each.name for each in iterate(root, skip=set(whole[:done]))] == whole[done:]
    assert list(outcomes(iterate(root, Limits(rows=1))).items()) == [
        ("out.png", "ok"),
        ("shop/img/a.png", "ok"),
        (f"{rows}1!/a.png", "ok"),
        ("shop/l.csv#rest", "listing-too-long"),
        ("shop/link.png", "link-leaves-folder"),
        ("shop/more.zip!/x.png", "ok"),
        ("shop/other.csv#row=1!/a.png", "ok"),
        ("shop/other.csv#rest", "listing-too-long"),
        ("shop/rest/a.png", "ok"),
        ("shop/z.csv", "picture-empty"),
    ]
    going_on = iterate(root)
    assert next(going_on).name == "out.png"
    (root / "shop/l.csv").unlink()  # while it is read: what only it named is read by itself
    assert "shop/img/a.png" in outcomes(going_on)


def test_a_name_too_long_for_the_disk_costs_its_row(png: bytes, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text(f"image\n{'a' * 300}.png\na.png\n")
    (tmp_path / "a.png").write_bytes(png)
    for source in (tmp_path, tmp_path / "l.csv"):
        assert list(outcomes(iterate(source)).values()) == ["picture-not-readable", "ok"]


def test_what_only_looks_like_a_listing_hides_nothing(png: bytes, tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("%PDF-1.7,image\nx,a.png\n")
    (tmp_path / "a.png").write_bytes(png)
    assert outcomes(iterate(tmp_path)) == {"a.png": "ok", "l.csv": "pdf-damaged"}


IN_AN_ARCHIVE = b"""image;seller
a.png;one
./img//a.png;two
img/two.gif;three
../out.png;four
/out.png;five
none.png;six
http://127.0.0.1:9/x.png;seven
locked.png;eight
other.csv;nine
more.zip;ten
"""


def test_a_listing_in_an_archive(png: bytes, made: Any) -> None:
    inner = made.zipped({"l.csv": b"file\nx.png\n../y.png\n", "x.png": png, "y.png": png})
    members = {
        "shop/img/a.png": png,
        "shop/img/two.gif": _animation(made),
        "shop/l.csv": IN_AN_ARCHIVE,
        "shop/locked.png": png,
        "shop/more.zip": inner,
        "shop/other.csv": b"file\na.png\n",
        "shop/a.png": png,
        "out.png": png,
    }
    data = made.zipped(members)
    at = data.index(b"shop/locked.png", data.index(b"PK\x01\x02")) - 46
    data = _changed(data, at + 8, b"\x01\x00")
    found = {each.name: each for each in iterate(data, name="s.zip", allow=AllowList.of("127.0.0.1:9"))}
    rows = "s.zip!/shop/l.csv#row="
    assert outcomes(iter(found.values())) == {
        "s.zip!/out.png": "ok",
        f"{rows}1!/a.png": "ok",
        f"{rows}2!/./img//a.png": "ok",
        f"{rows}3!/img/two.gif": "ok",
        f"{rows}3!/img/two.gif#frame=2": "ok",
        f"{rows}3!/img/two.gif#frame=3": "ok",
        f"{rows}4!/../out.png": "listing-leaves-folder",
        f"{rows}5!//out.png": "listing-leaves-folder",
        f"{rows}6!/none.png": "listing-picture-missing",
        f"{rows}7!/http://127.0.0.1:9/x.png": "url-address-refused",
        f"{rows}8!/locked.png": "archive-encrypted",
        f"{rows}9!/other.csv": "listing-not-followed",
        f"{rows}10!/more.zip!/l.csv#row=1!/x.png": "ok",
        f"{rows}10!/more.zip!/l.csv#row=2!/../y.png": "listing-leaves-folder",
        f"{rows}10!/more.zip!/y.png": "ok",
        "s.zip!/shop/other.csv#row=1!/a.png": "ok",
    }
    two = found[f"{rows}2!/./img//a.png"]
    assert (two.data, two.origin.file, dict(two.origin.listing)) == (png, "s.zip", {"seller": "two"})
    whole = list(found.values())
    for done in range(len(whole)):
        skip = {each.name for each in whole[:done]}
        rest = iterate(data, name="s.zip", allow=AllowList.of("127.0.0.1:9"), skip=skip)
        assert [each.name for each in rest] == [each.name for each in whole[done:]]


def test_listings_in_an_archive_share_their_limits(png: bytes, made: Any) -> None:
    rows = b"file\n" + b"a.png\n" * 3
    data = made.zipped({"1.csv": rows, "2.csv": rows, "3.csv": b"\x89 no text", "4.csv": png, "a.png": png})
    found = outcomes(iterate(data, Limits(rows=4), name="s.zip"))
    assert found == {
        **{f"s.zip!/1.csv#row={k}!/a.png": "ok" for k in (1, 2, 3)},
        "s.zip!/2.csv#row=1!/a.png": "ok",
        "s.zip!/2.csv#rest": "listing-too-long",
        "s.zip!/3.csv": "listing-unreadable",
        "s.zip!/4.csv": "ok",  # a picture by its content
    }
    spent = outcomes(iterate(data, Limits(archive_pixels=96 * 64), name="s.zip"))
    assert list(spent.values()) == ["ok", "ok", "archive-too-much", "archive-too-much"]
    loop = made.zipped({"in.csv": b"file\nin.csv\n"})
    assert outcomes(iterate(loop, name="s.zip")) == {"s.zip!/in.csv#row=1!/in.csv": "listing-not-followed"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "listing-no-picture-column"),
        (b"name,price\na,b\n", "listing-no-picture-column"),
        (b"image\n\xff\xfe.png\n", "listing-unreadable"),
        (b'image,x\n"a.png', "listing-unreadable"),
        (b"image\n" + b"a" * 200_000 + b"\n", "listing-unreadable"),
    ],
)
def test_listings_that_cannot_be_read(tmp_path: Path, text: bytes, code: str) -> None:
    (tmp_path / "l.csv").write_bytes(text)
    assert set(outcomes(iterate(tmp_path / "l.csv")).values()) == {code}


def test_a_listing_without_a_folder_and_a_long_one(png: bytes) -> None:
    assert outcomes(iterate(b"url\na.png\n", name="l.csv")) == {"l.csv#row=1!/a.png": "listing-leaves-folder"}
    found = outcomes(iterate(b"url\n" + b"a.png\n" * 5, Limits(rows=2), name="l.csv"))
    assert list(found.values()) == ["listing-leaves-folder"] * 2 + ["listing-too-long"]


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
    nameless = _changed(data[: entry + 46] + data[entry + 47 :], entry + 28, b"\0\0")
    end = nameless.index(b"PK\x05\x06")
    (size,) = struct.unpack_from("<I", nameless, end + 12)
    found = outcomes(iterate(_changed(nameless, end + 12, struct.pack("<I", size - 1)), name="s.zip"))
    assert list(found) == ["s.zip!/"]


def test_a_fault_of_ours_costs_one_file_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, png: bytes, made: Any
) -> None:
    (tmp_path / "a.zip").write_bytes(made.zipped({"x.png": png}))
    (tmp_path / "b.png").write_bytes(png)
    monkeypatch.setattr("forensics.sources.zips.is_hidden", lambda _name: 1 / 0)
    assert outcomes(iterate(tmp_path)) == {"a.zip#rest": "reader-failed", "b.png": "ok"}
