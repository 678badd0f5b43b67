"""The key that names the studio: it ends, it is revoked, and it signs nothing but names."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import c2pa
import pytest
from second_verifier import codes, second_opinion

from provenance import (
    ClaimInput,
    ClaimSigner,
    Influence,
    Pki,
    build_claim,
    errors,
    runtime,
    serve_tsa,
    verify,
)
from provenance.certificates import DOCUMENT_SIGNING
from provenance.detached import verify_store
from provenance.embedding import store_of
from provenance.identity import StudioIdentity

PNG = "image/png"
DAY = dt.timedelta(days=1)
Encode = Callable[[int, str], bytes]
ClaimFor = Callable[[str], dict[str, Any]]


@pytest.fixture
def ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pki:
    """Keys whose identity ended ten days ago, and whose claim certificate did not."""
    then = dt.datetime.now(dt.UTC) - 30 * DAY
    made = Pki.create(tmp_path / "pki", "Studio 7 Test", now=then - DAY)
    monkeypatch.setattr("provenance.certificates._rest", lambda *_: 20 * DAY)
    return Pki.renew(made.folder, now=then)


def test_an_identity_that_has_ended_signs_no_more(ended: Pki, encode: Encode, claim_for: ClaimFor) -> None:
    with serve_tsa(ended) as tsa:
        signer = ClaimSigner.from_pki(ended, tsa.url, named=True)
        with pytest.raises(errors.SignerExpiredError, match=r"identity: .* renew it"):
            signer.sign(encode(1, PNG), PNG, claim_for(PNG))


def test_the_library_judges_the_identity_by_today_and_so_do_we(
    ended: Pki, encode: Encode, claim_for: ClaimFor
) -> None:
    then = dt.datetime.now(dt.UTC) - 20 * DAY
    with serve_tsa(ended, clock=lambda: then) as tsa:
        signer = ClaimSigner.from_pki(ended, tsa.url, lambda: then, named=True)
        signer._check_validity()
        signed = signer._sign(encode(1, PNG), PNG, claim_for(PNG), [])
    with pytest.raises(errors.WrongIdentityError, match="not valid") as caught:
        verify(signed, PNG, ended.trust)
    assert "cawg.x509.signature.outside_validity" in caught.value.diagnostics["failures"]
    with pytest.raises(errors.WrongIdentityError):
        verify_store(store_of(signed, PNG), ended.trust)


def test_a_revoked_identity_without_a_successor_names_nobody_until_there_is_another(
    tmp_path: Path, encode: Encode, claim_for: ClaimFor
) -> None:
    made = Pki.create(tmp_path / "pki", "Studio 7 Test")
    assert made.identity is not None
    revoked = Pki.revoke(made.folder, made.identity.serial, successor=False)
    image, claim = encode(1, PNG), claim_for(PNG)
    with serve_tsa(made) as tsa:
        with pytest.raises(errors.SignerWithdrawnError, match=r"renew.*SELVAGE_IDENTITY=false"):
            ClaimSigner.from_pki(revoked, tsa.url, named=True).sign(image, PNG, claim)
        unnamed = ClaimSigner.from_pki(revoked, tsa.url).sign(image, PNG, claim)
        assert verify(unnamed, PNG, revoked.trust).named is None
    renewed = Pki.renew(made.folder)
    with serve_tsa(renewed) as tsa:
        named = ClaimSigner.from_pki(renewed, tsa.url, named=True).sign(image, PNG, claim)
    assert verify(named, PNG, renewed.trust).named is not None


def test_the_key_of_the_identity_signs_no_claim_though_the_second_verifier_lets_it(
    pki: Pki, tsa_url: str, encode: Encode, claim_for: ClaimFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pki.identity is not None
    settings = runtime._settings(pki.trust, tsa_url)
    settings["trust"]["trust_config"] += f"\n{DOCUMENT_SIGNING.dotted_string}"
    monkeypatch.setattr(ClaimSigner, "_context", lambda _: c2pa.Context.from_dict(settings))
    thief = replace(pki, chain_pem=pki.identity.chain_pem, signer_key=pki.identity.key)
    forged = ClaimSigner.from_pki(thief, tsa_url)._sign(encode(1, PNG), PNG, claim_for(PNG), [])
    with pytest.raises(errors.NotTrustedError):
        verify(forged, PNG, pki.trust)
    with pytest.raises(errors.NotTrustedError):
        verify_store(store_of(forged, PNG), pki.trust)
    assert second_opinion(forged, PNG, pki.trust)["validation_state"] == "Trusted"


class Moved(StudioIdentity):
    """Gives the signature of another file's identity assertion."""

    def sign(self, payload: bytes) -> bytes:
        return super().sign(payload + b"of another file")


def test_a_strangers_picture_with_a_wrong_identity_does_not_spoil_ours(
    signer: ClaimSigner, foreign_pki: Pki, encode: Encode, facts: ClaimInput, pki: Pki
) -> None:
    assert foreign_pki.identity is not None
    wrong = Moved(foreign_pki.identity.chain_pem, foreign_pki.identity.key)
    with serve_tsa(foreign_pki) as tsa:
        foreign = ClaimSigner.from_pki(replace(foreign_pki, identity=wrong), tsa.url, named=True)
        theirs = foreign._sign(encode(2, PNG), PNG, build_claim(facts), [])
    assert "cawg.x509.signature.mismatch" in codes(second_opinion(theirs, PNG, foreign_pki.trust), "failure")
    digest = hashlib.sha256(theirs).hexdigest()
    source = Influence("style-source", "a picture", digest, "CC-BY-4.0", "Ana Lee", "0.5", mime=PNG)
    claim = build_claim(replace(facts, influences=(source,)))
    ours = signer.sign(encode(1, PNG), PNG, claim, inputs={digest: theirs})
    assert verify(ours, PNG, pki.trust).named is None
