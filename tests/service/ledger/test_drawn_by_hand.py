"""A tile that a person drew has no words and no seed: what reads these of others does without."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from by_hand import INKS, drawing

from generator.lexicon.reading import resolve
from ledger import bases, create, critique, guiding, importing, restyling, styling, suggesting
from ledger.store import assets
from provenance import Pki
from provenance.certifying import certify


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    folder = tmp_path_factory.mktemp("drawn")
    with helpers.open(folder) as opened:
        helpers.people(opened)
        yield opened


@pytest.fixture(scope="module")
def tile(ledger: Any, helpers: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """By somebody whose name would read as a leaf in lines."""
    council = Pki.create(tmp_path_factory.mktemp("council") / "pki", "Craft Council")
    importing.trust(ledger, council.root_pem)
    data = drawing()
    told = certify(council, hashlib.sha256(data).hexdigest(), "Rose Leaf", datetime.now(UTC))
    right = {"fee": "1.00 TUSD", "per_generation": "0.05 TUSD", "generations": 2}
    terms = helpers.terms(adapter=right, derivatives="included")
    return importing.bring(ledger, data, "Blots", terms, told)


def test_what_became_of_it_counts_for_its_inks_alone(ledger: Any, helpers: Any, tile: Any) -> None:
    planned = create.plan(ledger, helpers.brief(count=1, prompts=["dots"]), helpers.terms(), "beside it")
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    create.make(ledger, draft.id)
    weighed = suggesting.weights(ledger)
    assert " ".join(INKS) in [each.word for each in weighed["palette"]]
    assert [each.word for each in weighed["family"]] == ["dots"]
    assert suggesting.suggest(ledger, "Next", 2, generator="archive", size=256).brief["count"] == 2
    assert guiding.past(ledger, planned.brief)


def test_it_is_judged_and_held_against_no_words(ledger: Any, tile: Any) -> None:
    judged = critique.criticise(ledger, tile.id, critique.read_limits({}))
    (brief,) = [each for each in judged.points if each.name == "brief"]
    assert (brief.state, judged.agreement) == ("unknown", "1.0000")
    assert ("finish" in [each.name for each in judged.points], judged.finish) == (False, "")
    assert "seam" in [each.name for each in judged.points if each.state == "pass"]


def test_a_style_is_trained_on_it_in_the_words_of_the_critic(ledger: Any, tile: Any) -> None:
    (source,) = styling.tiles(ledger, [tile.id])
    assert (source.asset, source.seed, source.inks) == (tile.id, 0, len(INKS))
    assert resolve(source.prompt, 0, 3).ignored == ()


def test_it_is_drawn_over_in_the_words_of_the_critic(ledger: Any, tile: Any) -> None:
    brief, terms = restyling.restyle(ledger, tile.id, None)
    assert brief.prompts == tuple(each.prompt for each in styling.tiles(ledger, [tile.id]))
    planned = restyling.planned_once(ledger, brief, terms)
    assert (planned.brief.palettes, planned.brief.count) == ((INKS,), 1)


def test_it_is_among_the_bases_without_a_prompt(ledger: Any, tile: Any) -> None:
    (base,) = [each for each in bases.listed(ledger) if each.draft.id == tile.id]
    assert (base.prompt, base.family, base.may) == (None, None, True)
