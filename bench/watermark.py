"""Measure both watermarks: one JSON line with speed, quality and what each attack leaves readable.

`python -m bench.watermark [--null N]`; N null readings (default 0) of unmarked pictures report the largest z.
`python -m bench.watermark --crops` instead draws what the mark changes into docs/watermark.md.
"""

from __future__ import annotations

import argparse
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark import SvdMark, TorusMark, Watermarker, mark
from watermark.quality import psnr, ssim
from watermark.torus.pvalue import threshold

Picture = NDArray[np.uint8]
MARK_ID = 0xC0FFEE123456
SIDE = 512


def tiles() -> dict[str, Picture]:
    """Four seamless 512 px tiles of flat, anti-aliased inks."""
    inks = [(246, 233, 228), (196, 69, 106), (63, 95, 66), (242, 184, 160)]
    return {
        "confetti": _scattered(inks, 120, 0.02, 1),
        "blots": _scattered(inks, 40, 0.06, 2),
        "dots": _lattice_of_dots(inks),
        "stripes": _stripes(inks),
    }


def _scattered(inks: list[tuple[int, int, int]], count: int, size: float, seed: int) -> Picture:
    rng = np.random.default_rng(seed)
    blobs = [(rng.random(2), size * rng.uniform(0.4, 1.2), int(rng.integers(1, 4))) for _ in range(count)]
    return _drawn(inks[0], [(place, radius, inks[ink]) for place, radius, ink in blobs])


def _lattice_of_dots(inks: list[tuple[int, int, int]]) -> Picture:
    places = [((c + r % 2 / 2) / 6, r / 12) for r in range(12) for c in range(6)]
    return _drawn(inks[0], [(np.array(place), 0.03, inks[1]) for place in places])


def _drawn(ground: tuple[int, int, int], dots: list[tuple[Any, float, tuple[int, int, int]]]) -> Picture:
    side = 2 * SIDE
    sheet = np.full((side, side, 3), ground, np.uint8)
    for place, radius, ink in dots:
        for dx in (-side, 0, side):
            for dy in (-side, 0, side):
                centre = (int(place[0] * side) + dx, int(place[1] * side) + dy)
                cv2.circle(sheet, centre, int(radius * side), ink, -1)
    return np.asarray(cv2.resize(sheet, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _stripes(inks: list[tuple[int, int, int]]) -> Picture:
    rng = np.random.default_rng(3)
    sheet = np.full((SIDE, SIDE, 3), inks[0], np.uint8)
    left = 0
    while left < SIDE - 40:
        width = int(rng.integers(6, 28))
        sheet[:, left : left + width] = inks[int(rng.integers(1, 4))]
        left += width + int(rng.integers(6, 24))
    return sheet


def repeated(tile: Picture, across: float, down: float) -> Picture:
    rows = (np.arange(int(down * tile.shape[0])) + 131) % tile.shape[0]
    columns = (np.arange(int(across * tile.shape[1])) + 57) % tile.shape[1]
    return np.ascontiguousarray(tile[rows][:, columns])


def jpeg(picture: Picture, quality: int) -> Picture:
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)


def scaled(picture: Picture, factor: float) -> Picture:
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=method), np.uint8)


def photographed(tile: Picture, degrees: float, scale: float, tilt: float) -> Picture:
    sheet = np.tile(tile, (6, 6, 1))
    half = sheet.shape[0] / 2
    width, height = int(2.5 * SIDE * scale), int(2.1 * SIDE * scale)
    turn = np.vstack([cv2.getRotationMatrix2D((half, half), degrees, scale), [0.0, 0.0, 1.0]])
    away, bend, back = np.eye(3), np.eye(3), np.eye(3)
    away[:2, 2], back[:2, 2] = -half, (width / 2, height / 2)
    bend[2, :2] = tilt / width, -tilt / height
    seen = cv2.warpPerspective(sheet, back @ bend @ away @ turn, (width, height), flags=cv2.INTER_AREA)
    return np.asarray(seen, np.uint8)


