"""Several takes of a tile: the best is kept, and its recipe draws it again without the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from generator.critic import Limits
from generator.lexicon.reading import resolve
from generator.recipe import Recipe
from ledger import briefing, create, making, merit, takes
from ledger.store import assets, entries
from ledger.workflows import Jobs, State

PROMPT, TAKES = "large fan scallop", 3
INKS = ("#f4efe6", "#1b2a49")
ASKED = {"generator": "embedded", "prompts": [PROMPT], "count": 1, "size": 320, "takes": TAKES}


@dataclass(frozen=True)
class Taken:
    """A tile of several takes, and the seed that it was planned with."""

    ledger: Any
    planned: Any
    seed: int
    tile: Any

    @property
    def recipe(self) -> Any:
        return self.tile.signed.marked.draft.recipe


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Iterator[Taken]:
    folder = tmp_path_factory.mktemp("taken")
    with helpers.open(folder) as ledger:
        planned = helpers.plan(ledger, **ASKED)
        with ledger.store.reading() as tx:
            (draft,) = assets.drafts(tx, planned.id)
        jobs = Jobs.open(ledger, helpers.jobs_url(folder), execute=True)
        ended = jobs.wait(jobs.submit("generate", {"collection": planned.id}, "key"), timeout=120)
        jobs.close()
        assert ended.state is State.DONE, ended.error
        with ledger.store.reading() as tx:
            tile = assets.get(tx, draft.id)
        yield Taken(ledger, planned, draft.recipe["seed"], tile)


def test_the_best_take_is_kept(taken: Taken) -> None:
    asked, critic = Recipe.from_dict(taken.recipe), taken.ledger.engines.critic
    worth = {}
    for seed in takes.seeds(taken.seed, TAKES):
        drawn = taken.ledger.engines.generator("embedded").generate(replace(asked, seed=seed))
        worth[seed] = merit.of(critic, drawn.recipe.to_dict(), drawn.pixels(), Limits()).worth
    assert len(set(worth.values())) == TAKES, "these takes tell nothing"
    assert worth[asked.seed] == max(worth.values())
    assert asked.seed != taken.seed, "the first take is the best: these tell nothing"


def test_its_recipe_draws_it_again_in_one(taken: Taken) -> None:
    marked = taken.tile.signed.marked
    again = making.draw_ahead(taken.ledger, marked.draft)
    assert again == {"pixels": marked.drawn, "separations": marked.separations}


def test_what_is_told_before_holds_for_every_take(taken: Taken) -> None:
    (shown,) = briefing.preview(taken.ledger, taken.planned.brief)
    each = [vars(resolve(PROMPT, seed, len(INKS))) for seed in takes.seeds(taken.seed, TAKES)]
    assert {"family", "scale"} <= shown.attributes.keys() < each[0].keys()
    assert all(one[name] == value for one in each for name, value in shown.attributes.items())


def test_the_book_says_of_how_many(taken: Taken) -> None:
    with taken.ledger.store.reading() as tx:
        (made,) = [entry for entry in entries.walk(tx) if entry.kind == "asset-made"]
    assert made.body["takes"] == TAKES


@pytest.mark.parametrize("ahead", [{}, {"pixels": "0" * 64, "separations": "1" * 64, "seed": "5"}])
def test_it_is_the_same_however_it_is_drawn(taken: Taken, helpers: Any, ahead: dict[str, str]) -> None:
    planned = helpers.plan(taken.ledger, f"again {len(ahead)}", **ASKED)
    with taken.ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    made = create.make(taken.ledger, draft.id, ahead)
    assert made.signed.marked.draft.recipe == taken.recipe
    assert made.signed.marked.drawn == taken.tile.signed.marked.drawn
