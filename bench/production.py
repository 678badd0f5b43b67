"""What files for production take: one JSON line with CPU-seconds and peak memory at 640 mm and 300 dpi."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import numpy as np

from generator import EmbeddedGenerator
from generator.palettes import resolve
from generator.production.drawing import to_svg
from generator.production.enlarging import Enlarger
from generator.production.pictures import encode
from watermark import TorusMark, mark

EDGE, MARK = 7559, 0x0123_4567_89AB
INKS = ("chalk", "indigo", "terracotta", "honey")
Made = TypeVar("Made")


def main(edge: int = EDGE) -> None:
    """Measure every step at `edge` pixels and print the figures."""
    taken: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Made]) -> Made:
        started = time.process_time()
        made = work()
        taken[name] = round(time.process_time() - started, 2)
        return made

    generator, palette, key = EmbeddedGenerator.load(), resolve(INKS), TorusMark(b"k" * 16)
    separations = generator.generate(generator.plan("large daisy floral", palette, 21)).separations
    enlarger = Enlarger(separations)
    painted = timed("painted", partial(enlarger.painted, edge, palette))
    marked = timed("marked and read", partial(mark, key, painted, MARK))
    del painted
    sizes = {}
    for ending in ("png", "tiff"):
        file = timed(f"written as {ending}", partial(encode, marked, f"image/{ending}", 300))
        sizes[ending] = len(file)
    del marked
    index = timed("screens", partial(enlarger.index, edge))
    table = np.repeat(np.rint(np.linspace(0, 255, len(INKS)))[:, None], 3, axis=1).astype(np.uint8)
    timed("screens marked and read", partial(mark, key, table[index], MARK, inks=table.tolist()))
    sizes["svg"] = len(timed("svg", partial(to_svg, separations, palette, INKS, "640", "bench")))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        json.dumps(
            {"bench": "production", "edge": edge, "cpu_seconds": taken, "bytes": sizes, "peak_bytes": peak}
        )
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
