"""What a step of training a style costs in seconds and memory, and a tile drawn over another."""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from typing import Any

from generator import ArchiveGenerator, EmbeddedGenerator
from generator.style import StyleTile, Training, read_adapter

PALETTE = ["#f6ecd6", "#17274f", "#c8553d"]
TILES, WARM = 12, 3


def measure(units: int, steps: int, generator: EmbeddedGenerator) -> dict[str, Any]:
    """Seconds a step on tiles of `units` training units, and the most memory the process held by then."""
    archive = ArchiveGenerator()
    plans = [archive.plan("rose floral, large", PALETTE, seed, 256) for seed in range(TILES)]
    drawn = [archive.generate(plan).separations for plan in plans]
    tiles = [
        StyleTile(str(k), inks, "rose floral, large", k, len(PALETTE), units) for k, inks in enumerate(drawn)
    ]
    training = Training(generator, tiles)
    training.run(WARM, WARM + steps)
    wall, busy = time.perf_counter(), time.process_time()
    training.run(WARM + steps, WARM + steps)
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    data = training.adapter()
    begun = time.process_time()
    generator.styled(read_adapter(data), 1.0)
    return {
        "parameters": training.parameters,
        "seconds_per_step": round(wall / steps, 4),
        "cpu_seconds_per_step": round(busy / steps, 4),
        "most_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "adapter_bytes": len(data),
        "state_bytes": len(training.save()),
        "merge_cpu_seconds": round(time.process_time() - begun, 4),
    }


def drawn_over(generator: EmbeddedGenerator, files: dict[str, bytes]) -> dict[str, Any]:
    """CPU seconds of a 512 px tile drawn over another, at three strengths, and how much layout is left."""
    import io

    from PIL import Image

    from generator.recipe import BasePattern
    from generator.style import layout_kept

    archive, prompt = ArchiveGenerator(), "fan scallop, large, balanced, grid"
    base, file = archive.generate(archive.plan(prompt, PALETTE, 1, 512)).separations, io.BytesIO()
    Image.fromarray(base).save(file, "PNG")
    files["ab" * 32] = file.getvalue()
    found = {}
    for strength in ("0.2", "0.4", "0.6"):
        plan = generator.plan(prompt, PALETTE, 1, 512)
        begun = time.process_time()
        drawn = generator.generate(replace(plan, base=BasePattern("ab" * 32, strength, 2))).separations
        cost = round(time.process_time() - begun, 3)
        found[strength] = {"cpu_seconds": cost, "layout_kept": round(layout_kept(base, drawn), 3)}
    return found


def main(steps: int = 10) -> None:
    """Measure tiles of one and of two units, and print the figures."""
    files: dict[str, bytes] = {}
    generator = EmbeddedGenerator.load(None, files.get)
    figures = {f"units_{units}": measure(units, steps, generator) for units in (1, 2)}
    over = drawn_over(generator, files)
    print(json.dumps({"bench": "style", "steps": steps, **figures, "drawn_over": over}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
