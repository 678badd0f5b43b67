"""Show what the mark does to a tile: `python -m bench.watermark --crops` puts it into docs/watermark.md."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.repeat_forensics.tiles import Tile, draw, families, tiles
from watermark import TorusMark
from watermark.quality import psnr, ssim

Picture = NDArray[np.uint8]

PICTURE = Path("docs/pictures/mark-quality.png")
PAGE = Path("docs/watermark.md")
MARK_ID = 0xC0FFEE123456
SHOWN = ("ditsy", "embedded floral", "archive stripe", "hexagons", "linen", "wash")
_CROP, _ZOOM, _GAP, _TIMES = 128, 2, 8, 8

_START, _END = "<!-- written by python -m bench.watermark --crops: -->", "<!-- end -->"

_TEXT = """
Crops at 200 %. Left: original. Middle: marked. Right: the difference, {times} times as strong, on grey.
From the top: {shown}.

![Crops of six tiles at 200 %: original, marked, difference](pictures/mark-quality.png)

The tuning half of the benchmark's tiles (`bench/repeat_forensics/tiles.py`), 512 px, strength 1:

| tile | PSNR, dB | SSIM |
|---|---|---|
{rows}
| **worst** | **{worst_psnr:.2f}** | **{worst_ssim:.4f}** |
| **mean** | **{mean_psnr:.2f}** | **{mean_ssim:.4f}** |
"""


def write_page() -> Path:
    """Write the picture, and what is measured between the markers of the page; return the page."""
    mark = TorusMark(b"the key of the bench")
    drawn = tiles("tuning", len(families("tuning")))
    marked = [mark.embed(tile.pixels, MARK_ID) for tile in drawn]
    losses = [(psnr(t.pixels, m), ssim(t.pixels, m)) for t, m in zip(drawn, marked, strict=True)]
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    sheet = np.vstack([_row(mark, draw(family, 0)) for family in SHOWN])
    if not cv2.imwrite(str(PICTURE), sheet[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9]):
        raise OSError(f"{PICTURE}: could not be written")
    before, rest = PAGE.read_text(encoding="utf-8").split(_START)
    after = rest.split(_END)[1]
    PAGE.write_text(before + _START + "\n" + _measured(drawn, losses) + "\n" + _END + after, encoding="utf-8")
    return PAGE


def _measured(drawn: list[Tile], losses: list[tuple[float, float]]) -> str:
    rows = [f"| {t.name} | {p:.2f} | {s:.4f} |" for t, (p, s) in zip(drawn, losses, strict=True)]
    psnrs, ssims = zip(*losses, strict=True)
    return _TEXT.format(
        times=_TIMES,
        shown=", ".join(SHOWN),
        rows="\n".join(rows),
        worst_psnr=min(psnrs),
        worst_ssim=min(ssims),
        mean_psnr=float(np.mean(psnrs)),
        mean_ssim=float(np.mean(ssims)),
    )


def _row(mark: TorusMark, tile: Tile) -> Picture:
    marked = mark.embed(tile.pixels, MARK_ID)
    difference = 128 + _TIMES * (marked.astype(np.int64) - tile.pixels)
    parts = (tile.pixels, marked, np.clip(difference, 0, 255).astype(np.uint8))
    return np.hstack([_enlarged(part) for part in parts])


def _enlarged(picture: Picture) -> Picture:
    """The middle of a picture at 200 %, framed."""
    top = (picture.shape[0] - _CROP) // 2
    crop = picture[top : top + _CROP, top : top + _CROP]
    large = cv2.resize(crop, None, fx=_ZOOM, fy=_ZOOM, interpolation=cv2.INTER_NEAREST)
    frame = cv2.copyMakeBorder(large, 0, _GAP, 0, _GAP, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    return np.asarray(frame, np.uint8)
