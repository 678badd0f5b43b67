"""A file says which transaction registered it: in an update manifest, or in the claim of a later file."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confirmations import SAID
from PIL import Image
from second_verifier import codes, second_opinion

from provenance import ClaimInput, ClaimSigner, Pki, build_claim, serve_tsa, verify
from provenance.confirmation import UPDATABLE, build_update, from_dict
from provenance.detached import verify_store
from provenance.embedding import before_update, store_of, with_store, without_store
from provenance.errors import (
    BrokenBindingError,
    ClaimError,
    MediaError,
    NotTrustedError,
    RevokedSignerError,
    VerificationError,
)
from provenance.jumbf import parse_store
from provenance.lineage import lineage

PNG = "image/png"
OTHERS = ("image/webp", "image/tiff", "image/svg+xml", "application/pdf")
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>'
Encode = Callable[[int, str], bytes]


@pytest.fixture(scope="module", params=UPDATABLE)
def files(
    request: pytest.FixtureRequest, signer: ClaimSigner, encode: Encode, facts: ClaimInput
) -> tuple[bytes, bytes, str]:
    """(the file as it was registered, the same with the update, media type)."""
    mime: str = request.param
    base = signer.sign(encode(1, mime), mime, build_claim(replace(facts, mime=mime)))
    return base, signer.sign_update(base, mime, SAID), mime


def test_two_verifiers_trust_it_and_strictness_misses_revocation_only(
    files: tuple[bytes, bytes, str], pki: Pki
) -> None:
    _, updated, mime = files
    report = second_opinion(updated, mime, pki.trust)
    assert (report["validation_state"], codes(report, "failure")) == ("Trusted", [])
    strict = second_opinion(updated, mime, pki.trust, strict_conformance=True)
    assert codes(strict, "failure") == ["com.encypher.conformance.revocationInformationMissing"]


def test_it_says_all_that_it_said_before_and_the_transaction(
    files: tuple[bytes, bytes, str], pki: Pki
) -> None:
    base, updated, mime = files
    before, after = verify(base, mime, pki.trust), verify(updated, mime, pki.trust)
    assert (before.confirmation, before.update) == (None, None)
    assert after.confirmation == SAID
    assert after.update == parse_store(store_of(updated, mime)).active != after.manifest_label
    assert (after.manifest_label, after.recipe) == (before.manifest_label, before.recipe)
    assert (after.marks, after.registration, after.licence) == (
        before.marks,
        before.registration,
        before.licence,
    )
    assert verify_store(store_of(updated, mime), pki.trust).confirmation == SAID


def test_picture_and_manifest_of_before_are_there_byte_for_byte(files: tuple[bytes, bytes, str]) -> None:
    base, updated, mime = files
    assert without_store(updated, mime) == without_store(base, mime)
    (old,) = parse_store(store_of(base, mime)).manifests
    kept, new = parse_store(store_of(updated, mime)).manifests
    assert kept == old
    assert (old.kind, new.kind) == (b"c2ma", b"c2um")
    if mime == PNG:  # so whoever takes the update away has the registered file again
        assert with_store(updated, mime, store_of(base, mime)) == before_update(updated, mime) == base
        assert with_store(base, mime, store_of(updated, mime)) == updated
    assert before_update(base, mime) == base


def test_its_lineage_is_that_of_the_file_before(files: tuple[bytes, bytes, str], pki: Pki) -> None:
    base, updated, mime = files
    assert lineage(updated, mime, pki.trust) == lineage(base, mime, pki.trust)


def test_other_bytes_break_it_and_so_does_another_manifest_below(
    files: tuple[bytes, bytes, str], pki: Pki, signer: ClaimSigner, encode: Encode, facts: ClaimInput
) -> None:
    _, updated, mime = files
    with pytest.raises(BrokenBindingError):
        verify(updated[:-20] + bytes([updated[-20] ^ 1]) + updated[-19:], mime, pki.trust)
    other = signer.sign(encode(2, mime), mime, build_claim(replace(facts, mime=mime)))
    moved = with_store(without_store(other, mime), mime, store_of(updated, mime))
    with pytest.raises(BrokenBindingError):
        verify(moved, mime, pki.trust)
    at = updated.index(b"fern lattice, indigo") + 3  # in the manifest that was updated
    with pytest.raises(VerificationError):
        verify(updated[:at] + b"N" + updated[at + 1 :], mime, pki.trust)


def test_a_stranger_update_is_not_trusted(
    files: tuple[bytes, bytes, str], pki: Pki, foreign_pki: Pki, tsa_url: str
) -> None:
    base, _, mime = files
    both = replace(pki.trust, root_pem=pki.root_pem + foreign_pki.root_pem)
    stranger = ClaimSigner(
        ClaimSigner.from_pki(foreign_pki, tsa_url)._sign_bytes, foreign_pki.chain_pem, both, tsa_url
    )
    forged = stranger.sign_update(base, mime, SAID)
    with pytest.raises(NotTrustedError):
        verify(forged, mime, pki.trust)


def test_nothing_is_updated_twice_or_for_another_registry(
    files: tuple[bytes, bytes, str], signer: ClaimSigner
) -> None:
    base, updated, mime = files
    with pytest.raises(ClaimError, match="tells no confirmation yet"):
        signer.sign_update(updated, mime, SAID)
    for wrong in (replace(SAID, chain_id=1), replace(SAID, contract="0x" + "00" * 20)):
        with pytest.raises(ClaimError, match="of this registry"):
            signer.sign_update(base, mime, wrong)
    with pytest.raises(VerificationError):
        signer.sign_update(without_store(base, mime), mime, SAID)


@pytest.mark.parametrize(
    "wrong",
    [
        {"transaction": "0x12"},
        {"block": -1},
        {"block_hash": "0x" + "G" * 64},
        {"log_index": 2**40},
        {"collection": "0x7"},
        {"chain_id": 0},
        {"contract": "0xabc\n"},
    ],
)
def test_what_breaks_the_schema_is_never_signed(wrong: dict[str, object]) -> None:
    with pytest.raises(ClaimError, match=r"org\.selvage\.confirmation"):
        build_update(replace(SAID, **wrong), PNG)  # type: ignore[arg-type]


def test_what_it_says_is_read_as_it_was_written() -> None:
    assert from_dict(SAID.to_dict()) == SAID


def test_what_a_revoked_key_signed_is_refused_though_a_good_one_updated_it(
    tmp_path: Path, encode: Encode, facts: ClaimInput
) -> None:
    first, now = Pki.create(tmp_path / "pki", "Studio 7 Test"), datetime.now(UTC)
    second = Pki.revoke(first.folder, now=now + timedelta(minutes=5))
    unaware = replace(second.trust, crl_pem="")
    with serve_tsa(first, clock=lambda: now + timedelta(minutes=10)) as tsa:
        base = ClaimSigner.from_pki(first, tsa.url).sign(encode(1, PNG), PNG, build_claim(facts))
        good = ClaimSigner(
            ClaimSigner.from_pki(second, tsa.url)._sign_bytes, second.chain_pem, unaware, tsa.url
        )
        updated = good.sign_update(base, PNG, SAID)
    assert verify(updated, PNG, unaware).confirmation == SAID
    with pytest.raises(RevokedSignerError):
        verify(updated, PNG, second.trust)


@pytest.mark.parametrize("mime", OTHERS)
def test_in_other_formats_a_later_file_says_it_itself(
    mime: str, signer: ClaimSigner, encode: Encode, facts: ClaimInput, signed_png: bytes, pki: Pki
) -> None:
    """Their hard binding covers a length or an address, which an update manifest would change."""
    claim = build_claim(
        replace(facts, mime=mime, mark=None, fingerprint=None, parent=("T", PNG), confirmation=SAID)
    )
    made = signer.sign(_picture(mime, encode), mime, claim, signed_png)
    credential = verify(made, mime, pki.trust)
    assert (credential.confirmation, credential.update) == (SAID, None)
    assert second_opinion(made, mime, pki.trust)["validation_state"] == "Trusted"
    with pytest.raises(MediaError, match="cannot hold an update manifest"):
        signer.sign_update(made, mime, SAID)


def test_a_claim_confirms_the_registration_that_it_names(facts: ClaimInput) -> None:
    for named in (None, "eip155:1/erc721:0xABC123DEF4567890ABCDEF1234567890ABCDEF12/42"):
        with pytest.raises(ClaimError, match=r"org\.selvage\.confirmation/contract"):
            build_claim(replace(facts, registration=named, confirmation=SAID))


def _picture(mime: str, encode: Encode) -> bytes:
    if mime == "image/svg+xml":
        return DRAWING
    if mime != "application/pdf":
        return encode(1, mime)
    page = io.BytesIO()
    Image.new("RGB", (8, 8)).save(page, "PDF")
    return page.getvalue()


def test_the_registered_digest_is_not_that_of_the_update(files: tuple[bytes, bytes, str]) -> None:
    base, updated, _ = files
    assert hashlib.sha256(base).digest() != hashlib.sha256(updated).digest()
    assert 15_000 < len(updated) - len(base) < 20_000
