"""Everything that must not verify does not, with the reason named."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import c2pa
import numpy as np
import pytest
from PIL import Image
from second_verifier import second_opinion

from provenance import ClaimSigner, Pki, Trust, errors, verify

PNG = "image/png"
HEADER = 33  # PNG signature and IHDR


def chunk(data: bytes) -> tuple[int, int]:
    """Where the manifest chunk begins and ends."""
    kind = data.index(b"caBX")
    length: int = struct.unpack(">I", data[kind - 4 : kind])[0]
    return kind - 4, kind + 8 + length


def with_checksum(data: bytes) -> bytes:
    begin, end = chunk(data)
    checksum = struct.pack(">I", zlib.crc32(data[begin + 4 : end - 4]))
    return data[: end - 4] + checksum + data[end:]


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def with_one_pixel_changed(data: bytes) -> bytes:
    """The same manifest chunk around an image that differs in one pixel."""
    pixels = np.asarray(Image.open(io.BytesIO(data))).copy()
    pixels[10, 10, 0] ^= 1
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    begin, end = chunk(data)
    return out.getvalue()[:HEADER] + data[begin:end] + out.getvalue()[HEADER:]


def test_a_changed_pixel_breaks_the_binding(signed_png: bytes, pki: Pki) -> None:
    with pytest.raises(errors.BrokenBindingError) as caught:
        verify(with_one_pixel_changed(signed_png), PNG, pki.trust)
    assert caught.value.diagnostics == {"state": "Invalid", "failures": ["assertion.dataHash.mismatch"]}


def test_appended_bytes_break_the_binding(signed_png: bytes, pki: Pki) -> None:
    with pytest.raises(errors.BrokenBindingError):
        verify(signed_png + b"\x00", PNG, pki.trust)


def test_a_manifest_moved_to_another_tile_breaks_the_binding(
    signed_png: bytes, pki: Pki, encode: Callable[[int, str], bytes]
) -> None:
    other = encode(2, PNG)
    begin, end = chunk(signed_png)
    moved = other[:HEADER] + signed_png[begin:end] + other[HEADER:]
    with pytest.raises(errors.BrokenBindingError):
        verify(moved, PNG, pki.trust)
    assert second_opinion(moved, PNG, pki.trust)["validation_state"] == "Invalid"


@pytest.mark.parametrize("said", [b"notAllowed", b"Fern lattice", b"fern lattice, indigo", b"seed"])
def test_an_altered_statement_is_not_trusted(signed_png: bytes, pki: Pki, said: bytes) -> None:
    altered = with_checksum(flip(signed_png, signed_png.index(said)))
    with pytest.raises(errors.NotTrustedError) as caught:
        verify(altered, PNG, pki.trust)
    assert caught.value.diagnostics["failures"]


def test_another_root_is_not_trusted(signed_png: bytes, foreign_pki: Pki) -> None:
    with pytest.raises(errors.NotTrustedError) as caught:
        verify(signed_png, PNG, foreign_pki.trust)
    assert caught.value.diagnostics == {"state": "Valid", "failures": ["signingCredential.untrusted"]}


def test_a_time_stamp_root_cannot_vouch_for_claims(signed_png: bytes, pki: Pki, foreign_pki: Pki) -> None:
    swapped = Trust(root_pem=foreign_pki.root_pem, tsa_root_pem=pki.root_pem)
    with pytest.raises(errors.NotTrustedError, match="time-stamps only"):
        verify(signed_png, PNG, swapped)


def test_a_time_stamp_from_another_authority_is_not_trusted(
    signed_png: bytes, pki: Pki, foreign_pki: Pki
) -> None:
    with pytest.raises(errors.UntrustedTimeError) as caught:
        verify(signed_png, PNG, Trust(pki.root_pem, foreign_pki.tsa_root_pem))
    assert caught.value.diagnostics["failures"] == ["timeStamp.untrusted"]


def test_a_damaged_time_stamp_is_not_trusted(signed_png: bytes, pki: Pki) -> None:
    damaged = with_checksum(flip(signed_png, signed_png.index(b"tstTokens") + 400))
    with pytest.raises(errors.UntrustedTimeError):
        verify(damaged, PNG, pki.trust)


def test_roots_that_are_no_certificates_are_refused(signed_png: bytes, pki: Pki) -> None:
    with pytest.raises(errors.KeyMaterialError, match="tsa_root_pem"):
        verify(signed_png, PNG, Trust(pki.root_pem, "no certificate"))


def test_no_manifest_is_its_own_error(pki: Pki, encode: Callable[[int, str], bytes]) -> None:
    with pytest.raises(errors.NoManifestError) as caught:
        verify(encode(1, PNG), PNG, pki.trust)
    assert caught.value.diagnostics == {"state": None, "failures": []}


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_a_truncated_file_never_verifies(signed_png: bytes, pki: Pki, share: float) -> None:
    with pytest.raises(errors.VerificationError):
        verify(signed_png[: int(len(signed_png) * share)], PNG, pki.trust)


@pytest.mark.parametrize("mime", ["image/jpeg", "image/webp", "image/tiff"])
@pytest.mark.parametrize("share", [0.1, 0.6, 0.99])
def test_a_truncated_file_never_verifies_in_other_formats(
    signer: ClaimSigner,
    claim_for: Callable[[str], dict[str, Any]],
    encode: Callable[[int, str], bytes],
    pki: Pki,
    mime: str,
    share: float,
) -> None:
    signed = signer.sign(encode(1, mime), mime, claim_for(mime))
    with pytest.raises(errors.VerificationError):
        verify(signed[: int(len(signed) * share)], mime, pki.trust)


@pytest.mark.parametrize("data", [b"", b"hello world" * 50, b"\x01\x02" * 500, b"%PDF-1.7"])
def test_what_is_no_image_is_refused(data: bytes, pki: Pki) -> None:
    with pytest.raises(errors.MediaError, match="mime"):
        verify(data, PNG, pki.trust)


def test_garbage_behind_a_good_beginning_is_unreadable(signed_png: bytes, pki: Pki) -> None:
    with pytest.raises(errors.UnreadableAssetError):
        verify(signed_png[:HEADER] + b"\xa5" * 4000, PNG, pki.trust)


def test_a_wrong_media_type_is_refused(signed_png: bytes, pki: Pki) -> None:
    with pytest.raises(errors.MediaError, match="declared image/jpeg, but the bytes are image/png"):
        verify(signed_png, "image/jpeg", pki.trust)
    with pytest.raises(errors.MediaError, match="image/bogus"):
        verify(signed_png, "image/bogus", pki.trust)


def test_a_trusted_manifest_of_another_kind_is_foreign(
    pki: Pki, signer: ClaimSigner, tsa_url: str, encode: Callable[[int, str], bytes]
) -> None:
    source = {
        "action": "c2pa.created",
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalArt",
    }
    manifest = {
        "claim_generator_info": [{"name": "Other tool"}],
        "assertions": [{"label": "c2pa.actions.v2", "created": True, "data": {"actions": [source]}}],
    }
    with pytest.raises(errors.ForeignClaimError):
        verify(sign_anything(manifest, signer, encode(3, PNG)), PNG, pki.trust)


def sign_anything(manifest: dict[str, Any], signer: ClaimSigner, data: bytes) -> bytes:
    """Sign past our schemas, as somebody with the key but not the code would."""
    out = io.BytesIO()
    c2pa.Builder(manifest, signer._context()).sign(signer._signer(), PNG, io.BytesIO(data), out)
    return out.getvalue()


def test_no_single_bit_changes_what_a_credential_says(signed_png: bytes, pki: Pki) -> None:
    """Some bits carry no meaning (box names, padding): flipping one may pass, but never says anything new."""
    truth = verify(signed_png, PNG, pki.trust)
    begin, end = chunk(signed_png)
    refused = 0
    for at in range(begin + 8, end - 4, 61):
        try:
            assert verify(with_checksum(flip(signed_png, at)), PNG, pki.trust) == truth
        except errors.VerificationError:
            refused += 1
    assert refused > 80
