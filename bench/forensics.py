"""Forensics figures: fingerprints and pictures per second, and what was found per kind of wild picture.

Twelve marked tiles of the house archive are registered; the demo's wild pictures and strangers are drawn for
each seed and examined; then unmarked copies of the same artworks, the hardest strangers there are, are
examined too: they may be likely, never proven. ``python -m bench.forensics [SEEDS]``, default 1.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from api.demo.cloth import cloth
from api.demo.wild import make_wild
from forensics import BruteForceIndex, Reference, Report, Verdict, decode_image, examine, fingerprint
from generator import ArchiveGenerator
from watermark import TorusMark

Image = NDArray[np.uint8]
FAMILIES = ("floral", "leaf", "dots", "stripe", "chevron", "scallop", "arches", "terrazzo")
PALETTES = (
    ("#f4efe6", "#c8553d", "#2f4858", "#f2b134"),
    ("#20304a", "#e8c07d", "#d66853", "#f7f3ea"),
    ("#f7f1e3", "#5b8e7d", "#bc4b51", "#f4a259"),
)
COLLECTION = 12


def collection() -> list[Image]:
    """Unmarked tiles."""
    archive = ArchiveGenerator()
    plans = (archive.plan(FAMILIES[i % 8], PALETTES[i % 3], 500 + i) for i in range(COLLECTION))
    return [archive.generate(plan).pixels() for plan in plans]


def fingerprints_per_second(tiles: list[Image]) -> float:
    """Of 512 px tiles, CPU time."""
    started = time.process_time()
    for tile in tiles:
        fingerprint(tile)
    return len(tiles) / (time.process_time() - started)


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
        kind = "unmarked" if truth is None else "marked"
        self.cpu[kind].append(cpu_seconds)
        if truth is None:
            self.hits["strangers not matched"].append(report.verdict is Verdict.NONE)
        else:
            self.hits[transform].append(proven and report.asset_id == truth)


def main(seeds: int) -> dict[str, object]:
    """All figures."""
    artworks, mark = collection(), TorusMark(b"a key of the forensics bench 001")
    tiles = {f"asset-{i:02d}": mark.embed(tile, 1_000_003 * (i + 1)) for i, tile in enumerate(artworks)}
    index = BruteForceIndex(
        Reference(name, 1_000_003 * (i + 1), fingerprint(tile), lambda tile=tile: tile)
        for i, (name, tile) in enumerate(tiles.items())
    )
    tally = Tally()
    for seed in range(seeds):
        for wild in make_wild(tiles, 100 + seed):
            picture, started = decode_image(wild.data), time.process_time()
            report = examine(picture, index, mark)
            tally.add(report, wild.truth.asset, wild.truth.transform, time.process_time() - started)
            print(wild.file, report.verdict, wild.truth, report.asset_id, file=sys.stderr, flush=True)
    return figures(tally, artworks, index, mark, fingerprints_per_second(list(tiles.values())))


def figures(
    tally: Tally, artworks: list[Image], index: BruteForceIndex, mark: TorusMark, rate: float
) -> dict[str, object]:
    """The tally and the unmarked copies as one JSON-ready object."""
    copies = [cloth(tile, (900, 760), scale=0.7, degrees=5, phase=(0.3, 0.6)) for tile in artworks]
    verdicts = [examine(picture, index, mark).verdict.value for picture in copies]
    return {
        "fingerprints_per_second": round(rate, 1),
        "pictures_per_second": {k: round(len(v) / sum(v), 3) for k, v in tally.cpu.items()},
        "cpu_seconds_median": {k: round(float(np.median(v)), 2) for k, v in tally.cpu.items()},
        "proven_rate": {k: round(float(np.mean(v)), 3) for k, v in sorted(tally.hits.items())},
        "proven_marked_total": round(
            float(np.mean([h for k, v in tally.hits.items() if not k.startswith("strangers") for h in v])), 3
        ),
        "wrongly_proven": tally.false,
        "unmarked_copies": {v: verdicts.count(v) for v in sorted(set(verdicts))},
    }


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)))
