"""The parsers we wrote answer whatever comes in with their own error, and write again what they read."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fuzzing import fuzzed
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.errors import ReceiptError
from ledger.chain.receipts import ReceiptProof, read_receipt
from ledger.domain.errors import LogError
from ledger.domain.log.checkpoint import parse_checkpoint
from ledger.domain.log.note import parse_key, parse_note, parse_signatures
from ledger.domain.log.tiles import parse_path
from ledger.domain.log.tlog_proof import TlogProof, parse_tlog_proof
from ledger.domain.log.witnesses import parse_witnesses
from ledger.domain.log.witnessing import Submission, parse_submission
from provenance.errors import ProvenanceError
from provenance.statements import KIND, SEAL, claimed, verify

VECTORS = Path(__file__).parents[1] / "vectors" / "proofs"
ROOTS = json.loads((VECTORS / "roots.json").read_text())
LICENCE = json.loads((VECTORS / "licence.json").read_text())
NOTE = LICENCE["log"]["checkpoint"]
PATH = tuple(base64.b64decode(each) for each in LICENCE["log"]["entries"][0]["path"])
AT = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
TEXTS: dict[str, tuple[Callable[[str], Any], str]] = {
    "note": (parse_note, NOTE),
    "checkpoint": (parse_checkpoint, NOTE),
    "signatures": (parse_signatures, NOTE.rpartition("\n\n")[2]),
    "proof": (parse_tlog_proof, str(TlogProof(3, PATH, parse_note(NOTE), b"extra"))),
    "submission": (parse_submission, str(Submission(3, PATH, parse_note(NOTE)))),
    "key": (parse_key, ROOTS["log_key"]),
    "witnesses": (parse_witnesses, f"{ROOTS['witnesses'][0]} https://w.example.test"),
    "tile": (parse_path, "tile/0/x001/x234/067.p/42"),
}
usual = fuzzed(80)
pieces = st.text(max_size=8) | st.sampled_from(
    ["\n", "\n\n", "—", "+", " ", "=", "9" * 30, "\x00", "\x1b[2J", "٣"]
)


@st.composite
def bent(draw: st.DrawFn, text: str) -> str:
    """`text` with one stretch of it replaced, dropped or repeated."""
    begin = draw(st.integers(0, len(text)))
    end = draw(st.integers(begin, min(len(text), begin + 40)))
    piece = draw(pieces | st.just(text[begin:end] * 2))
    return text[:begin] + piece + text[end:]


@pytest.mark.parametrize("name", TEXTS)
@usual
@given(data=st.data())
def test_a_text_that_was_bent_is_read_as_it_stands_or_refused(name: str, data: st.DataObject) -> None:
    parse, sound = TEXTS[name]
    text = data.draw(bent(sound) | st.text(max_size=80))
    try:
        found = parse(text)
    except LogError:
        return
    if name in ("note", "proof", "submission"):
        assert parse(str(found)) == found


@pytest.mark.parametrize(("token", "kind"), [("seal", SEAL), ("decision", KIND)])
@usual
@given(data=st.data())
def test_no_statement_that_was_bent_is_believed(token: str, kind: str, data: st.DataObject) -> None:
    sound = LICENCE["seal"] if token == "seal" else LICENCE["decision"]["jws"]
    at = datetime.fromisoformat(claimed(sound)["made_at" if token == "seal" else "decided_at"])
    assert verify(sound, ROOTS["root_pem"], at, kind) == claimed(sound)
    text = data.draw(bent(sound))
    if text.strip() != sound:
        with pytest.raises(ProvenanceError):
            verify(text, ROOTS["root_pem"], at, kind)


@pytest.mark.parametrize("kind", [SEAL, KIND])
def test_a_seal_is_no_decision_and_a_decision_no_seal(kind: str) -> None:
    other = LICENCE["decision"]["jws"] if kind == SEAL else LICENCE["seal"]
    with pytest.raises(ProvenanceError, match="typ"):
        verify(other, ROOTS["root_pem"], AT, kind)


@usual
@given(data=st.data())
def test_no_receipt_that_was_bent_says_anything(data: st.DataObject) -> None:
    told = data.draw(st.sampled_from(LICENCE["chain"]["events"]))
    header, nodes = bytes.fromhex(told["header"][2:]), [bytes.fromhex(each[2:]) for each in told["nodes"]]
    sound = read_receipt(ReceiptProof(header, told["index"], tuple(nodes)))
    place = data.draw(st.integers(-1, len(nodes) - 1))
    whole = header if place < 0 else nodes[place]
    at, byte = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.binary(max_size=3))
    changed = whole[:at] + byte + whole[at + 1 :]
    if changed == whole:
        return
    if place < 0:
        header = changed
    else:
        nodes[place] = changed
    try:
        found = read_receipt(ReceiptProof(header, told["index"], tuple(nodes)))
    except ReceiptError:
        return
    assert place < 0  # a header that was made up has another hash, which a chain is asked about
    assert found.block_hash != sound.block_hash


@usual
@given(st.binary(max_size=60), st.integers(-2, 2**70), st.lists(st.binary(max_size=40), max_size=3))
def test_any_bytes_are_a_receipt_or_a_clear_refusal(header: bytes, index: int, nodes: list[bytes]) -> None:
    with pytest.raises(ReceiptError):
        read_receipt(ReceiptProof(header, index, tuple(nodes)))
