"""A witness and a ledger, each a program of its own, speak HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_a_ledger_has_its_log_cosigned_by_a_program_elsewhere(
    selvage: Any, start: Any, program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "data"
    assert selvage("party", "add", "mara", at=here).code == 0
    key = selvage("log", "key", "--json", at=here).json["key"]
    none = selvage("log", "submit", "--json", at=here)
    assert (none.code, none.json["field"]) == (2, "SELVAGE_WITNESSES")
    folder, nowhere = ("--folder", tmp_path / "w", "--name", "example.test/w"), tmp_path / "nowhere"
    running = start("witness", "serve", *folder, "--log", key, "--json", at=nowhere)
    there = json.loads(running.stdout.readline())
    monkeypatch.setenv("SELVAGE_WITNESSES", f"{there['key']} {there['url']}")
    sent = program("log", "submit", "--json", at=here)
    assert sent.returncode == 0, sent
    assert json.loads(sent.stdout)["witnesses"][0]["why"] == "cosigned it"
    assert selvage("party", "add", "studio", at=here).code == 0
    assert "1 of 1 cosigned 2 entries; 1 have to" in selvage("log", "submit", at=here).out
    running.terminate()
    assert running.wait(20) == 0
    assert not nowhere.exists()
    assert selvage("party", "add", "mill", at=here).code == 0
    alone = selvage("log", "submit", at=here)
    assert (alone.code, "no answer" in alone.out) == (1, True)
    taken = selvage("witness", "serve", *folder, "--log", "nobody", "--json", at=nowhere)
    assert taken.code == 2
    monkeypatch.setenv("SELVAGE_WITNESSES", "somebody somewhere")
    wrong = selvage("log", "key", "--json", at=here)
    assert (wrong.code, wrong.json["field"]) == (2, "SELVAGE_WITNESSES")
