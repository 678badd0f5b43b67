"""The log of entries on a real ledger: what it signs, proves and serves, and what it finds changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, delete, select

from ledger import log, log_keys
from ledger.cosigning import Witness
from ledger.domain import entries as book
from ledger.domain.errors import LogError, UnprovenError
from ledger.domain.log.checkpoint import cosigned_at, opened
from ledger.domain.log.checks import is_consistent, is_included
from ledger.domain.log.note import Note, parse_note, sign
from ledger.domain.log.tiles import Tile, holder, parse_tile, subtree
from ledger.domain.log.tlog_proof import parse_tlog_proof, proven
from ledger.domain.log.tree import Hash, inclusion, leaf_hash, root
from ledger.domain.log.witnessing import Submission
from ledger.errors import ConflictError, SigningKeyError, UnknownError
from ledger.rebuild import compare, rebuild
from ledger.store import Store, entries
from ledger.store import log as log_store
from ledger.store.log_tables import CheckpointRow, LogTileRow
from ledger.store.store import to_entry
from ledger.store.tables import EntryRow

AT = "2026-01-02T03:04:05Z"
SECONDS = 1_790_000_000


def write(ledger: Any, count: int, word: str = "noted") -> None:
    with ledger.store.transaction() as tx:
        for number in range(count):
            tx.append(word, f"thing-{number}", {"number": number}, AT)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, helpers: Any) -> Iterator[Any]:
    url = request.getfixturevalue("postgres")() if request.param == "postgresql" else None
    with helpers.open(tmp_path, url) as opened_:
        yield opened_


@pytest.fixture
def small(tmp_path: Path, helpers: Any) -> Iterator[Any]:
    with helpers.open(tmp_path) as opened_:
        yield opened_


def hash_of(ledger: Any, sequence: int) -> bytes:
    with ledger.store.reading() as tx:
        return bytes.fromhex(entries.page(tx, sequence - 1, 1)[0].hash)


def rewrite(ledger: Any, sequence: int, body: dict[str, Any]) -> None:
    """What somebody with the database does: change an entry, and all hashes after it so that they link."""
    with ledger.store.transaction() as tx:
        last = None
        for row in tx.session.exec(select(EntryRow).order_by(col(EntryRow.sequence))):
            found = to_entry(row)
            said = body if found.sequence == sequence else found.body
            last = book.append(last, found.kind, found.subject, found.at, said)
            row.body, row.previous, row.hash = json.dumps(said), last.previous, last.hash
            tx.session.add(row)


def codes(ledger: Any, kept: Note | None = None) -> dict[str, int]:
    return {each.code: each.entry for each in log.check(ledger, kept)}


def test_every_entry_is_proven_and_every_checkpoint_continues_the_one_before(ledger: Any) -> None:
    key = log.signer(ledger).key
    before = None
    for count in (3, 250, 400):
        write(ledger, count)
        note = log.checkpoint(ledger)
        assert log.checkpoint(ledger) == note  # nothing was written since
        point = opened(note, key, log_keys.verify)
        if before is not None:
            path = log.grown(ledger, before.size, point.size)
            assert is_consistent(before.size, point.size, before.root, point.root, path)
        before = point
    assert before is not None
    for sequence in (1, 2, 3, 4, 253, 256, 257, 512, 513, before.size):
        proof = parse_tlog_proof(str(log.prove(ledger, sequence)))
        assert proof.index == sequence - 1
        assert proven(proof, hash_of(ledger, sequence), key, log_keys.verify).size >= sequence
    assert log.check(ledger) == ()
    write(ledger, 1)
    for sequence, why in (
        (before.size + 1, "under no checkpoint"),
        (0, "entries 1 to"),
        (10**6, "entries 1 to"),
    ):
        with pytest.raises(UnknownError, match=why):
            log.prove(ledger, sequence)


def test_the_files_alone_prove_everything(small: Any) -> None:
    write(small, 700)
    point = opened(log.checkpoint(small), log.signer(small).key, log_keys.verify)

    def read(level: int, index: int) -> Hash:
        tile, start, end = holder(level, index, point.size)
        return subtree(parse_tile(log.file(small, tile.path), tile)[start:end])

    assert root(read, point.size) == point.root
    bundle = log.file(small, Tile(0, 1, entries=True).path)
    at = 300 - 257
    data = bundle[at * 34 + 2 : at * 34 + 34]
    assert (bundle[at * 34 : at * 34 + 2], data) == (b"\x00\x20", hash_of(small, 300))
    assert is_included(leaf_hash(data), 299, point.size, inclusion(read, 299, point.size), point.root)
    for path in ("tile/0/003", "tile/0/002.p/250", "tile/2/000.p/1", "tile/entries/009"):
        with pytest.raises(UnknownError):
            log.file(small, path)
    with pytest.raises(LogError):
        log.file(small, "tile/0/../../secret")


def test_before_the_first_checkpoint_there_is_none(small: Any) -> None:
    with pytest.raises(UnknownError, match="selvage log checkpoint"):
        log.latest(small)
    assert log.check(small) == ()
    empty = opened(log.checkpoint(small), log.signer(small).key, log_keys.verify)
    assert opened(log.latest(small), log.signer(small).key, log_keys.verify) == empty
    for old, new, error in ((3, 2, LogError), (0, 10**6, UnknownError)):
        with pytest.raises(error):
            log.grown(small, old, new)


class TestTampering:
    def test_an_edited_entry_is_named(self, ledger: Any) -> None:
        write(ledger, 300)
        log.checkpoint(ledger)
        with ledger.store.transaction() as tx:
            row = tx.session.get_one(EntryRow, 7)
            row.body = json.dumps({"number": 1_000_000})
            tx.session.add(row)
        assert codes(ledger) == {"entry-broken": 7}

    def test_an_edited_entry_is_named_though_all_hashes_were_made_to_fit(self, ledger: Any) -> None:
        write(ledger, 300)
        log.checkpoint(ledger)
        rewrite(ledger, 7, {"number": 1_000_000})
        assert codes(ledger)["entry-replaced"] == 7
        write(ledger, 1)
        with pytest.raises(ConflictError, match="log check"):
            log.checkpoint(ledger)

    def test_a_dropped_end_is_missed(self, small: Any) -> None:
        write(small, 20)
        log.checkpoint(small)
        with small.store.transaction() as tx:
            tx.session.exec(delete(EntryRow).where(col(EntryRow.sequence) > 15))
        assert codes(small) == {"entries-gone": 16}
        with pytest.raises(ConflictError):
            log.checkpoint(small)

    def test_who_holds_the_key_too_is_found_by_a_checkpoint_kept_outside(self, small: Any) -> None:
        write(small, 300)
        kept = log.checkpoint(small)
        rewrite(small, 7, {"number": 1_000_000})
        with small.store.transaction() as tx:
            tx.session.exec(delete(LogTileRow))
            tx.session.exec(delete(CheckpointRow))
        log.checkpoint(small)
        assert codes(small) == {}
        assert codes(small, kept) == {"checkpoint-differs": 300}
        forged = Note(kept.text.replace("300", "299"), kept.signatures)
        assert codes(small, forged) == {"checkpoint-forged": 0}


class TestWitness:
    def test_it_cosigns_what_grows_and_nothing_else(self, small: Any, tmp_path: Path) -> None:
        key = log.signer(small).key
        witness = Witness(tmp_path / "witness", "example.test/witness")
        write(small, 5)
        log.checkpoint(small)
        first = str(log.submission(small))
        line = witness.cosign(first, [key], SECONDS)
        seen = log.add_cosignature(small, f"{line}\n", witness.key)
        assert cosigned_at(seen, witness.key, log_keys.verify) == SECONDS
        assert log.latest(small) == seen
        assert log.add_cosignature(small, f"{line}\n", witness.key) == seen  # twice is once
        write(small, 300)
        log.checkpoint(small)
        again = Witness(tmp_path / "witness", "example.test/witness")  # it remembers
        with pytest.raises(UnprovenError, match="5 entries were cosigned"):
            again.cosign(str(log.submission(small)), [key], SECONDS)
        assert again.cosign(str(log.submission(small, 5)), [key], SECONDS).key == witness.key.id
        with pytest.raises(UnprovenError, match="305 entries were cosigned"):
            again.cosign(first, [key], SECONDS)

    def test_it_refuses_another_history(self, small: Any, tmp_path: Path) -> None:
        signer = log.signer(small)
        witness = Witness(tmp_path / "witness", "example.test/witness")
        write(small, 5)
        log.checkpoint(small)
        witness.cosign(str(log.submission(small)), [signer.key], SECONDS)
        other = opened(log.latest(small), signer.key, log_keys.verify)
        fork = sign(f"{other.origin}\n6\n{'A' * 43}=\n", signer.key, signer.sign)
        with pytest.raises(UnprovenError, match="does not continue"):
            witness.cosign(str(Submission(5, (bytes(32),), fork)), [signer.key], SECONDS)
        with pytest.raises(UnprovenError, match="not watched"):
            witness.cosign(str(log.submission(small, 5)), [witness.key], SECONDS)
        stranger = Witness(tmp_path / "stranger", "example.test/stranger")
        with pytest.raises(UnprovenError, match="of no checkpoint"):
            log.add_cosignature(small, f"{log.latest(small).signatures[0]}\n", stranger.key)
        last = witness.last(other.origin)
        assert last is not None
        assert last.size == 5

    @pytest.mark.parametrize(
        "text", ["", "old 5", "old five\n\nx", "5\n\nx", "old 0\nAAAA\n\nx", "old 0\n\n"]
    )
    def test_what_is_no_submission_is_refused(self, text: str, tmp_path: Path) -> None:
        with pytest.raises(LogError):
            Witness(tmp_path, "example.test/witness").cosign(text, [], SECONDS)


def test_checkpoints_are_rebuilt_with_the_book(small: Any, tmp_path: Path) -> None:
    write(small, 300)
    note = log.checkpoint(small)
    lost = Store.open(f"sqlite:///{tmp_path}/again.sqlite")
    assert rebuild(lost, small.blobs, small.chain, 0).found == ()
    with lost.reading() as tx:
        assert parse_note(tx.session.get_one(CheckpointRow, 300).note) == note
    assert list(compare(small.store, lost)) == []
    lost.close()


def test_a_root_over_entries_that_are_missing_is_refused(small: Any) -> None:
    with small.store.reading() as tx:
        more = entries.head(tx)[0] + 1
        with pytest.raises(LogError, match="missing"):
            root(log_store.reader(tx, more), more)


def test_a_key_that_others_can_read_is_refused(small: Any) -> None:
    log.signer(small)
    path = small.keys / log.KEY_FILE
    path.chmod(0o644)
    with pytest.raises(SigningKeyError, match="chmod 600"):
        log.signer(small)
    path.chmod(0o600)
    path.write_text("no key")
    with pytest.raises(SigningKeyError, match="backup"):
        log.signer(small)