ATTACKS: dict[str, Callable[[Picture], Picture]] = {
    "none": lambda t: t,
    "jpeg 75": lambda t: jpeg(t, 75),
    "jpeg 50": lambda t: jpeg(t, 50),
    "crop 1.25": lambda t: repeated(t, 1.25, 1.25),
    "crop 2.3x1.7 jpeg 50": lambda t: jpeg(repeated(t, 2.3, 1.7), 50),
    "repeat 4x4": lambda t: np.tile(t, (4, 4, 1)),
    "scale 0.5 jpeg 75": lambda t: jpeg(scaled(repeated(t, 2.3, 1.7), 0.5), 75),
    "scale 1.5 jpeg 75": lambda t: jpeg(scaled(repeated(t, 2.3, 1.7), 1.5), 75),
    "turned 5": lambda t: jpeg(photographed(t, 5, 0.8, 0), 75),
    "grey": lambda t: cv2.cvtColor(cv2.cvtColor(repeated(t, 2, 2), cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB),
    "channels swapped": lambda t: np.ascontiguousarray(repeated(t, 2, 2)[..., [2, 0, 1]]),
    "mirrored": lambda t: np.ascontiguousarray(np.rot90(repeated(t, 2.3, 1.7))[:, ::-1]),
    "perspective 0.05": lambda t: jpeg(photographed(t, 3, 0.7, 0.05), 80),
    "perspective 0.15": lambda t: jpeg(photographed(t, 3, 0.7, 0.15), 80),
    "unmarked": lambda t: repeated(t, 2.3, 1.7),
}


def measured(watermarker: Watermarker, originals: dict[str, Picture]) -> dict[str, Any]:
    started = time.process_time()
    marked = {name: mark(watermarker, tile, MARK_ID) for name, tile in originals.items()}
    spent = time.process_time() - started
    attacks: dict[str, dict[str, float]] = {}
    for name, attack in ATTACKS.items():
        started = time.process_time()
        sources = originals if name == "unmarked" else marked
        readings = [watermarker.read(attack(tile)) for tile in sources.values()]
        expected = None if name == "unmarked" else MARK_ID
        right = sum(reading.mark_id == expected for reading in readings)
        wrong = sum(reading.mark_id not in (None, expected) for reading in readings)
        seconds = round((time.process_time() - started) / len(readings), 2)
        attacks[name] = {"right": right, "wrong": wrong, "of": len(readings), "cpu_seconds": seconds}
    psnrs = [psnr(originals[name], marked[name]) for name in originals]
    ssims = [ssim(originals[name], marked[name]) for name in originals]
    return {
        "tiles_marked_and_read_per_cpu_second": round(len(originals) / spent, 2),
        "psnr_min_mean": [round(min(psnrs), 2), round(float(np.mean(psnrs)), 2)],
        "ssim_min_mean": [round(min(ssims), 4), round(float(np.mean(ssims)), 4)],
        "attacks": attacks,
    }


def null_readings(count: int, originals: dict[str, Picture]) -> dict[str, float]:
    """Readings of unmarked repeats, and of repeats marked with another key, each under a fresh random key."""
    rng = np.random.default_rng(11)
    other = TorusMark(secrets.token_bytes(32))
    pictures = [*originals.values(), *(other.embed(tile, MARK_ID) for tile in originals.values())]
    scores, accepted = [], 0
    for turn in range(count):
        suspect = repeated(pictures[turn % len(pictures)], *rng.uniform(1.0, 1.8, 2))
        reading = TorusMark(secrets.token_bytes(32)).read(suspect)
        accepted += reading.mark_id is not None
        scores.append(reading.score)
    return {
        "readings": count,
        "accepted": accepted,
        "largest_z": round(max(scores), 2),
        "z_to_accept_first_fold": round(threshold(1, 8, 48), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--null", type=int, default=0, help="null readings to make")
    parser.add_argument("--crops", action="store_true", help="draw the quality part of docs/watermark.md")
    arguments = parser.parse_args()
    if arguments.crops:
        from bench._mark_quality import write_page

        print(json.dumps({"written": str(write_page())}))
        return
    originals = tiles()
    makers: tuple[Watermarker, ...] = (TorusMark(b"the key of the bench"), SvdMark())
    report: dict[str, Any] = {maker.algorithm: measured(maker, originals) for maker in makers}
    if arguments.null:
        report["null"] = null_readings(arguments.null, originals)
    print(json.dumps({"watermark": report}))


if __name__ == "__main__":
    main()
