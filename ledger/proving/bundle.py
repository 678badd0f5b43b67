"""What a proof bundle holds, read from a file that anybody may have written.

One JSON object; bytes are in base64, hashes in hex. Nothing in it is a path, and nothing is compressed.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from ledger.chain.receipts import ReceiptProof
from ledger.domain.canonical import canonical, digest
from ledger.domain.entries import Entry
from ledger.domain.errors import FieldError, LogError, ProofError
from ledger.domain.fields import Field, required
from ledger.domain.log.note import Note, hashes, parse_note
from ledger.domain.log.tree import MAX_PATH, Hash
from ledger.domain.proof_text import ENTRY_FIELDS, MAX_ENTRIES, read_entry
from provenance.json_text import unique_members

FORMAT, VERSION = "selvage-proof", 1
MAX_BYTES = 128 * 1024 * 1024
MAX_JWS, MAX_NOTE = 256 * 1024, 64 * 1024
MAX_EVENTS, MAX_NODES, MAX_HEX = 16, 32, 2 * 1024 * 1024
PARTS = (
    *("format", "version", "subject", "ledger", "left_out", "log", "asset", "files", "licence", "decision"),
    *("finding", "invoice", "chain"),
)
HINT = "export the proof again"
T = TypeVar("T")
_ID, _HEX = re.compile(r"[0-9a-f]{32}"), re.compile(r"0x(?:[0-9a-f]{2})+")


class Kind(StrEnum):
    """What a bundle is the proof of."""

    ASSET = "asset"
    LICENCE = "licence"
    FINDING = "finding"
    INVOICE = "invoice"


class Part(StrEnum):
    """What may be left out of a bundle on purpose; a check then says so."""

    FILE = "file"
    DECISION = "decision"
    CHAIN = "chain"
    ANCHOR = "anchor"


@dataclass(frozen=True)
class Decided:
    """A signed decision; `path` leads from the entry it names to the root, None where that came later."""

    jws: str
    path: tuple[Hash, ...] | None


@dataclass(frozen=True)
class EventProof:
    """The receipt in which `contract` says `event`."""

    contract: str
    event: str
    receipt: ReceiptProof


@dataclass(frozen=True)
class Bundle:
    """A bundle that could be read. `digests` has the SHA-256 of every part, `seal` signs them."""

    kind: Kind
    subject: str
    ledger: str
    left_out: frozenset[Part]
    checkpoint: Note
    entries: tuple[Entry, ...]
    paths: tuple[tuple[Hash, ...], ...]
    asset: Mapping[str, Any] | None
    files: Mapping[str, bytes]
    licence: Mapping[str, Any] | None
    decision: Decided | None
    finding: Mapping[str, Any] | None
    invoice: Mapping[str, Any] | None
    chain_id: int | None
    events: tuple[EventProof, ...]
    digests: Mapping[str, str]
    seal: str

    def about(self, subject: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.subject == subject)


def is_bundle(data: bytes) -> bool:
    """Whether `data` says that it is a bundle, in its first member or elsewhere near its beginning."""
    return data[:1] == b"{" and f'"{FORMAT}"'.encode() in data[:4096]


def digests(parts: Mapping[str, Any]) -> dict[str, str]:
    """The SHA-256 of the canonical JSON of every part."""
    return {name: digest(value) for name, value in parts.items()}


def write(parts: Mapping[str, Any], seal: str) -> bytes:
    """The file: canonical JSON, `format` first so that it is known by its beginning."""
    first = {"format": parts["format"], "version": parts["version"]}
    rest = {name: parts[name] for name in sorted(parts) if name not in first}
    return b"{" + b",".join(_member(*each) for each in ({**first, **rest, "seal": seal}).items()) + b"}\n"


def read(data: bytes) -> Bundle:
    """The bundle in `data`. ProofError names the first part that cannot be read."""
    if len(data) > MAX_BYTES:
        raise ProofError("proof", f"has {len(data)} bytes; a bundle has at most {MAX_BYTES}")
    root = Field(_json(data), "proof", ProofError, root=True)
    at = _all(root, (*PARTS, "seal"))
    at["format"].one_of([FORMAT])
    at["version"].whole(VERSION, VERSION)
    subject, log = _all(at["subject"], ("kind", "id")), _all(at["log"], ("checkpoint", "entries"))
    chain = None if at["chain"].value is None else _all(at["chain"], ("chain_id", "events"))
    told = [_all(each, (*ENTRY_FIELDS, "path")) for each in log["entries"].items(MAX_ENTRIES)]
    return Bundle(
        kind=Kind(subject["kind"].one_of([*Kind])),
        subject=_hex(subject["id"], _ID),
        ledger=_hex(at["ledger"], _ID),
        left_out=frozenset(Part(each.one_of([*Part])) for each in _items(at["left_out"], len(Part))),
        checkpoint=_note(log["checkpoint"]),
        entries=tuple(read_entry({name: each[name] for name in ENTRY_FIELDS}) for each in told),
        paths=tuple(_path(each["path"]) for each in told),
        asset=_plain(at["asset"]),
        files=_files(at["files"]),
        licence=_plain(at["licence"]),
        decision=_decision(at["decision"]),
        finding=_plain(at["finding"]),
        invoice=_plain(at["invoice"]),
        chain_id=chain["chain_id"].whole(1, 2**53 - 1) if chain else None,
        events=tuple(_event(each) for each in _items(chain["events"], MAX_EVENTS)) if chain else (),
        digests=digests({name: at[name].value for name in PARTS}),
        seal=_line(at["seal"], MAX_JWS),
    )


def _json(data: bytes) -> Any:
    try:
        found = json.loads(
            data, object_pairs_hook=unique_members, parse_float=_refuse, parse_constant=_refuse
        )
        canonical(found, "proof")  # what has no canonical form has no digest
    except (ValueError, RecursionError) as error:
        raise ProofError("proof", f"is not JSON of a proof bundle ({str(error)[:80]}); {HINT}") from None
    except FieldError as error:
        raise ProofError(error.field, f"{error.problem}; {HINT}") from None
    return found


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is no whole number")


def _member(name: str, value: Any) -> bytes:
    return canonical(name) + b":" + canonical(value)


def _all(field: Field, names: tuple[str, ...]) -> dict[str, Field]:
    fields = field.mapping(names)
    return {name: required(fields, name, field, HINT) for name in names}


def _items(field: Field, most: int) -> tuple[Field, ...]:
    return () if field.value == [] else field.items(most)


def _line(field: Field, longest: int) -> str:
    return field.text(longest)


def _hex(field: Field, shape: re.Pattern[str]) -> str:
    text = field.text(MAX_HEX)
    if not shape.fullmatch(text):
        field.refuse(f"{text[:40]!r} is not of the form {shape.pattern}; {HINT}")
    return text


def _plain(field: Field) -> Mapping[str, Any] | None:
    if field.value is not None and not isinstance(field.value, dict):
        field.refuse(f"is neither an object nor null; {HINT}")
    return dict(field.value) if field.value is not None else None


def _note(field: Field) -> Note:
    if not isinstance(field.value, str) or len(field.value) > MAX_NOTE:
        field.refuse(f"is no signed note; {HINT}")
    text: str = field.value
    return _read(field, lambda: parse_note(text))


def _path(field: Field) -> tuple[Hash, ...]:
    lines = [each.text() for each in _items(field, MAX_PATH)]
    return _read(field, lambda: hashes(lines, "path"))


def _read(field: Field, parse: Callable[[], T]) -> T:
    try:
        return parse()
    except LogError as error:
        field.refuse(error.problem)


def _decision(field: Field) -> Decided | None:
    if field.value is None:
        return None
    at = _all(field, ("jws", "path"))
    return Decided(_line(at["jws"], MAX_JWS), None if at["path"].value is None else _path(at["path"]))


def _event(field: Field) -> EventProof:
    at = _all(field, ("contract", "event", "header", "index", "nodes"))
    nodes = tuple(_bytes(each) for each in at["nodes"].items(MAX_NODES))
    receipt = ReceiptProof(_bytes(at["header"]), at["index"].whole(0, 2**20), nodes)
    return EventProof(at["contract"].text(), at["event"].text(), receipt)


def _bytes(field: Field) -> bytes:
    return bytes.fromhex(_hex(field, _HEX)[2:])


def _files(field: Field) -> dict[str, bytes]:
    fields = field.mapping(("asset", "manifest", "picture"))
    return {name: _content(each) for name, each in fields.items()}


def _content(field: Field) -> bytes:
    try:
        return base64.b64decode(field.text(MAX_BYTES), validate=True)
    except (binascii.Error, ValueError):
        field.refuse(f"is not base64; {HINT}")
