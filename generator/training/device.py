"""Where training runs: a GPU when there is one, else the CPU, in bfloat16 either way."""

from __future__ import annotations

from contextlib import AbstractContextManager

import torch


def device() -> torch.device:
    """The device to train on."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast() -> AbstractContextManager[object]:
    """Mixed precision for the forward pass."""
    return torch.autocast(device().type, torch.bfloat16)
