"""What the divergence of `selvage curate` buys: spread and distance from the house beside the brief kept.

A house that has registered tiles of a few families looks at a batch drawn in all of them and keeps a tenth,
at every setting of the knob. The scores are the critic's agreement with what was asked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.generator_report import HELD_OUT, UNIT
from generator.critic import Critic
from generator.critic.selection import away, pick, spread
from generator.draft import paint
from generator.lexicon.tables import families
from generator.motifs.palettes import house_palette
from generator.motifs.sampling import any_tile

BATCH, HOUSE, HOUSE_FAMILIES, KEEP = 420, 168, 8, 42
SETTINGS = (0.0, 0.15, 0.3, 0.5, 0.7, 0.85, 1.0)


def judged(critic: Critic, numbers: Sequence[int]) -> tuple[Any, list[float]]:
    """Embeddings (n, 128) of archive tiles and how far each shows its family and style, 0 to 1."""
    tiles, asked = [], []
    for number in numbers:
        words, inks = any_tile(number, 2 * UNIT)
        tiles.append(paint(inks, house_palette(words, number)))
        asked.append({"family": words.family, "style": f"{words.family} {words.style}"})
    vectors, seen = critic.judge(tiles, 1)
    shares = [
        float(np.mean([row[head].get(value, 0.0) for head, value in want.items()]))
        for row, want in zip(seen, asked, strict=True)
    ]
    return vectors, shares


def main() -> None:
    critic, every = Critic.load(), len(families())
    batch, scores = judged(critic, range(HELD_OUT, HELD_OUT + BATCH))
    of_house = [n for n in range(2 * HELD_OUT, 2 * HELD_OUT + HOUSE * every) if n % every < HOUSE_FAMILIES]
    house, _ = judged(critic, of_house[:HOUSE])
    found = {}
    for divergence in SETTINGS:
        chosen = pick(batch, scores, KEEP, divergence, house)
        found[f"divergence {divergence:g}"] = {
            "spread": round(spread(batch[chosen]), 3),
            "from_the_house": round(away(batch[chosen], house), 3),
            "agreement": round(float(np.mean([scores[number] for number in chosen])), 3),
            "families": len({number % every for number in chosen}),
        }
    print(json.dumps({"batch": BATCH, "kept": KEEP, "house": HOUSE, **found}))


if __name__ == "__main__":
    main()
