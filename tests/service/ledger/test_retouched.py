"""What is made of a tile is made of the picture it now shows: a retouch leaves nothing of the one before."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from forensics import decode_image
from generator.draft import paint
from ledger import (
    colourways,
    create,
    issued,
    making,
    manifests,
    producing,
    production,
    receipts,
    retouching,
    verify,
)
from ledger.domain.errors import OrderError
from ledger.domain.production import PrintSize, production_id
from ledger.errors import UnknownError
from ledger.store import assets
from ledger.store import colourways as kept
from ledger.store.production_tables import MadeFileRow, ProductionRow
from ledger.store.tables import AssetRow
from ledger.workflows import production_kinds

SIZE = PrintSize(60_000, 150)  # 354 px
NIGHT, ROSE = ("#17274f", "#f0c9c0"), ("#f6dedd", "#b32552")


@pytest.fixture
def ledger(tmp_path: Path, helpers: Any) -> Any:
    with helpers.open(tmp_path) as opened:
        helpers.people(opened)
        yield opened


@pytest.fixture
def tile(ledger: Any, helpers: Any) -> Any:
    planned = helpers.plan(ledger, "one", count=1)
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    return create.make(ledger, draft.id).id


class Straight:
    """Steps that are done one after the other."""

    def __init__(self, ledger: Any) -> None:
        self.ledger = ledger

    def step(self, message: str, work: Any, done: int, total: int) -> Any:
        return work()

    def drawn(self, tiles: Any) -> Any:
        return {}


def retouch(ledger: Any, tile: Any) -> None:
    with ledger.store.reading() as tx:
        found = assets.get(tx, tile)
    pixels = making.drawn_pixels(ledger, found).copy()
    ground = [int(found.signed.marked.draft.recipe["palette"][0][at : at + 2], 16) for at in (1, 3, 5)]
    pixels[60:140, 60:140] = ground
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    retouching.retouch(ledger, tile, file.getvalue(), "Jon")


def produced(ledger: Any, tile: Any, colourway: str | None = None) -> Any:
    """What the job makes, of which only the sheets are drawn here."""
    name = production.named(ledger, tile, colourway, None, SIZE)
    order = (tile, colourway, None, SIZE)
    if not production_kinds._is_made(ledger, name, order):
        source = production.source(ledger, *order)
        production.keep(ledger, source, producing.sheets(ledger, source))
    return production.find(ledger, name)


def shown(ledger: Any, tile: Any, palette: Any) -> Any:
    with ledger.store.reading() as tx:
        return paint(making.separations(ledger, assets.get(tx, tile)), palette)


def test_files_for_production_are_of_the_retouched_picture(ledger: Any, tile: Any) -> None:
    first = produced(ledger, tile)
    assert produced(ledger, tile) == first
    name = production.named(ledger, tile, None, None, SIZE)
    retouch(ledger, tile)
    second = produced(ledger, tile)
    assert second.id != first.id
    assert {file.sha256 for file in second.files}.isdisjoint(file.sha256 for file in first.files)
    assert (produced(ledger, tile), production.find(ledger, first.id)) == (second, first)
    with pytest.raises(OrderError, match="ask for its files again"):
        production_kinds._make(ledger, name, (tile, None, None, SIZE), producing.sheets)


def test_a_job_that_an_older_program_asked_for_makes_the_files_of_the_tile_as_it_is(
    ledger: Any, tile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(production_kinds, "PARTS", (("drew the sheets", producing.sheets),))
    asked = {"asset": tile, "colourway": None, "licence": None, "width_um": SIZE.width_um, "dpi": SIZE.dpi}
    retouch(ledger, tile)
    made = production_kinds.produce(Straight(ledger), asked)
    assert made == {"production": production.named(ledger, tile, None, None, SIZE), "asset": tile}
    assert production.find(ledger, made["production"]) == produced(ledger, tile)
    assert production_kinds.produce(Straight(ledger), asked) == made


def test_a_production_of_an_older_ledger_is_found_for_the_picture_it_was_made_of(
    ledger: Any, tile: Any
) -> None:
    made, older = produced(ledger, tile), production_id(tile, None, None, SIZE)
    with ledger.store.transaction() as tx:
        row = tx.session.get(ProductionRow, made.id)
        tx.session.add(ProductionRow(**{**row.model_dump(), "id": older}))
        tx.session.flush()
        for place in range(len(made.files)):
            tx.session.get(MadeFileRow, (made.id, place)).production = older
        tx.session.flush()
        tx.session.delete(row)
    found = produced(ledger, tile)
    assert (found.id, found.files) == (older, made.files)
    retouch(ledger, tile)
    again = produced(ledger, tile)
    assert again.id != older
    assert again.files != made.files


def test_a_colourway_of_the_drawing_before_is_made_anew(
    ledger: Any, tile: Any, tmp_path: Path, helpers: Any
) -> None:
    first = colourways.make(ledger, tile, "night", NIGHT)
    before, key = produced(ledger, tile, "night"), colourways.key(ledger, tile, "night", NIGHT)
    retouch(ledger, tile)
    with ledger.store.reading() as tx:
        assert kept.of_asset(tx, tile) == ()
    with pytest.raises(UnknownError, match="selvage colourway"):
        production.named(ledger, tile, "night", None, SIZE)
    assert colourways.key(ledger, tile, "night", NIGHT) != key
    second = colourways.make(ledger, tile, "night", NIGHT)
    assert (second.mark, second.word) == (first.mark, "night")
    assert np.array_equal(decode_image(ledger.blobs.get(second.drawn)), shown(ledger, tile, NIGHT))
    assert second.drawn != first.drawn
    assert colourways.make(ledger, tile, "night", NIGHT) == second
    assert produced(ledger, tile, "night").id != before.id
    colourways.make(ledger, tile, "rose", ROSE)
    assert helpers.rebuilt(ledger, tmp_path) == []


def test_a_file_of_a_colourway_is_known_after_the_colourway_was_made_anew(ledger: Any, tile: Any) -> None:
    first = colourways.make(ledger, tile, "night", NIGHT)
    data = ledger.blobs.get(first.sha256)
    told = "the colourway night of the tile"
    assert issued.find(ledger, data).told == told
    retouch(ledger, tile)
    assert issued.find(ledger, data).told == f"{told}, as it was before the tile was retouched"
    second = colourways.make(ledger, tile, "night", NIGHT)
    former, now = (issued.find(ledger, each) for each in (data, ledger.blobs.get(second.sha256)))
    assert (former.asset, former.mark, now.mark) == (tile, first.mark, second.mark)
    assert (former.told, now.told) == (f"{told}, as it was before the tile was retouched", told)
    assert issued.find(ledger, data + b" ") is None
    for made in (first, second):
        held = manifests.get(ledger, made.manifest, everything=True)
        named = receipts.receipt(ledger, held, "http://here", "http://here/receipt")["anchor"]["proof"][
            "entry"
        ]
        assert (named["subject"], named["body"]["sha256"]) == (made.id, made.sha256)
    walked = verify.verify(data, None, ledger.engines.trust, ledger.engines.watermarker, ledger=ledger)
    assert {link.name: link.holds for link in walked.links}["file"] is True


def test_a_retouch_while_a_colourway_is_made_is_told(
    ledger: Any, tile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_of = colourways._made

    def slowly(*given: Any) -> Any:
        made = make_of(*given)
        retouch(ledger, tile)
        return made

    monkeypatch.setattr(colourways, "_made", slowly)
    with pytest.raises(OrderError, match="ask for the colourway again"):
        colourways.make(ledger, tile, "night", NIGHT)


def test_a_retouched_tile_of_an_older_ledger_has_its_own_colours_only(ledger: Any, tile: Any) -> None:
    """Ledgers kept no separations at first: what is drawn again from the recipe is not what was edited."""
    retouch(ledger, tile)
    with ledger.store.transaction() as tx:
        tx.session.get(AssetRow, tile).separations = None
    with pytest.raises(OrderError, match="not printed from separations"):
        colourways.make(ledger, tile, "rose", ROSE)
