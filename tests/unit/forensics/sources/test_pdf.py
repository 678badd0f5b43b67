"""PDF pages: drawn one by one at a sensible size, or taken as the image they are."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from forensics import decode_image
from forensics.sources import Limits, iterate

RED_SQUARE = b"1 0 0 rg 100 100 300 300 re f"
MEASURED = """
import json, resource, sys
from forensics.sources import iterate
found = {each.name: each.problem.code if each.problem else "ok" for each in iterate(sys.argv[1])}
print(json.dumps([found, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""
WHOLE_PAGE = b"q 595 0 0 842 0 0 cm /I0 Do Q"


def test_pages_are_drawn_to_fit(made: Any) -> None:
    found = list(iterate(made.pdf([RED_SQUARE, b""]), name="c.pdf"))
    assert [each.name for each in found] == ["c.pdf#page=1", "c.pdf#page=2"]
    assert found[0].data is not None
    pixels = decode_image(found[0].data)
    height, width = pixels.shape[:2]
    assert 1_950_000 < width * height <= 2_010_000
    assert found[0].dpi == pytest.approx(width / 595 * 72, abs=0.2)
    assert found[0].dpi == pytest.approx(
        round(Image.open(io.BytesIO(found[0].data)).info["dpi"][0], 1), abs=0.1
    )
    assert pixels[int(height * 0.7), int(width * 0.4)].tolist() == [255, 0, 0]
    assert pixels[5, 5].tolist() == [255, 255, 255]
    small = list(iterate(made.pdf([RED_SQUARE], box="0 0 144 72")))
    assert small[0].dpi == 300.0


def test_a_page_that_is_one_image_gives_its_very_bytes(made: Any) -> None:
    jpeg = made.encoded(made.picture(1, 600, 840), "JPEG", quality=90)
    invisible = b" BT /F1 12 Tf 3 Tr 50 50 Td (read by a scanner) Tj ET"
    label = b" 1 0 0 rg 100 100 200 200 re f"
    for content, is_own in ((WHOLE_PAGE, True), (WHOLE_PAGE + invisible, True), (WHOLE_PAGE + label, False)):
        (suspect,) = iterate(made.pdf([content], [jpeg]))
        assert (suspect.data == jpeg) is is_own
    (part,) = iterate(made.pdf([b"q 200 0 0 200 0 0 cm /I0 Do Q"], [jpeg]))
    assert part.data != jpeg
    (scan,) = iterate(made.pdf([WHOLE_PAGE], [jpeg]))
    assert scan.dpi == pytest.approx(72 * (600 * 840 / (595 * 842)) ** 0.5, abs=0.1)


def test_a_cmyk_image_is_taken_as_it_is_seen(made: Any) -> None:
    jpeg = made.encoded(Image.new("CMYK", (300, 420), (255, 0, 0, 0)), "JPEG", quality=95)
    data = made.pdf([WHOLE_PAGE], [jpeg]).replace(b"/DeviceRGB", b"/DeviceCMYK")
    (suspect,) = iterate(data)
    assert suspect.data is not None
    assert suspect.data != jpeg
    drawn = decode_image(suspect.data)
    assert drawn.shape[2] == 3
    assert np.ptp(drawn.reshape(-1, 3), axis=0).max() < 40


def test_pages_that_cannot_be_drawn(made: Any) -> None:
    narrow = list(iterate(made.pdf([RED_SQUARE], box="0 0 14400 1")))
    assert [each.problem.code for each in narrow if each.problem] == ["picture-too-small"]
    jpeg = made.encoded(made.picture(0), "JPEG")
    heavy = made.pdf([WHOLE_PAGE, RED_SQUARE], [jpeg]).replace(
        b"/Width 96/Height 64", b"/Width 40960/Height 40960"
    )
    found = list(iterate(heavy))
    assert found[0].problem is not None
    assert found[0].problem.code == "pdf-page-too-heavy"


def test_documents_that_cannot_be_opened(made: Any) -> None:
    for data in (b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(5000), made.pdf([RED_SQUARE])[:300]):
        (suspect,) = iterate(data, name="c.pdf")
        assert suspect.problem is not None
        assert (suspect.name, suspect.problem.code) == ("c.pdf", "pdf-damaged")


def test_a_locked_document(made: Any) -> None:
    # Standard security handler, revision 2 (ISO 32000-1, 7.6.3): keys that no empty password opens.
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<00><00>]" % (b"11" * 32, b"22" * 32)
    data = made.pdf([RED_SQUARE]).replace(b"/Root 1 0 R>>", b"/Root 1 0 R" + lock + b">>")
    (suspect,) = iterate(data)
    assert suspect.problem is not None
    assert suspect.problem.code == "archive-encrypted"


def test_a_page_that_would_take_all_memory_ends_itself_only(made: Any, tmp_path: Path) -> None:
    text = zlib.compress(b"0 0 m 1 1 l S\n" * 6_000_000, 9)
    packed = b"<</Filter/FlateDecode/Length %d>>stream\n" % len(text) + text
    data = made.pdf([RED_SQUARE, b"bomb", RED_SQUARE]).replace(b"<</Length 4>>stream\nbomb", packed)
    file = tmp_path / "c.pdf"
    file.write_bytes(data)
    # A process of its own: a child's peak begins with what its parent holds, and these tests hold much.
    done = subprocess.run([sys.executable, "-c", MEASURED, str(file)], capture_output=True, check=True)
    found, peak_kib = json.loads(done.stdout)
    assert found == {"c.pdf#page=1": "ok", "c.pdf#page=2": "pdf-page-too-heavy", "c.pdf#page=3": "ok"}
    assert peak_kib < 1_200_000


def test_many_pages_are_streamed_and_the_rest_is_told(made: Any) -> None:
    data = made.pdf([RED_SQUARE] * 1200)
    limits = Limits(pages=1000, page_pixels=4000)
    names, last = [], None
    for last in iterate(data, limits, name="c.pdf"):
        names.append(last.name)
    assert names[:2] + names[-2:] == ["c.pdf#page=1", "c.pdf#page=2", "c.pdf#page=1000", "c.pdf#rest"]
    assert last is not None
    assert last.problem is not None
    assert (last.problem.code, "from 1001 on" in str(last.problem)) == ("pages-left-out", True)


def test_the_same_pages_each_time(made: Any) -> None:
    data = made.pdf([RED_SQUARE, b"0 1 0 RG 9 w 50 50 m 500 700 l S"])
    assert list(iterate(data)) == list(iterate(data))
