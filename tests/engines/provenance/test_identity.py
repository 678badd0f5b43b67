"""A claim names the studio: both verifiers trust it, and refuse who is of another file or certificate."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import c2pa
import pytest
from confirmations import SAID
from second_verifier import codes, second_opinion

from provenance import (
    ClaimInput,
    ClaimSigner,
    Drawn,
    Influence,
    Pki,
    build_claim,
    errors,
    runtime,
    serve_tsa,
    verify,
)
from provenance.confirmation import UPDATABLE
from provenance.detached import verify_store
from provenance.embedding import store_of, without_store
from provenance.identity import ROLES, StudioIdentity, named_actor
from provenance.recovery import Recovery, build_recovery

PNG = "image/png"
FORMATS = (PNG, "image/jpeg", "image/webp", "image/tiff")
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>'
Encode = Callable[[int, str], bytes]
ClaimFor = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def naming(pki: Pki, tsa_url: str) -> ClaimSigner:
    return ClaimSigner.from_pki(pki, tsa_url, named=True)


@pytest.fixture(scope="module")
def named(naming: ClaimSigner, encode: Encode, claim_for: ClaimFor) -> bytes:
    return naming.sign(encode(1, PNG), PNG, claim_for(PNG))


def require_named_to_both(data: bytes, mime: str, pki: Pki) -> None:
    assert pki.identity is not None
    actor = verify(data, mime, pki.trust).named
    assert actor is not None
    assert str(actor) == "Studio 7 Test (publisher)"
    assert actor.serial == pki.identity.certificate.serial_number
    report = second_opinion(data, mime, pki.trust, cawg_trust_pem=pki.root_pem)
    assert (report["validation_state"], codes(report, "failure")) == ("Trusted", [])
    alone = second_opinion(data, mime, pki.trust)
    assert (alone["validation_state"], codes(alone, "failure")) == ("Trusted", [])


@pytest.mark.parametrize("mime", FORMATS)
def test_both_verifiers_trust_the_claim_and_whom_it_names(
    mime: str, naming: ClaimSigner, encode: Encode, claim_for: ClaimFor, pki: Pki
) -> None:
    signed = naming.sign(encode(1, mime), mime, claim_for(mime))
    require_named_to_both(signed, mime, pki)
    report = second_opinion(signed, mime, pki.trust, cawg_trust_pem=pki.root_pem)
    assert "cawg.identity.trusted" in codes(report, "success")


def test_so_they_do_of_a_drawing_and_a_sheet_made_from_a_tile(
    naming: ClaimSigner, named: bytes, facts: ClaimInput, pki: Pki
) -> None:
    from reportlab.pdfgen.canvas import Canvas

    page = io.BytesIO()
    canvas = Canvas(page)
    canvas.drawString(9, 9, "a sheet")
    canvas.save()
    told = replace(facts, parent=(facts.title, PNG), mark=None, fingerprint=None)
    for mime, data in (("image/svg+xml", DRAWING), ("application/pdf", page.getvalue())):
        signed = naming.sign(data, mime, build_claim(replace(told, mime=mime)), named)
        require_named_to_both(signed, mime, pki)


@pytest.mark.parametrize("mime", UPDATABLE)
def test_an_update_names_nobody_itself_and_keeps_who_was_named(
    mime: str, naming: ClaimSigner, encode: Encode, claim_for: ClaimFor, pki: Pki
) -> None:
    updated = naming.sign_update(naming.sign(encode(1, mime), mime, claim_for(mime)), mime, SAID)
    require_named_to_both(updated, mime, pki)
    assert verify_store(store_of(updated, mime), pki.trust).named is not None


@pytest.mark.parametrize("kind", ["made by a model", "made from a tile", "drawn", "with a picture in it"])
def test_the_studio_vouches_for_all_that_the_claim_says_and_for_the_bytes(
    kind: str, naming: ClaimSigner, named: bytes, encode: Encode, facts: ClaimInput, pki: Pki
) -> None:
    digest = hashlib.sha256(named).hexdigest()
    picture = Influence("style-source", "a picture", digest, "CC-BY-4.0", "Ana Lee", "0.5", mime=PNG)
    changes: dict[str, Any] = {
        "made by a model": {},
        "made from a tile": {"parent": (facts.title, PNG), "mark": None, "fingerprint": None},
        "drawn": {"drawn": Drawn("Ana Lee", "ab" * 32, "Craft Council", "e30.e30.AAAA")},
        "with a picture in it": {"influences": (picture,)},
    }[kind]
    claim = build_claim(replace(facts, **changes))
    signed = naming.sign(
        encode(3, PNG),
        PNG,
        claim,
        named if "parent" in changes else None,
        {digest: named} if "influences" in changes else None,
    )
    require_named_to_both(signed, PNG, pki)
    credential = verify(signed, PNG, pki.trust)
    assert credential.named is not None
    assert set(credential.named.vouched) == said_in(signed, pki) - {"cawg.identity"}
    assert credential.named.roles == ROLES
    assert credential.drawn == changes.get("drawn")


def said_in(data: bytes, pki: Pki) -> set[str]:
    """The labels of all assertions that the claim of a file lists."""
    reader = c2pa.Reader(PNG, io.BytesIO(data), context=runtime.context(pki.trust))
    store = json.loads(reader.detailed_json())
    claim = store["manifests"][store["active_manifest"]]["claim"]
    listed = [*claim["created_assertions"], *claim.get("gathered_assertions", ())]
    return {each["url"].rpartition("/")[2] for each in listed}


def test_a_claim_of_before_names_nobody_and_is_trusted(signed_png: bytes, pki: Pki) -> None:
    assert verify(signed_png, PNG, pki.trust).named is None


def test_readers_that_know_the_root_for_claims_only_call_it_valid(named: bytes, pki: Pki) -> None:
    settings = runtime._settings(pki.trust, None)
    anchors = settings["trust"]["anchors"]
    settings["trust"]["anchors"] = [each for each in anchors if each["trust_kind"] != "cawg"]
    reader = c2pa.Reader(PNG, io.BytesIO(named), context=c2pa.Context.from_dict(settings))
    told = reader.get_validation_results()["activeManifest"]["failure"]
    assert reader.get_validation_state() == "Valid"
    assert [each["code"] for each in told] == ["cawg.x509.credential.untrusted"]


def test_the_strict_profile_of_the_second_verifier_refuses_the_order_of_the_library(
    named: bytes, pki: Pki
) -> None:
    report = second_opinion(named, PNG, pki.trust, cawg_trust_pem=pki.root_pem, strict_conformance=True)
    assert set(codes(report, "failure")) == {
        "cawg.x509.signature.mismatch",
        "com.encypher.conformance.revocationInformationMissing",
    }


class Recorded(StudioIdentity):
    """Gives the signature of another file's identity assertion."""

    def sign(self, payload: bytes) -> bytes:
        return super().sign(payload + b"of another file")


