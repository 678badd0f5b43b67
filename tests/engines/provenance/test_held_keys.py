"""A claim key that never was in this process: held by another one, and by a PKCS#11 token."""

from __future__ import annotations

import datetime as dt
import functools
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from second_verifier import codes, second_opinion

from provenance import ClaimSigner, Pki, StatementSigner, errors, serve_tsa, statements, verify
from provenance.answers import request
from provenance.holders import KeyHolder
from provenance.pki import held_where, signers
from provenance.revocation import read_list

PNG = "image/png"
Encode = Callable[[int, str], bytes]
ClaimFor = Callable[[str], dict[str, Any]]


@pytest.fixture
def kept(tmp_path: Path, holder: KeyHolder) -> Pki:
    return Pki.create(tmp_path / "pki", "Studio 7 Test", holder=holder)


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("mime", [PNG, "image/jpeg", "image/webp", "image/tiff"])
def test_two_verifiers_trust_what_a_held_key_signed(
    kept: Pki, mime: str, encode: Encode, claim_for: ClaimFor
) -> None:
    with serve_tsa(kept) as tsa:
        signed = ClaimSigner.from_pki(kept, tsa.url).sign(encode(1, mime), mime, claim_for(mime))
    assert verify(signed, mime, kept.trust).state == "Trusted"
    report = second_opinion(signed, mime, kept.trust)
    assert (report["validation_state"], codes(report, "failure")) == ("Trusted", [])


def test_no_file_of_the_folder_has_the_key(kept: Pki) -> None:
    assert not list(kept.folder.glob("signer-*.key"))
    (where,) = kept.folder.glob("signer-*.uri")
    assert where.stat().st_mode & 0o777 == 0o600
    assert held_where(kept.folder) == dict.fromkeys(signers(kept.folder), where.read_text().strip())


def test_a_statement_is_signed_by_it_too(kept: Pki) -> None:
    now = dt.datetime.now(dt.UTC)
    said = b'{"a":1}'
    token = StatementSigner(kept).sign(said, statements.SEAL)
    assert statements.verify(token, kept.root_pem, now, statements.SEAL) == {"a": 1}


def test_threads_share_it(kept: Pki) -> None:
    signer = StatementSigner(kept)
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(lambda _: signer.sign(b"{}", statements.SEAL), range(40)))
    now = dt.datetime.now(dt.UTC)
    assert all(statements.verify(each, kept.root_pem, now, statements.SEAL) == {} for each in tokens)


def test_renewed_and_revoked_like_a_file(
    kept: Pki, holder: KeyHolder, encode: Encode, claim_for: ClaimFor
) -> None:
    image, claim = encode(1, PNG), claim_for(PNG)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5)
    with serve_tsa(kept) as tsa:
        first = ClaimSigner.from_pki(kept, tsa.url).sign(image, PNG, claim)
        renewed = Pki.renew(kept.folder, holder=holder)
        second = ClaimSigner.from_pki(renewed, tsa.url).sign(image, PNG, claim)
    revoked = Pki.revoke(kept.folder, now=later, holder=holder)
    assert len(set(held_where(kept.folder).values())) == 3
    (serial,) = read_list(revoked.crl_pem, revoked.root_pem)
    assert signers(kept.folder)[serial].public_key() == renewed.signer_key.public_key()
    with serve_tsa(revoked, clock=lambda: later + dt.timedelta(minutes=5)) as tsa:
        late = ClaimSigner.from_pki(renewed, tsa.url).sign(image, PNG, claim)
        own = ClaimSigner.from_pki(revoked, tsa.url).sign(image, PNG, claim)
    for good in (first, second, own):
        assert verify(good, PNG, revoked.trust).state == "Trusted"
    with pytest.raises(errors.RevokedSignerError):
        verify(late, PNG, revoked.trust)


