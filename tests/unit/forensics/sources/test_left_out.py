"""Listings in archives: what they name and no row comes to is read by itself, or told."""

from __future__ import annotations

from typing import Any

import pytest

from forensics.sources import Limits, iterate

SPENT = [
    ("csv", b"file\n" + b"http://127.0.0.1/x\n" * 3, ["o.png", "p.png", "p.png#copy=2", "q.png"]),
    ("csv", b"file,x\n" + b",x\n" * 3, ["o.png", "p.png", "p.png#copy=2", "q.png"]),
    # Only by reading it is it known that it spends rows: what the others name waits for them.
    ("zip", b"file\n" + b"x.png\n" * 3, ["p.png#copy=2", "q.png", "o.png", "p.png"]),
]


def outcomes(data: bytes, **limits: int) -> dict[str, str]:
    """Name -> "ok" or the code of the problem, in the order they came; each name came once."""
    found = list(iterate(data, Limits(**limits), name="s.zip"))
    told = {each.name: each.problem.code if each.problem else "ok" for each in found}
    assert len(told) == len(found)
    return told


@pytest.mark.parametrize(("kind", "rows", "alone"), SPENT, ids=["addresses", "empty", "nested"])
def test_rows_that_another_listing_spent(
    png: bytes, made: Any, kind: str, rows: bytes, alone: list[str]
) -> None:
    spending = made.zipped({"l.csv": rows}) if kind == "zip" else rows
    listings = [(f"a.{kind}", spending), ("b.csv", b"file\np.png\np.png\n"), ("c.csv", b"file\no.png\n")]
    pictures = [(name, png) for name in ("o.png", "p.png", "p.png", "q.png", "z.png")]
    with pytest.warns(UserWarning, match="Duplicate"):
        data = made.zipped([*listings, *pictures])
    found = outcomes(data, rows=3, members=7)
    assert list(found.items())[3:] == [
        ("s.zip!/b.csv#rest", "listing-too-long"),
        ("s.zip!/c.csv#rest", "listing-too-long"),
        *((f"s.zip!/{name}", "ok") for name in alone),
        ("s.zip#rest", "archive-too-many"),
    ]
    one_more = outcomes(data, rows=4, members=7)
    assert [name for name, code in one_more.items() if code == "ok"] == [
        "s.zip!/b.csv#row=1!/p.png",
        *(f"s.zip!/{name}" for name in alone if name != "p.png"),
    ]
    _goes_on(data, Limits(rows=3, members=7))


def _goes_on(data: bytes, limits: Limits) -> None:
    whole = list(iterate(data, limits, name="s.zip"))
    for done in range(len(whole)):
        rest = iterate(data, limits, name="s.zip", skip={each.name for each in whole[:done]})
        assert list(map(repr, rest)) == list(map(repr, whole[done:]))


@pytest.mark.parametrize("head", ["%PDF-1.4,image", "BM,image", "WARC/1.0,image", "PK\x03\x04,image"])
def test_a_listing_that_passes_for_another_file(png: bytes, made: Any, head: str) -> None:
    disguised = {"l.csv": f"{head}\nx,p.png\nx,in.zip\n".encode(), "p.png": png}
    inner = made.zipped({**disguised, "in.zip": made.zipped({"p.png": png})})
    honest = {"k.png": png, "m.csv": b"file\nk.png\n"}
    found = outcomes(made.zipped({**disguised, **honest, "in.zip": inner}), rows=2)
    assert {name: code for name, code in found.items() if "l.csv" not in name} == {
        "s.zip!/in.zip!/in.zip": "archive-too-deep",
        "s.zip!/in.zip!/p.png": "ok",
        "s.zip!/m.csv#row=1!/k.png": "ok",
        "s.zip!/p.png": "ok",
    }
    assert [code for name, code in found.items() if "l.csv" in name and code == "ok"] == []


def test_a_listing_that_ends_in_damage(png: bytes, made: Any) -> None:
    text = b'file\na.png\n"b.png\n'
    found = outcomes(made.zipped({"l.csv": text, "a.png": png, "b.png": png}))
    assert found == {
        "s.zip!/b.png": "ok",
        "s.zip!/l.csv#row=1!/a.png": "ok",
        "s.zip!/l.csv#rest": "listing-unreadable",
    }


def test_an_archive_spent_in_the_middle_of_a_listing(png: bytes, made: Any) -> None:
    data = made.zipped({"l.csv": b"file\na.png\nb.png\nc.png\n", **{f"{k}.png": png for k in "abc"}})
    whole = {f"s.zip!/l.csv#row={row}!/{k}.png": "ok" for row, k in enumerate("abc", 1)}
    one = 96 * 64
    assert outcomes(data, archive_pixels=one * 2) == whole
    for limits in ({"archive_pixels": one}, {"archive_bytes": len(png) * 2}):
        assert outcomes(data, **limits) == {
            **dict(list(whole.items())[:2]),
            "s.zip!/l.csv#rest": "archive-too-much",
            "s.zip#rest": "archive-too-much",
        }
        _goes_on(data, Limits(**limits))


def test_an_archive_spent_while_reading_what_was_left_out(png: bytes, made: Any) -> None:
    spending = made.zipped({"l.csv": b"file\n" + b"none.png\n" * 3})
    pictures = {f"{k}.png": png for k in "xyz"}
    data = made.zipped({"a.zip": spending, "b.csv": b"file\nx.png\ny.png\nz.png\n", **pictures})
    found = outcomes(data, rows=3, archive_pixels=96 * 64)
    assert list(found.items())[3:] == [
        ("s.zip!/b.csv#rest", "listing-too-long"),
        ("s.zip!/x.png", "ok"),
        ("s.zip!/y.png", "ok"),
        ("s.zip#rest", "archive-too-much"),
    ]
