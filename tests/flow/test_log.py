"""The log by command: a proof that is checked offline, a witness, an edited entry that is named."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any


def test_an_entry_is_proven_to_a_stranger(copied: Any, tmp_path: Path) -> None:
    proof, key = tmp_path / "first.tlog-proof", copied.did("log", "key")["key"]
    assert copied("log", "prove", "1").code == 2  # no checkpoint yet
    assert copied.did("log", "checkpoint")["note"] == copied("log", "checkpoint").out
    copied.did("log", "prove", "1", "-o", proof)
    first, second = (each["hash"] for each in copied.did("show", "book")[:2])
    told = copied("log", "verify", proof, "--entry", first, "--key", key)
    assert (told.code, told.out.split(" of ")[0]) == (0, "entry 1")
    assert copied("log", "verify", proof, "--entry", second, "--key", key).code == 1
    assert copied("log", "verify", proof, "--entry", "12", "--key", key).code == 2
    assert copied("log", "verify", proof, "--entry", first, "--key", key[:-4]).code == 2


def test_a_witness_signs_what_grew_and_refuses_the_same_twice(copied: Any, tmp_path: Path) -> None:
    as_witness = ("--folder", tmp_path / "witness", "--name", "example.test/witness")
    sent, answer, log_key = tmp_path / "to", tmp_path / "from", copied.did("log", "key")["key"]
    copied.did("log", "checkpoint")
    witness = copied.did("witness", "key", *as_witness)["key"]
    copied.did("log", "submission", "-o", sent)
    cosign = ("witness", "cosign", sent, *as_witness, "--log", log_key, "-o", answer)
    copied.did(*cosign)
    assert "example.test/witness" in copied("log", "cosigned", answer, "--witness", witness).out
    again = copied(*cosign)
    assert (again.code, again.err.split(":")[0]) == (1, "unproven")


def test_an_edited_entry_is_named(copied: Any, tmp_path: Path) -> None:
    kept = tmp_path / "now.checkpoint"
    copied.did("log", "checkpoint", "-o", kept)
    assert copied.did("log", "check", "--against", kept) == []
    copied.did("log", "prove", "1", "-o", tmp_path / "first.tlog-proof")
    assert copied("log", "check", "--against", tmp_path / "first.tlog-proof").code == 2
    with closing(sqlite3.connect(copied.data / "selvage.sqlite")) as database:
        database.execute("UPDATE entries SET at = '2001-01-01T00:00:00Z' WHERE sequence = 3")
        database.commit()
    found = copied("log", "check", "--json")
    assert (found.code, [(each["code"], each["entry"]) for each in found.json]) == (1, [("entry-broken", 3)])
