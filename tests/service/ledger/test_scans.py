"""Scans in a ledger: copies that name their licensee, what people leave out, floods, looking again."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ledger import banks, bill, copies, create, replay, rescan, scan, verify
from ledger.domain.entries import check_chain
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.finding import Verdict
from ledger.domain.ids import derive
from ledger.domain.quarantine import FLOOD
from ledger.errors import ConflictError, StorageError, UnknownError
from ledger.store import assets, entries, findings
from ledger.store import banks as stored_banks


def png(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def pixels_of(data: bytes) -> Any:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def in_repeat(ledger: Any, sha256: str) -> bytes:
    return png(np.tile(pixels_of(ledger.blobs.get(sha256)), (2, 2, 1)))


def two_tiles(ledger: Any, helpers: Any) -> tuple[Any, ...]:
    planned = helpers.plan(ledger, count=2)
    with ledger.store.reading() as tx:
        drafts = assets.drafts(tx, planned.id)
    return tuple(create.make(ledger, draft.id) for draft in drafts)


@pytest.fixture
def made(ledger: Any, helpers: Any) -> tuple[Any, ...]:
    """Two tiles to be damaged: nobody has read them yet, so nothing of them is remembered."""
    return two_tiles(ledger, helpers)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Path:
    """The folder of a ledger with two tiles, which tests copy."""
    folder: Path = tmp_path_factory.mktemp("original")
    with helpers.open(folder) as ledger:
        two_tiles(ledger, helpers)
    return folder


@pytest.fixture
def kept(original: Path, tmp_path: Path, helpers: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """A ledger of the test's own and its two tiles."""
    with helpers.open(shutil.copytree(original, tmp_path / "kept")) as ledger:
        with ledger.store.reading() as tx:
            made = tuple(assets.walk(tx))
        yield ledger, made


def swept(ledger: Any, key: str, *pictures: tuple[str, bytes, Any]) -> tuple[Any, ...]:
    opened = scan.open_scan(ledger, key, pictures)
    for name, _, _ in pictures:
        scan.examine(ledger, opened.id, name)
    scan.close(ledger, opened.id)
    with ledger.store.reading() as tx:
        return findings.of_scan(tx, opened.id)


def test_the_drawn_pixels_are_kept_and_are_not_the_published_ones(kept: Any) -> None:
    ledger, made = kept
    marked = made[0].signed.marked
    drawn, published = ledger.blobs.get(marked.drawn), ledger.blobs.get(made[0].signed.sha256)
    difference = np.abs(pixels_of(drawn).astype(int) - pixels_of(published))
    assert 0 < difference.mean() < 4


def test_a_copy_that_leaks_names_its_licensee(told: Any) -> None:
    ledger = told.ledger
    copy = copies.copy(ledger, told.licence.id)
    assert copies.copy(ledger, told.licence.id) == copy
    assert copy.mark != told.assets[0].mark
    (finding,) = swept(ledger, "leak", ("leak.png", in_repeat(ledger, copy.sha256), None))
    assert (finding.asset, finding.verdict) == (copy.asset, Verdict.PROVEN)
    assert (finding.mark, finding.copy) == (copy.mark, told.licence.id)
    walked = verify.verify(
        ledger.blobs.get(copy.sha256),
        None,
        ledger.engines.trust,
        ledger.engines.watermarker,
        ledger=ledger,
    )
    assert walked.ok, walked.links
    assert "for mill" in walked.links[0].why
    with pytest.raises(UnknownError, match="licence"):
        copies.copy(ledger, "0" * 32)


def test_a_scan_goes_on_where_details_are_lost_or_damaged(ledger: Any, made: Any) -> None:
    files = [ledger.keys.parent / "blobs" / tile.details[:2] / tile.details for tile in made]
    files[0].write_bytes(b"damaged")
    files[1].unlink()
    pictures = [(f"{n}.png", in_repeat(ledger, tile.signed.sha256), None) for n, tile in enumerate(made)]
    found = swept(ledger, "damaged", *pictures)
    assert {(each.asset, each.verdict) for each in found} == {(tile.id, Verdict.PROVEN) for tile in made}


