"""Peak memory of whole processes that read the worst: below 1.5 GB, whatever comes."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

# What the scanner does with every suspect, without the scanner.
CHILD = """
import collections, json, pathlib, re, sys
from forensics import decode_image
from forensics.sources import Limits, iterate
codes = collections.Counter()
for suspect in iterate(sys.argv[1], Limits(**json.loads(sys.argv[2]))):
    codes[suspect.problem.code if suspect.problem else "ok"] += 1
    if suspect.data is not None:
        decode_image(suspect.data, max_side=4096)
# Not getrusage: its peak begins with that of the process that started this one.
status = pathlib.Path("/proc/self/status").read_text()
print(json.dumps([codes, int(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1]) * 1024]))
"""
GB = 1_000_000_000
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")


def _measured(path: Path, **limits: int) -> tuple[dict[str, int], int]:
    command = [sys.executable, "-c", CHILD, str(path), json.dumps(limits)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    codes, peak = json.loads(done.stdout)
    return codes, peak


def test_a_picture_larger_than_the_memory_it_takes(tmp_path: Path, made: Any) -> None:
    side = 12_288
    (tmp_path / "large.png").write_bytes(made.large_png(side))
    codes, peak = _measured(tmp_path / "large.png")
    assert codes == {"ok": 1}
    assert peak < 0.35 * GB < side * side * 3  # less than the pixels alone would take


@pytest.mark.parametrize("kind", ["picture", "archive"])
def test_decompression_bombs(tmp_path: Path, made: Any, kind: str) -> None:
    data = made.large_png(18_000)
    assert len(data) < 30 << 20
    if kind == "archive":
        with zipfile.ZipFile(tmp_path / "bomb", "w") as archive:
            archive.writestr("bomb.png", data)
            archive.writestr("zeros.bmp", bytes(300 << 20), zipfile.ZIP_DEFLATED)
    else:
        (tmp_path / "bomb").write_bytes(data)
    codes, peak = _measured(tmp_path / "bomb")
    assert codes == {"picture-too-large": 1, **({"archive-bomb": 1} if kind == "archive" else {})}
    assert peak < 0.3 * GB


def test_a_thousand_pages(tmp_path: Path, made: Any) -> None:
    jpeg = made.encoded(made.picture(0, 600, 600), "JPEG")
    content = [b"q 200 0 0 200 50 50 cm /I0 Do Q %d 9 50 50 re f" % page for page in range(1000)]
    (tmp_path / "catalogue.pdf").write_bytes(made.pdf(content, [jpeg]))
    codes, peak = _measured(tmp_path / "catalogue.pdf", page_pixels=20_000)
    assert codes == {"ok": 1000}
    assert peak < 0.3 * GB


def test_a_zip_that_claims_2_gb(tmp_path: Path, made: Any, png: bytes) -> None:
    data = bytearray(made.zipped([("a.png", png), ("claims.png", png)], zipfile.ZIP_STORED))
    last = data.rindex(b"PK\x01\x02")
    data[last + 20 : last + 28] = struct.pack("<II", 2_000_000_000, 2_000_000_000)
    (tmp_path / "claims.zip").write_bytes(data)
    codes, peak = _measured(tmp_path / "claims.zip")
    assert codes == {"ok": 1, "picture-too-large": 1}
    assert peak < 0.3 * GB


def test_ten_thousand_members(tmp_path: Path, png: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number:05}.png", png)
    codes, peak = _measured(tmp_path / "many.zip")
    assert codes == {"ok": 10_000}
    assert peak < 0.3 * GB
