"""A proof: what it shows, what breaks it and which link says so."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.assets import Registration
from ledger.domain.canonical import canonical
from ledger.domain.entries import Entry, append
from ledger.domain.errors import ProofError
from ledger.domain.ids import AssetId, CollectionId, MarkId, asset_id
from ledger.domain.merkle import leaf, prove, root
from ledger.domain.proof import LINKS, AssetProof, Link, check_proof
from ledger.domain.proof_text import entry_to_dict, proof_from_dict, proof_to_dict
from ledger.domain.terms_text import terms_hash, terms_to_dict

COLLECTION = CollectionId("c0" * 16)
CONTENTS = [bytes([i]) * 32 for i in range(6)]
AT = "2026-01-01T00:00:00Z"


def hexed(data: bytes) -> str:
    return f"0x{data.hex()}"


def tree(collection: CollectionId) -> list[bytes]:
    return [
        leaf(keccak, asset_id(collection, i), content, MarkId(i + 1)) for i, content in enumerate(CONTENTS)
    ]


def book(asset: AssetId, index: int, top: str) -> tuple[Entry, ...]:
    made = append(None, "made", asset, AT, {"sha256": CONTENTS[index].hex(), "mark": f"{index + 1:012x}"})
    registered = append(made, "registered", COLLECTION, AT, {"root": top})
    return made, registered


@pytest.fixture
def proof(make: SimpleNamespace) -> AssetProof:
    """The proof of the third tile of six."""
    leaves, asset = tree(COLLECTION), asset_id(COLLECTION, 2)
    top = hexed(root(keccak, leaves))
    terms = make.terms()
    hashes = {"root": top, "terms_hash": f"0x{terms_hash(terms)}", "tx": "0x" + "ab" * 32}
    return AssetProof(
        asset=asset,
        mark=MarkId(3),
        content_sha256=CONTENTS[2].hex(),
        collection=COLLECTION,
        siblings=tuple(map(hexed, prove(keccak, leaves, leaves[2]))),
        root=top,
        registration=Registration(31337, "0x" + "Aa" * 20, "123", gas=77_565, **hashes),
        entries=book(asset, 2, top),
        terms=terms_to_dict(terms),
    )


def links(proof: AssetProof, content: bytes = CONTENTS[2]) -> dict[str, Link]:
    return {link.name: link for link in check_proof(keccak, proof, content.hex())}


def broken(proof: AssetProof, content: bytes = CONTENTS[2]) -> dict[str, str]:
    return {name: link.why for name, link in links(proof, content).items() if link.holds is False}


def test_a_sound_proof_holds_in_all_four_links(proof: AssetProof) -> None:
    found = links(proof)
    assert list(found) == ["file", "membership", "entries", "terms"]
    assert set(found) < set(LINKS)
    assert all(link.holds is True and link.why for link in found.values())


def test_other_bytes_break_the_file(proof: AssetProof) -> None:
    assert set(broken(proof, CONTENTS[3])) == {"file"}


@pytest.mark.parametrize(
    "change", [{"mark": MarkId(4)}, {"asset": asset_id(COLLECTION, 3)}, {"content_sha256": CONTENTS[3].hex()}]
)
def test_another_tiles_name_breaks_membership(proof: AssetProof, change: dict[str, Any]) -> None:
    assert "membership" in broken(replace(proof, **change))


def test_an_altered_or_missing_sibling_breaks_membership(proof: AssetProof) -> None:
    rest = proof.siblings[1:]
    assert set(broken(replace(proof, siblings=tuple(rest)))) == {"membership"}
    assert set(broken(replace(proof, siblings=(hexed(bytes(32)), *rest)))) == {"membership"}


def test_a_proof_for_another_collection_breaks_membership(proof: AssetProof) -> None:
    other = hexed(root(keccak, tree(CollectionId("d0" * 16))))
    assert proof.registration is not None
    elsewhere = replace(proof, registration=replace(proof.registration, root=other))
    assert "another collection's proof" in broken(elsewhere)["membership"]


def test_other_terms_than_the_registered_break_the_terms(proof: AssetProof, make: SimpleNamespace) -> None:
    assert set(broken(replace(proof, terms=terms_to_dict(make.terms(resale_bps=0))))) == {"terms"}
    assert "cannot be read" in broken(replace(proof, terms={"price": -1}))["terms"]


def test_before_registration_membership_and_terms_stay_open(proof: AssetProof) -> None:
    found = links(replace(proof, registration=None))
    assert {name: link.holds for name, link in found.items()} == {
        "file": True,
        "membership": None,
        "entries": True,
        "terms": None,
    }


class TestEntries:
    def why(self, proof: AssetProof, *entries: Entry) -> str:
        return broken(replace(proof, entries=entries))["entries"]

    def test_an_edited_entry(self, proof: AssetProof) -> None:
        made, registered = proof.entries
        assert (
            self.why(proof, replace(made, at="2027"), registered)
            == "entry 1 was changed after it was written"
        )

    def test_an_entry_rewritten_with_a_fitting_hash(self, proof: AssetProof) -> None:
        made, registered = proof.entries
        rewritten = append(None, made.kind, made.subject, "2027", made.body)
        assert "entry 2 does not name the hash" in self.why(proof, rewritten, registered)

    def test_entries_out_of_order(self, proof: AssetProof) -> None:
        made, registered = proof.entries
        assert "stands after" in self.why(proof, registered, made)

    def test_a_first_entry_that_does_not_begin_the_book(self, proof: AssetProof) -> None:
        made, _ = proof.entries
        forged = append(replace(made, sequence=0, hash="11" * 32), made.kind, made.subject, AT, made.body)
        assert self.why(proof, forged) == "entry 1 does not begin the book"

    def test_no_entry_about_the_asset(self, proof: AssetProof) -> None:
        assert "no entry tells of this asset" in self.why(proof, proof.entries[1])

    @pytest.mark.parametrize("key", ["sha256", "mark", "collection", "root"])
    def test_an_entry_that_states_something_else(self, proof: AssetProof, key: str) -> None:
        made, registered = proof.entries
        if key == "root":
            other = append(made, registered.kind, registered.subject, AT, {key: "0x00"})
            assert "states another root" in self.why(proof, made, other)
        else:
            other = append(None, made.kind, made.subject, AT, {key: "00"})
            assert f"states another {key}" in self.why(proof, other)

    def test_entries_need_not_be_neighbours(self, proof: AssetProof) -> None:
        made, registered = proof.entries
        between = append(made, "granted", "somebody else's licence", AT, {})
        later = append(between, registered.kind, registered.subject, AT, registered.body)
        assert links(replace(proof, entries=(made, later)))["entries"].holds is True


class TestText:
    def test_round_trips_through_json(self, proof: AssetProof) -> None:
        for one in (proof, replace(proof, registration=None), replace(proof, siblings=())):
            assert proof_from_dict(json.loads(canonical(proof_to_dict(one)))) == one

    def test_an_entry_as_plain_data(self, proof: AssetProof) -> None:
        written = entry_to_dict(proof.entries[0])
        assert Entry(**written) == proof.entries[0]

    @pytest.mark.parametrize(
        "name", ["version", "asset", "mark", "root", "siblings", "entries", "terms", "registration"]
    )
    def test_a_missing_field_is_named(self, proof: AssetProof, name: str) -> None:
        data = proof_to_dict(proof)
        del data[name]
        with pytest.raises(ProofError, match="is missing") as caught:
            proof_from_dict(data)
        assert caught.value.field == name

    @pytest.mark.parametrize(
        ("path", "value", "field"),
        [
            (("version",), 2, "version"),
            (("asset",), "0A" * 16, "asset"),
            (("asset",), 3, "asset"),
            (("mark",), "3", "mark"),
            (("content_sha256",), "zz" * 32, "content_sha256"),
            (("siblings",), "0x", "siblings"),
            (("siblings",), ["0x00"], "siblings[0]"),
            (("siblings",), ["0x" + "00" * 32] * 65, "siblings"),
            (("root",), "00" * 32, "root"),
            (("registration",), {}, "registration.chain_id"),
            (("registration",), 5, "registration"),
            (("registration", "registry"), "0x00", "registration.registry"),
            (("registration", "token"), "-1", "registration.token"),
            (("registration", "chain_id"), True, "registration.chain_id"),
            (("entries",), [], "entries"),
            (("entries", 0, "sequence"), 0, "entries[0].sequence"),
            (("entries", 0, "hash"), "x", "entries[0].hash"),
            (("entries", 0, "body"), [], "entries[0].body"),
            (("entries", 0, "body"), {"a": 1.5}, "entries[0].body"),
            (("entries", 0, "extra"), 1, "entries[0].extra"),
            (("terms",), None, "terms"),
            (("terms",), {"a": {"b": 0.5}}, "terms"),
            (("trems",), {}, "trems"),
        ],
    )
    def test_an_unusable_field_is_named(
        self, proof: AssetProof, path: tuple[Any, ...], value: Any, field: str
    ) -> None:
        data = json.loads(json.dumps(proof_to_dict(proof)))
        place = data
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        with pytest.raises(ProofError) as caught:
            proof_from_dict(data)
        assert caught.value.field.startswith(field)

    @pytest.mark.parametrize("data", [None, [], "proof"])
    def test_a_proof_that_is_no_mapping(self, data: Any) -> None:
        with pytest.raises(ProofError, match="not a mapping"):
            proof_from_dict(data)


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_only_the_matching_file_asset_and_siblings_hold_together(
    content: int, asset: int, siblings: int
) -> None:
    leaves = tree(COLLECTION)
    proof = AssetProof(
        asset=asset_id(COLLECTION, asset),
        mark=MarkId(asset + 1),
        content_sha256=CONTENTS[content].hex(),
        collection=COLLECTION,
        siblings=tuple(map(hexed, prove(keccak, leaves, leaves[siblings]))),
        root=hexed(root(keccak, leaves)),
        registration=None,
        entries=(),
        terms={},
    )
    assert ("membership" in broken(proof)) == (not content == asset == siblings)
