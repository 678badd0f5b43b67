"""A feed of what markets say, as CSV or JSON text; what is wrong with it is told by line and field."""

from __future__ import annotations

import csv
import io
import json

from ledger.domain.errors import FieldError
from ledger.domain.suggesting import MAX_SIGNALS, Meaning, Signal, as_it_is, read_signals

MAX_BYTES = 1024 * 1024
COLUMNS = ("kind", "word", "points", "source")


def read_feed(data: bytes, meant: Meaning = as_it_is) -> tuple[Signal, ...]:
    """The signals of a CSV with a header, or of a JSON list, words as `meant` has them. Raises FieldError."""
    if len(data) > MAX_BYTES:
        raise FieldError("market", f"has {len(data)} bytes; give at most {MAX_BYTES}")
    try:
        text = data.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise FieldError("market", f"is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    return _json(text, meant) if text.startswith(("[", "{")) else _csv(text, meant)


def _json(text: str, meant: Meaning) -> tuple[Signal, ...]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        told = f"is no JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        raise FieldError("market", told) from error
    except (ValueError, RecursionError) as error:
        raise FieldError("market", "is no JSON: a number too long, or too many brackets") from error
    return read_signals(found, meant)


def _csv(text: str, meant: Meaning) -> tuple[Signal, ...]:
    rows = csv.reader(io.StringIO(text), strict=True)
    found: list[Signal] = []
    try:
        header = tuple(name.strip().lower() for name in next(rows, []))
        _check_header(header)
        for row in rows:
            if any(cell.strip() for cell in row):
                found.append(_signal(rows.line_num, header, row, meant))
            if len(found) > MAX_SIGNALS:
                raise FieldError("market", f"line {rows.line_num}: give at most {MAX_SIGNALS} lines")
    except csv.Error as error:
        raise FieldError("market", f"line {rows.line_num}: is no CSV ({error})") from error
    if not found:
        raise FieldError("market", f"has no line under its header {','.join(COLUMNS)}")
    return tuple(found)


def _check_header(header: tuple[str, ...]) -> None:
    if sorted(header) != sorted(COLUMNS):
        told = ", ".join(header)[:120] or "nothing"
        raise FieldError("market", f"line 1: the columns are {', '.join(COLUMNS)}; this has {told}")


def _signal(line: int, header: tuple[str, ...], row: list[str], meant: Meaning) -> Signal:
    if len(row) != len(header):
        problem = f"line {line}: has {len(row)} fields and the header {len(header)}; quote a comma"
        raise FieldError("market", problem)
    cells: dict[str, object] = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
    cells["points"] = _whole(str(cells["points"]))
    try:
        (signal,) = read_signals([cells], meant)
    except FieldError as error:
        field = error.field.removeprefix("market[0]")
        raise FieldError(f"market{field}", f"line {line}: {error.problem}") from error
    return signal


def _whole(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text
