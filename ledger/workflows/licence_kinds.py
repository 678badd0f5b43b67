"""The jobs that hand licences on. See `kinds.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ledger.domain.errors import FieldError
from ledger.domain.ids import CollectionId, LicenceId, parse_id, parse_party
from ledger.signed_orders import complete, open_desk
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


def open_orders(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Let the desk grant the licences of `collection` that are signed."""
    name = CollectionId(parse_id("collection", str(arguments.get("collection"))))
    found = run.step("opened the desk", lambda: open_desk(run.ledger, name).desk, 1, 1)
    return {"collection": name, "desk": found}


def complete_order(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Buy the licence of the signed `order` for `party`."""
    party, order = parse_party("party", str(arguments.get("party"))), arguments.get("order")
    if not isinstance(order, Mapping):
        raise FieldError("order", "is not a signed order; give the file that signing it wrote")
    bought = run.step("completed the order", lambda: complete(run.ledger, order, party).id, 1, 1)
    return {"party": party, "licence": bought}
