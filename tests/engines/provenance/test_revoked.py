"""A revoked certificate: what it signed before is trusted, what it signed after is not; no list is forged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from provenance import ClaimSigner, Pki, StatementSigner, Trust, errors, serve_tsa, verify
from provenance.answers import request
from provenance.detached import verify_store
from provenance.embedding import store_of
from provenance.pki import signers
from provenance.revocation import read_list, serials, to_der

PNG = "image/png"
Sign = Callable[[], bytes]


@pytest.fixture(scope="module")
def stolen(
    tmp_path_factory: pytest.TempPathFactory,
    encode: Callable[[int, str], bytes],
    claim_for: Callable[[str], dict[str, Any]],
) -> tuple[Pki, Pki, bytes, bytes, bytes]:
    """(keys before, keys after the revocation, a file of before, one of after, one of the new key)."""
    first = Pki.create(tmp_path_factory.mktemp("stolen") / "pki", "Studio 7 Test")
    now = dt.datetime.now(dt.UTC)
    image, claim = encode(1, PNG), claim_for(PNG)
    with serve_tsa(first) as tsa:
        thief = ClaimSigner.from_pki(first, tsa.url)
        before = thief.sign(image, PNG, claim)
    second = Pki.revoke(first.folder, now=now + dt.timedelta(minutes=5))
    with serve_tsa(first, clock=lambda: now + dt.timedelta(minutes=10)) as tsa:
        after = ClaimSigner.from_pki(first, tsa.url).sign(image, PNG, claim)
        own = ClaimSigner.from_pki(second, tsa.url).sign(image, PNG, claim)
    return first, second, before, after, own


def test_what_was_signed_before_is_trusted_and_what_came_after_is_not(
    stolen: tuple[Pki, Pki, bytes, bytes, bytes],
) -> None:
    _first, second, before, after, own = stolen
    assert verify(before, PNG, second.trust).state == "Trusted"
    assert verify(own, PNG, second.trust).state == "Trusted"
    assert verify(after, PNG, replace(second.trust, crl_pem="")).state == "Trusted"
    with pytest.raises(errors.RevokedSignerError) as caught:
        verify(after, PNG, second.trust)
    assert caught.value.diagnostics["failures"] == ["signingCredential.revoked"]


def test_a_manifest_without_its_picture_is_judged_by_the_same_list(
    stolen: tuple[Pki, Pki, bytes, bytes, bytes],
) -> None:
    _first, second, before, after, _own = stolen
    assert verify_store(store_of(before, PNG), second.trust).state == "Trusted"
    with pytest.raises(errors.RevokedSignerError):
        verify_store(store_of(after, PNG), second.trust)


def test_an_interrupted_revocation_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Pki.create(tmp_path / "pki", "Studio 7 Test")
    with monkeypatch.context() as patch:
        patch.setattr("provenance.revocation.make_list", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Pki.revoke(made.folder)
    left = Pki.load(made.folder)
    assert (left.chain_pem, left.crl_pem) == (made.chain_pem, "")
    again = Pki.revoke(made.folder)  # the one that was meant, not a new one in its place
    assert set(read_list(again.crl_pem, again.root_pem)) == set(serials([made.chain_pem]))
    assert again.chain_pem != made.chain_pem


def interrupted(*_: object) -> str:
    raise KeyboardInterrupt


def test_a_signer_with_a_revoked_certificate_signs_nothing_for_us(
    stolen: tuple[Pki, Pki, bytes, bytes, bytes], encode: Callable[[int, str], bytes], claim_for: Any
) -> None:
    first, second, *_ = stolen
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)
    with serve_tsa(first, clock=lambda: later) as tsa:
        signer = ClaimSigner.from_pki(replace(first, crl_pem=second.crl_pem), tsa.url)
        with pytest.raises(errors.SignerWithdrawnError, match="revoked"):
            signer.sign(encode(1, PNG), PNG, claim_for(PNG))


def test_the_list_names_the_certificate_and_its_time_and_stays(
    stolen: tuple[Pki, Pki, bytes, bytes, bytes],
) -> None:
    first, second, *_ = stolen
    (serial,) = read_list(second.crl_pem, second.root_pem)
    assert serial in signers(second.folder)
    again = Pki.revoke(second.folder, serial)
    assert read_list(again.crl_pem, again.root_pem) == read_list(second.crl_pem, second.root_pem)
    assert again.chain_pem == second.chain_pem
    renewed = Pki.renew(second.folder)
    assert set(read_list(renewed.crl_pem, renewed.root_pem)) == {serial}
    assert to_der(renewed.crl_pem)[:1] == b"\x30"
    assert first.crl_pem == ""


def test_a_list_that_is_not_the_roots_is_refused_and_not_taken_for_none(
    stolen: tuple[Pki, Pki, bytes, bytes, bytes], tmp_path: Path
) -> None:
    _first, second, before, *_ = stolen
    altered = second.crl_pem.replace("MII", "MIJ", 1)
    foreign = Pki.revoke(Pki.create(tmp_path / "foreign", "Somebody Else").folder).crl_pem
    for text in (altered, foreign, "no list", second.crl_pem[:200]):
        with pytest.raises(errors.KeyMaterialError, match="crl_pem"):
            verify(before, PNG, Trust(second.root_pem, second.tsa_root_pem, text))


def test_only_a_certificate_of_the_folder_is_revoked(tmp_path: Path) -> None:
    pki = Pki.create(tmp_path / "pki", "Studio 7 Test")
    with pytest.raises(errors.KeyMaterialError, match="serial"):
        Pki.revoke(pki.folder, 7)
    (pki.folder / "intermediate.key").unlink()
    with pytest.raises(errors.KeyMaterialError, match=r"intermediate\.key"):
        Pki.revoke(pki.folder)
    assert Pki.load(pki.folder).crl_pem == ""


def test_without_a_successor_nothing_is_signed_until_there_is_one(
    tmp_path: Path,
    encode: Callable[[int, str], bytes],
    claim_for: Callable[[str], dict[str, Any]],
) -> None:
    first = Pki.create(tmp_path / "pki", "Studio 7 Test")
    image, claim = encode(1, PNG), claim_for(PNG)
    with serve_tsa(first) as tsa:
        before = ClaimSigner.from_pki(first, tsa.url).sign(image, PNG, claim)
        later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
        stopped = Pki.revoke(first.folder, now=later, successor=False)
        assert stopped.chain_pem == first.chain_pem
        for refused in (
            lambda: ClaimSigner.from_pki(stopped, tsa.url).sign(image, PNG, claim),
            lambda: StatementSigner(stopped).sign(b"{}"),
            lambda: request(stopped.folder),
        ):
            with pytest.raises(errors.SignerWithdrawnError, match="selvage keys renew"):
                refused()
        assert Pki.revoke(first.folder, successor=False).crl_pem != ""
        renewed = Pki.renew(first.folder)
        after = ClaimSigner.from_pki(renewed, tsa.url).sign(image, PNG, claim)
    for signed in (before, after):
        assert verify(signed, PNG, renewed.trust).state == "Trusted"
    assert set(read_list(renewed.crl_pem, renewed.root_pem)) == set(serials([first.chain_pem]))
