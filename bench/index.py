"""Figures of the register's indexes: exact look-ups of 256-bit codes a second, build time and memory.

``python -m bench.index [--millions N]``, default 1. Codes are random, which is what PDQ's are to one another;
every second query is a registered code with up to 60 bits flipped, so about a quarter of the queries have
something to find, and whether it was found is checked. Queries are dealt to two threads. Where others use the
machine too the wall clock says little; ``lookups_per_s_of_two_cores`` is what the CPU time comes to.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forensics.fingerprints.shape import SHAPE_BYTES
from forensics.indexes.hamming import RADIUS, HammingIndex
from forensics.indexes.memory import ShapeSearch

QUERIES = 16_384
MOST_FLIPS = 60
SKEWED = 200_000
SHAPES = 10_000
THREADS = 2

Bytes = NDArray[np.uint8]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.index")
    parser.add_argument("--millions", type=float, default=1.0, help="codes in the register, millions")
    count = int(1_000_000 * parser.parse_args(words).millions)
    print(json.dumps({"random": _random(count), "skewed": _skewed(), "shapes": _shapes()}))
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
