"""Command line of the training stages; every stage may be killed and started again."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

STAGES = ("archive", "autoencoder", "latents", "unet", "decoder", "export", "all")


def main(arguments: list[str] | None = None) -> None:
    """Run one stage, or all of them in order."""
    parser = argparse.ArgumentParser(prog="python -m generator.training", description=__doc__)
    parser.add_argument("--stage", choices=STAGES, required=True)
    parser.add_argument(
        "--minutes", type=float, default=30.0, help="wall clock for a trained stage, over all runs"
    )
    parser.add_argument("--steps", type=int, default=None, help="stop a trained stage at this step count")
    parser.add_argument("--every", type=int, default=400, help="steps between checkpoints")
    parser.add_argument("--tiles", type=int, default=12_000, help="how many archive tiles to render")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--out", type=Path, required=True, help="folder for data, checkpoints and logs")
    parser.add_argument(
        "--weights", type=Path, default=None, help="where `export` writes; the package by default"
    )
    parser.add_argument("--warm", type=Path, default=None, help="a folder of weights to start from")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    for stage in STAGES[:-1] if options.stage == "all" else (options.stage,):
        run_stage(stage, options)


def run_stage(stage: str, options: argparse.Namespace) -> None:
    """Run a single stage with the parsed options."""
    from generator.training import autoencoder, corpus, latents, loop

    budget = loop.Budget(options.minutes, options.steps, options.every)
    if stage == "archive":
        corpus.render_corpus(options.out, options.tiles)
    elif stage == "autoencoder":
        autoencoder.train_autoencoder(options.out, budget, options.warm)
    elif stage == "latents":
        latents.encode_corpus(options.out)
    elif stage == "unet":
        from generator.training import unet

        unet.train_unet(options.out, budget, options.warm)
    elif stage == "decoder":
        from generator.training import decoder

        decoder.train_decoder(options.out, budget)
    else:
        from generator.training import export

        export.export_weights(options.out, options.weights)


if __name__ == "__main__":
    main()
