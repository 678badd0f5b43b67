"""A stripped, recompressed copy with its manifest put back is trusted by two verifiers and says what broke.

Manifest stores are taken out of files, put in, and read without a crash.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import c2pa
import pytest
from PIL import Image
from second_verifier import second_opinion

from provenance import ClaimSigner, Pki, runtime, verify
from provenance.embedding import store_of, with_store, without_store
from provenance.errors import (
    ClaimError,
    ManifestStoreError,
    MediaError,
    NoManifestError,
    RecoveredCopyError,
)
from provenance.jumbf import parse_store
from provenance.lineage import lineage
from provenance.recovery import Recovery, build_recovery
from provenance.stores import read_store

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/tiff": "TIFF"}
UNBOUND = ("hard binding: these bytes are not those that were signed",)


def facts(mime: str, found: bytes, manifest: str) -> Recovery:
    return Recovery(
        asset_id="a",
        title="Fern lattice",
        mime=mime,
        manifest=manifest,
        found=hashlib.sha256(found).hexdigest(),
        verdict="proven",
        p_value="1e-40",
        signals=("mark", "geometry"),
        shown="100 %",
        unbound=UNBOUND,
        mark=("org.selvage.torus.2", b"\1\2\3\4\5\6"),
        recovered_at="2026-11-21T03:00:00Z",
    )


def stripped(signed: bytes, mime: str) -> bytes:
    file = io.BytesIO()
    Image.open(io.BytesIO(signed)).convert("RGB").crop((3, 0, 96, 60)).save(file, FORMATS[mime], quality=60)
    return file.getvalue()


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg", "image/webp"])
def test_two_verifiers_trust_it_and_the_parent_is_known_not_to_bind(
    mime: str, signed_png: bytes, signer: ClaimSigner, pki: Pki
) -> None:
    store, found = store_of(signed_png, "image/png"), stripped(signed_png, mime)
    original = parse_store(store).active
    claim = build_recovery(facts(mime, found, original))
    made = signer.sign_recovered(found, mime, claim, with_store(found, mime, store))

    reader = c2pa.Reader(mime, io.BytesIO(made), context=runtime.context(pki.trust))
    assert reader.get_validation_state() == "Trusted"
    told = json.loads(reader.json())
    manifest = told["manifests"][told["active_manifest"]]
    (parent,) = manifest["ingredients"]
    assert (parent["relationship"], parent["active_manifest"]) == ("parentOf", original)
    failures = {each["code"] for each in parent["validation_results"]["activeManifest"]["failure"]}
    assert failures == {"assertion.dataHash.mismatch"}
    actions = next(each["data"] for each in manifest["assertions"] if each["label"] == "c2pa.actions.v2")
    assert [each["action"] for each in actions["actions"]] == ["c2pa.opened", "c2pa.transcoded"]
    assert second_opinion(made, mime, pki.trust)["validation_state"] == "Trusted"
    with pytest.raises(RecoveredCopyError, match="not the file that was registered"):
        verify(made, mime, pki.trust)
    (before,) = lineage(made, mime, pki.trust).sources
    assert (before.kind, before.trusted, before.bound) == ("parent", True, False)


@pytest.mark.parametrize("mime", FORMATS)
def test_a_store_is_taken_out_and_put_back(
    mime: str,
    signer: ClaimSigner,
    encode: Callable[[int, str], bytes],
    claim_for: Callable[[str], dict[str, Any]],
    pki: Pki,
) -> None:
    signed = signer.sign(encode(1, mime), mime, claim_for(mime))
    store = store_of(signed, mime)
    read = read_store(store, pki.trust)
    label = verify(signed, mime, pki.trust).manifest_label
    assert read.label == parse_store(store).active == parse_store(parse_store(store).alone()).active == label
    assert read.bindings[0] == ("org.selvage.torus.1", "AAECAwQFBgc=")
    if mime == "image/tiff":
        with pytest.raises(MediaError, match="cannot be put back"):
            without_store(signed, mime)
        return
    plain = without_store(signed, mime)
    with pytest.raises(NoManifestError):
        store_of(plain, mime)
    assert Image.open(io.BytesIO(plain)).size == Image.open(io.BytesIO(signed)).size
    assert verify(with_store(plain, mime, store), mime, pki.trust).manifest_label == label


def test_only_the_last_manifest_is_the_active_one(signed_png: bytes, signer: ClaimSigner, pki: Pki) -> None:
    store, found = store_of(signed_png, "image/png"), stripped(signed_png, "image/png")
    claim = build_recovery(facts("image/png", found, parse_store(store).active))
    made = signer.sign_recovered(found, "image/png", claim, with_store(found, "image/png", store))
    both = parse_store(store_of(made, "image/png"))
    assert both.manifests[0].label == parse_store(store).active
    assert len(both.manifests) == 2
    assert [each.label for each in parse_store(both.alone()).manifests] == [both.active]


def test_what_breaks_the_schema_is_never_signed() -> None:
    good = facts("image/png", b"", "urn:c2pa:x")
    for wrong in ({"unbound": ()}, {"signals": ("words",)}, {"shown": "all"}, {"verdict": "sure"}):
        with pytest.raises(ClaimError, match=r"org\.selvage\.recovery"):
            build_recovery(replace(good, **wrong))


@pytest.mark.parametrize("cut", [0, 4, 8, 30, 100, 3000, -1])
def test_a_store_that_is_cut_or_altered_is_refused_by_name(cut: int, signed_png: bytes, pki: Pki) -> None:
    store = store_of(signed_png, "image/png")
    with pytest.raises(ManifestStoreError):
        read_store(store[:cut], pki.trust)


@pytest.mark.parametrize("mime", FORMATS)
@pytest.mark.parametrize(
    "junk", [b"", b"\xff\xd8", b"RIFF....WEBP", b"II*\0\xff\xff\xff\xff", b"\x89PNG\r\n\x1a\n\0\0\0\xff"]
)
def test_junk_has_no_store(mime: str, junk: bytes) -> None:
    with pytest.raises((NoManifestError, MediaError)):
        store_of(junk, mime)


def test_no_byte_of_a_store_can_be_changed_into_a_crash(signed_png: bytes, pki: Pki) -> None:
    """Every length and label of the two outer levels, one bit at a time."""
    store = bytearray(store_of(signed_png, "image/png"))
    for at in range(0, 160):
        damaged = bytes(store[:at]) + bytes([store[at] ^ 0x81]) + bytes(store[at + 1 :])
        try:
            parse_store(damaged)
        except ManifestStoreError:
            continue
