"""Files of every format that were cut, bent, grown or signed by the wrong hand are refused, never trusted."""

from __future__ import annotations

import io
import random
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from provenance import ClaimInput, ClaimSigner, Pki, build_claim, serve_tsa, verify
from provenance.detached import verify_store
from provenance.embedding import store_of
from provenance.errors import MediaError, ProvenanceError, SignerExpiredError, VerificationError

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/tiff": "TIFF"}
USES = ("cawg.data_mining", "cawg.ai_inference", "cawg.ai_training", "cawg.ai_generative_training")
EVIL = "<script>alert(1)</script>'; DROP TABLE assets; --"
FLIPS = 25


def facts(mime: str, title: str = EVIL) -> ClaimInput:
    return ClaimInput(
        asset_id="urn:uuid:6b7c1f0e-2f2e-4b7a-9a55-0d1e6a3b2c11",
        title=title,
        mime=mime,
        mark=("org.selvage.torus.1", bytes(range(8))),
        fingerprint=("org.selvage.ring.1", bytes(range(32))),
        generator_name="Selvage",
        generator_version="1.0",
        model_sha256="ab" * 32,
        recipe={"seed": 1},
        prompt=EVIL,
        training_mining={use: {"use": "notAllowed"} for use in USES},
        licence=None,
        registration=None,
        created_at="2026-11-21T03:00:00Z",
        studio="Studio 7",
    )


def picture(mime: str) -> bytes:
    out = io.BytesIO()
    pixels = np.random.default_rng(3).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(out, FORMATS[mime])
    return out.getvalue()


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.create(tmp_path_factory.mktemp("hostile") / "pki", "Studio 7 Test")


@pytest.fixture(scope="module")
def signed(pki: Pki) -> dict[str, bytes]:
    with serve_tsa(pki) as authority:
        signer = ClaimSigner.from_pki(pki, authority.url)
        return {mime: signer.sign(picture(mime), mime, build_claim(facts(mime))) for mime in FORMATS}


@pytest.mark.parametrize("mime", FORMATS)
def test_no_bit_and_no_cut_makes_a_file_say_something_else(
    mime: str, signed: dict[str, bytes], pki: Pki
) -> None:
    data, truth, drawn = signed[mime], verify(signed[mime], mime, pki.trust), random.Random(mime)
    for _ in range(FLIPS):
        with pytest.raises(ProvenanceError):
            verify(data[: drawn.randrange(len(data))], mime, pki.trust)
    refused = 0
    for _ in range(2 * FLIPS):
        bent = bytearray(data)
        bent[drawn.randrange(len(data))] ^= 1 << drawn.randrange(8)
        try:
            assert (
                verify(bytes(bent), mime, pki.trust) == truth
            )  # bits without meaning: room for the time-stamp
        except ProvenanceError:
            refused += 1
    assert refused > FLIPS // 2


@pytest.mark.parametrize("mime", FORMATS)
def test_a_file_is_not_taken_for_one_of_another_kind(mime: str, signed: dict[str, bytes], pki: Pki) -> None:
    for other in (*FORMATS, "image/svg+xml", "application/c2pa", "text/html", ""):
        if other != mime:
            with pytest.raises(MediaError):
                verify(signed[mime], other, pki.trust)


def boxed(png: bytes, store: bytes) -> bytes:
    """`png` with another manifest store in it, its checksum right."""
    begin = png.index(b"caBX") - 4
    end = begin + 12 + int(struct.unpack(">I", png[begin : begin + 4])[0])
    body = b"caBX" + store
    return (
        png[:begin] + struct.pack(">I", len(store)) + body + struct.pack(">I", zlib.crc32(body)) + png[end:]
    )


def nested(depth: int) -> bytes:
    """Boxes in boxes."""
    inside = b"c2ma\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03x\x00"
    described = struct.pack(">I4s", len(inside) + 8, b"jumd") + inside
    size = 8 + len(described)
    return b"".join(struct.pack(">I4s", size * left, b"jumb") + described for left in range(depth, 0, -1))


STORES = {
    "nothing": lambda store: b"",
    "no box": lambda store: b"\x00" * len(store),
    "a box of no length": lambda store: bytes(4) + store[4:],
    "half of it": lambda store: store[: len(store) // 2],
    "a hundred boxes deep": lambda store: nested(100),
    "twenty thousand boxes deep": lambda store: nested(20_000),
    "a giant box inside": lambda store: store[:60] + b"\xff\xff\xff\xf0" + store[64:],
    "markup": lambda store: EVIL.encode() * 200,
}


@pytest.mark.parametrize("name", STORES)
def test_a_store_that_is_none_is_refused_with_its_picture_and_without(
    name: str, signed: dict[str, bytes], pki: Pki
) -> None:
    png = signed["image/png"]
    store = STORES[name](store_of(png, "image/png"))
    with pytest.raises(ProvenanceError):
        verify(boxed(png, store), "image/png", pki.trust)
    with pytest.raises(ProvenanceError):
        verify_store(store, pki.trust)


def test_a_store_without_its_picture_says_the_same_or_nothing(signed: dict[str, bytes], pki: Pki) -> None:
    store, drawn, refused = store_of(signed["image/png"], "image/png"), random.Random(5), 0
    truth = verify_store(store, pki.trust)
    assert replace(truth, claim={}) == replace(verify(signed["image/png"], "image/png", pki.trust), claim={})
    for _ in range(2 * FLIPS):
        bent = bytearray(store)
        bent[drawn.randrange(len(store) // 2)] ^= 1 << drawn.randrange(
            8
        )  # the rest is room for the time-stamp
        try:
            assert verify_store(bytes(bent), pki.trust) == truth
        except ProvenanceError:
            refused += 1
    assert refused > FLIPS


def test_a_certificate_that_is_not_valid_yet_signs_nothing(tmp_path: Path, pki: Pki) -> None:
    early = Pki.create(tmp_path / "early", "Studio 8", datetime.now(UTC) + timedelta(days=90))
    with serve_tsa(pki) as authority, pytest.raises(SignerExpiredError):
        ClaimSigner.from_pki(early, authority.url).sign(
            picture("image/png"), "image/png", build_claim(facts("image/png"))
        )


def test_a_stranger_is_valid_and_not_trusted(tmp_path: Path, pki: Pki) -> None:
    """The reference library calls such a file Valid. Here that is a refusal, and so is half of the roots."""
    stranger = Pki.create(tmp_path / "stranger", "Studio 7 Test")  # even of the same name
    with serve_tsa(stranger) as authority:
        data = ClaimSigner.from_pki(stranger, authority.url).sign(
            picture("image/png"), "image/png", build_claim(facts("image/png"))
        )
    half: list[Any] = [
        pki.trust,
        replace(pki.trust, tsa_root_pem=stranger.trust.tsa_root_pem),
        replace(pki.trust, root_pem=stranger.trust.root_pem),
        replace(pki.trust, root_pem=stranger.trust.tsa_root_pem, tsa_root_pem=stranger.trust.root_pem),
    ]
    for trust in half:
        with pytest.raises(VerificationError):
            verify(data, "image/png", trust)
        with pytest.raises(VerificationError):
            verify_store(store_of(data, "image/png"), trust)
    assert verify(data, "image/png", stranger.trust).asset_id
