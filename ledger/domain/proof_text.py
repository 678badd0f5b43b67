"""A proof as plain data (JSON) and back. What is read has every field in its right shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ledger.domain.assets import Registration
from ledger.domain.canonical import canonical
from ledger.domain.entries import Entry
from ledger.domain.errors import ProofError
from ledger.domain.fields import Field, required
from ledger.domain.ids import AssetId, CollectionId, MarkId
from ledger.domain.proof import AssetProof

VERSION = 1
MAX_SIBLINGS = 64
MAX_ENTRIES = 10_000
MAX_SEQUENCE = 2**53 - 1
MAX_GAS = 2**53 - 1
HINT = "export the proof again"
_ID = re.compile(r"[0-9a-f]{32}")
_MARK = re.compile(r"[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"0x[0-9a-f]{64}")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,77}")

PROOF_FIELDS = (
    "version",
    "asset",
    "mark",
    "content_sha256",
    "collection",
    "siblings",
    "root",
    "registration",
    "entries",
    "terms",
)
REGISTRATION_FIELDS = ("chain_id", "registry", "token", "root", "terms_hash", "tx", "gas")
ENTRY_FIELDS = ("sequence", "kind", "subject", "at", "body", "previous", "hash")


def proof_to_dict(proof: AssetProof) -> dict[str, Any]:
    """Plain JSON without floats; the mark is written as 12 hex digits."""
    registration = proof.registration
    return {
        "version": VERSION,
        "asset": proof.asset,
        "mark": f"{proof.mark:012x}",
        "content_sha256": proof.content_sha256,
        "collection": proof.collection,
        "siblings": list(proof.siblings),
        "root": proof.root,
        "registration": registration and {name: getattr(registration, name) for name in REGISTRATION_FIELDS},
        "entries": [entry_to_dict(entry) for entry in proof.entries],
        "terms": dict(proof.terms),
    }


def proof_from_dict(data: Mapping[str, Any]) -> AssetProof:
    """The proof in `data`; ProofError names the dotted field of the first problem."""
    at = _all(Field(data, "proof", ProofError, root=True), PROOF_FIELDS)
    at["version"].whole(VERSION, VERSION)
    siblings = at["siblings"].items(MAX_SIBLINGS) if at["siblings"].value != [] else ()
    return AssetProof(
        asset=AssetId(_hex(at["asset"], _ID)),
        mark=MarkId(int(_hex(at["mark"], _MARK), 16)),
        content_sha256=_hex(at["content_sha256"], _SHA256),
        collection=CollectionId(_hex(at["collection"], _ID)),
        siblings=tuple(_hex(sibling, _WORD) for sibling in siblings),
        root=_hex(at["root"], _WORD),
        registration=None if at["registration"].value is None else _registration(at["registration"]),
        entries=tuple(read_entry(_all(entry, ENTRY_FIELDS)) for entry in at["entries"].items(MAX_ENTRIES)),
        terms=_plain(at["terms"]),
    )


def entry_to_dict(entry: Entry) -> dict[str, Any]:
    """Plain JSON of one line of the book."""
    return {**{name: getattr(entry, name) for name in ENTRY_FIELDS}, "body": dict(entry.body)}


def _registration(field: Field) -> Registration:
    at = _all(field, REGISTRATION_FIELDS)
    return Registration(
        chain_id=at["chain_id"].whole(1, MAX_SEQUENCE),
        registry=_hex(at["registry"], _ADDRESS),
        token=_hex(at["token"], _DECIMAL),
        root=_hex(at["root"], _WORD),
        terms_hash=_hex(at["terms_hash"], _WORD),
        tx=_hex(at["tx"], _WORD),
        gas=at["gas"].whole(0, MAX_GAS),
    )


def read_entry(at: Mapping[str, Field]) -> Entry:
    """An entry from the fields ENTRY_FIELDS; refused where one is not in its shape."""
    return Entry(
        sequence=at["sequence"].whole(1, MAX_SEQUENCE),
        kind=at["kind"].text(),
        subject=at["subject"].text(),
        at=at["at"].text(),
        body=_plain(at["body"]),
        previous=_hex(at["previous"], _SHA256),
        hash=_hex(at["hash"], _SHA256),
    )


def _all(field: Field, names: tuple[str, ...]) -> dict[str, Field]:
    fields = field.mapping(names)
    return {name: required(fields, name, field, HINT) for name in names}


def _hex(field: Field, shape: re.Pattern[str]) -> str:
    text = field.text()
    if not shape.fullmatch(text):
        field.refuse(f"{text[:80]!r} is not of the form {shape.pattern}; {HINT}")
    return text


def _plain(field: Field) -> Mapping[str, Any]:
    """A mapping that has a canonical form, so that it can be hashed."""
    if not isinstance(field.value, Mapping):
        field.refuse(f"is not a mapping; {HINT}")
    value = dict(field.value)
    field.build(lambda: canonical(value, field.path))
    return value
