"""The pure part of verification: does a proof hold together, with no trust in whoever handed it over?

Seven links make the chain from a file to the witness on chain. Four are checked here: file, membership,
entries and terms. The other three need more than arithmetic (manifest, watermark, chain) and are added by
`ledger.verify`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ledger.domain.assets import Registration
from ledger.domain.entries import GENESIS, Entry, entry_hash
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId, CollectionId, MarkId
from ledger.domain.merkle import Hash, is_member, leaf
from ledger.domain.terms_text import parse_terms, terms_hash

LINKS = ("file", "manifest", "watermark", "membership", "entries", "terms", "chain")


@dataclass(frozen=True)
class AssetProof:
    """All that is needed to check one signed tile offline. Hashes are lower-case hex, on-chain ones with 0x.

    `siblings` lead from the asset's leaf to `root`. `entries` are the ones of the book that concern the
    asset or its collection, whole, in their order. `registration` is None before the root is on chain.
    """

    asset: AssetId
    mark: MarkId
    content_sha256: str
    collection: CollectionId
    siblings: tuple[str, ...]
    root: str
    registration: Registration | None
    entries: tuple[Entry, ...]
    terms: Mapping[str, Any]


@dataclass(frozen=True)
class Link:
    """One link of the chain of evidence: `holds` is None when it could not be checked."""

    name: str
    holds: bool | None
    why: str


def check_proof(keccak: Hash, proof: AssetProof, content_sha256: str) -> tuple[Link, ...]:
    """The links file, membership, entries and terms for a file whose SHA-256 is `content_sha256`."""
    return (
        _file(proof, content_sha256),
        _membership(keccak, proof),
        _first_problem("entries", f"{len(proof.entries)} entries, each as it was written", _entries(proof)),
        _terms(proof),
    )


def _file(proof: AssetProof, content_sha256: str) -> Link:
    if content_sha256 == proof.content_sha256:
        return Link("file", True, "these are the very bytes that were registered")
    return Link(
        "file",
        False,
        f"the file is {content_sha256[:12]}..., the proof is for {proof.content_sha256[:12]}...",
    )


def _membership(keccak: Hash, proof: AssetProof) -> Link:
    member = leaf(keccak, proof.asset, bytes.fromhex(proof.content_sha256), proof.mark)
    siblings = tuple(_bytes(sibling) for sibling in proof.siblings)
    if not is_member(keccak, member, siblings, _bytes(proof.root)):
        return Link("membership", False, "asset, content and mark do not lead to the root of this collection")
    if proof.registration is None:
        return Link("membership", None, "the collection is not registered yet, so its root has no witness")
    if proof.registration.root != proof.root:
        return Link(
            "membership", False, "the registration names another root: this is another collection's proof"
        )
    told = "1 hash leads" if len(siblings) == 1 else f"{len(siblings)} hashes lead"
    return Link("membership", True, f"{told} from the asset to the registered root")


def _entries(proof: AssetProof) -> Iterator[str]:
    """What is wrong with the entries, the first problem first."""
    if not any(entry.subject == proof.asset for entry in proof.entries):
        yield "no entry tells of this asset"
    for before, entry in zip((None, *proof.entries), proof.entries, strict=False):
        yield from _entry(proof, before, entry)


def _entry(proof: AssetProof, before: Entry | None, entry: Entry) -> Iterator[str]:
    expected = entry_hash(entry.sequence, entry.kind, entry.subject, entry.at, entry.body, entry.previous)
    if entry.hash != expected:
        yield f"entry {entry.sequence} was changed after it was written"
    if entry.sequence == 1 and entry.previous != GENESIS:
        yield "entry 1 does not begin the book"
    if before and entry.sequence <= before.sequence:
        yield f"entry {entry.sequence} stands after entry {before.sequence}"
    if before and entry.sequence == before.sequence + 1 and entry.previous != before.hash:
        yield f"entry {entry.sequence} does not name the hash of the entry before it"
    for key, stated, proven in _statements(proof, entry):
        if stated != proven:
            yield f"entry {entry.sequence} states another {key} than the proof"


def _statements(proof: AssetProof, entry: Entry) -> Iterator[tuple[str, Any, Any]]:
    """What an entry says of the asset or collection, beside what the proof says of it.

    A file that was signed anew, or retouched, names the one it `was`: the last of them is the one registered.
    """
    after = [
        each for each in proof.entries if each.subject == entry.subject and each.sequence > entry.sequence
    ]
    replaced = next((each.body["was"] for each in after if "was" in each.body), None)
    about = {
        proof.asset: {
            "sha256": proof.content_sha256 if replaced is None else replaced,
            "mark": f"{proof.mark:012x}",
            "collection": proof.collection,
        },
        proof.collection: {"root": proof.root, **(vars(proof.registration) if proof.registration else {})},
    }.get(entry.subject, {})
    for key, proven in about.items():
        if key in entry.body:
            yield key, entry.body[key], proven


def _terms(proof: AssetProof) -> Link:
    try:
        found = f"0x{terms_hash(parse_terms(proof.terms))}"
    except FieldError as e:
        return Link("terms", False, f"the terms cannot be read: {e}")
    if proof.registration is None:
        return Link("terms", None, "the collection is not registered yet, so its terms have no witness")
    if found != proof.registration.terms_hash:
        return Link("terms", False, "these are not the terms that were registered")
    return Link("terms", True, "these are the terms that were registered")


def _first_problem(name: str, fine: str, problems: Iterator[str]) -> Link:
    problem = next(problems, None)
    return Link(name, problem is None, problem or fine)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
