"""What became of tiles leads to the next brief, which can be planned as it is."""

from __future__ import annotations

from typing import Any

import pytest

from ledger import briefing, choosing, create, suggesting
from ledger.domain.choices import Choice
from ledger.domain.errors import BriefError, FieldError
from ledger.domain.suggesting import Signal
from ledger.store import assets


def test_a_brief_is_suggested_with_its_reasons(ledger: Any, helpers: Any) -> None:
    with pytest.raises(BriefError, match="first brief by hand"):
        suggesting.suggest(ledger, "Next", 6, generator="archive")
    prompts = ["fan scallop", "plain dots", "vertical stripe"]
    inks = [["#f4efe6", "#1b2a49"], ["#1b2a49", "#f4efe6"]]
    planned = helpers.plan(ledger, prompts=prompts, palettes=inks, count=6)
    made = [tile.id for tile in _made(ledger, planned)]
    choosing.choose(ledger, [made[0], made[3]], Choice.SELECTED, "Mara")
    choosing.choose(ledger, [made[1]], Choice.REJECTED, "Mara")
    spoken = (Signal("style", "wave crest", 2, "fair"),)
    found = suggesting.suggest(ledger, "Next", 7, spoken, generator="archive", size=256)
    assert [prompt for prompt, _, _ in found.motifs][:2] == ["fan scallop", "crest wave"]
    assert sum(tiles for _, tiles, _ in found.motifs) == 7
    assert found.weights["style"][0].why.startswith("2 tiles, 2 selected: 2 points")
    assert "plain dots" not in [prompt for prompt, _, _ in found.motifs]
    again = create.plan(ledger, helpers.brief(**found.brief), helpers.terms(), "next")
    assert again.brief.count == 7
    with pytest.raises(FieldError, match="count"):
        suggesting.suggest(ledger, "Next", 0)
    with pytest.raises(FieldError, match="seed"):
        suggesting.suggest(ledger, "Next", 1, seed=-1)


def test_a_suggestion_draws_no_earlier_tile_again(ledger: Any, helpers: Any) -> None:
    asked = {"prompts": ["fan scallop"], "count": 1, "seed": 0}
    (first,) = _made(ledger, helpers.plan(ledger, **asked))
    found = suggesting.suggest(ledger, "Test", 1, generator="archive", size=256)
    assert found.brief["prompts"] == asked["prompts"]
    assert suggesting.suggest(ledger, "Test", 1, generator="archive", size=256).brief == found.brief
    assert suggesting.suggest(ledger, "Other", 1, generator="archive", size=256).brief != {
        **found.brief,
        "name": "Other",
    }
    (second,) = _made(ledger, create.plan(ledger, helpers.brief(**found.brief), helpers.terms(), "next"))
    assert second.signed.marked.separations != first.signed.marked.separations
    after = suggesting.suggest(ledger, "Test", 1, generator="archive", size=256).brief
    assert (after["prompts"], after["seed"] != found.brief["seed"]) == (found.brief["prompts"], True)
    assert suggesting.suggest(ledger, "Test", 1, generator="archive", size=256, seed=5).brief["seed"] == 5


def _made(ledger: Any, planned: Any) -> list[Any]:
    with ledger.store.reading() as tx:
        drafts = assets.drafts(tx, planned.id)
    return [create.make(ledger, draft.id) for draft in drafts]


def test_the_best_themes_are_in_the_brief_and_learnt_of_again(ledger: Any, helpers: Any) -> None:
    inks = {"night": ["#f4efe6", "#1b2a49"]}
    words = {"themes": ["coastal", "folk"], "motifs": ["fan scallop", "plain dots"], "colourways": inks}
    rest = {"name": "First", "size": 256, "seed": 1, "generator": "archive"}
    helpers.people(ledger)
    made = _made(ledger, create.plan(ledger, briefing.read({**words, **rest}), helpers.terms(), "first"))
    choosing.choose(ledger, [made[0].id, made[1].id], Choice.SELECTED, "Mara")
    found = suggesting.suggest(ledger, "Next", 4, generator="archive", size=256)
    ((theme, rows, weight),) = found.themes
    assert (theme, rows) == ("coastal", 4)
    assert weight.why.startswith("2 tiles, 2 selected: 2 points")
    assert set(found.brief["prompts"]) == {
        "fan scallop, coastal: medium sparse half-drop",
        "plain dots, coastal: medium sparse half-drop",
    }
    _made(ledger, create.plan(ledger, helpers.brief(**found.brief), helpers.terms(), "next"))
    (again, *_) = suggesting.weights(ledger)["theme"]
    assert (again.word, again.tiles) == ("coastal", 6)
    spoken = (Signal("theme", "retro", 9, "fair"),)
    both = suggesting.suggest(ledger, "Next", 6, spoken, generator="archive", size=256)
    assert [theme for theme, _, _ in both.themes] == ["retro", "coastal"]
    motifs = {prompt.split(",")[0] for prompt in both.brief["prompts"] if "retro" in prompt}
    assert motifs == {"fan scallop", "plain dots"}


def test_reports_and_findings_count(told: Any) -> None:
    found = suggesting.suggest(told.ledger, "Next", 2, generator="archive")
    happened = {name for rows in found.weights["family"] for name in rows.happened}
    assert {"licence", "report", "finding"} <= happened
