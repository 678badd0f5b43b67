"""Colourways: exact, marked, signed from the tile, found by scans, and under the tile's right."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generator.draft import paint
from generator.errors import BriefError as NoPaletteError
from ledger import colourways, copies, create, decide, export, making, scan, verify
from ledger.domain.decision import Outcome
from ledger.domain.errors import BriefError, FieldError, OrderError
from ledger.domain.ids import AssetId
from ledger.errors import ConflictError, UnknownError
from ledger.store import assets
from ledger.store import colourways as kept
from ledger.store.tables import AssetRow

NIGHT = ("#17274f", "#f0c9c0")
ROSE = ("#f6dedd", "#b32552")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    with helpers.open(tmp_path_factory.mktemp("colourways")) as opened:
        helpers.people(opened, "mill", "pirate", funded=["mill"])
        yield opened


@pytest.fixture(scope="module")
def tile(ledger: Any, helpers: Any) -> AssetId:
    terms = helpers.terms(colourways=["original", "night"])
    _collection, (only,) = helpers.published(ledger, "one", 1, terms)
    return AssetId(only)


@pytest.fixture(scope="module")
def night(ledger: Any, tile: AssetId) -> Any:
    return colourways.make(ledger, tile, "night", NIGHT)


def pixels(ledger: Any, sha256: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(ledger.blobs.get(sha256))).convert("RGB"))


def test_the_separations_are_the_very_same(ledger: Any, tile: AssetId, night: Any) -> None:
    with ledger.store.reading() as tx:
        found = assets.get(tx, tile)
    screens = making.separations(ledger, found)
    own = tuple(found.signed.marked.draft.recipe["palette"])
    assert np.array_equal(paint(screens, own), pixels(ledger, found.signed.marked.drawn))
    assert np.array_equal(paint(screens, NIGHT), pixels(ledger, night.drawn))


def test_it_is_marked_and_signed_with_the_tile_as_its_parent(ledger: Any, tile: AssetId, night: Any) -> None:
    from provenance import verify as read_credential

    data = ledger.blobs.get(night.sha256)
    read = ledger.engines.watermarker.read(pixels(ledger, night.sha256))
    assert read.mark_id == night.mark
    credential = read_credential(data, "image/png", ledger.engines.trust)
    assert credential.asset_id == tile
    assert credential.recipe["palette"] == list(NIGHT)
    assert [each["relationship"] for each in credential.claim["ingredients"]].count("parentOf") == 1
    (actions,) = (
        each["data"]["actions"] for each in credential.claim["assertions"] if "actions" in each["label"]
    )
    assert [each["action"] for each in actions][1] == "c2pa.color_adjustments"


def test_it_verifies_as_the_tiles(ledger: Any, tile: AssetId, night: Any) -> None:
    data, engines = ledger.blobs.get(night.sha256), ledger.engines
    found = verify.verify(data, None, engines.trust, engines.watermarker, None, ledger)
    assert found.ok, found.links
    assert found.asset == tile
    assert "colourway night" in found.links[0].why


def test_a_scan_that_finds_its_mark_finds_the_tile(ledger: Any, tile: AssetId, night: Any) -> None:
    seen = scan.open_scan(ledger, "a shop")
    scan.add_picture(ledger, seen.id, "shop.png", ledger.blobs.get(night.sha256), None)
    scan.examine(ledger, seen.id, "shop.png")
    picture = pixels(ledger, night.sha256)
    bare = io.BytesIO()
    Image.fromarray(np.tile(picture, (2, 2, 1))).save(bare, "JPEG", quality=90)
    scan.add_picture(ledger, seen.id, "repeat.jpg", bare.getvalue(), None)
    scan.examine(ledger, seen.id, "repeat.jpg")
    from ledger.store import findings

    with ledger.store.reading() as tx:
        outcomes = [each.outcome for each in findings.pictures(tx, seen.id)]
    assert [each["asset"] for each in outcomes] == [tile, tile]
    assert [each["mark"] for each in outcomes] == [f"{night.mark:012x}"] * 2


def test_asked_for_again_it_is_the_same_file(ledger: Any, tile: AssetId, night: Any) -> None:
    assert colourways.make(ledger, tile, "night", NIGHT) == night
    with ledger.store.reading() as tx:
        assert [each.word for each in kept.of_asset(tx, tile)] == ["night"]


@pytest.mark.parametrize(
    ("word", "palette", "refused", "told"),
    [
        ("night", ROSE, ConflictError, "colourway night of this tile is #17274f.*give another --name"),
        ("evening", NIGHT, ConflictError, "colourway night.*take that one"),
        ("as-made", ("#f4efe6", "#1b2a49"), ConflictError, "original"),
        ("three", (*NIGHT, "#000000"), BriefError, "give 2"),
        ("twice", ("#17274f", "#17274f"), NoPaletteError, "same ink twice"),
        ("original", ROSE, FieldError, "cannot name"),
        ("Nein!", ROSE, FieldError, "cannot name"),
    ],
)
def test_what_cannot_be_is_refused(
    ledger: Any, tile: AssetId, night: Any, word: str, palette: Any, refused: type[Exception], told: str
) -> None:
    with pytest.raises(refused, match=told):
        colourways.make(ledger, tile, word, palette)


def test_an_unknown_or_unmade_tile_has_none(ledger: Any, helpers: Any) -> None:
    with pytest.raises(UnknownError):
        colourways.make(ledger, AssetId("0" * 32), "night", NIGHT)
    planned = create.plan(ledger, helpers.brief(count=1, seed=3), helpers.terms(), "unmade")
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    with pytest.raises(OrderError, match="not made yet"):
        colourways.make(ledger, draft.id, "night", NIGHT)


def test_one_licence_covers_what_its_terms_name(ledger: Any, tile: AssetId, helpers: Any) -> None:
    assert not colourways.held(ledger, tile, "mill", "night")
    helpers.licensed(ledger, tile, "mill", helpers.use(colourway="original"))
    outcomes = [
        decide.decide(ledger, tile, "mill", helpers.use(colourway=word))[0].outcome
        for word in ("original", "night", "rose")
    ]
    assert outcomes == [Outcome.PERMIT, Outcome.PERMIT, Outcome.DENY]
    meant = decide.decide(ledger, tile, "mill", helpers.use(colourway="nihgt"))[0]
    assert "this tile has no colourway nihgt, did you mean night?" in meant.reason
    assert colourways.held(ledger, tile, "mill", "night")
    assert not colourways.held(ledger, tile, "mill", "rose")
    assert not colourways.held(ledger, tile, "pirate", "night")


def test_the_file_for_a_use_has_the_inks_of_its_colourway(
    ledger: Any, tile: AssetId, night: Any, helpers: Any
) -> None:
    from provenance import verify as read_credential

    helpers.people(ledger, "weaver", funded=["weaver"])
    licence = helpers.licensed(ledger, tile, "weaver", helpers.use(colourway="night")).id
    plain, drawn = pixels(ledger, night.sha256), pixels(ledger, night.drawn)
    for number, form in ((None, "tiff"), (licence, "png")):
        data, mime = export.export(ledger, tile, number, form, "night")
        made = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        assert int(np.abs(made.astype(int) - drawn.astype(int)).mean()) < 4
        mark = ledger.engines.watermarker.read(made).mark_id
        assert mark == (copies.copy(ledger, number).mark if number else night.mark)
        assert np.array_equal(made, plain) is (number is None)
        credential = read_credential(data, mime, ledger.engines.trust)
        assert (credential.asset_id, credential.recipe["palette"]) == (tile, list(NIGHT))


def test_a_file_of_no_colourway_there_is_names_those_there_are(
    ledger: Any, tile: AssetId, night: Any
) -> None:
    with pytest.raises(UnknownError, match="this tile has night"):
        export.export(ledger, tile, None, "png", "nacht")
    assert export.asked_for(ledger, tile, "original") is None


def test_a_tile_of_an_older_ledger_is_drawn_again(ledger: Any, helpers: Any) -> None:
    _collection, (older,) = helpers.published(ledger, "older", 1, helpers.terms())
    with ledger.store.transaction() as tx:
        tx.session.get(AssetRow, older).separations = None
    made = colourways.make(ledger, AssetId(older), "rose", ROSE)
    with ledger.store.reading() as tx:
        screens = making.separations(ledger, assets.get(tx, AssetId(older)))
    assert np.array_equal(paint(screens, ROSE), pixels(ledger, made.drawn))


def test_the_book_is_made_again_with_them(tmp_path: Path, helpers: Any) -> None:
    with helpers.open(tmp_path / "small") as ledger:
        helpers.people(ledger)
        _collection, (only,) = helpers.published(ledger, "one", 1, helpers.terms())
        colourways.make(ledger, AssetId(only), "night", NIGHT)
        assert helpers.rebuilt(ledger, tmp_path) == []
