"""Figures of the register's indexes: exact look-ups of 256-bit codes a second, build time and memory.

``python -m bench.index [--millions N] [--distractors N]``, default 1 and 2,000. Codes are random, which is
what PDQ's are to one another; every second query is a registered code with up to 60 bits flipped, so about a
quarter of the queries have something to find, and whether it was found is checked. Queries are dealt to two
threads. Where others use the machine too the wall clock says little; ``lookups_per_s_of_two_cores`` is what
the CPU time comes to.

Details: whether the tile that is there is among the three with most votes, by lists and, for every fifth
suspect, with every comparison made. The suspects are eight tiles of eight families of the benchmark's tuning
half under thirteen attacks. Of the distractors the first 200 are tiles of the archive; the rest are made from
those, each descriptor moved to a likeness of .7 to .98 with what it was, turned and resized: drawing and
describing 20,000 tiles takes hours.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.repeat_forensics.attacks import ATTACKS, generator_for
from bench.repeat_forensics.tiles import tiles
from forensics.fingerprints.details import BYTES, QUANTUM, RECORDS_BYTES, describe
from forensics.fingerprints.shape import SHAPE_BYTES
from forensics.indexes.details import DetailSearch
from forensics.indexes.hamming import RADIUS, HammingIndex
from forensics.indexes.memory import ShapeSearch
from forensics.placing.features import SuspectViews, TileViews, View
from generator.archive import ArchiveGenerator  # the first edition: what was published

QUERIES = 16_384
MOST_FLIPS = 60
SKEWED = 200_000
SHAPES = 10_000
THREADS = 2
SUSPECTS, DRAWN = 8, 200
NAMED = 3
ASKED = (
    "block",
    "rotation scale .25",
    "rotation scale .5",
    "non-monotone recolour",
    "hard palette",
    "perspective .15",
    "cloth",
    "print and photo",
    "in clutter",
    "papered wall",
    "notebook",
    "70 % of a period",
    "25 % of a period",
)
_MOTIFS = ("rose floral", "daisy floral", "palm leaf", "ringed dots", "fan scallop", "zigzag chevron")
_PALETTE = ("#f4efe6", "#c8553d", "#2f4858", "#f2b134")

Bytes = NDArray[np.uint8]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.index")
    parser.add_argument("--millions", type=float, default=1.0, help="codes in the register, millions")
    parser.add_argument("--distractors", type=int, default=2000, help="tiles in the register of details")
    given = parser.parse_args(words)
    figures = {"random": _random(int(1_000_000 * given.millions)), "skewed": _skewed(), "shapes": _shapes()}
    print(json.dumps({**figures, "details": _details(given.distractors)}))
    return 0


def _random(count: int) -> dict[str, Any]:
    """A register of random codes."""
    rng = np.random.default_rng(1)
    codes = np.frombuffer(rng.bytes(count * 32), np.uint8).reshape(count, 32)
    planted = rng.integers(0, count, QUERIES // 2)
    flips = rng.integers(0, MOST_FLIPS + 1, QUERIES // 2)
    near = codes[planted] ^ _flipped(flips, rng)
    queries = np.concatenate([near, rng.integers(0, 256, near.shape, dtype=np.uint8)])
    index, figures = _built(codes)
    found = _timed(index, queries, figures)
    pairs = set(zip(found.query.tolist(), found.code.tolist(), strict=True))
    wanted = {(q, int(planted[q])) for q in np.flatnonzero(flips <= RADIUS).tolist()}
    return {**figures, "planted_within_31_bits": len(wanted), "planted_found": len(wanted & pairs)}


def _skewed() -> dict[str, Any]:
    """The worst there is: nearly all bits the same in nearly all codes, and a third of them equal."""
    rng = np.random.default_rng(2)
    codes = rng.integers(0, 256, (SKEWED, 32), dtype=np.uint8)
    codes[:, 14:] &= rng.integers(0, 256, (SKEWED, 18), dtype=np.uint8) < 2
    codes[: SKEWED // 3] = codes[0]
    index, figures = _built(codes)
    _timed(index, codes[rng.integers(0, SKEWED, 64)], figures)
    return figures


def _shapes() -> dict[str, Any]:
    """Candidates by shape among ten thousand: shapes with the spectrum of noise, as costly as any."""
    rng = np.random.default_rng(3)
    shapes = [each.tobytes() for each in rng.integers(-40, 41, (SHAPES, SHAPE_BYTES), dtype=np.int8)]
    start = time.process_time()
    search = ShapeSearch(shapes)
    built, start = time.process_time() - start, time.process_time()
    for shape in shapes[:20]:
        search.nearest(shape, 4)
    spent = (time.process_time() - start) / 20
    return {"tiles": SHAPES, "build_cpu_s": round(built, 2), "cpu_ms_per_search": round(1000 * spent)}


def _details(distractors: int) -> dict[str, Any]:
    """Recall and cost of details in a register of so many distractors and the tiles that are there."""
    cv2.setNumThreads(1)
    there = tiles("tuning", SUSPECTS)
    register = [describe(TileViews(tile.pixels)) for tile in there] + _strangers(distractors)
    suspects = [
        (number, _looked_at(attack.apply(tile.pixels, generator_for(attack, tile.name))))
        for number, tile in enumerate(there)
        for attack in ATTACKS
        if attack.name in ASKED
    ]
    figures: dict[str, Any] = {"tiles": len(register), "bytes_a_tile": RECORDS_BYTES}
    search = DetailSearch(register)
    figures["lists"] = _recall(search, suspects)
    figures["lists_every_fifth"] = _recall(search, suspects[::5])
    figures["all_every_fifth"] = _recall(DetailSearch(register, exhaustive=True), suspects[::5])
    return figures


def _looked_at(picture: Bytes) -> SuspectViews:
    """Features already found, so that they are not counted as search."""
    views = SuspectViews(picture)
    for view in View:
        views.features(view)
    return views


def _recall(search: DetailSearch, suspects: list[tuple[int, SuspectViews]]) -> dict[str, Any]:
    """How often the right tile has most votes, and is among the three; features are not in the cost."""
    first, among, spent = 0, 0, 0.0
    for number, suspect in suspects:
        start = time.process_time()
        found = [tile for tile, _ in search.rank(suspect, NAMED)]
        spent += time.process_time() - start
        first, among = first + (found[:1] == [number]), among + (number in found)
    figures = {"asked": len(suspects), "first": first, "among_three": among}
    return {**figures, "cpu_ms": round(1000 * spent / len(suspects))}


def _strangers(count: int) -> list[bytes]:
    """Details of tiles that are not there."""
    generator = ArchiveGenerator()
    drawn = []
    for number in range(min(count, DRAWN)):
        plan = generator.plan(_MOTIFS[number % len(_MOTIFS)], _PALETTE, 77_000_000 + 13 * number, 256)
        drawn.append(describe(TileViews(generator.generate(plan).pixels())))
    rng = np.random.default_rng(5)
    return drawn + [_varied(drawn[int(rng.integers(len(drawn)))], rng) for _ in range(count - len(drawn))]


def _varied(details: bytes, rng: np.random.Generator) -> bytes:
    """Details somewhat like these."""
    table = np.frombuffer(details, np.uint8).reshape(-1, BYTES).copy()
    kept = table[:, 1] > 0
    codes = table[kept, 2:].view(np.int8) / QUANTUM
    codes /= np.linalg.norm(codes, axis=1, keepdims=True) + 1e-9
    aside = rng.standard_normal(codes.shape)
    aside -= (aside * codes).sum(1, keepdims=True) * codes
    aside /= np.linalg.norm(aside, axis=1, keepdims=True)
    likeness = rng.uniform(0.7, 0.98, (len(codes), 1))
    moved = likeness * codes + np.sqrt(1.0 - likeness**2) * aside
    table[kept, 2:] = np.rint(moved * QUANTUM).clip(-127, 127).astype(np.int8).view(np.uint8)
    table[kept, 0] = rng.integers(0, 256, len(codes))
    table[kept, 1] = np.clip(table[kept, 1] + rng.integers(-6, 7, len(codes)), 1, 255)
    return table.tobytes()


def _built(codes: Bytes) -> tuple[HammingIndex, dict[str, Any]]:
    start = time.process_time()
    index = HammingIndex(codes)
    return index, {
        "codes": len(codes),
        "build_cpu_s": round(time.process_time() - start, 1),
        "index_mb": round(index.nbytes / 1e6),
    }


def _timed(index: HammingIndex, queries: Bytes, figures: dict[str, Any]) -> Any:
    """Search once; the figures go into ``figures``."""
    wall, cpu = time.monotonic(), time.process_time()
    found = index.search(queries, threads=THREADS)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    figures["lookups"] = len(queries)
    figures["lookups_per_s_wall"] = round(len(queries) / wall)
    figures["cpu_us_per_lookup"] = round(1e6 * cpu / len(queries))
    figures["lookups_per_s_of_two_cores"] = round(THREADS * len(queries) / cpu)
    figures["pairs_found"] = len(found.query)
    figures["peak_resident_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
    return found


def _flipped(flips: NDArray[np.int64], rng: np.random.Generator) -> Bytes:
    """Masks (n, 32) with so many random bits set."""
    order = np.argsort(rng.random((len(flips), 256), np.float32), axis=1)
    return np.packbits(order < flips[:, None], axis=1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
