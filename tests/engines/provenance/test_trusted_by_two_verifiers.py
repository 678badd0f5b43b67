"""What we sign is trusted by two verifiers with nothing in common, and says what we said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import encypher_c2pa
import pytest

from provenance import ClaimInput, ClaimSigner, Credential, Pki, verify

FORMATS = ("image/png", "image/jpeg", "image/webp", "image/tiff")


def second_opinion(data: bytes, mime: str, pki: Pki, **options: Any) -> dict[str, Any]:
    return dict(
        encypher_c2pa.verify(
            data,
            mime,
            trust_pem=pki.root_pem,
            tsa_trust_pem=pki.tsa_root_pem,
            no_default_trust=True,
            telemetry=False,
            online=False,
            **options,
        )
    )


def codes(report: dict[str, Any], kind: str) -> list[str]:
    return [each["code"] for each in report["validation_results"][kind]]


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
    report = second_opinion(*signed, pki)
    assert report["validation_state"] == "Trusted"
    assert codes(report, "failure") == []


def test_the_independent_verifier_trusts_the_time_stamp(signed: tuple[bytes, str], pki: Pki) -> None:
    report = second_opinion(*signed, pki)
    assert "timeStamp.trusted" in codes(report, "success")
    assert "timeStamp.malformed" not in codes(report, "informational")


def test_strict_conformance_misses_revocation_only(signed: tuple[bytes, str], pki: Pki) -> None:
    report = second_opinion(*signed, pki, strict_conformance=True)
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
        second_opinion(*signed, pki), "informational"
    )


def test_the_pixels_are_untouched(signed: tuple[bytes, str], encode: Callable[[int, str], bytes]) -> None:
    import io

    import numpy as np
    from PIL import Image

    data, mime = signed
    before = np.asarray(Image.open(io.BytesIO(encode(1, mime))))
    assert np.array_equal(before, np.asarray(Image.open(io.BytesIO(data))))
