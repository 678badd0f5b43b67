"""Truncated and mutated sources of every kind: a problem or a picture, never anything else."""

from __future__ import annotations

import contextlib
import csv
import io
from functools import cache
from typing import Any

import pytest
from fuzzing import fuzzed
from hypothesis import given
from hypothesis import strategies as st

from forensics import PictureError, decode_image
from forensics.sources import OUTCOMES, Limits, Suspect, iterate, pdf_pages

LIMITS = Limits(
    file_bytes=1 << 20,
    archive_bytes=4 << 20,
    archive_pixels=4_000_000,
    members=20,
    pages=5,
    page_pixels=20_000,
    frames_looked_at=10,
    rows=20,
)
KINDS = [
    "PNG",
    "JPEG",
    "WEBP",
    "TIFF",
    "GIF",
    "BMP",
    "AVIF",
    "zip",
    "stored zip",
    "warc",
    "warc.gz",
    "csv",
]


@pytest.fixture(scope="module")
def seeds(made: Any) -> Any:
    """Kind -> a sound source of that kind, small."""

    @cache
    def seed(kind: str) -> bytes:
        png = made.encoded(made.picture(0, 48, 40), compress_level=9)
        if kind in ("GIF", "TIFF", "WEBP"):
            more = [made.picture(1, 48, 40)]
            return bytes(made.encoded(made.picture(0, 48, 40), kind, save_all=True, append_images=more))
        if kind.isupper():
            return bytes(made.encoded(made.picture(0, 48, 40), kind))
        inner = made.zipped({"a.png": png, "sub/b.png": png}, 0)
        return bytes(
            {
                "zip": lambda: made.zipped(
                    {"a.png": png, "in.zip": inner, "l.csv": b"image\na.png\nb.png\n"}
                ),
                "stored zip": lambda: inner,
                "pdf": lambda: made.pdf(
                    [b"q 595 0 0 842 0 0 cm /I0 Do Q", b"1 0 0 rg 9 9 99 99 re f"],
                    [made.encoded(made.picture(0, 48, 40), "JPEG")],
                ),
                "warc": lambda: made.warc(
                    [("http://h/a.png", "", png), ("http://h/b", "", inner)], gzip=False
                ),
                "warc.gz": lambda: made.warc([("http://h/a.png", "", png), ("http://h/b", "", inner)]),
                "csv": lambda: b'image,seller,"a ""b"""\na.png,bob,1\nhttps://h/x,"e,v\ne",2\n',
            }[kind]()
        )

    return seed


def _all(data: bytes, kind: str) -> list[Suspect]:
    found = list(iterate(data, LIMITS, name=f"f.{kind}"))
    assert len({each.name for each in found}) == len(found)
    for each in found:
        assert (each.data is None) != (each.problem is None)
        if each.problem is not None:
            assert each.problem.code in OUTCOMES.keys() - {"reader-failed"}
            assert str(each.problem).isprintable()
        elif each.data is not None:
            with contextlib.suppress(PictureError):  # anything else that is raised fails the test
                assert decode_image(each.data, max_side=256).shape[2] == 3
    return found


@pytest.mark.parametrize("kind", KINDS)
@fuzzed(40)
@given(data=st.data())
def test_damage(seeds: Any, kind: str, data: st.DataObject) -> None:
    _damage(seeds, kind, data)


@fuzzed(8)
@given(data=st.data())
def test_damage_to_a_pdf(seeds: Any, data: st.DataObject) -> None:
    _damage(seeds, "pdf", data)


@fuzzed(60)
@given(data=st.data())
def test_damage_to_a_pdf_where_it_is_drawn(seeds: Any, data: st.DataObject) -> None:
    with contextlib.suppress(PictureError):
        document = pdf_pages.opened(io.BytesIO(_broken(seeds("pdf"), data)))
        for number in range(min(len(document), LIMITS.pages)):
            with contextlib.suppress(PictureError):
                assert decode_image(pdf_pages.drawn(document, number, LIMITS)[0]).ndim == 3


def _broken(whole: bytes, data: st.DataObject) -> bytes:
    changed = bytearray(whole)
    edits = st.tuples(st.integers(0, len(whole) - 1), st.binary(min_size=1, max_size=8))
    for at, value in data.draw(st.lists(edits, max_size=4)):
        changed[at : at + len(value)] = value
    return bytes(changed[: data.draw(st.one_of(st.just(len(changed)), st.integers(0, len(changed))))])


def _damage(seeds: Any, kind: str, data: st.DataObject) -> None:
    broken = _broken(seeds(kind), data)
    assert _all(broken, kind) is not None
    if len(broken) % 4 == 0:
        assert [(each.name, each.data) for each in iterate(broken, LIMITS)] == [
            (each.name, each.data) for each in iterate(broken, LIMITS)
        ]


@fuzzed(60)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"PK\x03\x04", b"WARC/1.0\r\n", b"\x1f\x8b\x08", b"II*\0"]),
)
def test_noise(data: bytes, magic: bytes) -> None:
    assert all(each.problem is not None for each in _all(magic + data, "bin"))


@fuzzed(80)
@given(
    st.lists(st.dictionaries(st.sampled_from(["image", "seller", "", "Ä"]), st.text(max_size=12)), max_size=5)
)
def test_any_text_in_a_listing(rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["image", "seller", "", "Ä"])
    writer.writeheader()
    writer.writerows(rows)
    _all(text.getvalue().encode("utf-8", "surrogatepass"), "csv")
