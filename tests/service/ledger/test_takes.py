"""Several takes of a tile: the best is kept, and its recipe draws it again without the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import pytest

from generator.critic import Limits
from generator.lexicon.reading import resolve, seeds_alike
from generator.recipe import Recipe
from ledger import briefing, create, making, merit, styles
from ledger.domain.errors import BriefError
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
    for seed in islice(seeds_alike(PROMPT, taken.seed, 2), TAKES):
        drawn = taken.ledger.engines.generator("embedded").generate(replace(asked, seed=seed))
        worth[seed] = merit.of(critic, drawn.recipe.to_dict(), drawn.pixels(), Limits()).worth
    assert len(set(worth.values())) == TAKES, "these takes tell nothing"
    assert worth[asked.seed] == max(worth.values())
    assert asked.seed != taken.seed, "the first take is the best: these tell nothing"


def test_its_recipe_draws_it_again_in_one(taken: Taken) -> None:
    marked = taken.tile.signed.marked
    again = making.draw_ahead(taken.ledger, marked.draft)
    assert again == {"pixels": marked.drawn, "separations": marked.separations}


def test_it_shows_what_the_brief_said_it_would(taken: Taken) -> None:
    (shown,) = briefing.preview(taken.ledger, taken.planned.brief)
    drawn = vars(resolve(PROMPT, taken.recipe["seed"], len(INKS)))
    assert shown.attributes == {name: drawn[name] for name in shown.attributes}


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


def test_weights_that_read_other_words_take_once(ledger: Any, helpers: Any, monkeypatch: Any) -> None:
    first = styles.embedded(ledger)
    monkeypatch.setattr(type(first), "edition", property(lambda _: 1))
    with pytest.raises(BriefError, match=r"^takes: are told apart by words"):
        helpers.plan(ledger, **ASKED)
    assert helpers.plan(ledger, **{**ASKED, "takes": 1}).brief.takes == 1
