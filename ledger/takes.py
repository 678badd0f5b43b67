"""Takes: a tile is drawn several times, each by a seed of its own, and one drawing is kept.

A seed settles what the prompt leaves open, and takes differ in that above all: the same words are drawn much
the same whatever the noise (`python -m bench.takes`).

Which one follows from the recipe, the weights and the critic, so it is the same whoever draws it and however
often. The recipe of the tile becomes that of the take kept: it is drawn again in one, without the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger import merit
from ledger.context import Ledger
from ledger.domain.ids import derive_seed

if TYPE_CHECKING:
    from generator.draft import Draft


def best(ledger: Ledger, recipe: Mapping[str, Any], takes: int) -> Draft:
    """The take of most worth, and of those that could not be released the one nearest to it; the first where
    several are alike.

    Raises GeneratorError.
    """
    from generator.critic import Limits
    from generator.recipe import Recipe

    asked = Recipe.from_dict(recipe)
    drawer = ledger.engines.generator(asked.generator)

    def rank(draft: Draft) -> tuple[float, float]:
        return merit.of(ledger.engines.critic, draft.recipe.to_dict(), draft.pixels(), Limits()).rank

    return max((drawer.generate(replace(asked, seed=seed)) for seed in seeds(asked.seed, takes)), key=rank)


def seeds(first: int, takes: int) -> tuple[int, ...]:
    """The seed that a tile was planned with, and those of its further takes."""
    return (first, *(derive_seed("take", first, number) for number in range(1, takes)))