def test_a_scan_goes_on_where_a_tile_is_lost_whole_and_names_it(ledger: Any, made: Any) -> None:
    lost, there = made
    for name in (lost.details, lost.signed.marked.drawn):
        (ledger.keys.parent / "blobs" / name[:2] / name).unlink()
    pictures = [(f"{n}.png", in_repeat(ledger, tile.signed.sha256), None) for n, tile in enumerate(made)]
    grey = np.full((256, 256, 3), 90, np.uint8)
    grey[::2] += np.random.default_rng(3).integers(0, 90, (128, 256, 3)).astype(np.uint8)
    found = swept(ledger, "lost", *pictures, ("grey.png", png(grey), None))
    assert {(each.asset, each.verdict) for each in found} == {(tile.id, Verdict.PROVEN) for tile in made}
    with ledger.store.reading() as tx:
        outcomes = {each.name: each.outcome for each in findings.pictures(tx, found[0].scan)}
    assert outcomes["grey.png"]["not_comparable"] == [lost.id]
    assert outcomes["grey.png"]["problem"] is None
    assert there.id not in outcomes["grey.png"]["not_comparable"]
    assert replay.replay(ledger, found[0].scan, "grey.png").same


def test_a_tile_that_is_out_of_reach_for_now_is_no_lost_one(
    ledger: Any, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = scan.open_scan(ledger, "away", [("a.png", png(np.eye(256, dtype=np.uint8) * 200), None)])
    (ledger.keys.parent / "blobs" / made[0].details[:2] / made[0].details).unlink()
    readable, gone = ledger.blobs.get, made[0].signed.marked.drawn

    def away(_: Any, name: str) -> bytes:
        if name == gone:
            raise StorageError(f"could not read blob {name}: the store does not answer")
        return bytes(readable(name))

    monkeypatch.setattr(type(ledger.blobs), "get", away)
    with pytest.raises(StorageError, match="does not answer"):
        scan.examine(ledger, opened.id, "a.png")
    monkeypatch.undo()
    assert scan.examine(ledger, opened.id, "a.png") == ()


def test_an_excluded_tile_is_not_reported_until_it_is_included(kept: Any) -> None:
    ledger, made = kept
    picture, tile = in_repeat(ledger, made[0].signed.sha256), made[0].id
    with pytest.raises(FieldError, match="why"):
        banks.exclude(ledger, tile, "")
    with pytest.raises(UnknownError, match="exclusion"):
        banks.include(ledger, tile, "it never was left out")
    excluded = banks.exclude(ledger, tile, "a test tile")
    assert banks.exclude(ledger, tile, "again") == excluded
    assert swept(ledger, "silent", ("a.png", picture, None)) == ()
    assert rescan.rescan(ledger, made[0].collection) is None
    included = banks.include(ledger, tile, "on sale now")
    assert banks.include(ledger, tile, "again") == included
    assert not included.ruling.holds()
    looked_again = rescan.rescan(ledger, made[0].collection)
    (name,) = scan.names(ledger, looked_again.id)
    (found,) = scan.examine(ledger, looked_again.id, name)
    assert (found.asset, found.verdict) == (tile, Verdict.PROVEN)
    assert rescan.rescan(ledger, made[0].collection).id == looked_again.id
    _assert_the_same(ledger, "silent", looked_again.id)
    assert banks.exclude(ledger, tile, "withdrawn").ruling.holds()
    _assert_the_same(ledger, "silent", looked_again.id)
    with ledger.store.reading() as tx:
        kinds = [each.kind for each in entries.about(tx, [tile]) if each.kind != "asset-made"]
        check_chain(entries.walk(tx))
    assert kinds == ["asset-excluded", "asset-included", "asset-excluded"]


def test_what_is_known_not_to_be_ours_is_not_reported_without_the_mark(kept: Any) -> None:
    ledger, made = kept
    drawn = made[0].signed.marked.drawn  # the very artwork, unmarked: the hardest look-alike there is
    lookalike, ours = in_repeat(ledger, drawn), in_repeat(ledger, made[0].signed.sha256)
    negative = banks.add_negative(ledger, "stock.png", ledger.blobs.get(drawn), "sold by a stock library")
    assert banks.add_negative(ledger, "again.png", ledger.blobs.get(drawn), "twice") == negative
    known = swept(ledger, "known", ("lookalike.png", lookalike, None), ("ours.png", ours, None))
    assert [(finding.picture, finding.verdict) for finding in known] == [("ours.png", Verdict.PROVEN)]
    with pytest.raises(UnknownError, match="negative"):
        banks.forget_negative(ledger, "0" * 64, "never known")
    forgotten = banks.forget_negative(ledger, negative.sha256, "they had it from us")
    assert banks.forget_negative(ledger, negative.sha256, "twice") == forgotten
    after = swept(ledger, "after", ("lookalike.png", lookalike, None))
    assert [finding.verdict for finding in after] == [Verdict.LIKELY]
    _assert_the_same(ledger, "known")
    with ledger.store.reading() as tx:
        assert stored_banks.negatives(tx) == ()
        assert stored_banks.negatives(tx, ended=True) == (forgotten,)


def _assert_the_same(ledger: Any, *scans: str) -> None:
    """The scans, by key or id, are found again byte for byte."""
    for each in scans:
        name = each if len(each) == 32 else derive("scan", ledger.id, each)
        assert [seen.why for seen in _replayed(ledger, name)] == [""] * len(scan.names(ledger, name))


def test_a_flood_is_held_until_somebody_looked(kept: Any, helpers: Any) -> None:
    ledger, made = kept
    picture = in_repeat(ledger, made[0].signed.sha256)
    opened = scan.open_scan(ledger, "flood", [("0.png", picture, helpers.sighting("pirate"))])
    (first,) = scan.examine(ledger, opened.id, "0.png")
    with ledger.store.transaction() as tx:
        for number in range(1, FLOOD + 1):
            name = f"{number}.png"
            row = findings.Picture(opened.id, name, first.picture_sha256, first.sighting)
            findings.add_picture(tx, row)
            findings.set_outcome(tx, opened.id, name, {"verdict": "proven"})
            again = {**vars(first), "id": f"{number:032x}", "picture": name}
            findings.add(tx, type(first)(**again))
        collection = assets.get(tx, first.asset).collection
        assert bill.owed(tx, "pirate", collection, date.today()) == ()  # the scan is open still
    scan.close(ledger, opened.id)
    with ledger.store.reading() as tx:
        held = findings.held(tx, opened.id)
        assert bill.owed(tx, "pirate", collection, date.today()) == ()
    assert len(held) == FLOOD + 1
    assert "flood" in held[0].held
    banks.exclude(ledger, first.asset, "too many of it")
    banks.include(ledger, first.asset, "it was a flood")
    with ledger.store.reading() as tx:
        assert findings.held(tx, opened.id) == held  # nobody looked yet
    (released,) = banks.release(ledger, [held[0].id], "looked at ten of them")
    assert released.held is None
    with pytest.raises(ConflictError, match="not held"):
        banks.release(ledger, [held[0].id], "twice")
    with ledger.store.reading() as tx:
        assert len(bill.owed(tx, "pirate", collection, date.today())) == 1


def test_what_was_scanned_before_a_collection_was_made_is_looked_at_again(kept: Any, helpers: Any) -> None:
    ledger, _ = kept
    stranger = png(np.full((256, 256, 3), 200, np.uint8))
    planned = helpers.plan(ledger, "later", count=1, seed=99)
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    with pytest.raises(OrderError, match="not made yet"):
        rescan.rescan(ledger, planned.id)
    from ledger.making import make_tile
    from ledger.store import collections

    with ledger.store.reading() as tx:
        collection, terms = collections.get(tx, planned.id), collections.terms(tx, planned.id)
    ahead = make_tile(ledger, draft, collection, terms, {})  # as it circulated before it was registered
    early = in_repeat(ledger, ahead.signed.sha256)
    assert swept(ledger, "early", ("early.png", early, None), ("stranger.png", stranger, None)) == ()
    create.make(ledger, draft.id)
    opened = rescan.rescan(ledger, planned.id)
    with ledger.store.reading() as tx:
        names = [picture.name for picture in findings.pictures(tx, opened.id)]
    assert len(names) == 2
    found = [finding for name in names for finding in scan.examine(ledger, opened.id, name)]
    assert [finding.asset for finding in found] == [draft.id]
    assert rescan.rescan(ledger, planned.id).id == opened.id


def test_a_scan_is_found_again_byte_for_byte(kept: Any) -> None:
    ledger, made = kept
    picture = in_repeat(ledger, made[0].signed.sha256)
    opened = scan.open_scan(ledger, "replayed", [("a.png", picture, None), ("b.png", b"none", None)])
    for name in ("a.png", "b.png"):
        scan.examine(ledger, opened.id, name)
    scan.close(ledger, opened.id)
    banks.exclude(ledger, made[0].id, "after the scan: it changes nothing")
    assert [each.same for each in _replayed(ledger, opened.id)] == [True, True]
    with ledger.store.transaction() as tx:
        from ledger.store.trade_tables import FindingRow

        (finding,) = findings.of_scan(tx, opened.id)
        row = tx.session.get(FindingRow, finding.id)
        row.p_value = "1e-12"
    differing = [each for each in _replayed(ledger, opened.id) if not each.same]
    assert [(each.picture, each.why) for each in differing] == [
        ("a.png", "finding 1 was measured differently")
    ]


def _replayed(ledger: Any, opened: str) -> list[Any]:
    return [replay.replay(ledger, opened, each.name) for each in replay.pictures(ledger, opened)]
