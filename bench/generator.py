"""What a tile, a step of the sampler and a step of the weights' training cost in seconds and memory."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator import ArchiveGenerator, EmbeddedGenerator, Generator, families

PALETTE = ["#f6ecd6", "#17274f", "#c8553d", "#d6a01f"]
SIZE = 512
TRAINED_STEPS, BATCH = 6, 32


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
        "most_memory_mib": most_memory(),
    }


def most_memory() -> int:
    """The most memory in MiB that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def sampler_step(generator: EmbeddedGenerator, count: int) -> float:
    """Processor seconds that each further step of the sampler adds to a tile of SIZE pixels."""
    plans = [generator.plan("large dots", PALETTE, seed, SIZE) for seed in range(count)]
    taken = []
    for more in (1, 2):
        busy = time.process_time()
        for plan in plans:
            generator.generate(replace(plan, steps=more * plan.steps))
        taken.append(time.process_time() - busy)
    return round((taken[1] - taken[0]) / sum(plan.steps for plan in plans), 4)


def training_step() -> dict[str, Any]:
    """Processor seconds of a step of the flow network's training on one thread, and the memory that this
    process has held at most by then."""
    import torch

    from generator.captions import CaptionTokenizer
    from generator.models import LATENT_CHANNELS
    from generator.training.loop import Budget, train
    from generator.training.unet import flow_loss, sample_captions, unet_trainee
    from generator.units import UNIT_LATENTS

    torch.set_num_threads(1)
    words = sample_captions()
    tokens = torch.tensor(CaptionTokenizer.house().encode([words[k % len(words)] for k in range(BATCH)]))
    clean, noise = torch.randn(2, BATCH, LATENT_CHANNELS, UNIT_LATENTS, UNIT_LATENTS)
    along = torch.linspace(0.0, 1.0, BATCH)
    with tempfile.TemporaryDirectory() as folder:
        trainee = unet_trainee(Path(folder))

        def steps(until: int) -> float:
            begun = time.process_time()
            budget = Budget(minutes=60.0, steps=until, every=10**9)
            train(
                trainee, lambda _step: flow_loss(trainee, clean, noise, along, tokens), budget, lambda: None
            )
            return time.process_time() - begun

        steps(2)
        taken = steps(2 + TRAINED_STEPS)
    return {
        "tiles_a_step": BATCH,
        "cpu_seconds_per_step": round(taken / TRAINED_STEPS, 3),
        "most_memory_mib": most_memory(),
    }


def main(count: int = 16) -> None:
    """Measure, what takes least memory first, and print the figures."""
    archive = measure(ArchiveGenerator(), families(), count)
    started = time.perf_counter()
    embedded = EmbeddedGenerator.load()
    loading = time.perf_counter() - started
    drawn = measure(embedded, embedded.learnt, count)
    small = measure(embedded, tuple(f"small {family}" for family in embedded.learnt), count)
    figures = {
        "bench": "generator",
        "size": SIZE,
        "tiles": count,
        "load_seconds": round(loading, 2),
        "archive": archive,
        "embedded": drawn | {"cpu_seconds_per_sampler_step": sampler_step(embedded, max(1, count // 4))},
        "embedded_small": small,
        "training": training_step(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
