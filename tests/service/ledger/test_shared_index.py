"""The shared index, on a real PostgreSQL with pgvector: the contract of every index, and transactions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from index_contract import Image, IndexContract, Make, artworks, references
from sqlmodel import text

from forensics import BruteForceIndex, Reference, fingerprint
from forensics.indexes import codes
from forensics.indexes.memory import MemoryIndex
from ledger import shared_index
from ledger.domain.assets import Asset, Collection, Draft, Marked, Signed
from ledger.domain.ids import AssetId, CollectionId, MarkId
from ledger.shared_index import PgVectorIndex
from ledger.store import Store, assets, collections, prints
from ledger.store.prints import Within
from ledger.store.trade_tables import CopyRow

AT = "2026-01-02T03:04:05Z"
HOME = CollectionId("home")


@pytest.fixture(scope="module")
def tiles() -> list[Image]:
    return artworks()


@pytest.fixture(scope="module")
def shared(postgres: Callable[[], str]) -> Iterator[Store]:
    store = Store.open(postgres())
    yield store
    store.close()


@pytest.fixture
def store(shared: Store, helpers: Any) -> Store:
    """An empty ledger with one collection."""
    with shared.transaction() as tx:
        tx.session.execute(text("TRUNCATE assets, copies, collections CASCADE"))
        collections.add(tx, Collection(HOME, helpers.brief(), AT), helpers.terms())
    return shared


def _asset(held: Reference, index: int) -> Asset:
    draft = Draft(AssetId(held.asset_id), HOME, index, MarkId(held.mark_id), {})
    signed = Signed(Marked(draft, "some.mark", {}), f"{index:064x}", "urn:x", "image/png")
    return Asset(signed, held.fingerprint.to_dict(), AT)


def _write(store: Store, register: Sequence[Reference]) -> None:
    """Assets, their rows of the index and their copies; tile i is made by entry 10 + i."""
    made = [_asset(held, number) for number, held in enumerate(register)]
    with store.transaction() as tx:
        assets.plan(tx, [each.signed.marked.draft for each in made])
        for number, each in enumerate(made):
            assets.make(tx, each, 10 + number)
            shared_index.keep(tx, each.id, each.fingerprint)
    with store.transaction() as tx:
        tx.session.execute(text("SET LOCAL session_replication_role = replica"))  # copies without licences
        for held in register:
            tx.session.add_all(_copy(held, mark) for mark in held.copies)


def _copy(held: Reference, mark: int) -> CopyRow:
    rest = {"licensee": "mill", "sha256": "0", "manifest": "urn:x", "made_at": AT, "entry": mark}
    return CopyRow(licence=f"l{mark}", mark=mark, asset=held.asset_id, **rest)


class TestPgVector(IndexContract):
    @pytest.fixture
    def make(self, store: Store) -> Make:
        def make(register: Sequence[Reference]) -> PgVectorIndex:
            _write(store, register)
            by_name = {held.asset_id: held for held in register}
            return PgVectorIndex(store, lambda asset: by_name[asset], lambda: register)

        return make

    def test_its_shortlist_is_that_of_memory(
        self, make: Make, tiles: list[Image], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(codes, "SHORTLIST", 7)
        held = references(tiles)
        index, memory = make(held), MemoryIndex(held)
        for number in (0, 6, 13, 22):
            asked = fingerprint(np.ascontiguousarray(np.rot90(np.roll(tiles[number], 30, 1))))
            assert _names(index.nearest(asked, 9)) == _names(memory.nearest(asked, 9))
            assert len(index.nearest(asked, 9)) == 7

    def test_only_what_stood_before_an_entry_and_is_not_excluded_is_searched(
        self, make: Make, store: Store, tiles: list[Image]
    ) -> None:
        held = references(tiles)
        make(held)
        by_name = {each.asset_id: each for each in held}
        within = Within(before=20, excluded=frozenset({AssetId("a3"), AssetId("a8")}))
        index = PgVectorIndex(store, lambda asset: by_name[asset], list, within)
        searched = [each for number, each in enumerate(held[:10]) if number not in (3, 8)]
        truth = BruteForceIndex(searched)
        assert len(index) == len(searched) == 8
        for number in (3, 4, 8, 15):
            asked = fingerprint(tiles[number])
            assert _names(index.nearest(asked, 99)) == _names(truth.nearest(asked, 99))
            assert [c.reference.asset_id for c in index.copies(asked)] == [
                c.reference.asset_id for c in truth.copies(asked)
            ]
        for gone in (3, 8, 15):
            assert index.by_mark(100 + gone) is index.by_mark(1000 + 2 * gone) is None
            assert index.by_asset(f"a{gone}") is None
        assert index.by_mark(104) is held[4]


def _names(found: Sequence[tuple[Reference, float]]) -> list[str]:
    return [reference.asset_id for reference, _ in found]


def test_a_tile_is_searched_if_and_only_if_it_was_made(store: Store, tiles: list[Image]) -> None:
    held = references(tiles[:2])
    _write(store, held[:1])

    def break_off() -> None:
        with store.transaction() as tx:
            made = _asset(held[1], 1)
            assets.plan(tx, [made.signed.marked.draft])
            assets.make(tx, made, 11)
            shared_index.keep(tx, made.id, made.fingerprint)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    index = PgVectorIndex(store, lambda asset: held[0], list)
    assert len(index) == 1
    assert index.by_asset("a1") is None


def test_tiles_made_before_the_index_are_filled_in_once(
    store: Store, tiles: list[Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prints, "CHUNK", 3)
    register = references(tiles[:8])
    _write(store, register)
    with store.transaction() as tx:
        tx.session.execute(text("DELETE FROM search.tiles WHERE asset <> 'a2'"))
    assert shared_index.fill(store) == 7
    assert shared_index.fill(store) == 0
    index = PgVectorIndex(store, lambda asset: register[int(asset[1:])], list)
    asked = fingerprint(tiles[6])
    assert _names(index.nearest(asked, 8)) == _names(BruteForceIndex(register).nearest(asked, 8))


def test_where_there_is_no_pgvector_nothing_is_kept(tmp_path: Path, tiles: list[Image]) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/ledger.sqlite")
    try:
        assert not shared_index.available(store)
        assert shared_index.fill(store) == 0
        with store.transaction() as tx:
            shared_index.keep(tx, AssetId("a0"), fingerprint(tiles[0]).to_dict())
    finally:
        store.close()


def test_a_row_reads_as_it_was_written(store: Store, tiles: list[Image]) -> None:
    held = references(tiles[:1])
    _write(store, held)
    with store.reading() as tx:
        row = tx.session.execute(text("SELECT pdq::text, shape, code::text FROM search.tiles")).one()
    print_ = held[0].fingerprint
    bits = None if not print_.pdq else "".join(f"{byte:08b}" for byte in print_.pdq[0])
    assert row[0] == bits
    assert bytes(row[1]) == print_.shape
    assert len(json.loads(row[2])) == codes.DIMENSIONS


def test_a_retouched_tile_is_searched_by_its_new_picture(store: Store, tiles: list[Image]) -> None:
    first, second = references(tiles)[:2]
    _write(store, [first])
    assert prints_near(store, first) == [first.asset_id]
    with store.transaction() as tx:
        shared_index.replace(tx, AssetId(first.asset_id), second.fingerprint.to_dict())
    assert prints_near(store, first) == []
    assert prints_near(store, second) == [first.asset_id]


def prints_near(store: Store, held: Reference) -> list[str]:
    with store.reading() as tx:
        return [asset for asset, _ in prints.near_pdq(tx, held.fingerprint.pdq, 31, Within())]
