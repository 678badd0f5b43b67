"""How fast tiles are drawn: one JSON line with seconds per tile and tiles per second of each generator."""

from __future__ import annotations

import json
import sys
import time

from generator import ArchiveGenerator, EmbeddedGenerator, Generator, families

PALETTE = ["#f6ecd6", "#17274f", "#c8553d", "#d6a01f"]
SIZE = 512


def measure(generator: Generator, names: tuple[str, ...], count: int) -> dict[str, float]:
    """Wall and processor seconds per tile of SIZE pixels, over `count` tiles of these families by turns."""
    generator.generate(generator.plan("dots", PALETTE, 0, SIZE))
    wall, busy = time.perf_counter(), time.process_time()
    for seed in range(count):
        generator.generate(generator.plan(names[seed % len(names)], PALETTE, seed, SIZE)).pixels()
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    return {
        "seconds_per_tile": round(wall / count, 4),
        "cpu_seconds_per_tile": round(busy / count, 4),
        "tiles_per_second": round(count / wall, 3),
    }


def main(count: int = 16) -> None:
    """Measure both generators and print the figures."""
    started = time.perf_counter()
    embedded = EmbeddedGenerator.load()
    loading = time.perf_counter() - started
    figures = {
        "bench": "generator",
        "size": SIZE,
        "tiles": count,
        "load_seconds": round(loading, 2),
        "embedded": measure(embedded, embedded.learnt, count),
        "archive": measure(ArchiveGenerator(), families(), count),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
