"""What we sign is trusted by two verifiers with nothing in common, and says what we said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from second_verifier import codes, second_opinion

from provenance import ClaimInput, ClaimSigner, Credential, Pki, build_claim, validate_claim, verify
from provenance.errors import ClaimError

FORMATS = ("image/png", "image/jpeg", "image/webp", "image/tiff")


@pytest.fixture(scope="module", params=FORMATS)
def signed(
    request: pytest.FixtureRequest,
    signer: ClaimSigner,
    encode: Callable[[int, str], bytes],
    claim_for: Callable[[str], dict[str, Any]],
) -> tuple[bytes, str]:
    mime: str = request.param
    return signer.sign(encode(1, mime), mime, claim_for(mime)), mime


def test_the_reference_library_trusts_it(signed: tuple[bytes, str], pki: Pki) -> None:
    credential = verify(*signed, pki.trust)
    assert credential.state == "Trusted"
    assert credential.signer == "Studio 7 Test"


def test_the_independent_verifier_trusts_it(signed: tuple[bytes, str], pki: Pki) -> None:
    report = second_opinion(*signed, pki.trust)
    assert report["validation_state"] == "Trusted"
    assert codes(report, "failure") == []


def test_the_independent_verifier_trusts_the_time_stamp(signed: tuple[bytes, str], pki: Pki) -> None:
    report = second_opinion(*signed, pki.trust)
    assert "timeStamp.trusted" in codes(report, "success")
    assert "timeStamp.malformed" not in codes(report, "informational")


def test_strict_conformance_misses_revocation_only(signed: tuple[bytes, str], pki: Pki) -> None:
    report = second_opinion(*signed, pki.trust, strict_conformance=True)
    assert codes(report, "failure") == ["com.encypher.conformance.revocationInformationMissing"]


def test_the_credential_says_what_was_claimed(signed: tuple[bytes, str], pki: Pki, facts: ClaimInput) -> None:
    credential = verify(*signed, pki.trust)
    assert credential.asset_id == facts.asset_id
    assert credential.marks == dict([facts.mark])
    assert facts.fingerprint is not None
    assert credential.fingerprints == dict([facts.fingerprint])
    assert credential.registration == facts.registration
    assert credential.licence == facts.licence
    assert credential.recipe == facts.recipe


def test_the_whole_claim_is_kept(signed: tuple[bytes, str], pki: Pki, facts: ClaimInput) -> None:
    credential: Credential = verify(*signed, pki.trust)
    assert credential.claim["title"] == facts.title
    assert [each["title"] for each in credential.claim["ingredients"]] == [
        "Selvage Separations 1.0",
        "recipe",
        "prompt",
    ]
    assert credential.manifest_label == credential.claim["label"]
    assert credential.signed_at is not None
    assert credential.signed_at.endswith("+00:00")


def test_the_second_verifier_reads_the_same_training_terms(signed: tuple[bytes, str], pki: Pki) -> None:
    assert "com.encypher.cawg.trainingMining.effectiveUse" in codes(
        second_opinion(*signed, pki.trust), "informational"
    )


def test_the_pixels_are_untouched(signed: tuple[bytes, str], encode: Callable[[int, str], bytes]) -> None:
    import io

    import numpy as np
    from PIL import Image

    data, mime = signed
    before = np.asarray(Image.open(io.BytesIO(encode(1, mime))))
    assert np.array_equal(before, np.asarray(Image.open(io.BytesIO(data))))


@pytest.mark.parametrize("mime", FORMATS)
def test_a_file_made_from_a_signed_one_names_it_as_its_parent_to_both(
    mime: str, signer: ClaimSigner, encode: Callable[[int, str], bytes], facts: ClaimInput, pki: Pki
) -> None:
    first = "image/png"
    parent = signer.sign(encode(1, first), first, build_claim(facts))
    claim = build_claim(replace(facts, mime=mime, title="made from it", parent=(facts.title, first)))
    made = signer.sign(encode(2, mime), mime, claim, parent)
    credential, label = verify(made, mime, pki.trust), verify(parent, first, pki.trust).manifest_label
    assert (credential.asset_id, credential.recipe) == (facts.asset_id, facts.recipe)
    (told,) = [each for each in credential.claim["ingredients"] if each["relationship"] == "parentOf"]
    assert (told["title"], told["active_manifest"]) == (facts.title, label)
    for strict in (False, True):
        report = second_opinion(made, mime, pki.trust, strict_conformance=strict)
        assert set(codes(report, "failure")) <= {"com.encypher.conformance.revocationInformationMissing"}
    assert second_opinion(made, mime, pki.trust)["validation_state"] == "Trusted"
    assert label in str(second_opinion(made, mime, pki.trust))


def test_a_parent_is_named_and_given_or_neither(
    signer: ClaimSigner, encode: Callable[[int, str], bytes], facts: ClaimInput
) -> None:
    data, claim = encode(1, facts.mime), build_claim(facts)
    with pytest.raises(ClaimError, match="parent"):
        signer.sign(data, facts.mime, claim, data)
    with pytest.raises(ClaimError, match="parent"):
        signer.sign(data, facts.mime, build_claim(replace(facts, parent=("tile", facts.mime))))
    with pytest.raises(ClaimError, match="parent"):
        validate_claim({**claim, "parent": {"title": "a", "label": "parent", "format": facts.mime}})
