"""Tampering with a file, its manifest, its proof, the book or the chain: verification says no, and where."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from ledger import create, register, verify
from ledger.domain.errors import BrokenChainError, ProofError

PURE = {"file": True, "manifest": True, "membership": True, "entries": True, "terms": True}


@pytest.fixture(scope="session")
def exported(told: Any) -> tuple[bytes, dict[str, Any]]:
    return verify.export(told.ledger, told.assets[0].id)


def test_an_untouched_tile_holds_at_every_link(told: Any, exported: Any) -> None:
    data, proof = exported
    ledger = told.ledger
    found = verify.verify(
        data, proof, ledger.engines.trust, ledger.engines.watermarker, ledger.chain(), ledger
    )
    assert [link.holds for link in found.links] == [True] * 7, found.links
    assert found.ok
    assert found.asset == told.assets[0].id


def test_offline_and_without_the_key_it_still_holds(told: Any, exported: Any) -> None:
    found = verify.verify(*exported, told.ledger.engines.trust)
    assert _holds(found) == {**PURE, "watermark": None, "chain": None}
    assert found.ok


def test_the_ledger_finds_the_proof_itself(told: Any, exported: Any) -> None:
    data, _proof = exported
    assert verify.verify(data, None, told.ledger.engines.trust, None, None, told.ledger).ok


def test_one_pixel_changed(told: Any, exported: Any) -> None:
    data, proof = exported
    changed = _with_one_pixel_changed(data)
    found = verify.verify(changed, proof, told.ledger.engines.trust, told.ledger.engines.watermarker)
    assert not found.ok
    assert set(found.broken) == {"file", "manifest"}
    by_mark = verify.verify(
        changed, None, told.ledger.engines.trust, told.ledger.engines.watermarker, None, told.ledger
    )
    assert by_mark.asset == told.assets[0].id  # the pixels still tell whose tile it is
    assert set(by_mark.broken) == {"file", "manifest"}


def test_a_manifest_moved_to_another_tile(told: Any, exported: Any) -> None:
    _data, proof = exported
    other = told.ledger.blobs.get(told.assets[1].signed.sha256)
    moved = _with_manifest_of(exported[0], other)
    found = verify.verify(moved, proof, told.ledger.engines.trust, told.ledger.engines.watermarker)
    assert set(found.broken) == {"file", "manifest", "watermark"}


def test_the_proof_of_another_tile(told: Any, exported: Any) -> None:
    data, _proof = exported
    _other, proof = verify.export(told.ledger, told.assets[1].id)
    found = verify.verify(data, proof, told.ledger.engines.trust)
    assert set(found.broken) == {"file", "manifest"}


def test_a_proof_for_another_collection(told: Any, exported: Any, helpers: Any) -> None:
    ledger = told.ledger
    planned = create.plan(ledger, helpers.brief(seed=8, count=1), helpers.terms(), "second")
    with ledger.store.reading() as tx:
        (draft,) = verify.assets.drafts(tx, planned.id)
    create.make(ledger, draft.id)
    register.register(ledger, planned.id)
    data, proof = exported
    _other, foreign = verify.export(ledger, draft.id)
    mixed = {**proof, "siblings": foreign["siblings"], "root": foreign["root"]}
    mixed["registration"] = foreign["registration"]
    found = verify.verify(data, mixed, ledger.engines.trust, None, ledger.chain())
    assert "membership" in found.broken
    claimed = {**proof, "registration": foreign["registration"]}
    found = verify.verify(data, claimed, ledger.engines.trust, None, ledger.chain())
    assert "membership" in found.broken
    assert "chain" in found.broken


def test_a_root_that_is_not_on_chain(told: Any, exported: Any) -> None:
    data, proof = exported
    nowhere = {**proof, "registration": {**proof["registration"], "token": "12345"}}
    found = verify.verify(data, nowhere, told.ledger.engines.trust, None, told.ledger.chain())
    assert "chain" in found.broken
    assert "never registered" in found.links[-1].why


def test_other_terms_than_the_registered_ones(told: Any, exported: Any) -> None:
    data, proof = exported
    cheaper = {**proof, "terms": {**proof["terms"], "price": "1.00 TUSD"}}
    assert verify.verify(data, cheaper, told.ledger.engines.trust).broken == ("terms",)


def test_an_entry_edited_in_the_proof(told: Any, exported: Any) -> None:
    data, proof = exported
    first, *rest = proof["entries"]
    edited = {**proof, "entries": [{**first, "at": "2020-01-01T00:00:00Z"}, *rest]}
    assert verify.verify(data, edited, told.ledger.engines.trust).broken == ("entries",)


def test_an_entry_edited_in_the_database(told: Any, exported: Any) -> None:
    data, proof = exported
    ledger = told.ledger
    from sqlmodel import text

    with ledger.store.transaction() as tx:
        before = tx.session.exec(text("SELECT body FROM entries WHERE sequence = 2")).one()[0]
        tx.session.exec(text('UPDATE entries SET body = \'{"name":"Nobody"}\' WHERE sequence = 2'))
    try:
        with pytest.raises(BrokenChainError, match="entry 2"):
            verify.check_book(ledger)
        found = verify.verify(data, proof, ledger.engines.trust, None, None, ledger)
        assert found.broken == ("entries",)
        assert "entry 2" in {link.name: link.why for link in found.links}["entries"]
    finally:
        with ledger.store.transaction() as tx:
            tx.session.exec(
                text("UPDATE entries SET body = :body WHERE sequence = 2").bindparams(body=before)
            )
    assert verify.check_book(ledger)


def test_a_stranger(told: Any) -> None:
    file = io.BytesIO()
    Image.new("RGB", (300, 300), "#336699").save(file, "PNG")
    found = verify.verify(
        file.getvalue(), None, told.ledger.engines.trust, told.ledger.engines.watermarker, None, told.ledger
    )
    assert not found.ok
    assert set(found.broken) == {"file", "manifest"}


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_no_picture(told: Any, exported: Any, data: bytes) -> None:
    found = verify.verify(
        data, exported[1], told.ledger.engines.trust, told.ledger.engines.watermarker, None, told.ledger
    )
    assert set(found.broken) == {"file", "manifest", "watermark"}


def test_a_proof_that_cannot_be_read(told: Any, exported: Any) -> None:
    data, proof = exported
    with pytest.raises(ProofError, match="mark"):
        verify.verify(data, {**proof, "mark": "a mark"}, told.ledger.engines.trust)


def _holds(found: verify.Verification) -> dict[str, bool | None]:
    return {link.name: link.holds for link in found.links}


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a PNG: (type, the whole chunk)."""
    found, at = [], 8
    while at < len(png):
        end = at + 12 + int.from_bytes(png[at : at + 4], "big")
        found.append((png[at + 4 : at + 8], png[at:end]))
        at = end
    return found


def _with_one_pixel_changed(signed: bytes) -> bytes:
    """The same file with its manifest, where one pixel differs by one step of one channel."""
    picture = Image.open(io.BytesIO(signed)).convert("RGB")
    red, green, blue = picture.getpixel((10, 10))  # type: ignore[misc]
    picture.putpixel((10, 10), (red ^ 1, green, blue))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return _with_manifest_of(signed, file.getvalue())


def _with_manifest_of(signed: bytes, other: bytes) -> bytes:
    manifest = b"".join(chunk for kind, chunk in _chunks(signed) if kind == b"caBX")
    assert manifest
    plain = [(kind, chunk) for kind, chunk in _chunks(other) if kind != b"caBX"]
    head, *rest = [chunk for _kind, chunk in plain]
    return b"\x89PNG\r\n\x1a\n" + head + manifest + b"".join(rest)
