"""Every file that is signed here is found again: by its manifest's id, by its mark, by its image code."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ledger import (
    backlog,
    colourways,
    entering,
    image_codes,
    manifests,
    producing,
    production,
    receipts,
    tending,
)
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId
from ledger.domain.production import PrintSize
from ledger.errors import BlobMissingError, StorageError, UnknownError
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


def forget(ledger: Any, made: Any) -> None:
    """As an earlier edition left it: nothing of these files is in the repository, and no code is known."""
    digests = {file.sha256 for file in made.files}
    with ledger.store.transaction() as tx:
        for table in (ImageCodeRow, SoftBindingRow, ManifestRow):
            for row in list(tx.session.query(table)):
                if table is not ManifestRow or row.sha256 in digests:
                    tx.session.delete(row)
            tx.session.flush()


def waiting(ledger: Any) -> set[str]:
    with ledger.store.reading() as tx:
        return {file.sha256 for _, file in productions.unentered(tx)}


def coded(ledger: Any) -> int:
    with ledger.store.reading() as tx:
        return int(tx.session.query(ImageCodeRow).count())


def unknown(ledger: Any) -> int:
    """Ask for a manifest that nobody has."""
    with pytest.raises(UnknownError):
        manifests.get(ledger, "urn:c2pa:nowhere")
    return 1


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
    forget(ledger, made)
    assert waiting(ledger) == {file.sha256 for file in made.files}
    check_files(ledger, made, manifest(ledger, tiles[0]))
    assert waiting(ledger) == set()


def test_a_question_reads_few_of_those_that_wait_and_tending_the_rest(
    ledger: Any, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "AT_ONCE", 1)
    forget(ledger, made)
    number = len(made.files)
    unknown(ledger)
    assert len(waiting(ledger)) == number - 1
    found(ledger, manifests.watermarks(ledger)[0], bytes(6))
    assert len(waiting(ledger)) == number - 2
    assert ledger.unentered.some(lambda _: unknown(ledger)) == 1  # as many ask at once
    assert len(waiting(ledger)) == number - 2
    found(ledger, ISCC, b"")
    assert coded(ledger) == 0  # no code was asked for
    found(ledger, ISCC, iscc(Image.new("RGB", (64, 64))))
    assert coded(ledger) == 1
    assert tending.tend(ledger, 0, lambda *_: "", "turn") == ()
    assert waiting(ledger) == set()
    assert image_codes.fill(ledger) == 0
    assert coded(ledger) > number


@pytest.mark.parametrize(
    ("error", "looked_at"), [(BlobMissingError("lost"), 2), (StorageError("out of reach"), 1)]
)
def test_what_could_not_be_read_is_not_read_again(
    ledger: Any, made: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, looked_at: int
) -> None:
    forget(ledger, made)
    away, asked = {file.sha256 for file in made.files[:2]}, []
    monkeypatch.setattr(backlog, "AT_ONCE", len(made.files))

    class Damaged:
        def get(self, digest: str) -> bytes:
            if digest in away:
                asked.append(digest)
                raise error
            return bytes(ledger.blobs.get(digest))

    broken = replace(ledger, blobs=Damaged(), unentered=backlog.Backlog(), uncoded=backlog.Backlog())
    unknown(broken)
    assert len(asked) == looked_at
    for _ in range(3):
        unknown(broken)
    assert sorted(asked) == sorted(away)
    assert waiting(ledger) == away
    unknown(ledger)  # as the next process
    assert waiting(ledger) == set()
    asked.clear()
    for _ in range(4):
        image_codes.fill(broken)
    assert sorted(asked) == sorted(away)


def test_a_file_whose_id_is_taken_is_read_once(ledger: Any, made: Any) -> None:
    file = made.files[0]
    with ledger.store.transaction() as tx:
        row = tx.session.query(ManifestRow).filter_by(sha256=file.sha256).one()
        row.sha256 = made.files[1].sha256
        tx.session.flush()
    assert waiting(ledger) == {file.sha256}
    assert entering.some(ledger) == 0
    assert file.sha256 in ledger.unentered.done_with
    with ledger.store.transaction() as tx:
        tx.session.get_one(ManifestRow, row.id).sha256 = file.sha256
        tx.session.flush()
    ledger.unentered.done_with.clear()


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
