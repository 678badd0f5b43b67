"""What a taste learnt from decisions is worth: curators with a rule, at a growing number of decisions.

The tiles are the archive's held-out ones of all families. A simulated curator keeps what its rule says, and
does the opposite one time in ten; one decides by a coin. `agreement` is that of the head with decisions it
was not fitted to, as `selvage curate --taste` tells it; `right_of_new` that with the rule, without noise, on
tiles nobody decided about. `liked_of_best` is the share of the 42 to look at first that the rule keeps, by
score alone (the critic's for the family) and with taste in it. All are means of those not refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bench.generator_report import HELD_OUT, UNIT
from generator.critic import Critic
from generator.critic.taste import learn, ranked
from generator.draft import paint
from generator.errors import TasteError
from generator.lexicon.attributes import Attributes
from generator.motifs.palettes import house_palette
from generator.motifs.sampling import any_tile

DECIDED, NEW, LOOKED_AT = 400, 420, 42
NUMBERS = (24, 50, 100, 200, 400)
REPEATS, NOISE = 20, 0.1
FLOWERS = ("floral", "leaf", "paisley", "damask", "scallop", "animal", "marble")
Rule = Callable[[Attributes], bool]
RULES: Mapping[str, Rule] = {
    "large and not dense": lambda words: words.scale == "large" and words.density != "dense",
    "organic families": lambda words: words.family in FLOWERS,
    "drawn in lines or small": lambda words: words.stroke == "line" or words.scale == "small",
    "by a coin": lambda _words: False,
}


def tiles(critic: Critic, first: int, count: int) -> tuple[Any, list[Attributes], Any]:
    """Embeddings (n, 128) of archive tiles, what they show, and how far the critic agrees, 0 to 1."""
    drawn, shown = [], []
    for number in range(first, first + count):
        words, inks = any_tile(number, 2 * UNIT)
        drawn.append(paint(inks, house_palette(words, number)))
        shown.append(words)
    vectors, seen = critic.judge(drawn, 1)
    scores = [each["family"].get(words.family, 0.0) for each, words in zip(seen, shown, strict=True)]
    return vectors, shown, np.asarray(scores)


def decided(name: str, shown: list[Attributes], dice: np.random.Generator) -> Any:
    """What a curator with a rule decides about tiles, with one in ten the other way round."""
    if name == "by a coin":
        return dice.random(len(shown)) < 0.5
    return np.asarray([RULES[name](words) for words in shown]) ^ (dice.random(len(shown)) < NOISE)


def measured(name: str, count: int, known: Any, new: Any) -> dict[str, Any]:
    """Means over REPEATS curators that decide about `count` tiles each."""
    found, refused = [], 0
    vectors, shown, _ = known
    truth = np.asarray([RULES[name](words) for words in new[1]])
    for number in range(REPEATS):
        dice = np.random.Generator(np.random.PCG64([number, count]))
        some = np.sort(dice.permutation(len(shown))[:count])
        kept = decided(name, [shown[n] for n in some], dice)
        try:
            taste = learn(vectors[some], kept.tolist(), [f"{n:06}" for n in some])
        except TasteError:
            refused += 1
            continue
        likes = taste.likes(new[0])
        best, liked = (
            np.argsort(-each)[:LOOKED_AT] for each in (new[2], ranked(new[2], likes, new[2] == 0.0))
        )
        row = (taste.agreement, taste.base, taste.pairs, ((likes > 0.5) == truth).mean())
        found.append((*row, truth[best].mean(), truth[liked].mean()))
    names = ("agreement", "base", "pairs", "right_of_new", "liked_of_best", "liked_of_best_with_taste")
    means = np.mean(found, 0).round(3).tolist() if found else []
    return {"learnt": f"{REPEATS - refused} of {REPEATS}", **dict(zip(names, means, strict=False))}


def main() -> None:
    """Measure every curator at every number of decisions, and print the figures."""
    critic = Critic.load()
    known, new = tiles(critic, HELD_OUT, DECIDED), tiles(critic, HELD_OUT + DECIDED, NEW)
    found = {
        name: {f"{count}_decisions": measured(name, count, known, new) for count in NUMBERS} for name in RULES
    }
    noise = {"noise": NOISE, "repeats": REPEATS, "looked_at": LOOKED_AT, "of": NEW}
    print(json.dumps({"bench": "taste", **noise, **found}))


if __name__ == "__main__":
    main()
