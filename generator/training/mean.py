"""The mean of weights, one trained on from the other: `python -m generator.training.mean A B --weights HOME`.

It is often better than either (model soups, Wortsman et al. 2022).
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from generator.bundle import (
    CONFIG_FILE,
    SHIPPED,
    Bundle,
    keep_replaced,
    required_files,
    weights_file,
    write_sums,
)
from generator.errors import WeightsError
from generator.training.export import sampler, save_half

AVERAGED = ("unet", "text")


def mean_of(folders: Sequence[Path], target: Path) -> str:
    """Write the mean of bundles to `target`, with the decoder of the first; returns its digest.

    `config.json` names them all; its sampler is set as today's is, so the mean of one bundle is that bundle
    drawn in today's way. A bundle that is in `target` is kept in `earlier/` beside it. Raises
    WeightsError for a damaged bundle, ValueError for networks of several shapes.
    """
    bundles = [Bundle.open(folder) for folder in folders]
    means = {name: _mean([folder / weights_file(name) for folder in folders]) for name in AVERAGED}
    config = json.loads((folders[0] / CONFIG_FILE).read_text())
    config["sampler"] = sampler()
    config["trained"] = {"mean_of": [each.digest for each in bundles]}
    target.mkdir(parents=True, exist_ok=True)
    keep_replaced(target)
    for name in required_files():
        if folders[0] != target:
            shutil.copyfile(folders[0] / name, target / name)
    for name, tensors in means.items():
        save_half(tensors, target / weights_file(name))
    (target / CONFIG_FILE).write_text(json.dumps(config, indent=1) + "\n")
    return write_sums(target)


def _mean(files: Sequence[Path]) -> dict[str, Tensor]:
    held = [load_file(file) for file in files]
    shapes = [{key: tensor.shape for key, tensor in each.items()} for each in held]
    for file, shape in zip(files, shapes, strict=True):
        if shape != shapes[0]:
            raise ValueError(f"{file} is of another shape than {files[0]}: give weights of one training")
    return {key: torch.stack([each[key].float() for each in held]).mean(0) for key in held[0]}


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m generator.training.mean", description=mean_of.__doc__)
    parser.add_argument("folders", type=Path, nargs="+", help="folders that `export` wrote")
    parser.add_argument(
        "--weights", type=Path, default=SHIPPED, help="where to write; default what is shipped"
    )
    options = parser.parse_args(arguments)
    try:
        print(mean_of(options.folders, options.weights))
    except (ValueError, WeightsError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
