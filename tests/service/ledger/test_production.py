"""Files for production: marked, signed, named in the book; under a licence with its licensee's mark."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from plates import recombined
from second_verifier import second_opinion

from generator.production.enlarging import Enlarger
from generator.production.screens import margin_px
from ledger import colourways, copies, making, producing, production, standing, verify
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId
from ledger.domain.production import PrintSize
from ledger.errors import UnknownError
from ledger.store import assets, entries

SIZE = PrintSize(60_000, 150)  # 354 px
NIGHT = ("#17274f", "#f0c9c0")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    with helpers.open(tmp_path_factory.mktemp("production")) as opened:
        helpers.people(opened, "mill", funded=["mill"])
        yield opened


@pytest.fixture(scope="module")
def tile(ledger: Any, helpers: Any) -> AssetId:
    _collection, (only,) = helpers.published(ledger, "one", 1, helpers.terms(colourways=["original"]))
    return AssetId(only)


def make(ledger: Any, tile: AssetId, **more: Any) -> Any:
    order = production.source(ledger, tile, more.get("colourway"), more.get("licence"), SIZE)
    parts = (producing.picture, producing.screens, producing.sheets)
    return production.keep(ledger, order, tuple(file for part in parts for file in part(ledger, order)))


@pytest.fixture(scope="module")
def made(ledger: Any, tile: AssetId) -> Any:
    return make(ledger, tile)


def picture(ledger: Any, file: Any) -> Image.Image:
    return Image.open(io.BytesIO(ledger.blobs.get(file.sha256)))


def test_every_file_is_there_and_named_in_the_book(ledger: Any, made: Any) -> None:
    kinds = [(file.mime, file.signed, file.ink is not None) for file in made.files]
    assert kinds == [
        ("image/png", True, False),
        ("image/tiff", True, False),
        ("image/tiff", True, True),
        ("image/tiff", True, True),
        ("image/svg+xml", True, False),
        ("application/pdf", True, False),
    ]
    with ledger.store.reading() as tx:
        (entry,) = entries.about(tx, [made.id])
    assert [each["sha256"] for each in entry.body["files"]] == [file.sha256 for file in made.files]
    assert all(len(ledger.blobs.get(file.sha256)) == file.bytes for file in made.files)


def test_the_pictures_carry_the_mark_at_their_size(ledger: Any, tile: AssetId, made: Any) -> None:
    png, tiff = (picture(ledger, file) for file in made.files[:2])
    assert png.size == tiff.size == (354, 354)
    assert tiff.info["dpi"] == pytest.approx((149.86, 149.86), abs=0.01)
    assert np.array_equal(np.asarray(png), np.asarray(tiff))
    assert ledger.engines.watermarker.read(np.asarray(png)).mark_id == made.mark


def test_the_screens_recombine_into_the_marked_separations(ledger: Any, tile: AssetId, made: Any) -> None:
    from watermark.inks import evidence
    from watermark.line import false_match_bound

    margin = margin_px(150)
    plates = [~np.asarray(picture(ledger, file)) for file in made.files[2:4]]
    index = recombined([plate[margin:-margin, margin:-margin] for plate in plates])
    with ledger.store.reading() as tx:
        drawn = Enlarger(making.separations(ledger, assets.get(tx, tile))).index(354)
    assert 0 < (index != drawn).mean() < 0.05
    grey = [np.repeat((255 * each)[..., None], 3, axis=2) for each in (index, drawn)]
    found = evidence(ledger.engines.watermarker.line, grey[0], grey[1], [int(made.mark), 4711])
    assert false_match_bound(float(found[0])) < 1e-9 < false_match_bound(float(found[1]))


def test_each_file_verifies_as_the_tiles(ledger: Any, tile: AssetId, made: Any) -> None:
    engines = ledger.engines
    for file in made.files:
        data = ledger.blobs.get(file.sha256)
        found = verify.verify(data, None, engines.trust, engines.watermarker, None, ledger)
        assert (found.ok, found.asset) == (True, tile), (file.name, found.links)
        assert file.name in found.links[0].why
        assert second_opinion(data, file.mime, engines.trust)["validation_state"] == "Trusted", file.name
    changed = ledger.blobs.get(made.files[4].sha256) + b" "
    assert not verify.verify(changed, None, engines.trust, engines.watermarker, None, ledger).ok


def test_made_again_it_is_what_was_written_down(ledger: Any, tile: AssetId, made: Any) -> None:
    assert make(ledger, tile) == made
    assert production.find(ledger, made.id) == made


def test_under_a_licence_it_carries_the_licensees_mark_and_what_the_licence_gives(
    ledger: Any, tile: AssetId, helpers: Any
) -> None:
    colourways.make(ledger, tile, "night", NIGHT)
    grant = helpers.licensed(ledger, tile, "mill", helpers.use(colourway="original"))
    licensed = make(ledger, tile, licence=grant.id)
    assert licensed.mark == copies.copy(ledger, grant.id).mark
    with pytest.raises(OrderError, match="does not give this colourway"):
        production.source(ledger, tile, "night", grant.id, SIZE)
    standing.suspend(ledger, grant.id, "a test")
    with pytest.raises(OrderError, match="suspended"):
        production.source(ledger, tile, None, grant.id, SIZE)
    _collection, (other,) = helpers.published(ledger, "other", 1, helpers.terms())
    with pytest.raises(OrderError, match="another tile"):
        production.source(ledger, AssetId(other), None, grant.id, SIZE)
    with pytest.raises(UnknownError):
        production.source(ledger, tile, "dawn", None, SIZE)


def test_the_book_is_made_again_with_them(ledger: Any, made: Any, tmp_path: Path, helpers: Any) -> None:
    assert helpers.rebuilt(ledger, tmp_path) == []
