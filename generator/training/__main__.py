"""Command line of the training stages; every stage may be killed and started again."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from generator.training.team import Team

STAGES = ("archive", "autoencoder", "latents", "unet", "redrawn", "decoder", "export", "all")


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
    parser.add_argument("--span", type=int, default=1, help="how many training units wide they are")
    parser.add_argument("--redrawn", type=int, default=8_000, help="how many the flow network redraws")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--out", type=Path, required=True, help="folder for data, checkpoints and logs")
    parser.add_argument(
        "--weights", type=Path, default=None, help="where `export` writes; the package by default"
    )
    parser.add_argument("--warm", type=Path, default=None, help="a folder of weights to start from")
    parser.add_argument(
        "--wide", type=Path, default=None, help="a folder with latents of wider tiles for stage `unet`"
    )
    parser.add_argument("--rate", type=float, default=None, help="the peak learning rate of stage `unet`")
    parser.add_argument(
        "--more",
        type=_more,
        action="append",
        default=[],
        metavar="WORD=TIMES",
        help="show stage `unet` what has this word in its caption so many times as often; may be given again",
    )
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    try:
        for stage in STAGES[:-1] if options.stage == "all" else (options.stage,):
            run_stage(stage, options)
    finally:
        Team.leave()


def _more(text: str) -> tuple[str, float]:
    """`animal=6` as a word of captions and a number above 0."""
    from generator.lexicon.attributes import caption_words

    word, _, times = text.partition("=")
    if word not in caption_words():
        known = ", ".join(caption_words())
        raise argparse.ArgumentTypeError(f"{word!r} is no word of a caption; use one of {known}")
    try:
        number = float(times)
    except ValueError:
        number = 0.0
    if not 0.0 < number < 1000.0:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number above 0, as in {word}=3")
    return word, number


def run_stage(stage: str, options: argparse.Namespace) -> None:
    """Run a single stage with the parsed options."""
    from generator.training import autoencoder, corpus, latents, loop

    budget = loop.Budget(options.minutes, options.steps, options.every)
    if stage == "archive":
        corpus.render_corpus(options.out, options.tiles, options.span)
    elif stage == "autoencoder":
        autoencoder.train_autoencoder(options.out, budget, options.warm)
    elif stage == "latents":
        latents.encode_corpus(options.out)
    elif stage == "unet":
        from generator.training import unet

        shown = unet.Shown(dict(options.more), options.wide)
        unet.train_unet(options.out, budget, options.warm, rate=options.rate, shown=shown)
    elif stage == "redrawn":
        from generator.training import redrawn

        redrawn.redraw_corpus(options.out, options.redrawn)
    elif stage == "decoder":
        from generator.training import decoder

        decoder.train_decoder(options.out, budget)
    else:
        from generator.training import export

        export.export_weights(options.out, options.weights)


if __name__ == "__main__":
    main()
