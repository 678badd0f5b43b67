"""Drawings and sheets are signed too; metadata, ISCC and who drew a tile are in the claim; both trust it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from second_verifier import codes, second_opinion

from bench.claims import METADATA
from provenance import ClaimInput, ClaimSigner, Drawn, Pki, build_claim, errors, verify
from provenance.iscc import iscc
from provenance.labels import TRAINED_MEDIA

PNG = "image/png"
SVG, PDF = "image/svg+xml", "application/pdf"
DRAWING = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9mm">'
    b'<title>Fern</title><path fill="#102030" d="M0 0h5v5z"/></svg>\n'
)
SHEET = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)
MADE_BY_A_MODEL = {"Iptc4xmpExt:DigitalSourceType": TRAINED_MEDIA}
Encode = Callable[[int, str], bytes]


@pytest.fixture(scope="module", params=[(SVG, DRAWING), (PDF, SHEET)], ids=["svg", "pdf"])
def sheet(
    request: pytest.FixtureRequest, signer: ClaimSigner, facts: ClaimInput, signed_png: bytes
) -> tuple[bytes, str]:
    """A file without pixels, made from a signed tile; it carries no mark."""
    mime, data = request.param
    told = replace(facts, mime=mime, parent=(facts.title, PNG), mark=None, fingerprint=None)
    return signer.sign(data, mime, build_claim(told), signed_png), mime


def test_both_verifiers_trust_drawings_and_sheets(sheet: tuple[bytes, str], pki: Pki) -> None:
    credential = verify(*sheet, pki.trust)
    assert (credential.marks, credential.fingerprints) == ({}, {})
    report = second_opinion(*sheet, pki.trust)
    assert (report["validation_state"], codes(report, "failure")) == ("Trusted", [])


def test_a_changed_drawing_or_sheet_is_refused(sheet: tuple[bytes, str], pki: Pki) -> None:
    data, mime = sheet
    for was, is_now in ((b"#102030", b"#102031"), (b"MediaBox[0 0 10", b"MediaBox[0 0 11")):
        if was in data:
            with pytest.raises(errors.VerificationError):
                verify(data.replace(was, is_now), mime, pki.trust)
    for place in (*range(0, 200, 23), *range(len(data) - 120, len(data), 17)):
        with pytest.raises((errors.VerificationError, errors.MediaError)):
            verify(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], mime, pki.trust)
    with pytest.raises(errors.VerificationError):
        verify(data + b" ", mime, pki.trust)


@pytest.mark.parametrize("share", [0.05, 0.4, 0.8, 0.99])
def test_a_truncated_drawing_or_sheet_never_verifies(
    sheet: tuple[bytes, str], pki: Pki, share: float
) -> None:
    data, mime = sheet
    with pytest.raises((errors.VerificationError, errors.MediaError)):
        verify(data[: int(len(data) * share)], mime, pki.trust)


BOMB = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)


@pytest.mark.parametrize(
    "data",
    [
        BOMB + b"]><svg>&j;</svg>",
        b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        b"<svg" + b"<g>" * 20_000,
        b"<svg><metadata><c2pa:manifest>" + b"A" * 50_000 + b"</c2pa:manifest></metadata></svg>",
        b"%PDF-1.7\n" + b"[" * 50_000,
    ],
)
def test_a_hostile_drawing_or_sheet_is_no_and_nothing_worse(data: bytes, pki: Pki) -> None:
    mime = PDF if data.startswith(b"%PDF") else SVG
    with pytest.raises(errors.VerificationError):
        verify(data, mime, pki.trust)


@pytest.mark.parametrize("mime", [PNG, "image/jpeg", "image/webp", "image/tiff"])
def test_metadata_and_iscc_are_in_the_claim(
    mime: str, signer: ClaimSigner, facts: ClaimInput, encode: Encode, pki: Pki
) -> None:
    data = encode(1, mime)
    value = iscc(Image.open(io.BytesIO(data)))
    claim = build_claim(replace(facts, mime=mime, metadata={**METADATA, **MADE_BY_A_MODEL}, iscc=value))
    made = signer.sign(data, mime, claim)
    credential = verify(made, mime, pki.trust)
    assert credential.fingerprints["io.iscc.v0"] == value
    told = {each["label"]: each["data"] for each in credential.claim["assertions"]}
    assert told["cawg.metadata"]["plus:DataMining"].endswith("DMI-PROHIBITED")
    report = second_opinion(made, mime, pki.trust)
    assert (report["validation_state"], codes(report, "failure")) == ("Trusted", [])


def test_an_iscc_is_near_after_resizing_and_far_for_another_picture(encode: Encode) -> None:
    blocks = np.random.default_rng(5).integers(0, 256, (24, 24), dtype=np.uint8)
    picture = Image.fromarray(blocks).resize((96, 96))
    values = [iscc(picture), iscc(picture.resize((160, 160))), iscc(Image.open(io.BytesIO(encode(1, PNG))))]
    assert {len(each) for each in values} == {34}
    one, same, other = (int.from_bytes(each[2:], "big") for each in values)
    assert (one ^ same).bit_count() < 40 < 80 < (one ^ other).bit_count()


def test_a_picture_of_one_colour_has_an_iscc() -> None:
    assert len(iscc(Image.new("RGB", (64, 64), "#102030"))) == 34


def test_a_drawn_tile_names_who_drew_it_and_no_model(
    signer: ClaimSigner, facts: ClaimInput, encode: Encode, pki: Pki
) -> None:
    drawn = Drawn("Ana Lee", "ab" * 32, "Craft Council", "e30.e30.AAAA")
    data = encode(1, PNG)
    made = signer.sign(data, PNG, build_claim(replace(facts, drawn=drawn)))
    credential = verify(made, PNG, pki.trust)
    assert (credential.drawn, credential.recipe, credential.influences) == (drawn, {}, ())
    (created, _marked) = credential.claim["assertions"][0]["data"]["actions"]
    assert created["digitalSourceType"].endswith("/digitalCreation")
    assert "c2pa.ai-disclosure" not in {each["label"] for each in credential.claim["assertions"]}
    report = second_opinion(made, PNG, pki.trust)
    assert (report["validation_state"], codes(report, "failure")) == ("Trusted", [])


def test_a_claim_is_of_a_model_or_of_a_person_and_not_of_both(facts: ClaimInput) -> None:
    drawn = Drawn("Ana Lee", "ab" * 32, "Craft Council", "e30.e30.AAAA")
    by_a_model, by_a_person = build_claim(facts), build_claim(replace(facts, drawn=drawn))
    told = next(e for e in by_a_person["manifest"]["assertions"] if e["label"] == "org.selvage.drawn")
    by_a_model["manifest"]["assertions"].append(told)
    with pytest.raises(errors.ClaimError, match=r"org\.selvage\.drawn"):
        build_and_check(by_a_model)
    source = by_a_person["manifest"]["assertions"][0]["data"]["actions"][0]
    source["digitalSourceType"] = source["digitalSourceType"].replace("digitalCreation", "humanEdits")
    with pytest.raises(errors.ClaimError, match=r"actions\.v2"):
        build_and_check(by_a_person)


def build_and_check(claim: dict[str, object]) -> None:
    from provenance import validate_claim

    validate_claim(claim)


def test_what_is_made_without_a_parent_carries_a_mark(facts: ClaimInput) -> None:
    with pytest.raises(errors.ClaimError, match=r"actions"):
        build_claim(replace(facts, mark=None))
