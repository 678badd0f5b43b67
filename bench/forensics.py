"""How fast suspects are examined, and what is found of the demo's wild pictures.

Twelve marked tiles of the house archive are registered. Then: fingerprints a second; the first lane (copies
and the likeliest views of the blind mark) on pictures of one megapixel with nothing of ours in them, by two
processes; the full examination of the demo's wild pictures, of its strangers, and of unmarked copies of the
registered artworks, the hardest strangers there are: those may be likely, never proven.
``python -m bench.forensics [SEEDS]``, default 1. What is found after seventy attacks, and what is not, is
measured by ``bench.repeat_forensics``.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

import cv2
import numpy as np
from numpy.typing import NDArray

from api.demo.cloth import cloth
from api.demo.strangers import STRANGERS
from api.demo.wild import make_wild
from forensics import BruteForceIndex, Reference, Report, Verdict, decode_image, examine, fingerprint
from generator.archive import ArchiveGenerator  # the first edition: what was published
from watermark import TorusMark

Image = NDArray[np.uint8]
FAMILIES = ("floral", "leaf", "dots", "stripe", "chevron", "scallop", "arches", "terrazzo")
PALETTES = (
    ("#f4efe6", "#c8553d", "#2f4858", "#f2b134"),
    ("#20304a", "#e8c07d", "#d66853", "#f7f3ea"),
    ("#f7f1e3", "#5b8e7d", "#bc4b51", "#f4a259"),
)
COLLECTION = 12
MEGAPIXEL = (1152, 868)
FIRST_LANE, PROCESSES = 48, 2


@cache
def collection() -> list[Image]:
    """Unmarked tiles."""
    archive = ArchiveGenerator()
    plans = (archive.plan(FAMILIES[i % 8], PALETTES[i % 3], 500 + i) for i in range(COLLECTION))
    return [archive.generate(plan).pixels() for plan in plans]


@cache
def marked() -> tuple[TorusMark, dict[str, Image], BruteForceIndex]:
    """The watermark, the marked tiles, and the register of them."""
    mark, artworks = TorusMark(b"a key of the forensics bench 001"), collection()
    tiles = {f"asset-{i:02d}": mark.embed(tile, 1_000_003 * (i + 1)) for i, tile in enumerate(artworks)}
    index = BruteForceIndex(
        Reference(
            name,
            1_000_003 * (i + 1),
            fingerprint(tile),
            lambda tile=tile: tile,
            drawn=lambda drawn=artworks[i]: drawn,
        )
        for i, (name, tile) in enumerate(tiles.items())
    )
    return mark, tiles, index


def fingerprints_per_second(tiles: list[Image]) -> float:
    """Of 512 px tiles, CPU time."""
    started = time.process_time()
    for tile in tiles:
        fingerprint(tile)
    return len(tiles) / (time.process_time() - started)


def strangers(number: int) -> Iterator[Image]:
    """Pictures of one megapixel without a mark: other designers' repeats, photographs, clutter."""
    for i in range(number):
        _label, draw = STRANGERS[i % len(STRANGERS)]
        picture = draw(np.random.default_rng([900, i]))
        yield np.asarray(cv2.resize(picture, MEGAPIXEL, interpolation=cv2.INTER_AREA), np.uint8)


def first_lane_per_second() -> float:
    """Pictures a second through the first lane, by two processes, wall clock."""
    pictures = list(strangers(FIRST_LANE))
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), initializer=_one_thread) as pool:
        list(pool.map(_sorted_out, pictures[:PROCESSES]))  # every process is there and has its register
        started = time.perf_counter()
        list(pool.map(_sorted_out, pictures))
        return len(pictures) / (time.perf_counter() - started)


def _one_thread() -> None:
    cv2.setNumThreads(1)
    marked()


def _sorted_out(picture: Image) -> str:
    mark, _, index = marked()
    return examine(picture, index, mark, first_lane_only=True).verdict.value


class Tally:
    """What became of the examined pictures."""

    def __init__(self) -> None:
        self.cpu: dict[str, list[float]] = defaultdict(list)
        self.hits: dict[str, list[bool]] = defaultdict(list)
        self.false = 0

    def add(self, report: Report, truth: str | None, transform: str, cpu_seconds: float) -> None:
        """One examined picture."""
        proven = report.verdict is Verdict.PROVEN
        self.false += proven and report.asset_id != truth
        self.cpu["marked" if truth else "unmarked"].append(cpu_seconds)
        if truth is None:
            self.hits["strangers not matched"].append(report.verdict is Verdict.NONE)
        else:
            self.hits[transform].append(proven and report.asset_id == truth)


def main(seeds: int) -> dict[str, object]:
    """All figures."""
    mark, tiles, index = marked()
    tally = Tally()
    for seed in range(seeds):
        for wild in make_wild(tiles, 100 + seed):
            picture, started = decode_image(wild.data), time.process_time()
            report = examine(picture, index, mark)
            tally.add(report, wild.truth.asset, wild.truth.transform, time.process_time() - started)
            print(wild.file, report.verdict, wild.truth, report.asset_id, file=sys.stderr, flush=True)
    return figures(tally)


def figures(tally: Tally) -> dict[str, object]:
    """The tally, the rates and the unmarked copies as one JSON-ready object."""
    mark, tiles, index = marked()
    copies = [cloth(tile, (900, 760), scale=0.7, degrees=5, phase=(0.3, 0.6)) for tile in collection()]
    verdicts = [examine(picture, index, mark).verdict.value for picture in copies]
    everything = [seconds for kind in tally.cpu.values() for seconds in kind]
    found = [h for k, v in tally.hits.items() if not k.startswith("strangers") for h in v]
    return {
        "fingerprints_per_second": round(fingerprints_per_second(list(tiles.values())), 1),
        "first_lane_pictures_per_second": round(first_lane_per_second(), 2),
        "cpu_seconds_median": {k: round(float(np.median(v)), 2) for k, v in tally.cpu.items()},
        "cpu_seconds_95th": round(float(np.quantile(everything, 0.95)), 2),
        "proven_rate": {k: round(float(np.mean(v)), 3) for k, v in sorted(tally.hits.items())},
        "proven_marked_total": round(float(np.mean(found)), 3),
        "wrongly_proven": tally.false,
        "unmarked_copies": {v: verdicts.count(v) for v in sorted(set(verdicts))},
    }


if __name__ == "__main__":
    cv2.setNumThreads(1)
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)))
