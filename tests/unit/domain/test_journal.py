"""Pages of the journal: written, read back, and refused where they are none."""

from __future__ import annotations

import json

import pytest

from ledger.domain.errors import FieldError
from ledger.domain.journal import FORMAT, Page, parse_page

ENTRIES = [{"sequence": 1, "at": "2026-01-01T00:00:00Z"}, {"sequence": 2, "at": "2026-01-02T00:00:00Z"}]
PAGE = Page(3, "ab" * 32, "0006", {"entries": ENTRIES, "meta": [{"name": "a", "value": None}]})


def test_a_page_comes_back_as_it_was() -> None:
    assert parse_page(PAGE.to_bytes()) == PAGE
    assert Page(1, None, "0006", {"meta": [{"name": "a"}]}).to_bytes() == (
        b'{"begins":false,"format":"selvage-journal-1","number":1,"previous":null,'
        b'"rows":{"meta":[{"name":"a"}]},"schema":"0006"}'
    )


def test_a_page_is_as_old_as_its_last_entry() -> None:
    assert PAGE.at == "2026-01-02T00:00:00Z"
    assert Page(1, None, "0006", {}, begins=True).at == ""


def _with(**changes: object) -> bytes:
    return json.dumps({**json.loads(PAGE.to_bytes()), **changes}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG",
        b"[" * 100_000,
        b"[]",
        b"{}",
        _with(format="another"),
        _with(more=1),
        json.dumps({"format": FORMAT, "number": 1}).encode(),
        _with(number="1"),
        _with(number=0),
        _with(previous=7),
        _with(schema=None),
        _with(begins=1),
        _with(rows=[]),
        _with(rows={"meta": {}}),
        _with(rows={"meta": ["row"]}),
        _with(rows={"meta": [{"name": {}}]}),
        _with(rows={"meta": [{"name": []}]}),
    ],
)
def test_what_is_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(FieldError, match="page"):
        parse_page(data)