def signed_with(identity: StudioIdentity, pki: Pki, tsa_url: str, data: bytes, claim: Any) -> bytes:
    """A file whose claim is ours and whose identity may be wrong, as no signer of ours lets it out."""
    signer = ClaimSigner.from_pki(replace(pki, identity=identity), tsa_url, named=True)
    with pytest.raises(errors.SigningError, match="not who it names"):
        signer.sign(data, PNG, claim)
    return signer._sign(data, PNG, claim, [])


def test_an_identity_of_another_file_is_refused_by_both(
    pki: Pki, tsa_url: str, encode: Encode, claim_for: ClaimFor
) -> None:
    assert pki.identity is not None
    moved = Recorded(pki.identity.chain_pem, pki.identity.key)
    wrong = signed_with(moved, pki, tsa_url, encode(1, PNG), claim_for(PNG))
    with pytest.raises(errors.WrongIdentityError, match="another claim") as caught:
        verify(wrong, PNG, pki.trust)
    assert caught.value.diagnostics["failures"] == ["cawg.x509.signature.mismatch"]
    with pytest.raises(errors.WrongIdentityError):
        verify_store(store_of(wrong, PNG), replace(pki.trust))
    report = second_opinion(wrong, PNG, pki.trust, cawg_trust_pem=pki.root_pem)
    assert codes(report, "failure") == ["cawg.x509.signature.mismatch"]


