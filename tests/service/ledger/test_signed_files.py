"""Every file that is signed here is found again: by its manifest's id, by its mark, by its image code."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ledger import colourways, image_codes, manifests, producing, production, receipts
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId
from ledger.domain.production import PrintSize
from ledger.export import FORMATS, export
from ledger.store import assets, productions
from ledger.store.manifest_tables import ImageCodeRow, ManifestRow, SoftBindingRow
from provenance.embedding import store_of
from provenance.iscc import iscc
from provenance.jumbf import parse_store
from provenance.labels import ISCC


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    with helpers.open(tmp_path_factory.mktemp("signed")) as opened:
        helpers.people(opened)
        yield opened


@pytest.fixture(scope="module")
def tiles(ledger: Any, helpers: Any) -> list[AssetId]:
    return list(helpers.published(ledger, "two", 2, helpers.terms(colourways=["original"]))[1])


@pytest.fixture(scope="module")
def made(ledger: Any, tiles: list[AssetId]) -> Any:
    order = production.source(ledger, tiles[0], None, None, PrintSize(60_000, 150))
    parts = (producing.picture, producing.screens, producing.sheets)
    return production.keep(ledger, order, tuple(file for part in parts for file in part(ledger, order)))


def manifest(ledger: Any, tile: AssetId) -> str:
    with ledger.store.reading() as tx:
        return str(assets.get(tx, tile).signed.manifest)


def found(ledger: Any, alg: str, value: bytes) -> dict[str, int | None]:
    told = manifests.by_binding(ledger, alg, base64.b64encode(value).decode())
    return {each.manifest: each.score for each in told}


def check_files(ledger: Any, made: Any, tile: str) -> None:
    marked = found(ledger, manifests.watermarks(ledger)[0], int(made.mark).to_bytes(6, "big"))
    assert next(iter(marked)) == tile
    named = {tile}
    for file in made.files:
        store = store_of(ledger.blobs.get(file.sha256), file.mime)
        name = parse_store(store).active
        held = manifests.get(ledger, name)
        assert manifests.store_bytes(ledger, held) == store
        assert (
            receipts.receipt(ledger, held, "here", "there")["anchor"]["proof"]["entry"]["subject"] == made.id
        )
        named |= {name} if file.algorithm is not None else set()
    assert set(marked) == named
    assert set(marked.values()) == {100}


def test_files_for_production_are_found_by_id_and_by_mark(
    ledger: Any, tiles: list[AssetId], made: Any
) -> None:
    assert {file.mime for file in made.files} == {
        "image/png",
        "image/tiff",
        "image/svg+xml",
        "application/pdf",
    }
    check_files(ledger, made, manifest(ledger, tiles[0]))


def test_so_are_those_of_an_earlier_edition(ledger: Any, tiles: list[AssetId], made: Any) -> None:
    digests = {file.sha256 for file in made.files}
    with ledger.store.transaction() as tx:
        for table in (ImageCodeRow, SoftBindingRow, ManifestRow):
            for row in list(tx.session.query(table)):
                if table is not ManifestRow or row.sha256 in digests:
                    tx.session.delete(row)
            tx.session.flush()
    with ledger.store.reading() as tx:
        assert {file.sha256 for _, file in productions.unentered(tx)} == digests
    check_files(ledger, made, manifest(ledger, tiles[0]))
    with ledger.store.reading() as tx:
        assert productions.unentered(tx) == []


def test_a_file_for_a_use_is_found_by_id(ledger: Any, tiles: list[AssetId]) -> None:
    for form in FORMATS:
        data, mime = export(ledger, tiles[0], None, form)
        store = store_of(data, mime)
        held = manifests.get(ledger, parse_store(store).active)
        assert manifests.store_bytes(ledger, held) == store
        assert held.asset == tiles[0]


def test_an_image_code_leads_to_pictures_that_look_so(ledger: Any, tiles: list[AssetId], made: Any) -> None:
    with ledger.store.reading() as tx:
        tile = assets.get(tx, tiles[0]).signed
    picture = Image.open(io.BytesIO(ledger.blobs.get(tile.sha256))).convert("RGB")
    same = found(ledger, ISCC, iscc(picture))
    assert (next(iter(same)), same[tile.manifest]) == (tile.manifest, 100)
    produced = parse_store(store_of(ledger.blobs.get(made.files[0].sha256), made.files[0].mime)).active
    assert same[produced] is not None
    smaller = io.BytesIO()
    picture.resize((160, 160)).save(smaller, "JPEG", quality=70)
    assert (found(ledger, ISCC, iscc(Image.open(smaller)))[tile.manifest] or 0) >= 75
    rolled = Image.fromarray(np.roll(np.asarray(picture), (90, 70), (0, 1)))
    assert tile.manifest not in found(ledger, ISCC, iscc(rolled))
    assert manifest(ledger, tiles[1]) not in same


def test_what_was_signed_since_is_read_when_it_is_asked_for(ledger: Any, tiles: list[AssetId]) -> None:
    image_codes.fill(ledger)
    assert image_codes.fill(ledger) == 0
    recoloured = colourways.make(ledger, tiles[1], "night", ("#17274f", "#f0c9c0"))
    assert image_codes.fill(ledger) == 1
    picture = Image.open(io.BytesIO(ledger.blobs.get(recoloured.sha256)))
    assert found(ledger, ISCC, iscc(picture))[recoloured.manifest] == 100


@pytest.mark.parametrize("value", ["not base64!", "AAA"])
def test_a_value_that_is_none_is_refused(ledger: Any, value: str) -> None:
    with pytest.raises(FieldError, match="base64"):
        manifests.by_binding(ledger, ISCC, value)


def test_another_iscc_leads_to_nothing(ledger: Any, tiles: list[AssetId]) -> None:
    for value in (b"", bytes(33), bytes(34), bytes.fromhex("2101") + bytes(8)):
        assert found(ledger, ISCC, value) == {}
