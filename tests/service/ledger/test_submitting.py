"""Witnesses over HTTP: real services answer a real log, and find it out when it was set back."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlmodel import col, delete

from ledger import log, log_keys
from ledger.cosigning import Witness
from ledger.cosigning_service import serving
from ledger.domain.log.checkpoint import Checkpoint, cosigned_at
from ledger.domain.log.note import MAX_NOTE_BYTES, sign
from ledger.domain.log.witnesses import WitnessAt
from ledger.domain.log.witnessing import Submission
from ledger.proving import roots
from ledger.store.log_tables import CheckpointRow
from ledger.store.tables import EntryRow
from ledger.submitting import reached, submit

AT = "2026-01-02T03:04:05Z"
NOBODY = "http://127.0.0.1:1"


def write(ledger: Any, count: int, word: str = "noted") -> None:
    with ledger.store.transaction() as tx:
        for number in range(count):
            tx.append(word, f"thing-{number}", {"number": number}, AT)


@pytest.fixture
def plain(tmp_path: Path, helpers: Any) -> Iterator[Any]:
    with helpers.open(tmp_path / "ledger") as opened:
        yield opened


def post(url: str, body: bytes, path: str = "/add-checkpoint", **headers: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("POST", path, body, headers)
    found = connection.getresponse()
    return found.status, found.headers["Content-Type"], found.read().decode()


def test_checkpoints_are_cosigned_one_after_the_other(plain: Any, tmp_path: Path) -> None:
    first, second = (Witness(tmp_path / name, f"example.test/{name}") for name in ("first", "second"))
    key, heard = log.signer(plain).key, list[str]()
    with serving(first, [key], tell=heard.append) as one, serving(second, [key]) as two:
        at = (WitnessAt(first.key, one), WitnessAt(second.key, two))
        ledger = replace(plain, witnesses=at, quorum=2)
        for count in (3, 300):
            write(ledger, count)
            note = log.checkpoint(ledger)
            told = submit(ledger)
            assert [each.cosigned for each in told] == [True, True], told
            assert reached(ledger, told)
            seen = log.latest(ledger)
            assert all(cosigned_at(seen, each.key, log_keys.verify) for each in at)
            assert seen.text == note.text
        assert [each.why for each in submit(ledger)] == ["had cosigned it"] * 2
        # what it had answered is lost here: it says where it stands, and is sent the proof from there
        with ledger.store.transaction() as tx:
            tx.session.exec(delete(CheckpointRow))
        write(ledger, 5)
        log.checkpoint(ledger)
        assert [each.cosigned for each in submit(ledger)] == [True, True]
        assert sum(line.startswith("409 303") for line in heard) == 1
    assert roots.of_ledger(ledger).quorum == 2


def test_one_that_does_not_answer_holds_up_nothing(plain: Any, tmp_path: Path) -> None:
    witness, away = (Witness(tmp_path / name, f"example.test/{name}") for name in ("there", "away"))
    with serving(witness, [log.signer(plain).key]) as url:
        at = (WitnessAt(away.key, NOBODY), WitnessAt(witness.key, url))
        ledger = replace(plain, witnesses=at, quorum=2)
        write(ledger, 2)
        log.checkpoint(ledger)
        told = submit(ledger)
        assert [each.cosigned for each in told] == [False, True]
        assert "no answer" in told[0].why
        assert not reached(ledger, told)
        assert reached(replace(ledger, quorum=1), told)
        impostor = replace(ledger, witnesses=(WitnessAt(away.key, url),))
        assert "is of no checkpoint" in submit(impostor)[0].why


def test_a_database_that_was_set_back_is_found_out(plain: Any, tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness", "example.test/witness")
    with serving(witness, [log.signer(plain).key]) as url:
        ledger = replace(plain, witnesses=(WitnessAt(witness.key, url),), quorum=1)
        write(ledger, 9)
        log.checkpoint(ledger)
        assert submit(ledger)[0].cosigned
        for left, word, why in ((4, None, "set back"), (4, "noted", "set back"), (4, "else", "another root")):
            with ledger.store.transaction() as tx:
                tx.session.exec(delete(EntryRow).where(col(EntryRow.sequence) > left))
                tx.session.exec(delete(CheckpointRow))
            if word is not None:
                write(ledger, 5 if word == "else" else 1, word)
            log.checkpoint(ledger)
            told = submit(ledger)[0]
            assert (told.cosigned, why in told.why) == (False, True), told


def test_every_answer_has_the_status_of_the_protocol(plain: Any, tmp_path: Path) -> None:
    witness, signer = Witness(tmp_path / "witness", "example.test/witness"), log.signer(plain)
    write(plain, 5)
    log.checkpoint(plain)
    good = log.submission(plain)
    fork = sign(Checkpoint(signer.key.name, 5, bytes(32)).text, signer.key, signer.sign)
    longer = sign(Checkpoint(signer.key.name, 8, bytes(32)).text, signer.key, signer.sign)
    unsigned = sign(good.checkpoint.text, signer.key, lambda _: bytes(64))
    other = sign(Checkpoint("example.test/other", 5, bytes(32)).text, signer.key, signer.sign)
    with serving(witness, [signer.key]) as url:
        assert post(url, str(good).encode())[0] == 200
        for body, status, text in (
            (str(good), 409, "5\n"),
            (str(Submission(4, (bytes(32),), good.checkpoint)), 409, "5\n"),
            (str(Submission(5, (), fork)), 409, "5\n"),
            (str(Submission(5, (bytes(32),), longer)), 422, None),
            (str(Submission(9, (), longer)), 400, None),
            (str(Submission(0, (), unsigned)), 403, None),
            (str(Submission(0, (), other)), 404, None),
            ("old 5", 400, None),
            ("", 400, None),
        ):
            found = post(url, body.encode())
            assert found[0] == status, (body, found)
            assert text is None or found[1:] == ("text/x.tlog.size", text)
        assert post(url, b"\xff\xfe")[0] == 400
        assert post(url, str(good).encode(), "/elsewhere")[0] == 404
        for length in (str(MAX_NOTE_BYTES + 1), "-1", "9" * 5000, "x"):
            assert post(url, b"", **{"Content-Length": length})[0] in (413, 431)