def test_an_identity_nobody_vouches_for_is_refused_by_both(
    pki: Pki, foreign_pki: Pki, tsa_url: str, encode: Encode, claim_for: ClaimFor
) -> None:
    assert foreign_pki.identity is not None
    wrong = signed_with(foreign_pki.identity, pki, tsa_url, encode(1, PNG), claim_for(PNG))
    with pytest.raises(errors.WrongIdentityError, match="no root vouches"):
        verify(wrong, PNG, pki.trust)
    report = second_opinion(wrong, PNG, pki.trust, cawg_trust_pem=pki.root_pem)
    assert "cawg.identity.trusted" not in codes(report, "success")


def test_a_changed_identity_assertion_is_refused_by_both(named: bytes, pki: Pki) -> None:
    at = named.index(b"cawg.publisher")
    changed = named[:at] + b"cawg.sponsored" + named[at + 14 :]
    with pytest.raises(errors.VerificationError):
        verify(changed, PNG, pki.trust)
    assert second_opinion(changed, PNG, pki.trust)["validation_state"] != "Trusted"


def test_what_was_named_before_the_revocation_is_trusted_and_after_it_is_not(
    tmp_path_factory: pytest.TempPathFactory, encode: Encode, claim_for: ClaimFor
) -> None:
    first = Pki.create(tmp_path_factory.mktemp("named") / "pki", "Studio 7 Test")
    assert first.identity is not None
    now = dt.datetime.now(dt.UTC)
    image, claim = encode(1, PNG), claim_for(PNG)
    with serve_tsa(first) as tsa:
        before = ClaimSigner.from_pki(first, tsa.url, named=True).sign(image, PNG, claim)
    serial = first.identity.certificate.serial_number
    second = Pki.revoke(first.folder, serial, now=now + dt.timedelta(minutes=5))
    with serve_tsa(first, clock=lambda: now + dt.timedelta(minutes=10)) as tsa:
        after = ClaimSigner.from_pki(first, tsa.url, named=True).sign(image, PNG, claim)
    assert verify(before, PNG, second.trust).named is not None
    with pytest.raises(errors.RevokedSignerError):
        verify(after, PNG, second.trust)


def test_a_stranger_among_the_ingredients_who_names_itself_does_not_spoil_ours(
    signer: ClaimSigner, foreign_pki: Pki, encode: Encode, facts: ClaimInput, pki: Pki
) -> None:
    with serve_tsa(foreign_pki) as tsa:
        foreign = ClaimSigner.from_pki(foreign_pki, tsa.url, named=True)
        theirs = foreign.sign(encode(2, PNG), PNG, build_claim(facts))
    digest = hashlib.sha256(theirs).hexdigest()
    source = Influence("style-source", "a picture", digest, "CC-BY-4.0", "Ana Lee", "0.5", mime=PNG)
    claim = build_claim(replace(facts, influences=(source,)))
    ours = signer.sign(encode(1, PNG), PNG, claim, inputs={digest: theirs})
    assert verify(ours, PNG, pki.trust).named is None
    with pytest.raises(errors.NotTrustedError):
        verify(theirs, PNG, pki.trust)


def test_a_recovered_copy_names_the_studio(naming: ClaimSigner, named: bytes, pki: Pki) -> None:
    found = without_store(named, PNG)
    facts = Recovery(
        asset_id="a",
        title="Fern lattice",
        mime=PNG,
        manifest=verify(named, PNG, pki.trust).manifest_label,
        found=hashlib.sha256(found).hexdigest(),
        verdict="proven",
        p_value="1e-40",
        signals=("mark",),
        shown="100 %",
        unbound=("hard binding: these bytes are not those that were signed",),
        mark=None,
        recovered_at="2026-11-21T03:00:00Z",
    )
    signed = naming.sign_recovered(found, PNG, build_recovery(facts), named)
    with pytest.raises(errors.RecoveredCopyError):
        verify(signed, PNG, pki.trust)
    context = runtime.context(pki.trust)
    reader = c2pa.Reader(PNG, io.BytesIO(signed), context=context)
    assert named_actor(reader.get_active_manifest()) is not None


def test_with_another_library_it_says_so_and_signs_nothing(
    naming: ClaimSigner, encode: Encode, claim_for: ClaimFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("c2pa.sdk_version", lambda: "0.99.0")
    with pytest.raises(errors.SigningError, match=r"0\.99\.0.*SELVAGE_IDENTITY"):
        naming.sign(encode(1, PNG), PNG, claim_for(PNG))
