"""The book: canonical bytes, derived names, linked entries and Merkle membership."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.assets import MAX_SEED
from ledger.domain.canonical import MAX_DEPTH, SAFE_INTEGER, canonical, digest
from ledger.domain.entries import GENESIS, Entry, append, check_chain
from ledger.domain.errors import BrokenChainError, FieldError
from ledger.domain.ids import (
    AssetId,
    CollectionId,
    MarkId,
    asset_id,
    collection_id,
    derive,
    derive_seed,
    mark_id,
    parse_id,
    parse_party,
)
from ledger.domain.merkle import is_member, leaf, prove, root

VECTORS = Path(__file__).parents[2] / "vectors"
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


class TestCanonical:
    @given(plain)
    def test_equals_the_reference_implementation(self, value: Any) -> None:
        assert canonical(value) == rfc8785.dumps(value)

    def test_keys_are_sorted_by_utf_16_not_by_code_point(self) -> None:
        value = {"\ufb33": 1, "\U0001f600": 2}
        assert canonical(value) == rfc8785.dumps(value)
        assert list(json.loads(canonical(value)).values()) == [2, 1]

    def test_order_of_keys_does_not_matter(self) -> None:
        assert digest({"a": 1, "b": (2,)}) == digest({"b": [2], "a": 1})

    @pytest.mark.parametrize(
        ("value", "field"),
        [
            ({"a": [1.5]}, "body.a[0]"),
            ({"a": {1: 2}}, "body.a"),
            ({"a": 2**53}, "body.a"),
            ({"a": -(2**53)}, "body.a"),
            ({"a": b"x"}, "body.a"),
            ({"a": "\ud800"}, "body.a"),
            ({"\ud800": 1}, "body"),
        ],
    )
    def test_what_has_no_canonical_form_is_named(self, value: Any, field: str) -> None:
        with pytest.raises(FieldError) as caught:
            canonical(value)
        assert caught.value.field == field

    def test_a_deep_nest_is_refused_not_crashed_on(self) -> None:
        deep: Any = 1
        for _ in range(5000):
            deep = [deep]
        with pytest.raises(FieldError, match=f"more than {MAX_DEPTH} deep"):
            canonical(deep)


class TestNames:
    @given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
    def test_different_parts_give_different_names(self, a: list[str], b: list[str]) -> None:
        assert (derive("kind", *a) == derive("kind", *b)) == (a == b)
        assert derive_seed("kind", *a) == int(derive("kind", *a), 16) >> 80 <= MAX_SEED

    def test_names_derive_from_what_they_name(self) -> None:
        collection = collection_id("ledger", "key")
        assert collection == collection_id("ledger", "key") != collection_id("ledger", "other")
        assert asset_id(collection, 0) != asset_id(collection, 1)
        assert parse_id("asset", asset_id(collection, 0)) == asset_id(collection, 0)

    @given(st.text(max_size=4), st.integers(0, 1000), st.integers(0, 5))
    def test_a_mark_has_48_bits_and_is_never_zero(self, ledger: str, index: int, attempt: int) -> None:
        asset = asset_id(CollectionId("c"), index)
        assert 0 < mark_id(ledger, asset, attempt) < 2**48
        assert mark_id(ledger, asset, attempt) != mark_id(ledger, asset, attempt + 1)

    @pytest.mark.parametrize("text", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "0" * 32 + "\n"])
    def test_what_is_no_id(self, text: str) -> None:
        with pytest.raises(FieldError) as caught:
            parse_id("asset", text)
        assert caught.value.field == "asset"

    @pytest.mark.parametrize("text", ["a", "north-mill", "3m", "a" * 64])
    def test_party_ids(self, text: str) -> None:
        assert parse_party("licensee", text) == text

    @pytest.mark.parametrize("text", ["", "-a", "a-", "A", "a b", "a" * 65, "é", "a\n"])
    def test_what_is_no_party_id(self, text: str) -> None:
        with pytest.raises(FieldError, match="such as north-mill"):
            parse_party("licensee", text)


def book(length: int) -> list[Entry]:
    entries: list[Entry] = []
    for i in range(length):
        before = entries[-1] if entries else None
        entries.append(append(before, "planned", f"thing-{i}", "2026-01-01T00:00:00Z", {"i": i}))
    return entries


class TestEntries:
    def test_entries_link_from_genesis(self) -> None:
        entries = book(4)
        assert entries[0].previous == GENESIS
        assert [entry.sequence for entry in entries] == [1, 2, 3, 4]
        assert check_chain(entries) == entries[-1]
        assert check_chain([]) is None

    @pytest.mark.parametrize(
        "change", [{"kind": "x"}, {"subject": "x"}, {"at": "x"}, {"body": {"i": 9}}, {"hash": "0" * 64}]
    )
    def test_an_edited_entry_is_named(self, change: dict[str, Any]) -> None:
        entries = book(4)
        entries[2] = replace(entries[2], **change)
        with pytest.raises(BrokenChainError, match="was changed") as caught:
            check_chain(entries)
        assert caught.value.position == 3

    def test_an_edited_entry_whose_hash_was_made_to_fit_breaks_the_next_link(self) -> None:
        entries = book(4)
        entries[1] = append(entries[0], "planned", "thing-1", "2026-01-01T00:00:00Z", {"i": 9})
        with pytest.raises(BrokenChainError, match="does not name the hash") as caught:
            check_chain(entries)
        assert caught.value.position == 3

    def test_a_missing_entry_is_named(self) -> None:
        entries = book(4)
        del entries[1]
        with pytest.raises(BrokenChainError, match="entry 2 is missing") as caught:
            check_chain(entries)
        assert caught.value.position == 3


members = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40, unique=True)


class TestMerkle:
    @given(members, st.data())
    def test_every_member_is_proven_and_nobody_else(self, leaves: list[bytes], data: st.DataObject) -> None:
        top = root(keccak, leaves)
        member = data.draw(st.sampled_from(leaves))
        proof = prove(keccak, leaves, member)
        assert is_member(keccak, member, proof, top)
        stranger = data.draw(st.binary(min_size=32, max_size=32).filter(lambda item: item not in leaves))
        assert not is_member(keccak, stranger, proof, top)
        if len(leaves) > 1:
            assert not is_member(keccak, member, proof[:-1], top)

    @given(members, st.randoms())
    def test_the_order_of_the_leaves_does_not_matter(self, leaves: list[bytes], random: Any) -> None:
        shuffled = random.sample(leaves, len(leaves))
        assert root(keccak, leaves) == root(keccak, shuffled)

    def test_a_proof_for_another_collection_does_not_hold(self) -> None:
        mine = [bytes([i]) * 32 for i in range(5)]
        other = [bytes([i]) * 32 for i in range(4, 9)]
        assert not is_member(keccak, mine[0], prove(keccak, mine, mine[0]), root(keccak, other))
        with pytest.raises(FieldError, match="not in the tree"):
            prove(keccak, mine, other[-1])

    def test_no_leaves_and_no_content(self) -> None:
        with pytest.raises(FieldError, match="at least one asset"):
            root(keccak, [])
        with pytest.raises(FieldError, match="32 bytes"):
            leaf(keccak, AssetId("00" * 16), b"short", MarkId(1))

    @pytest.mark.parametrize("tree", json.loads((VECTORS / "merkle.json").read_text()))
    def test_agrees_with_the_shared_vectors(self, tree: dict[str, Any]) -> None:
        leaves = [
            leaf(keccak, AssetId(m["asset"]), bytes.fromhex(m["content"][2:]), MarkId(int(m["mark"])))
            for m in tree["members"]
        ]
        assert [f"0x{item.hex()}" for item in leaves] == [m["leaf"] for m in tree["members"]]
        assert f"0x{root(keccak, leaves).hex()}" == tree["root"]
        for item, member in zip(leaves, tree["members"], strict=True):
            proof = prove(keccak, leaves, item)
            assert [f"0x{sibling.hex()}" for sibling in proof] == member["proof"]
            assert is_member(keccak, item, proof, root(keccak, leaves))
