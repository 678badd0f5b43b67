"""Web archives: captures by their address, however the records were packed."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest

from forensics.sources import Limits, iterate

HOST = "https://shop.example"


def _outcomes(data: bytes, limits: Limits | None = None) -> dict[str, str]:
    found = list(iterate(data, limits, name="c.warc"))
    assert len({each.name for each in found}) == len(found)
    return {each.name: each.problem.code if each.problem else "ok" for each in found}


def _crawl(made: Any, png: bytes) -> list[tuple[str, str, bytes]]:
    chunked = (
        b"".join(b"%x;note=1\r\n%s\r\n" % (len(part), part) for part in (png[:700], png[700:])) + b"0\r\n\r\n"
    )
    return [
        (f"{HOST}/page", "Content-Type: text/html", b"<html>an image: <img src=x.png></html>"),
        (f"{HOST}/x.png", "Content-Type: text/plain", png),
        (f"{HOST}/x.png", "", png),
        (f"{HOST}/chunked.png", "Transfer-Encoding: chunked", chunked),
        (f"{HOST}/said-chunked.png", "Transfer-Encoding: chunked", png),
        (f"{HOST}/packed.png", "Content-Encoding: gzip", gzip.compress(png)),
        (f"{HOST}/bare.png", "Content-Encoding: deflate", zlib.compress(png)[2:-4]),
        (f"{HOST}/c.pdf", "", made.pdf([b"1 0 0 rg 9 9 99 99 re f"])),
        (f"{HOST}/a.zip!/b", "", made.zipped({"in.png": png})),
        (f"{HOST}/empty", "", b""),
        (f"{HOST}/said-packed.txt", "Content-Encoding: gzip", b"not packed at all"),
        (f"{HOST}/said-packed.png", "Content-Encoding: gzip", png),
        (f"{HOST}/cut.png", "Content-Encoding: gzip", gzip.compress(png)[:900]),
        (f"{HOST}/last.png", "", png),
    ]


EXPECTED = {
    f"c.warc!/{HOST}/x.png": "ok",
    f"c.warc!/{HOST}/x.png#copy=2": "ok",
    f"c.warc!/{HOST}/chunked.png": "ok",
    f"c.warc!/{HOST}/said-chunked.png": "ok",
    f"c.warc!/{HOST}/packed.png": "ok",
    f"c.warc!/{HOST}/bare.png": "ok",
    f"c.warc!/{HOST}/c.pdf#page=1": "ok",
    f"c.warc!/{HOST}/a.zip%21/b!/in.png": "ok",
    f"c.warc!/{HOST}/said-packed.png": "ok",
    f"c.warc!/{HOST}/cut.png": "ok",
    f"c.warc!/{HOST}/last.png": "ok",
}


@pytest.mark.parametrize("packing", ["each record", "none", "whole file"])
def test_a_crawl(made: Any, png: bytes, packing: str, capsys: pytest.CaptureFixture[str]) -> None:
    data = made.warc(_crawl(made, png), gzip=packing == "each record")
    data = gzip.compress(data) if packing == "whole file" else data
    found = list(iterate(data, name="c.warc"))
    plain = [each for each in found if each.data == png]
    assert len(plain) == 9
    assert plain[0].origin.url == f"{HOST}/x.png"
    assert _outcomes(data) == EXPECTED
    assert capsys.readouterr().err == ""


def test_cut_short_and_mixed_up(made: Any, png: bytes) -> None:
    data = made.warc(_crawl(made, png)[1:4], gzip=False)
    cut = _outcomes(data[: len(data) - len(png) // 2])
    assert list(cut)[:2] == list(EXPECTED)[:2]
    wrong = _outcomes(data.replace(b"Content-Length: ", b"Content-Length: 9", 1))
    assert set(wrong.values()) <= {"ok", "archive-damaged", "picture-too-large"}
    assert (
        _outcomes(data.replace(b"WARC/1.0\r\nWARC-Type", b"WARC/9.9\r\nWARC-Type"))["c.warc#rest"]
        == "archive-damaged"
    )


def test_a_header_without_an_end(png: bytes) -> None:
    endless = b"WARC/1.0\r\nWARC-Type: " + b"a" * (8 << 20)
    for data in (endless, gzip.compress(endless)):
        assert _outcomes(data) == {"c.warc#rest": "archive-damaged"}


def test_limits(made: Any, png: bytes) -> None:
    data = made.warc([(f"{HOST}/{k}.png", "", png) for k in range(5)])
    assert list(_outcomes(data, Limits(file_bytes=100)).values()) == ["picture-too-large"] * 5
    spent = _outcomes(data, Limits(archive_bytes=2 * len(png)))
    assert list(spent)[-1] == "c.warc#rest"
    assert spent["c.warc#rest"] == "archive-too-much"
    bomb = gzip.compress(gzip.compress(png[:64] + bytes(64 << 20)))
    data = made.warc([(f"{HOST}/bomb.png", "Content-Encoding: gzip", gzip.decompress(bomb))])
    assert list(_outcomes(data, Limits(file_bytes=1 << 20)).values()) == ["picture-too-large"]
