"""Low-rank branches beside the layers of the flow network (LoRA, Hu et al. 2021), on the torus like these."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from generator.torus import TorusConv2d

RANK = 8
_TARGETS = ("to_q", "to_k", "to_v", "to_out.0", "conv1", "conv2")
Weights = Mapping[str, Tensor]


class Branch(nn.Module):
    """What is added to one layer: down to `rank` channels and up again, nothing at first."""

    def __init__(self, layer: nn.Module, rank: int) -> None:
        super().__init__()
        self.down: nn.Module
        self.up: nn.Module
        if isinstance(layer, nn.Conv2d):
            shape = (layer.kernel_size[0], layer.stride[0], int(layer.padding[0]))
            self.down = TorusConv2d(layer.in_channels, rank, *shape, bias=False)
            self.up = nn.Conv2d(rank, layer.out_channels, 1, bias=False)
        else:
            assert isinstance(layer, nn.Linear)  # noqa: S101  targets are one or the other
            self.down = nn.Linear(layer.in_features, rank, bias=False)
            self.up = nn.Linear(rank, layer.out_features, bias=False)
        # What comes down has the spread of what went in, however wide the layer is.
        nn.init.normal_(self.down.weight, std=self.down.weight[0].numel() ** -0.5)
        nn.init.zeros_(self.up.weight)

    def forward(self, field: Tensor) -> Tensor:
        added: Tensor = self.up(self.down(field))
        return added


def targets(unet: nn.Module) -> dict[str, nn.Module]:
    """The layers that get a branch, by name: attention's projections and the blocks' convolutions."""
    return {
        name: layer
        for name, layer in unet.named_modules()
        if isinstance(layer, nn.Conv2d | nn.Linear) and name.endswith(_TARGETS)
    }


def branches(unet: nn.Module, rank: int, seed: int) -> nn.ModuleDict:
    """Untrained branches of `unet` by the names of their layers, `.` written as `/`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.ModuleDict(
            {name.replace(".", "/"): Branch(layer, rank) for name, layer in targets(unet).items()}
        )


def shapes(unet: nn.Module, rank: int) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors that branches of `unet` have, by their names."""
    found = {}
    for name, layer in targets(unet).items():
        out, *inner = layer.weight.shape  # type: ignore[misc]  # convolutions and projections have it
        key = name.replace(".", "/")
        found[f"{key}.down.weight"] = (rank, *inner)
        found[f"{key}.up.weight"] = (out, rank, *[1] * (len(inner) - 1))
    return found


@contextmanager
def beside(unet: nn.Module, added: nn.ModuleDict) -> Iterator[None]:
    """Run the body with the branches at work beside their layers."""
    layers = targets(unet)
    hooks = [
        layers[name.replace("/", ".")].register_forward_hook(_hook(branch)) for name, branch in added.items()
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _hook(branch: nn.Module) -> Any:
    return lambda _layer, inputs, output: output + branch(inputs[0])


def merged(unet: Any, weights: Weights, weight: float) -> Any:
    """A copy of `unet` with the branches' products added to its weights, `weight` times.

    `weights` are those of `branches`, of the `shapes` that belong to it.
    """
    twin = copy.deepcopy(unet)
    with torch.no_grad():
        for name, layer in targets(twin).items():
            key = name.replace(".", "/")
            down, up = weights[f"{key}.down.weight"], weights[f"{key}.up.weight"]
            product = torch.einsum("or,r...->o...", up.flatten(1), down)
            layer.weight.add_(weight * product)  # type: ignore[operator]
    return twin
