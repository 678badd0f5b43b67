"""Several processes that train one network, each on a core of its own, and meet at their mean.

Local SGD (Stich 2019, "Local SGD Converges Fast and Communicates Little"). `torchrun` starts the processes
and tells each which it is; a training started without it is a team of one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.distributed as distributed
from torch import Tensor

APART = 8  # steps between two meetings


@dataclass(frozen=True)
class Team:
    """This process is number `rank` of `size`."""

    rank: int = 0
    size: int = 1

    @classmethod
    def joined(cls) -> Team:
        """The team that `torchrun` started this process in."""
        size = int(os.environ.get("WORLD_SIZE", "1"))
        if size == 1:
            return cls()
        if not distributed.is_initialized():
            distributed.init_process_group("gloo")
        return cls(distributed.get_rank(), size)

    @staticmethod
    def leave() -> None:
        """End the connections to the others; a process that exits with them open may be aborted."""
        if distributed.is_initialized():
            distributed.destroy_process_group()

    @property
    def leads(self) -> bool:
        """Whether this process writes the log and the checkpoints."""
        return self.rank == 0

    def meets_at(self, step: int) -> bool:
        """Whether all are to `meet` after so many steps."""
        return self.size == 1 or step % APART == 0

    @torch.no_grad()
    def meet(self, tensors: Sequence[Tensor]) -> None:
        """Give every tensor of each process the mean of all; waits for the slowest."""
        if self.size == 1:
            return
        together = torch.cat([tensor.detach().flatten().float().cpu() for tensor in tensors])
        distributed.all_reduce(together)
        parts = torch.split(together.div_(self.size), [tensor.numel() for tensor in tensors])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(part.reshape(tensor.shape))

    def gather(self, tensor: Tensor) -> Tensor:
        """The tensors of all, of one shape, behind one another."""
        if self.size == 1:
            return tensor
        parts = [torch.empty_like(tensor) for _ in range(self.size)]
        distributed.all_gather(parts, tensor.contiguous())
        return torch.cat(parts)
