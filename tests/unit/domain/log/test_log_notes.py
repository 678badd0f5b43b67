"""Signed notes, checkpoints, cosignatures and proof files, with real Ed25519."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.domain.errors import LogError, UnprovenError
from ledger.domain.log.checkpoint import Checkpoint, cosign, cosigned_at, opened, parse_checkpoint
from ledger.domain.log.note import COSIGNATURE, Key, Note, Signature, is_signed, parse_key, parse_note, sign
from ledger.domain.log.tlog_proof import TlogProof, parse_tlog_proof, proven
from ledger.domain.log.tree import consistency, inclusion, leaf_hash, node_hash, root
from ledger.domain.log.witnesses import WitnessAt, parse_witnesses
from ledger.domain.log.witnessing import Submission, judged, parse_submission

ORIGIN = "selvage.test/log"
# The example note of the specification of signed notes, whose key it does not give.
EXAMPLE = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore "
    "NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)


def _verify(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _key(number: int, name: str = ORIGIN, **kind: int) -> tuple[Key, Any]:
    private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    return Key(name, private.public_key().public_bytes_raw(), **kind), private.sign


LOG, SIGN = _key(1)
WITNESS, WITNESS_SIGN = _key(2, "witness.test/w1", kind=COSIGNATURE)
DATA = [b"first", b"second", b"third"]
LEAVES = [leaf_hash(each) for each in DATA]


def _read(level: int, index: int) -> bytes:
    return LEAVES[index] if level == 0 else node_hash(LEAVES[2 * index], LEAVES[2 * index + 1])


POINT = Checkpoint(ORIGIN, 3, root(_read, 3))
NOTE = sign(POINT.text, LOG, SIGN)


def test_a_note_is_read_as_it_is_written() -> None:
    found = parse_note(EXAMPLE)
    assert str(found) == EXAMPLE
    assert found.text.endswith("sera.\n")
    assert [each.name for each in found.signatures] == ["quasimodo.example/salvatore"]
    assert parse_note(str(NOTE)) == NOTE


def test_a_key_is_one_word_and_says_what_it_is_for() -> None:
    assert parse_key(str(LOG)) == LOG
    assert parse_key(f"{WITNESS}\n") == WITNESS
    assert parse_key(str(WITNESS)).kind == COSIGNATURE
    same = Key(LOG.name, LOG.public, COSIGNATURE)
    assert same.id != LOG.id


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b", "a+00000000+", f"{LOG}x", str(LOG).replace(LOG.id.hex(), "00000000"), "a+00000000+AQ=="],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(LogError) as refused:
        parse_key(text)
    assert refused.value.code == "bad-log"


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b"])
def test_a_name_that_would_not_parse_back_is_refused(name: str) -> None:
    with pytest.raises(LogError, match="name it like a host"):
        Key(name, LOG.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no gap\n",
        "text\n\n",
        f"{POINT.text}\n— {ORIGIN} AAAA\n",  # a key id and no signature
        f"{POINT.text}\n— {ORIGIN} !!!!\n",
        f"{POINT.text}\n— {ORIGIN} AAAAAAB=\n",  # bits that base64 leaves over
        f"{POINT.text}\n- {ORIGIN} AAAAAAAA\n",
        f"{POINT.text}\n—  AAAAAAAA\n",
        str(NOTE).removesuffix("\n"),
        str(NOTE).replace("3", "3\r"),
        POINT.text + "\n" + 65 * f"— {ORIGIN} AAAAAAAA\n",
        "x" * 1_000_001,
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(LogError):
        parse_note(text)


def test_a_checkpoint_is_believed_by_its_key_only() -> None:
    assert opened(NOTE, LOG, _verify) == POINT
    other, other_sign = _key(3)
    forged = Signature(LOG.name, LOG.id, other_sign(POINT.text.encode()))
    for note, key in (
        (NOTE, other),
        (Note(NOTE.text.replace("3", "4", 1), NOTE.signatures), LOG),
        (Note(NOTE.text, (*NOTE.signatures, forged)), LOG),
        (Note(NOTE.text, ()), LOG),
        (sign(POINT.text, WITNESS, WITNESS_SIGN), WITNESS),
    ):
        with pytest.raises(LogError, match="is not signed by"):
            opened(note, key, _verify)
    stranger = Note(NOTE.text, (*NOTE.signatures, Signature(LOG.name, b"\0\0\0\0", b"unknown")))
    assert is_signed(stranger, LOG, _verify)  # what unknown keys sign is passed over
    elsewhere = sign(Checkpoint("another.test/log", 0, bytes(32)).text, LOG, SIGN)
    with pytest.raises(LogError, match="is of the log another"):
        opened(elsewhere, LOG, _verify)


@pytest.mark.parametrize(
    "text",
    [
        "log\n3\n",
        "log\n\nAAAA\n",
        "log\n03\n" + "A" * 43 + "=\n",
        "log\n9223372036854775808\n" + "A" * 43 + "=\n",
        "log\n-1\n" + "A" * 43 + "=\n",
        "log\n3\nAAAA\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LogError):
        parse_checkpoint(text)


def test_a_line_after_the_root_is_passed_over() -> None:
    assert parse_checkpoint(POINT.text + "more\n") == POINT


def test_a_witness_says_when_it_saw_the_log_grow() -> None:
    line = cosign(NOTE, WITNESS, WITNESS_SIGN, 1_679_315_147)
    seen = parse_note(str(NOTE) + f"{line}\n")
    assert opened(seen, LOG, _verify) == POINT
    assert cosigned_at(seen, WITNESS, _verify) == 1_679_315_147
    assert cosigned_at(NOTE, WITNESS, _verify) is None
    later = Signature(line.name, line.key, (1_679_315_148).to_bytes(8, "big") + line.value[8:])
    short = Signature(line.name, line.key, line.value[:-1])
    for forged in (later, short):
        with pytest.raises(LogError, match="not of witness"):
            cosigned_at(Note(NOTE.text, (*NOTE.signatures, forged)), WITNESS, _verify)
    with pytest.raises(LogError, match="not of selvage"):
        cosigned_at(NOTE, LOG, _verify)  # a log's own signature is no cosignature


@pytest.mark.parametrize(("index", "extra"), [(0, b""), (1, b"which tile"), (2, b"")])
def test_a_proof_file_proves_one_entry(index: int, extra: bytes) -> None:
    proof = TlogProof(index, inclusion(_read, index, 3), NOTE, extra)
    found = parse_tlog_proof(str(proof))
    assert found == proof
    assert proven(found, DATA[index], LOG, _verify) == POINT
    with pytest.raises(LogError, match="does not lead"):
        proven(found, b"another", LOG, _verify)


PROOF = str(TlogProof(1, inclusion(_read, 1, 3), NOTE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        PROOF.replace("@v1", "@v2"),
        PROOF.replace("index 1", "index 01"),
        PROOF.replace("index 1", "index one"),
        PROOF.replace("index 1\n", ""),
        PROOF.replace("index 1\n", "extra AAAA\n"),
        PROOF.replace("index 1\n", "extra !\nindex 1\n"),
        PROOF.replace("index 1\n", "index 1\nAAAA\n"),
        PROOF.replace("index 1\n", "index 1\n" + 64 * ("A" * 43 + "=\n")),
        PROOF.split("\n\n")[0],
        "c2sp.org/tlog-proof@v1\nextra AAAA\n\n",
        "c2sp.org/tlog-proof@v1\n\n",
        "c2sp.org/tlog-proof@v1\n\nindex",
    ],
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(LogError):
        parse_tlog_proof(text)


def test_a_witness_goes_from_checkpoint_to_checkpoint() -> None:
    first = Checkpoint(ORIGIN, 2, root(_read, 2))
    begin = Submission(0, (), sign(first.text, LOG, SIGN))
    on = Submission(2, consistency(_read, 2, 3), NOTE)
    assert parse_submission(str(begin)) == begin
    assert parse_submission(str(on)) == on
    assert judged(begin, None, [LOG], _verify) == first
    assert judged(on, first, [WITNESS, LOG], _verify) == POINT
    for submission, last, logs, why in (
        (begin, None, [WITNESS], "not watched"),
        (begin, first, [LOG], "2 entries were cosigned"),
        (on, None, [LOG], "0 entries were cosigned"),
        (Submission(2, (bytes(32),), NOTE), first, [LOG], "does not continue"),
        (Submission(2, (), sign(first.text, *_key(5))), first, [LOG], "not signed"),
        (
            Submission(2, (), sign(Checkpoint(ORIGIN, 2, bytes(32)).text, LOG, SIGN)),
            first,
            [LOG],
            "another root",
        ),
    ):
        with pytest.raises(UnprovenError, match=why):
            judged(submission, last, logs, _verify)


def test_a_witness_is_sent_no_smaller_log() -> None:
    first = Checkpoint(ORIGIN, 2, root(_read, 2))
    with pytest.raises(LogError, match="does not continue one of 3") as refused:
        judged(Submission(3, (), sign(first.text, LOG, SIGN)), POINT, [LOG], _verify)
    assert not isinstance(refused.value, UnprovenError)


def test_witnesses_are_named_with_where_they_answer() -> None:
    other = _key(7)[0]
    second = Key("example.test/second", other.public, COSIGNATURE)
    told = f"{WITNESS} https://w.example.test/, {second} http://127.0.0.1:99/a,"
    assert parse_witnesses(told) == (
        WitnessAt(WITNESS, "https://w.example.test"),
        WitnessAt(second, "http://127.0.0.1:99/a"),
    )
    assert parse_witnesses(" ") == ()
    for bad in (
        str(WITNESS),
        f"{WITNESS} https://a b",
        f"{LOG} https://a",
        f"{WITNESS} ftp://a",
        f"{WITNESS} https://",
        f"{WITNESS} https://[a",
        f"{WITNESS} https://a, {WITNESS} https://b",
        "x+y+z https://a",
    ):
        with pytest.raises(LogError):
            parse_witnesses(bad)


@pytest.mark.parametrize(
    "text", ["", "old 0", "new 0\n\n", "old 1\nAAAA\n\n", "old 1" + 64 * ("\n" + "A" * 43 + "=") + "\n\nx"]
)
def test_what_is_no_submission_is_refused(text: str) -> None:
    with pytest.raises(LogError):
        parse_submission(text)
