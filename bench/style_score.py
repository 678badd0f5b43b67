"""What the settings of a style's training are worth: the score before and after, on three hands.

Every hand is twelve tiles of the archive, drawn to the same words. A setting is steps, the first rate, the
rank of the branches and the weight that they are drawn with; the score is the mean cosine to the tiles'
centroid, as `selvage train-style` tells it. `python -m bench.style_score 100,0.001,8,1 ...` measures others.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from typing import Any

from generator import EmbeddedGenerator
from generator.critic import Critic
from generator.style import Training, read_adapter, score_style
from generator.style.lora import RANK
from generator.style.samples import HAND, TILES, tiles_of
from generator.style.training import PEAK_RATE
from ledger.domain.styles import USUAL_STEPS

HANDS = {
    "drawn in lines": "line rose floral, large, balanced, scattered, one-way, folk",
    "line leaves": HAND,
    "flat fans": "flat fan scallop, large, balanced, brick, one-way, folk",
}


@dataclass(frozen=True)
class Setting:
    steps: int = USUAL_STEPS
    rate: float = PEAK_RATE
    rank: int = RANK
    weight: float = 1.0

    def __str__(self) -> str:
        return f"{self.steps} steps, rate {self.rate:g}, rank {self.rank}, weight {self.weight:g}"


def scored(generator: EmbeddedGenerator, critic: Critic, prompt: str, asked: Setting) -> dict[str, Any]:
    """The scores of one hand at one setting, and the CPU seconds that training took."""
    tiles, begun = tiles_of(prompt), time.process_time()
    training = Training(generator, tiles, rank=asked.rank, rate=asked.rate)
    training.run(asked.steps, asked.steps)
    spent = time.process_time() - begun
    found = score_style(generator, critic, read_adapter(training.adapter()), tiles, asked.weight)
    numbers = {"before": found.before, "after": found.after, "own": found.own}
    return {**{k: round(v, 3) for k, v in numbers.items()}, "training_cpu_seconds": round(spent, 1)}


def main(arguments: list[str]) -> None:
    """Measure each setting on each hand, and print the figures."""
    settings = [Setting()] if not arguments else [_setting(each) for each in arguments]
    generator, critic = EmbeddedGenerator.load(), Critic.load()
    found: dict[str, Any] = {}
    for asked in settings:
        for hand, prompt in HANDS.items():
            made = scored(generator, critic, prompt, asked)
            print(asked, hand, json.dumps(made), file=sys.stderr, flush=True)
            found.setdefault(str(asked), {})[hand] = made
    print(json.dumps({"bench": "style_score", "tiles": TILES, **found}))


def _setting(text: str) -> Setting:
    steps, rate, rank, weight = text.split(",")
    return Setting(int(steps), float(rate), int(rank), float(weight))


if __name__ == "__main__":
    main(sys.argv[1:])
