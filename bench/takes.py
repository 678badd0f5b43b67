"""What several takes of a tile buy, and cost: the best of one, two and four, as `takes` in a brief.

Two tiles of each family, asked for by its name alone, and beside them four takes of the words that the first
take settled: what differs there is the noise.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bench.generator_report import planned
from generator import EmbeddedGenerator, Recipe
from generator.bundle import SHIPPED
from generator.critic import Critic, Limits
from generator.critic.selection import spread
from generator.lexicon.reading import resolve
from ledger import takes
from ledger.merit import FINISHED, Merit, of

A_FAMILY, FIRST, SIZE = 2, 1_600_000, 320
COUNTS = (1, 2, 4)
MOST = COUNTS[-1]
SAID = ("scale", "density", "stroke", "layout", "symmetry", "contrast", "style", "family", "era")


@dataclass(frozen=True)
class Take:
    """One drawing, judged; `style` is that of its words."""

    merit: Merit
    style: str


def in_full(recipe: Recipe) -> Recipe:
    """The same recipe asked for in words that leave nothing to the seed."""
    words = resolve(recipe.prompt, recipe.seed, len(recipe.palette))
    return replace(recipe, prompt=" ".join(str(getattr(words, name)) for name in SAID))


def taken(
    generator: EmbeddedGenerator, critic: Critic, recipe: Recipe, count: int, spent: dict[str, float]
) -> list[Take]:
    """The first `count` takes; adds the processor seconds of drawing and judging to `spent`."""
    found = []
    for seed in takes.seeds(recipe.seed, count):
        begun = time.process_time()
        draft = generator.generate(replace(recipe, seed=seed))
        drawn = time.process_time()
        merit = of(critic, draft.recipe.to_dict(), draft.pixels(), Limits())
        spent["draw"] += drawn - begun
        spent["judge"] += time.process_time() - drawn
        found.append(Take(merit, resolve(recipe.prompt, seed, len(recipe.palette)).style))
    return found


def told(tiles: list[list[Take]], count: int) -> Mapping[str, Any]:
    """What the best of the first `count` takes are worth, and how many styles are left of them."""
    best = [max(each[:count], key=lambda take: take.merit.rank) for each in tiles]
    merits = [take.merit for take in best]
    finish = [1.0 if merit.finish is None else merit.finish for merit in merits]
    return {
        "worth": round(float(np.mean([merit.worth for merit in merits])), 3),
        "could_be_released": round(float(np.mean([merit.worth > 0.0 for merit in merits])), 3),
        "agreement": round(float(np.mean([merit.agreement for merit in merits])), 3),
        "finished": round(float(np.mean(np.array(finish) >= FINISHED)), 3),
        "styles": len({take.style for take in best}),
        "spread": round(spread(np.stack([merit.embedding for merit in merits])), 3),
    }


def main() -> None:
    generator, critic = EmbeddedGenerator.load(SHIPPED), Critic.load()
    recipes = [recipe for _, recipe in planned(generator, A_FAMILY, FIRST, SIZE)]
    spent = {"draw": 0.0, "judge": 0.0}
    free = [taken(generator, critic, recipe, MOST, spent) for recipe in recipes]
    same = [taken(generator, critic, in_full(recipe), MOST, spent) for recipe in recipes]
    drawn = len(recipes) * 2 * MOST
    found = {f"takes {count}": told(free, count) for count in COUNTS}
    found |= {f"same words {count}": told(same, count) for count in (1, MOST)}
    seconds = {f"cpu_seconds_to_{name}_a_take": round(each / drawn, 2) for name, each in spent.items()}
    print(json.dumps({"tiles": len(recipes), "px": SIZE, **found, **seconds}))


if __name__ == "__main__":
    main()
