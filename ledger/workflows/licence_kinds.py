"""The jobs that hand licences on. See `kinds.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ledger.domain.errors import FieldError
from ledger.domain.ids import LicenceId, parse_id, parse_party
from ledger.sublicense import sublicense

if TYPE_CHECKING:
    from ledger.workflows.kinds import Run


def give_sublicence(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Give what `gives` says of `licence` to `licensee`; `key` tells two alike from each other."""
    licence = LicenceId(parse_id("licence", str(arguments.get("licence"))))
    licensee = parse_party("licensee", str(arguments.get("licensee")))
    gives, key = arguments.get("gives"), str(arguments.get("key", ""))
    if not isinstance(gives, Mapping):
        raise FieldError("gives", "is not a mapping; say what is given, such as territory and run")
    work = lambda: sublicense(run.ledger, licence, licensee, gives, key).id  # noqa: E731
    return {"parent": licence, "licence": run.step("gave the sublicence", work, 1, 1)}
