"""`selvage rebuild` on a folder whose database is deleted."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any


def test_a_deleted_database_is_made_again(selvage: Any, tmp_path: Path) -> None:
    at = tmp_path / "data"
    call = lambda *arguments: selvage(*arguments, at=at)  # noqa: E731
    for party in ("mill", "rival"):
        assert call("party", "add", party).code == 0
    listed, database = call("party", "list", "--json").out, at / "selvage.sqlite"
    same = call("rebuild", "--compare")
    assert same.code == 0, same.out
    assert "every row is that of the present database" in same.out
    assert "private keys" in same.out
    told = same.out.partition("\n")[2].partition("everything")[0].splitlines()
    assert {"  entries of the book: 2", "  parties: 2"} <= set(told), told
    assert not any("_" in line for line in told)

    for path in at.glob("selvage.sqlite*"):
        path.unlink()
    refused = call("rebuild", "--compare", "--json")
    assert (refused.code, refused.json["field"]) == (2, "compare")
    assert not database.exists()
    assert call("rebuild", "--into", database).code == 0
    assert call("party", "list", "--json").out == listed
    assert call("rebuild", "--into", database).code != 0  # it holds something now

    with sqlite3.connect(database) as changed:
        changed.execute("UPDATE parties SET name = 'Other' WHERE id = 'mill'")
    differs = call("rebuild", "--compare", "--json")
    assert (differs.code, [each["subject"] for each in differs.json["found"]]) == (1, ["parties mill"])
    page = differs.json["page"]
    (at / "blobs" / "journal" / page[:2] / page).write_bytes(b"{}")
    altered = call("rebuild", "--json")
    assert (altered.code, altered.json["found"][0]["code"]) == (1, "page-altered")
