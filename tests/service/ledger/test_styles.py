"""A style is trained by right, drawn with by digest, counted for each tile, and named where it had a part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import Mock

import pytest
from replaced import replaced
from straight import Straight

from generator.errors import AdapterModelError
from generator.style import embeddings, held_against
from ledger import bill, create, critique, redrawing, register, restyling, styling
from ledger.domain.errors import BriefError, FieldError
from ledger.domain.styles import MAX_STEPS, MAX_STYLE_SEED, MadeFor, StyleUse
from ledger.errors import BlobMissingError, ConflictError, NotPermittedError, UnknownError
from ledger.store import assets, entries, rights, styles
from ledger.workflows.style_kinds import train_style

INKS = ["#f4efe6", "#1b2a49", "#c8553d"]
# A smaller scale is drawn and learnt on four times the ground.
LARGE = ["large floral, scattered", "large daisy"]
FEW = 4
RIGHT = {"fee": "600.00 TUSD", "per_generation": "0.05 TUSD", "generations": 2}
MILL = MadeFor("mill", "GB")  # type: ignore[arg-type]


@dataclass(frozen=True)
class Studio:
    ledger: Any
    collection: Any
    tiles: list[Any]
    style: Any
    said: list[str]


def trained(ledger: Any, name: str, sources: Any, steps: int = 1, made_for: Any = None) -> tuple[Any, Any]:
    run = Straight(ledger)
    train_style(run, styling.asked(ledger, name, sources, steps, 0, made_for))
    with ledger.store.reading() as tx:
        return styles.get(tx, name), run.said


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Iterator[Studio]:
    """A registered collection whose terms give adapters and derivatives, and a style of its tiles."""
    with helpers.open(tmp_path_factory.mktemp("studio")) as ledger, pytest.MonkeyPatch.context() as patched:
        patched.setattr("generator.style.score.DRAWN", 1)
        patched.setattr("generator.style.tiles.FEWEST", FEW)  # each is drawn, and learnt for every style
        patched.setattr(styling, "PART", 2)
        patched.setattr(restyling, "SPECIMEN_PX", 256)
        helpers.people(ledger, "mill", funded=["mill"])
        terms = helpers.terms(adapter=RIGHT, derivatives="included", reporting="quarter")
        collection, tiles = helpers.published(ledger, "own", FEW, terms, prompts=LARGE)
        style, said = trained(ledger, "harbour-hand", styling.tiles(ledger, tiles), 3)
        yield Studio(ledger, collection, tiles, style, said)


def in_style(studio: Studio, helpers: Any, count: int = 1, **changes: Any) -> Any:
    brief = helpers.brief(
        **{
            "generator": "embedded",
            "style": "harbour-hand:0.8",
            "count": count,
            "palettes": [INKS],
            "prompts": LARGE,
            **changes,
        }
    )
    return create.plan(studio.ledger, brief, helpers.terms(), f"in style {count} {changes}")


def uploaded(studio: Studio) -> list[Any]:
    """The tiles of the studio as pictures that somebody brings, without an id or a licence."""
    right = "drawn by us, stated by Mara"
    return [
        replace(each, asset=None, licence=None, right=right, owner="Mara") for each in studio.style.sources
    ]


def drafts(studio: Studio, planned: Any) -> Any:
    with studio.ledger.store.reading() as tx:
        return assets.drafts(tx, planned.id)


def used(studio: Studio, tile: Any) -> Any:
    """The entry of the book that counts a tile drawn in a style."""
    with studio.ledger.store.reading() as tx:
        (found,) = [each for each in entries.about(tx, [tile.id]) if each.kind == "adapter-used"]
    return found


def test_it_is_kept_with_the_right_to_each_tile(studio: Studio) -> None:
    assert studio.said == ["trained 2 of 3 steps", "trained 3 of 3 steps", "measured the style"]
    style = studio.style
    assert [each.asset for each in style.sources] == studio.tiles
    assert all(each.right == "own, under the terms Test terms" for each in style.sources)
    assert style.base == studio.ledger.engines.generator("embedded").weights
    assert all(-1 <= float(score) <= 1 for score in (style.own, style.before, style.after))
    assert studio.ledger.blobs.get(style.sheet).startswith(b"\x89PNG")


def test_the_same_is_trained_once_and_another_needs_another_name(studio: Studio) -> None:
    sources = styling.tiles(studio.ledger, studio.tiles)
    arguments = styling.asked(studio.ledger, "harbour-hand", sources, 3, 0)
    assert arguments == styling.asked(studio.ledger, "harbour-hand", sources, 3, 0)
    assert styling.key(arguments) != styling.key({**arguments, "seed": 1})
    with pytest.raises(AdapterModelError):
        styling.advance(studio.ledger, {**arguments, "weights": "ab" * 32}, None, 1)
    with pytest.raises(ConflictError, match="another name"):
        styling.asked(studio.ledger, "harbour-hand", sources, 4, 0)


def test_a_training_goes_on_when_the_weights_were_replaced_meanwhile(studio: Studio) -> None:
    before = replaced(2).digest
    arguments = {**styling.asked(studio.ledger, "slow-hand", uploaded(studio), 1, 0), "weights": before}
    state = styling.advance(studio.ledger, arguments, None, 1)
    assert styling.finish(studio.ledger, arguments, state).base == before


def test_the_same_tiles_for_somebody_else_are_another_style(studio: Studio) -> None:
    theirs = uploaded(studio)
    style, _ = trained(studio.ledger, "folder-hand", theirs)
    with pytest.raises(ConflictError, match="for somebody else"):
        styling.asked(studio.ledger, "folder-hand", theirs, 1, 0, MILL)
    arguments = styling.asked(studio.ledger, "free-hand", theirs, 1, 0)
    state = styling.advance(studio.ledger, arguments, None, 1)
    taken = {**arguments, "name": "folder-hand"}
    assert styling.finish(studio.ledger, taken, state) == style
    for other in ({"made_for": "mill"}, {"tiles": arguments["tiles"][::-1]}):
        with pytest.raises(ConflictError, match="another name"):
            styling.finish(studio.ledger, {**taken, **other}, state)


def test_a_party_that_draws_in_its_own_style_is_named_in_the_right(studio: Studio, helpers: Any) -> None:
    same, _ = trained(studio.ledger, "folder-hand", uploaded(studio))
    style, _ = trained(studio.ledger, "mill-hand", uploaded(studio), 1, MILL)
    made_for = {"party": "mill", "territory": "GB"}
    (draft,) = drafts(studio, in_style(studio, helpers, style="mill-hand", made_for=made_for))
    (adapter,) = [each for each in draft.recipe["influences"] if each["kind"] == "adapter"]
    assert (adapter["rights"], adapter["attribution"]) == ("own style of mill", "mill")
    assert same.adapter == style.adapter
    tile = create.make(studio.ledger, draft.id)
    data = studio.ledger.blobs.get(tile.signed.sha256)
    titles = {
        each["title"] for each in draft.recipe["influences"]
    }  # a claim is public, a party's style is not
    assert not titles & {"mill-hand", *(each.title for each in style.sources)}
    assert b"mill-hand" not in data
    assert (adapter["title"], adapter["sha256"]) == (f"style {style.id[:12]}", style.adapter)
    assert style.adapter.encode() in data
    assert used(studio, tile).body["style"] == "mill-hand"


def test_a_tile_drawn_in_it_repeats_and_names_what_had_a_part(studio: Studio, helpers: Any) -> None:
    from ledger.making import drawn_pixels
    from provenance import verify

    planned = in_style(studio, helpers)
    (draft,) = drafts(studio, planned)
    tile = create.make(studio.ledger, draft.id)
    named = draft.recipe["influences"]
    assert named[0]["kind"] == "adapter"
    assert (named[0]["sha256"], named[0]["weight"]) == (studio.style.adapter, "0.8")
    assert [each["asset_id"] for each in named[1:]] == studio.tiles
    from generator.recipe import Recipe

    again = studio.ledger.engines.generator("embedded").generate(Recipe.from_dict(draft.recipe))
    assert (again.pixels() == drawn_pixels(studio.ledger, tile)).all()
    plain = {name: value for name, value in draft.recipe.items() if name != "influences"}
    without = studio.ledger.engines.generator("embedded").generate(Recipe.from_dict(plain))
    assert without.separations_sha256 != again.separations_sha256
    found = verify(studio.ledger.blobs.get(tile.signed.sha256), "image/png", studio.ledger.engines.trust)
    assert studio.style.adapter in str(found)
    counted = used(studio, tile)
    assert counted.body["weight"] == "0.8"
    assert counted.body["usages"] == []


def test_terms_that_withhold_adapters_forbid_training(studio: Studio, helpers: Any) -> None:
    _, tiles = helpers.published(studio.ledger, "closed", 1, helpers.terms())
    with pytest.raises(NotPermittedError, match="Test 01: adapter: these terms do not give adapter"):
        styling.tiles(studio.ledger, [*studio.tiles, *tiles])
    with pytest.raises(NotPermittedError, match=r"600\.00 TUSD"):
        styling.tiles(studio.ledger, studio.tiles, MILL)


def test_a_licensee_draws_by_its_licence_and_pays_by_the_picture(studio: Studio, helpers: Any) -> None:
    ledger = studio.ledger
    with pytest.raises(NotPermittedError, match="not offered to others"):
        in_style(studio, helpers, made_for={"party": "mill", "territory": "GB"})
    with pytest.raises(FieldError, match=r"terms\.adapter"):
        restyling.specimen(ledger, "harbour-hand", helpers.terms())
    terms = helpers.terms(adapter=RIGHT, reporting="quarter")
    wrong = helpers.terms(adapter={**RIGHT, "generations": 9})
    dropped = restyling.planned_once(ledger, restyling.specimen(ledger, "harbour-hand", wrong), wrong)
    offer = restyling.planned_once(ledger, restyling.specimen(ledger, "harbour-hand", terms), terms)
    (draft,) = drafts(studio, offer)
    shown = create.make(ledger, draft.id)
    assert restyling.offered(ledger, "harbour-hand", offer) == shown.id
    assert restyling.offered(ledger, "harbour-hand", offer) == shown.id
    with pytest.raises(ConflictError, match="offered by tile"):
        restyling.specimen(ledger, "harbour-hand", terms)
    with pytest.raises(ConflictError, match=f"offered by tile {shown.id}"):
        restyling.offered(ledger, "harbour-hand", dropped)
    register.register(ledger, offer.id)
    use = helpers.use(action="adapt", product="any", units=0, generations=1)
    licence = helpers.licensed(ledger, shown.id, "mill", use)
    with pytest.raises(NotPermittedError, match="generations"):
        in_style(studio, helpers, 3, made_for={"party": "mill", "territory": "GB"})
    planned = in_style(studio, helpers, 2, made_for={"party": "mill", "territory": "GB"})
    for draft in drafts(studio, planned):
        create.make(ledger, draft.id)
    with ledger.store.reading() as tx:
        assert [each.use.generations for each in rights.usages(tx, licence.id)] == [1, 1]
    billed = bill.bill(ledger, "mill", offer.id)  # type: ignore[arg-type]
    assert billed is not None
    assert billed.total.minor == 2 * 50_000


def test_a_tile_in_a_style_is_held_against_its_own_tiles(studio: Studio, helpers: Any) -> None:
    ledger = studio.ledger
    (draft,) = drafts(studio, in_style(studio, helpers, prompts=["large plain dots"]))
    create.make(ledger, draft.id)
    limits = critique.read_limits({})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ledger.in_style.of_sources", Mock(side_effect=BlobMissingError("lost")))
        patched.setattr("ledger.in_style._seen", {})
        unread = critique.criticise(ledger, draft.id, limits)
    assert ("hand", "unknown") in [(each.name, each.state) for each in unread.points]
    (hand,) = [each for each in critique.criticise(ledger, draft.id, limits).points if each.name == "hand"]
    assert hand.measure.endswith(f"to the middle of {draft.recipe['influences'][0]['title']}")
    found, own = float(hand.measure.split()[0]), [float(each) for each in hand.limit.split()[-3::2]]
    assert (hand.state == "pass") == (found >= own[0])
    assert -1 <= found <= 1
    critic = ledger.engines.critic
    seen = embeddings(critic, styling.of_sources(ledger, studio.style.sources))
    among = held_against(seen, seen[0])[1]
    assert own == [pytest.approx(each, abs=0.001) for each in (min(among), max(among))]
    other = critique.criticise(ledger, studio.tiles[0], limits)
    assert "hand" not in [each.name for each in other.points]


def test_a_tile_is_drawn_over_where_its_terms_give_derivatives(studio: Studio, helpers: Any) -> None:
    ledger = studio.ledger
    with ledger.store.reading() as tx:
        under = assets.get(tx, studio.tiles[1])
    brief, terms = restyling.restyle(ledger, under.id, StyleUse("harbour-hand", "0.8"), "0.15")
    assert list(brief.palettes[0]) == under.signed.marked.draft.recipe["palette"]
    planned = create.plan(ledger, brief, terms, "over")
    (draft,) = drafts(studio, planned)
    create.make(ledger, draft.id)
    over = [each for each in draft.recipe["influences"] if each["kind"] == "base-pattern"]
    assert [(each["asset_id"], each["sha256"]) for each in over] == [(studio.tiles[1], under.signed.sha256)]
    found = restyling.measured(ledger, planned)
    assert found.layout > 0.5
    assert all(closed for _, closed in found.seams)
    two = in_style(studio, helpers, 2, base={"asset": under.id, "strength": "0.15"})
    with pytest.raises(ConflictError, match="has 2 tiles"):
        restyling.measured(ledger, two)
    _, closed = helpers.published(ledger, "no derivatives", 1, helpers.terms())
    with pytest.raises(NotPermittedError, match="derivatives"):
        in_style(studio, helpers, base={"asset": closed[0], "strength": "0.15"})


def test_a_recipe_in_a_style_is_drawn_in_it_by_those_who_may_know_of_it(studio: Studio, helpers: Any) -> None:
    ledger = studio.ledger
    trained(ledger, "shy-hand", uploaded(studio))
    style = {"generator": "embedded", "palettes": [INKS], "count": 1, "style": "shy-hand:0.5"}
    terms = helpers.terms(recipe="included")
    shy = create.plan(ledger, helpers.brief(**style), terms, "shy")
    tile = create.make(ledger, drafts(studio, shy)[0].id)
    with pytest.raises(NotPermittedError, match="not for others; ask the house") as refused:
        redrawing.redraw(ledger, tile.id, made_for=MILL)
    assert "shy-hand" not in str(refused.value)
    again = restyling.planned_once(ledger, *redrawing.redraw(ledger, tile.id))
    (draft,) = drafts(studio, again)
    first, recipe = tile.signed.marked.draft.recipe, draft.recipe
    assert {**first, "seed": 0, "influences": 0} == {**recipe, "seed": 0, "influences": 0}
    assert recipe["influences"][:-1] == first["influences"]
    assert recipe["influences"][-1]["kind"] == "recipe-source"
    made = create.make(ledger, draft.id)
    assert used(studio, made).body["style"] == "shy-hand"


def test_what_cannot_be_is_refused(studio: Studio, helpers: Any) -> None:
    from generator.errors import StyleTilesError

    sources = styling.tiles(studio.ledger, studio.tiles)
    with pytest.raises(StyleTilesError, match="3 are too few"):
        styling.asked(studio.ledger, "few", sources[:3], 1, 0)
    with pytest.raises(FieldError, match="same picture"):
        styling.asked(studio.ledger, "twice", [*sources, sources[0]], 1, 0)
    for seed in (-1, MAX_STYLE_SEED + 1):
        with pytest.raises(FieldError, match=f"{seed} is out of range; give 0 to {MAX_STYLE_SEED}"):
            styling.asked(studio.ledger, "far-hand", studio.style.sources, 1, seed)
    asked = styling.asked(studio.ledger, "far-hand", studio.style.sources, MAX_STEPS, MAX_STYLE_SEED)
    assert styling.advance(studio.ledger, asked, None, 1)
    with pytest.raises(FieldError, match="steps"):
        styling.asked(studio.ledger, "none", sources, 0, 0)
    with pytest.raises(UnknownError, match="harbour-hand"):
        in_style(studio, helpers, style="other-hand")
    with pytest.raises(BriefError, match="draws in no style"):
        in_style(studio, helpers, generator="archive")
