"""Further tiles of a recipe: all but the seed stays, whoever draws has the right, each is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from by_hand import drawing

from ledger import bill, briefing, create, importing, lineage, redrawing, restyling
from ledger.domain.errors import BriefError, OrderError
from ledger.domain.styles import MadeFor
from ledger.errors import NotPermittedError
from ledger.store import assets, entries, rights
from provenance import Pki
from provenance.certifying import certify

RIGHT = {"fee": "400.00 TUSD", "per_generation": "0.25 TUSD", "generations": 3}
MILL, OTHER = MadeFor("mill", "GB"), MadeFor("pirate", "GB")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Iterator[Any]:
    with helpers.open(tmp_path_factory.mktemp("redrawn")) as opened:
        helpers.people(opened, "mill", funded=["mill"])
        yield opened


@pytest.fixture(scope="module")
def source(ledger: Any, helpers: Any) -> Any:
    """A registered tile whose terms give its recipe, and to be drawn over."""
    terms = helpers.terms(recipe=RIGHT, derivatives="included", reporting="quarter")
    _, (tile,) = helpers.published(ledger, "open", 1, terms)
    return tile


def planned(ledger: Any, tile: Any, *asked: Any) -> Any:
    return restyling.planned_once(ledger, *redrawing.redraw(ledger, tile, *asked))


def drafts(ledger: Any, collection: Any) -> Any:
    with ledger.store.reading() as tx:
        return assets.drafts(tx, collection.id)


def recipe_of(ledger: Any, tile: Any) -> Any:
    with ledger.store.reading() as tx:
        return dict(assets.get(tx, tile).signed.marked.draft.recipe)


def turned(ledger: Any, tile: Any) -> Any:
    """The separations of a tile after somebody turned it upside down."""
    from ledger.making import decode_grey

    with ledger.store.reading() as tx:
        kept = assets.get(tx, tile).signed.marked.separations
    return decode_grey(ledger.blobs.get(kept))[::-1].copy()


def counted(ledger: Any, tile: Any) -> Any:
    with ledger.store.reading() as tx:
        (found,) = [each for each in entries.about(tx, [tile]) if each.kind == "recipe-used"]
    return found.body


def test_the_house_draws_by_its_own_right_and_only_the_seeds_are_others(ledger: Any, source: Any) -> None:
    collection = planned(ledger, source, 2)
    assert planned(ledger, source, 2) == collection
    recipe, found = recipe_of(ledger, source), drafts(ledger, collection)
    plain = [{**each.recipe} for each in found]
    named = [each.pop("influences") for each in plain]
    assert [{**each, "seed": 0} for each in plain] == [{**recipe, "seed": 0}] * 2
    others = drafts(ledger, planned(ledger, source, 3)) + drafts(ledger, planned(ledger, source, 2, 1))
    seeds = [each.recipe["seed"] for each in (*found, *others)]
    assert len({recipe["seed"], *seeds}) == 1 + len(seeds)
    tile = create.make(ledger, found[0].id)
    assert counted(ledger, tile.id) == {"source": source, "usages": []}
    (from_it,) = named[0]
    with ledger.store.reading() as tx:
        kept = assets.get(tx, source).signed.sha256
    assert (from_it["kind"], from_it["asset_id"], from_it["sha256"]) == ("recipe-source", source, kept)
    assert (from_it["rights"], from_it["attribution"]) == ("own, under the terms Test terms", ledger.studio)
    below = [
        each for each in lineage.of_asset(ledger, tile.id).source.sources if each.kind == "recipe-source"
    ]
    assert [(each.asset_id, each.title, each.trusted) for each in below] == [(source, "Test 01", True)]
    assert below[0].sources  # its own manifest came along
    assert briefing.preview(ledger, collection.brief)[0].prompt == recipe["prompt"]


def test_a_licensee_draws_by_its_licence_until_it_is_used_up_and_pays_by_the_picture(
    ledger: Any, helpers: Any, source: Any
) -> None:
    with pytest.raises(NotPermittedError, match="take the offer: selvage decide"):
        planned(ledger, source, 1, 0, MILL)
    use = helpers.use(action="redraw", product="any", units=0, generations=1)
    licence = helpers.licensed(ledger, source, "mill", use)
    with pytest.raises(NotPermittedError, match=r"generations.*3 left"):
        planned(ledger, source, 4, 0, MILL)
    first, second = planned(ledger, source, 2, 0, MILL), planned(ledger, source, 2, 1, MILL)
    tiles = [create.make(ledger, each.id) for each in drafts(ledger, first)]
    tiles.append(create.make(ledger, drafts(ledger, second)[0].id))
    last = drafts(ledger, second)[1]
    with pytest.raises(
        NotPermittedError, match=r"another licence is needed; it costs 400\.00 TUSD \(take the offer"
    ):
        create.make(ledger, last.id)
    with ledger.store.reading() as tx:
        assert assets.find(tx, last.id) is None
        reports = rights.usages(tx, licence.id)
    assert [(each.use.action, each.use.generations) for each in reports] == [("redraw", 1)] * 3
    assert {each.id for each in reports} == {counted(ledger, tile.id)["usages"][0] for tile in tiles}
    (from_it,) = tiles[0].signed.marked.draft.recipe["influences"]
    assert from_it["rights"] == f"licence {licence.id}"
    with ledger.store.reading() as tx:
        collection = assets.get(tx, source).collection
    billed = bill.bill(ledger, "mill", collection)  # type: ignore[arg-type]
    assert billed is not None
    assert billed.total.minor == 3 * 250_000


def test_what_was_drawn_over_a_tile_stays_over_it(ledger: Any, source: Any) -> None:
    over = restyling.planned_once(ledger, *restyling.restyle(ledger, source, None, "0.15"))
    tile = create.make(ledger, drafts(ledger, over)[0].id)
    (draft,) = drafts(ledger, planned(ledger, tile.id))
    assert draft.recipe["base"] == recipe_of(ledger, tile.id)["base"]
    assert [each["kind"] for each in draft.recipe["influences"]] == ["base-pattern", "recipe-source"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ledger.making.separations", lambda *_: turned(ledger, source))
        with pytest.raises(OrderError, match="retouched since"):
            planned(ledger, tile.id, 1, 5)


def test_over_what_somebody_had_a_tile_drawn_is_not_told_to_others(
    ledger: Any, helpers: Any, source: Any, tmp_path: Path
) -> None:
    helpers.licensed(ledger, source, "mill", helpers.use())
    brief, terms = restyling.restyle(ledger, source, None, "0.15", made_for=MILL)
    tile = create.make(ledger, drafts(ledger, restyling.planned_once(ledger, brief, terms))[0].id)
    with pytest.raises(NotPermittedError, match="not for others; ask the house") as refused:
        redrawing.redraw(ledger, tile.id, made_for=OTHER)
    assert source not in str(refused.value)
    assert redrawing.redraw(ledger, tile.id, made_for=MILL)[0].base == brief.base
    assert helpers.rebuilt(ledger, tmp_path) == []


def test_it_is_refused_where_the_terms_withhold_it(ledger: Any, helpers: Any) -> None:
    _, (closed,) = helpers.published(ledger, "closed", 1, helpers.terms())
    for whom in (None, MILL):
        with pytest.raises(NotPermittedError, match=f"{closed}: .*recipe: these terms do not give recipe"):
            planned(ledger, closed, 1, 0, whom)


def test_a_tile_that_a_person_drew_has_no_seed(ledger: Any, helpers: Any, tmp_path: Path) -> None:
    council = Pki.create(tmp_path / "pki", "Craft Council")
    importing.trust(ledger, council.root_pem)
    data = drawing()
    told = certify(council, hashlib.sha256(data).hexdigest(), "Rose", datetime.now(UTC))
    tile = importing.bring(ledger, data, "Blots", helpers.terms(recipe=RIGHT), told)
    with pytest.raises(OrderError, match="drawn by a person: its recipe has no seed; draw over it"):
        redrawing.redraw(ledger, tile.id)


def test_a_brief_of_a_recipe_says_what_the_recipe_says(ledger: Any, helpers: Any, source: Any) -> None:
    other = helpers.brief(count=1, recipe=source, prompts=["plain dots"])
    with pytest.raises(BriefError, match="prompts: is not that of tile"):
        create.plan(ledger, other, helpers.terms(), "other words")


def test_it_is_drawn_by_what_it_was_drawn_by(
    ledger: Any, source: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger.engines.generator("archive"), "weights", "ab" * 32)
    with pytest.raises(OrderError, match="not set up as then"):
        planned(ledger, source, 1, 6)
