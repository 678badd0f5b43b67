"""Listings of pictures, by themselves, in folders and in archives: which pictures they name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from suspects import animation, changed, outcomes

from forensics.sources import AllowList, Limits, iterate

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
    (folder / "img" / "two.gif").write_bytes(animation(made))
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
        "shop/img/two.gif": animation(made),
        "shop/l.csv": IN_AN_ARCHIVE,
        "shop/locked.png": png,
        "shop/more.zip": inner,
        "shop/other.csv": b"file\na.png\n",
        "shop/a.png": png,
        "out.png": png,
    }
    data = made.zipped(members)
    at = data.index(b"shop/locked.png", data.index(b"PK\x01\x02")) - 46
    data = changed(data, at + 8, b"\x01\x00")
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
