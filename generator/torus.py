"""Convolutions on the torus, so that whatever a network draws repeats without a seam."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as functional
from torch import Tensor, nn


class _Wrap(torch.autograd.Function):
    """Circular padding; autograd's own backward for it costs more than the convolution on a CPU."""

    @staticmethod
    def forward(context: Any, field: Tensor, margin: int) -> Tensor:
        context.margin = margin
        return functional.pad(field, (margin, margin, margin, margin), mode="circular")

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor, None]:
        margin = context.margin
        rows = _fold(gradient, 2, margin)
        return _fold(rows, 3, margin), None


def _fold(gradient: Tensor, axis: int, margin: int) -> Tensor:
    """Add the gradient of the wrapped margins to the samples they were copied from."""
    length = gradient.shape[axis] - 2 * margin
    inner = gradient.narrow(axis, margin, length).clone(memory_format=torch.preserve_format)
    inner.narrow(axis, 0, margin).add_(gradient.narrow(axis, margin + length, margin))
    inner.narrow(axis, length - margin, margin).add_(gradient.narrow(axis, 0, margin))
    return inner


class TorusConv2d(nn.Conv2d):
    """A convolution whose padding is taken from the opposite side."""

    def _conv_forward(self, field: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        margin = int(self.padding[0])
        if torch.is_autocast_enabled(field.device.type):
            field = field.to(torch.get_autocast_dtype(field.device.type))
        wrapped: Tensor = _Wrap.apply(field, margin)  # type: ignore[no-untyped-call]
        return functional.conv2d(wrapped, weight, bias, self.stride, 0, self.dilation, self.groups)


def close_torus(model: nn.Module) -> int:
    """Make every padded convolution of `model` wrap round, in place; returns how many were changed."""
    changed = 0
    for module in model.modules():
        if type(module) is nn.Conv2d and module.padding != (0, 0):
            module.__class__ = TorusConv2d
            changed += 1
    return changed
