"""Command line of the critic's training; it may be killed and started again."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from generator.critic.training.fitting import fit
from generator.training.loop import Budget


def main(arguments: list[str] | None = None) -> None:
    """Render the archive, train, export."""
    parser = argparse.ArgumentParser(prog="python -m generator.critic.training", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for tiles, checkpoints and the log")
    parser.add_argument("--minutes", type=float, default=37.0, help="wall clock, over all runs")
    parser.add_argument("--steps", type=int, default=None, help="stop at this step count")
    parser.add_argument("--every", type=int, default=200, help="steps between checkpoints")
    parser.add_argument("--tiles", type=int, default=24_000, help="how many archive tiles to learn from")
    parser.add_argument("--batch", type=int, default=128, help="tiles in a step")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--weights", type=Path, default=None, help="where to export; the package by default")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    budget = Budget(options.minutes, options.steps, options.every)
    fit(options.out, budget, options.tiles, options.batch, options.weights)


if __name__ == "__main__":
    main()