def test_from_a_file_to_a_holder_and_back(tmp_path: Path, holder: KeyHolder) -> None:
    before = Pki.create(tmp_path / "pki", "Studio 7 Test")
    kept = Pki.renew(before.folder, holder=holder)
    assert len(held_where(before.folder)) == 1
    for unasked in (Pki.renew, Pki.revoke, functools.partial(request, new=True)):
        with pytest.raises(errors.KeyHolderError, match="nothing was changed"):
            unasked(before.folder)
    assert Pki.load(before.folder).chain_pem == kept.chain_pem
    back = Pki.renew(before.folder, to_file=True)
    assert kept.trust == back.trust
    assert {before.chain_pem, kept.chain_pem, back.chain_pem}.__len__() == 3
    StatementSigner(Pki.load(before.folder)).sign(b"{}")


def test_who_cannot_ask_the_holder_can_verify_and_not_sign(kept: Pki, holder: KeyHolder) -> None:
    alone = Pki.load(kept.folder)
    assert (alone.trust, alone.chain_pem) == (kept.trust, kept.chain_pem)
    with pytest.raises(errors.KeyHolderError, match="SELVAGE_PKCS11_MODULE"):
        StatementSigner(alone).sign(b"{}")
    StatementSigner(Pki.load(kept.folder, holder)).sign(b"{}")


def test_a_name_that_was_altered_is_noticed(kept: Pki, holder: KeyHolder) -> None:
    (where,) = kept.folder.glob("signer-*.uri")
    where.write_text("process:9\n")
    with pytest.raises(errors.KeyMaterialError, match=r"\.uri: altered"):
        Pki.load(kept.folder, holder)


@pytest.fixture
def in_process(tmp_path: Path, key_process: Any) -> Pki:
    return Pki.create(tmp_path / "pki", "Studio 7 Test", holder=key_process)


def test_a_holder_that_ended_leaves_nothing_half_done(
    in_process: Pki, key_process: Any, encode: Encode, claim_for: ClaimFor, tsa_url: str
) -> None:
    before = written(in_process.folder)
    key_process.end()
    with pytest.raises(errors.SigningError, match="has ended") as caught:
        ClaimSigner.from_pki(in_process, tsa_url).sign(encode(1, PNG), PNG, claim_for(PNG))
    assert isinstance(caught.value.__cause__, errors.KeyHolderError)
    for change in (Pki.renew, Pki.revoke):
        with pytest.raises(errors.KeyHolderError, match="has ended"):
            change(in_process.folder, holder=key_process)
    assert written(in_process.folder) == before


def test_another_key_under_the_name_is_found_out(in_process: Pki, key_process: Any) -> None:
    key_process.ask("swap", in_process.signer_key.name)
    with pytest.raises(errors.KeyHolderError, match="another key"):
        StatementSigner(in_process).sign(b"{}")


def test_a_key_on_another_curve_gets_no_certificate(
    tmp_path: Path, key_process: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_process, "make", lambda: key_process.ask("make", "wrong"))
    with pytest.raises(errors.KeyHolderError, match="secp384r1"):
        Pki.create(tmp_path / "pki", "Studio 7 Test", holder=key_process)
    assert not list(tmp_path.iterdir())
    with pytest.raises(errors.KeyHolderError, match="no key process:1"):
        key_process.public_key("process:1")  # what was made for nothing is gone


def test_a_full_disk_while_renewing_forgets_the_new_key(
    in_process: Pki, key_process: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written(in_process.folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("provenance.key_folder._write", full)
    with pytest.raises(errors.KeyMaterialError, match="No space left"):
        Pki.renew(in_process.folder, holder=key_process)
    assert written(in_process.folder) == before
    with pytest.raises(errors.KeyHolderError, match="no key process:2"):
        key_process.public_key("process:2")


def test_a_key_that_is_in_use_is_not_forgotten(
    in_process: Pki, key_process: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails after the index was switched: writing the folder through, and an interruption."""

    def failing(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(5, "Input/output error")

    def interrupted(_folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("provenance.key_folder.os.fsync", failing)
        StatementSigner(Pki.renew(in_process.folder, holder=key_process)).sign(b"{}")
        StatementSigner(Pki.create(tmp_path / "second", "Studio 7 Test", holder=key_process)).sign(b"{}")
    with monkeypatch.context() as patch:
        patch.setattr("provenance.key_folder._sync_folder", interrupted)
        with pytest.raises(KeyboardInterrupt):
            Pki.renew(in_process.folder, holder=key_process)
    StatementSigner(Pki.load(in_process.folder, key_process)).sign(b"{}")
