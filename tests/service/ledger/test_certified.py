"""Tiles that people drew: certified, taken in like others, labelled, and never anything that a model made."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from by_hand import INKS, drawing, png
from PIL import Image
from second_verifier import second_opinion

from api.views.catalogue import AssetView
from forensics import ReferenceOutOfReachError
from ledger import colourways, importing, lineage, register, retouching, verify
from ledger.domain.errors import BriefError, FieldError, OrderError
from ledger.domain.ids import AssetId
from ledger.errors import ConflictError, StorageError
from ledger.store import assets, entries
from provenance import Pki
from provenance import verify as read
from provenance.certifying import certify
from provenance.errors import ForgedStatementError, KeyMaterialError, NotTrustedError

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.create(tmp_path_factory.mktemp("council") / "pki", "Craft Council")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, helpers: Any, council: Pki) -> Any:
    with helpers.open(tmp_path_factory.mktemp("certified")) as opened:
        helpers.people(opened)
        assert importing.trust(opened, council.root_pem) == "Craft Council"
        yield opened


def certificate(council: Pki, data: bytes, by: str = "Ana Lee") -> str:
    return certify(council, hashlib.sha256(data).hexdigest(), by, NOW)


def bring(ledger: Any, helpers: Any, council: Pki, data: bytes, name: str, inks: tuple[str, ...] = ()) -> Any:
    return importing.bring(ledger, data, name, helpers.terms(), certificate(council, data), inks)


@pytest.fixture(scope="module")
def tile(ledger: Any, helpers: Any, council: Pki) -> Any:
    return bring(ledger, helpers, council, drawing(), "Blots")


def test_it_is_an_asset_like_another_and_says_who_drew_it(ledger: Any, tile: Any) -> None:
    view = AssetView.of(tile)
    assert view.origin == "drawn by a person (Ana Lee), certified by Craft Council"
    assert view.recipe["palette"] == list(INKS)
    data = ledger.blobs.get(tile.signed.sha256)
    pixels = np.asarray(Image.open(io.BytesIO(data)))
    assert ledger.engines.watermarker.read(pixels).mark_id == tile.mark
    with ledger.store.reading() as tx:
        (entry,) = [each for each in entries.about(tx, [tile.id]) if each.kind == "asset-made"]
    assert (entry.body["drawn_by"], entry.body["certified_by"]) == ("Ana Lee", "Craft Council")


def test_its_claim_names_a_person_and_no_model(ledger: Any, tile: Any, council: Pki) -> None:
    from provenance.certifying import check

    data = ledger.blobs.get(tile.signed.sha256)
    found = read(data, "image/png", ledger.engines.trust)
    assert found.drawn is not None
    assert found.recipe == {}
    file = hashlib.sha256(drawing()).hexdigest()
    assert found.drawn.file_sha256 == file
    assert check(found.drawn.statement, [council.root_pem], file, NOW) == ("Ana Lee", "Craft Council")
    assert second_opinion(data, "image/png", ledger.engines.trust)["validation_state"] == "Trusted"
    assert b"digitalCreation" in data
    assert b"trainedAlgorithmicMedia" not in data
    (person,) = lineage.of_asset(ledger, tile.id).source.sources
    assert (person.kind, person.title, person.attribution) == (
        "person",
        "Ana Lee",
        "certified by Craft Council",
    )


def test_brought_again_it_is_the_same_tile(ledger: Any, helpers: Any, council: Pki, tile: Any) -> None:
    assert bring(ledger, helpers, council, drawing(), "Blots") == tile


def test_it_is_recoloured_registered_and_verified_and_not_retouched(ledger: Any, tile: Any) -> None:
    with pytest.raises(OrderError, match="certified as drawn"):
        retouching.retouch(ledger, tile.id, drawing(9), "Ana Lee")
    night = colourways.make(ledger, tile.id, "night", ("#17274f", "#f0c9c0", "#ffffff"))
    assert read(ledger.blobs.get(night.sha256), "image/png", ledger.engines.trust).drawn is not None
    register.register(ledger, tile.collection)
    data = ledger.blobs.get(tile.signed.sha256)
    found = verify.verify(
        data, None, ledger.engines.trust, ledger.engines.watermarker, ledger.chain(), ledger
    )
    assert found.ok, found.links


def test_what_a_model_made_is_refused_however_it_comes(ledger: Any, helpers: Any, council: Pki) -> None:
    _collection, (only,) = helpers.published(ledger, "generated", 1, helpers.terms())
    with ledger.store.reading() as tx:
        generated = assets.get(tx, AssetId(only))
    signed = ledger.blobs.get(generated.signed.sha256)
    pixels = np.asarray(Image.open(io.BytesIO(signed)).convert("RGB"))
    inks = tuple(generated.signed.marked.draft.recipe["palette"])
    for data, why in (
        (signed, "says itself that a model made it"),
        (png(pixels), str(only)),
        (png(np.roll(pixels, (40, 90), (0, 1))), str(only)),
        (ledger.blobs.get(generated.signed.marked.drawn), str(only)),
    ):
        with pytest.raises(ConflictError, match=why):
            bring(ledger, helpers, council, data, "Stolen", inks)


def test_a_certificate_of_another_file_or_a_stranger_is_refused(
    ledger: Any, helpers: Any, council: Pki, tmp_path: Any
) -> None:
    data, terms = drawing(2), helpers.terms()
    with pytest.raises(ForgedStatementError, match="another file"):
        importing.bring(ledger, data, "x", terms, certificate(council, drawing(3)))
    stranger = Pki.create(tmp_path / "stranger", "Craft Council")
    with pytest.raises(NotTrustedError):
        importing.bring(ledger, data, "x", terms, certificate(stranger, data))
    token = certificate(council, data)
    with pytest.raises(ForgedStatementError):
        importing.bring(ledger, data, "x", terms, token[:-6] + "AAAAAA")
    with pytest.raises(KeyMaterialError, match="root certificate"):
        importing.trust(ledger, "no certificate")


def test_what_is_written_around_a_root_certificate_is_left_out(ledger: Any, council: Pki) -> None:
    before = importing.trusted(ledger)
    assert importing.trust(ledger, f"Bag Attributes: Atelier Élan\n{council.root_pem}\n") == "Craft Council"
    assert importing.trusted(ledger) == before == (council.root_pem,)


def test_an_index_that_cannot_be_reached_is_said(
    ledger: Any, helpers: Any, council: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise ReferenceOutOfReachError("a tile")

    monkeypatch.setattr("forensics.examine_bytes", lost)
    with pytest.raises(StorageError, match="a tile"):
        bring(ledger, helpers, council, drawing(5), "Unseen")


def test_a_file_that_is_no_tile_is_refused_by_what_is_wrong(ledger: Any, helpers: Any, council: Pki) -> None:
    whole = np.asarray(Image.open(io.BytesIO(drawing(4, 320))))
    many = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    for pixels, error, why in (
        (whole[:256], FieldError, "square"),
        (whole[:192, :192], BriefError, "no room for the watermark"),
        (whole[:300, :300], BriefError, "multiple of 64"),
        (many, FieldError, "colours"),
        (
            whole[:256, :256],
            FieldError,
            "close the seam, or see where with selvage seam",
        ),
    ):
        with pytest.raises(error, match=why):
            bring(ledger, helpers, council, png(pixels), "x")
