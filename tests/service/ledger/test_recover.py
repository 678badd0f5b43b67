"""Found copies get their manifests back: whole where only metadata was lost, else with a claim of ours."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from second_verifier import second_opinion

from ledger import copies, manifests, recover, verify
from ledger.errors import ConflictError, NotRecoveredError
from ledger.store import entries
from provenance.embedding import without_store
from provenance.verification import read_trusted


def repeated(signed: bytes, times: int) -> Image.Image:
    tile = np.asarray(Image.open(io.BytesIO(signed)).convert("RGB"))
    return Image.fromarray(np.tile(tile, (times, times, 1)))


def saved(picture: Image.Image, form: str, **how: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **how)
    return file.getvalue()


def second_state(made: recover.Recovered, ledger: Any) -> object:
    return second_opinion(made.data, made.mime, ledger.engines.trust)["validation_state"]


def signed_file(told: Any, number: int) -> bytes:
    data: bytes = told.ledger.blobs.get(told.assets[number].signed.sha256)
    return data


def test_what_lost_its_metadata_only_is_the_signed_file_again(told: Any) -> None:
    signed = signed_file(told, 0)
    made = recover.recover(told.ledger, without_store(signed, "image/png"))
    assert (made.data, made.whole, made.unbound) == (signed, True, ())
    assert made.manifest == made.active == told.assets[0].signed.manifest
    with pytest.raises(ConflictError, match="holds its manifest"):
        recover.recover(told.ledger, signed)


def test_a_cropped_recompressed_repeat_is_found_and_trusted_by_two(told: Any) -> None:
    tile, ledger = told.assets[1], told.ledger
    found = saved(repeated(signed_file(told, 1), 3).crop((37, 81, 700, 640)), "JPEG", quality=60)
    made = recover.recover(ledger, found)
    assert (made.asset, made.manifest, made.mime) == (tile.id, tile.signed.manifest, "image/jpeg")
    assert (made.verdict, made.whole) == ("proven", False)
    assert made.shown >= 80
    assert "these bytes are not those that were signed" in made.unbound[0]
    assert "does not say under which licence" in made.status
    assert made.licence is None
    reader = read_trusted(made.data, made.mime, ledger.engines.trust)
    (parent,) = reader.get_active_manifest()["ingredients"]
    assert (parent["relationship"], parent["active_manifest"]) == ("parentOf", tile.signed.manifest)
    assert second_state(made, ledger) == "Trusted"
    same = recover.recover(ledger, found)
    assert (same.data, same.active) == (made.data, made.active)
    with pytest.raises(ConflictError, match="put back before"):
        recover.recover(ledger, made.data)
    with ledger.store.reading() as tx:
        told_of = [each.body for each in entries.about(tx, [tile.id]) if each.kind == "copy-recovered"]
    assert [each["recovered"] for each in told_of] == [made.active]
    held = manifests.get(ledger, made.active)
    assert (held.asset, held.sha256) == (tile.id, made.sha256)
    walked = verify.verify(made.data, None, ledger.engines.trust, ledger.engines.watermarker, None, ledger)
    assert not walked.ok
    assert "file" in walked.broken
    roots, original = ledger.engines.trust, signed_file(told, 1)
    assert verify.verify(original, None, roots, ledger.engines.watermarker, None, ledger).broken == ()


def test_a_licensees_copy_leads_to_its_own_manifest_and_names_the_licence(told: Any) -> None:
    ledger = told.ledger
    copy = copies.copy(ledger, told.licence.id)
    laid = repeated(ledger.blobs.get(copy.sha256), 2).resize((461, 461), Image.Resampling.LANCZOS)
    made = recover.recover(ledger, saved(laid, "WEBP", quality=80))
    assert (made.manifest, made.licence, made.mime) == (copy.manifest, told.licence.id, "image/webp")
    assert f"the copy of {copy.licensee} under licence {told.licence.id}" in made.status
    assert any(line.startswith("licence: ") for line in made.unbound)
    assert second_state(made, ledger) == "Trusted"


def test_a_format_without_room_for_a_manifest_is_written_as_a_png(told: Any) -> None:
    made = recover.recover(told.ledger, saved(repeated(signed_file(told, 2), 2), "BMP"))
    assert made.mime == "image/png"
    assert any("written as a PNG" in line for line in made.unbound)
    assert second_state(made, told.ledger) == "Trusted"


def test_what_is_nobodys_gets_no_manifest(told: Any) -> None:
    with pytest.raises(NotRecoveredError, match="shows no tile of this ledger"):
        recover.recover(told.ledger, saved(Image.radial_gradient("L").convert("RGB"), "PNG"))
