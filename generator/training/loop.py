"""What both trainings share: a budget, a resumable state, a log."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from generator.training.team import Team

Loss = Callable[[int], Tensor]


@dataclass
class Budget:
    """How long to train: minutes of wall clock over all runs together, or a number of steps.

    `every` is the number of steps between two checkpoints.
    """

    minutes: float
    steps: int | None = None
    every: int = 400


@dataclass
class Trainee:
    """Modules under training with their optimiser and averaged weights, saved as one file.

    `origin` is the digest of the bundle that the training began from, empty where it began from nothing;
    `team` are the processes that train it together.
    """

    modules: dict[str, nn.Module]
    folder: Path
    name: str
    rate: float
    decay: float = 0.999
    origin: str = ""
    team: Team = field(default_factory=Team)
    step: int = 0
    seconds: float = 0.0
    optimiser: Any = field(init=False)
    average: list[Tensor] = field(init=False)

    def __post_init__(self) -> None:
        """Resume from the checkpoint if there is one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.optimiser = torch.optim.AdamW(self.parameters(), self.rate, betas=(0.9, 0.99), weight_decay=0.01)
        self.average = [parameter.detach().clone() for parameter in self.parameters()]
        if self.checkpoint.exists():
            self._resume()

    @property
    def checkpoint(self) -> Path:
        """The file that holds the whole state."""
        return self.folder / f"{self.name}.checkpoint"

    def draw(self, step: int) -> int:
        """The number of this process's batch of a step, which no other batch has."""
        return step * self.team.size + self.team.rank

    def parameters(self) -> list[nn.Parameter]:
        """Every trained parameter, in a stable order."""
        return [parameter for module in self.modules.values() for parameter in module.parameters()]

    def _resume(self) -> None:
        device = self.parameters()[0].device
        state = torch.load(self.checkpoint, map_location=device, weights_only=True)
        for name, module in self.modules.items():
            module.load_state_dict(state["modules"][name])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average = state["average"]
        self.step, self.seconds = int(state["step"]), float(state["seconds"])
        self.origin = str(state.get("origin", ""))

    def save(self) -> None:
        """Write the state beside the old one and swap them, so that a kill leaves one whole file."""
        state = {
            "modules": {name: module.state_dict() for name, module in self.modules.items()},
            "optimiser": self.optimiser.state_dict(),
            "average": self.average,
            "step": self.step,
            "seconds": self.seconds,
            "origin": self.origin,
        }
        draft = self.checkpoint.with_suffix(".part")
        torch.save(state, draft)
        draft.replace(self.checkpoint)

    def use_average(self) -> None:
        """Put the averaged weights into the modules (for export and samples; resume restores the rest)."""
        for parameter, mean in zip(self.parameters(), self.average, strict=True):
            parameter.data.copy_(mean)

    def averaged(self) -> Iterator[None]:
        """Run the body of a loop once with the averaged weights, then restore the trained ones."""
        kept = [parameter.detach().clone() for parameter in self.parameters()]
        self.use_average()
        yield
        for parameter, weights in zip(self.parameters(), kept, strict=True):
            parameter.data.copy_(weights)


def learning_rate(peak: float, step: int, progress: float) -> float:
    """A short warm-up, then half a cosine down to 3 % of the peak at `progress` 1."""
    warm = min(1.0, (step + 1) / 60.0)
    return peak * warm * (0.03 + 0.97 * 0.5 * (1.0 + math.cos(math.pi * min(1.0, progress))))


def train(trainee: Trainee, loss: Loss, budget: Budget, report: Callable[[], None]) -> None:
    """Step until the budget is spent, saving and reporting now and then and at the end.

    In a team one process saves and reports; their clocks' mean decides for all when to stop.
    """
    team = trainee.team
    started = time.monotonic() - trainee.seconds
    mean: float | None = None
    while not (team.meets_at(trainee.step) and _spent(trainee, budget)):
        value = _step(trainee, loss, budget)
        mean = value if mean is None else 0.98 * mean + 0.02 * value
        trainee.seconds = time.monotonic() - started
        if team.meets_at(trainee.step):
            _meet(trainee)
        if team.leads and trainee.step % 50 == 0:
            _log(trainee, mean)
        if team.leads and trainee.step % budget.every == 0:
            trainee.save()
            report()
    if team.leads:
        trainee.save()
        report()


def _meet(trainee: Trainee) -> None:
    clock = torch.tensor([trainee.seconds], dtype=torch.float64)
    trainee.team.meet([*trainee.parameters(), *trainee.average, clock])
    trainee.seconds = float(clock)


def _spent(trainee: Trainee, budget: Budget) -> bool:
    if budget.steps is not None and trainee.step >= budget.steps:
        return True
    return trainee.seconds >= budget.minutes * 60.0


def _step(trainee: Trainee, loss: Loss, budget: Budget) -> float:
    progress = trainee.seconds / max(1.0, budget.minutes * 60.0)
    for group in trainee.optimiser.param_groups:
        group["lr"] = learning_rate(trainee.rate, trainee.step, progress)
    value = loss(trainee.step)
    trainee.optimiser.zero_grad(set_to_none=True)
    value.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
    trainee.optimiser.step()
    trainee.step += 1
    weight = 1.0 - min(trainee.decay, (1.0 + trainee.step) / (10.0 + trainee.step))
    torch._foreach_lerp_(trainee.average, [p.detach() for p in trainee.parameters()], weight)
    return float(value.detach())


def _log(trainee: Trainee, mean: float) -> None:
    line = {
        "stage": trainee.name,
        "step": trainee.step,
        "seconds": round(trainee.seconds, 1),
        "cpu_seconds": round(time.process_time(), 1),
        "loss": round(mean, 5),
    }
    with (trainee.folder / "training.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
