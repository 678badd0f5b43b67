"""What a brief would draw is what is planned, and words nobody knows are answered with the nearest."""

from __future__ import annotations

from typing import Any

import pytest
from straight import Straight

from generator.palettes import NAMES
from ledger import briefing, create
from ledger.domain.brief_text import parse_brief
from ledger.domain.errors import BriefError
from ledger.store import assets, collections
from ledger.workflows.tile_kinds import generate

NAME = "indigo"
WORDED = {
    "name": "Seaside",
    "themes": ["coastal"],
    "motifs": ["dasiy floral", "stripe"],
    "colourways": {"night": ["#17274f", "#f0c9c0"]},
    "per": 2,
    "size": 256,
    "seed": 3,
    "generator": "archive",
}


def test_the_preview_is_the_plan(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    brief = parse_brief(WORDED)
    told = briefing.preview(ledger, brief)
    with ledger.store.reading() as tx:
        assert collections.every(tx) == ()
    planned = create.plan(ledger, brief, helpers.terms(), "worded")
    with ledger.store.reading() as tx:
        drafts = assets.drafts(tx, planned.id)
        assert collections.get(tx, planned.id).brief == brief
    assert [(each.prompt, list(each.palette)) for each in told] == [
        (draft.recipe["prompt"], draft.recipe["palette"]) for draft in drafts
    ]
    assert told[0].unknown == (("dasiy", ("daisy",)),)
    assert told[1].unknown == ()
    assert briefing.unknown(ledger, brief) == {"dasiy": ("daisy",)}
    assert generate(Straight(ledger), {"collection": planned.id})["unknown"] == {"dasiy": ["daisy"]}
    assert told[0].attributes["layout"] == "half-drop"
    assert told[1].attributes["family"] == "stripe"


def test_inks_are_named_as_the_house_names_them() -> None:
    flat = {"name": "x", "prompts": ["dots"], "count": 1, "size": 256, "seed": 0}
    named = briefing.read({**flat, "palettes": [[NAME, "#17274f"]]})
    assert named.palettes == ((NAMES[NAME], "#17274f"),)
    with pytest.raises(BriefError, match=f"did you mean.*{NAME}"):
        briefing.read({**flat, "palettes": [[f"{NAME}x", "#17274f"]]})


def test_a_theme_of_unknown_words_is_refused_with_the_nearest(ledger: Any, helpers: Any) -> None:
    brief = parse_brief({**WORDED, "themes": ["folk", "tropicla"]})
    for refused in (briefing.preview, lambda *a: create.plan(*a, helpers.terms(), "x")):
        with pytest.raises(BriefError, match=r"themes\[1\].*did you mean tropical\?"):
            refused(ledger, brief)
    assert parse_brief({**WORDED, "themes": ["loose and airy"]}).count == 4
