"""Influences in signed files: their pictures' manifests travel along, and both verifiers trust the result."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace

import c2pa
import pytest
from second_verifier import codes, second_opinion

from provenance import ClaimInput, ClaimSigner, Influence, Pki, build_claim, serve_tsa, verify
from provenance.errors import ClaimError
from provenance.lineage import lineage

PNG = "image/png"
FORMATS = ("image/png", "image/jpeg", "image/webp", "image/tiff")
ADAPTER = Influence("adapter", "Bloom", "a1" * 32, "CC-BY-4.0", "Ana Lee", "0.35")
Encode = Callable[[int, str], bytes]


def picture(kind: str, data: bytes, mime: str = PNG) -> Influence:
    return Influence(
        kind, "Fern 03", hashlib.sha256(data).hexdigest(), "CC0-1.0", "Ana Lee", "0.6", mime=mime
    )


@pytest.mark.parametrize("mime", FORMATS)
def test_both_verifiers_trust_a_tile_with_every_kind_of_influence(
    mime: str, signer: ClaimSigner, encode: Encode, facts: ClaimInput, pki: Pki
) -> None:
    base = signer.sign(encode(1, PNG), PNG, build_claim(facts))
    source = encode(3, "image/jpeg")  # without a manifest
    found = (
        ADAPTER,
        picture("base-pattern", base),
        replace(picture("style-source", source, "image/jpeg"), through=ADAPTER.sha256),
    )
    claim = build_claim(replace(facts, mime=mime, influences=found))
    inputs = {hashlib.sha256(data).hexdigest(): data for data in (base, source)}
    made = signer.sign(encode(2, mime), mime, claim, inputs=inputs)
    credential = verify(made, mime, pki.trust)
    assert credential.influences[3:] == tuple(replace(each, mime=None) for each in found)
    told = {each["title"]: each for each in credential.claim["ingredients"]}
    assert told["Fern 03"]["relationship"] == "inputTo"
    label = verify(base, PNG, pki.trust).manifest_label
    assert label in [each.get("active_manifest") for each in credential.claim["ingredients"]]
    report = second_opinion(made, mime, pki.trust)
    assert (report["validation_state"], codes(report, "failure")) == ("Trusted", [])


def test_a_picture_signed_by_a_stranger_is_named_and_does_not_spoil_ours(
    signer: ClaimSigner, foreign_pki: Pki, encode: Encode, facts: ClaimInput, pki: Pki
) -> None:
    with serve_tsa(foreign_pki) as service:
        stranger = ClaimSigner.from_pki(foreign_pki, service.url)
        theirs = stranger.sign(encode(1, PNG), PNG, build_claim(facts))
    source = picture("style-source", theirs)
    claim = build_claim(replace(facts, influences=(source,)))
    made = signer.sign(encode(2, PNG), PNG, claim, inputs={source.sha256: theirs})
    assert verify(made, PNG, pki.trust).signer == "Studio 7 Test"
    assert second_opinion(made, PNG, pki.trust)["validation_state"] == "Trusted"


def test_the_bytes_of_each_picture_are_given_and_no_others(
    signer: ClaimSigner, encode: Encode, facts: ClaimInput
) -> None:
    data = encode(1, PNG)
    source = picture("style-source", data)
    claim = build_claim(replace(facts, influences=(source,)))
    for inputs in ({}, {source.sha256: encode(2, PNG)}, {"f" * 64: data}):
        with pytest.raises(ClaimError, match="inputs"):
            signer.sign(encode(2, PNG), PNG, claim, inputs=inputs)


def test_a_claim_of_before_is_read_and_walked(
    signer: ClaimSigner, encode: Encode, facts: ClaimInput, pki: Pki
) -> None:
    """As ledgers hold them that were written before claims told their influences."""
    claim = build_claim(facts)
    told = claim["manifest"]["assertions"]
    claim["manifest"]["assertions"] = [e for e in told if e["label"] != "org.selvage.influences"]
    next(e for e in told if e["label"] == "org.selvage.asset")["data"].pop("licenceSha256")
    builder = c2pa.Builder(claim["manifest"], signer._context())
    for name, text in claim["resources"].items():
        builder.add_resource(name, io.BytesIO(text.encode()))
    signed = io.BytesIO()
    builder.sign(signer._signer(), PNG, io.BytesIO(encode(1, PNG)), signed)
    credential = verify(signed.getvalue(), PNG, pki.trust)
    assert (credential.influences, credential.recipe) == ((), facts.recipe)
    found = lineage(signed.getvalue(), PNG, pki.trust)
    assert [(each.kind, each.title) for each in found.sources] == [
        ("model", "Selvage Separations 1.0"),
        ("recipe", "recipe"),
        ("prompt", "prompt"),
    ]
    assert found.sources[0].sha256 == facts.model_sha256
