"""Uses from a file: one JSON object on each line, in the words of a decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from api.cli.context import read_bytes
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.domain.use import Use

MAX_BYTES = 1024 * 1024


def read_uses(path: str, today: str) -> tuple[Use, ...]:
    """The uses of a file, each on `today` unless it names its day. Raises InputError, UseError."""
    from ledger.domain.use_text import parse_uses

    data = read_bytes(path)
    if len(data) > MAX_BYTES:
        raise InputError(f"uses: {path} is larger than {MAX_BYTES} bytes; split it", field="uses")
    lines = data.decode("utf-8", "replace").splitlines()
    rows = [_row(line, number, path) for number, line in enumerate(lines, 1) if line.strip()]
    return parse_uses([{"on": today, **row} for row in rows])


def _row(line: str, number: int, path: str) -> dict[str, Any]:
    try:
        found = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InputError(f"uses: line {number} of {path} is not JSON ({error})", field="uses") from error
    if not isinstance(found, dict):
        raise InputError(f"uses: line {number} of {path} is not a JSON object", field="uses")
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number")
