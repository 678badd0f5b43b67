"""The jobs that grant licences, hand them on and end them. See `kind.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ledger import license, standing
from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.domain.ids import CollectionId, LicenceId, OfferId
from ledger.domain.licence import Grant
from ledger.signed_orders import complete, open_desk
from ledger.sublicense import sublicense
from ledger.transfer import Handover, transfer
from ledger.workflows.kind import Run, id_of, party_of


def give_sublicence(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Give what `gives` says of `licence`, held by `holder`, to `licensee`; `key` tells two alike apart."""
    licence = LicenceId(id_of(arguments, "licence"))
    licensee = party_of(arguments, "licensee")
    gives, key = arguments.get("gives"), str(arguments.get("key", ""))
    if not isinstance(gives, Mapping):
        raise FieldError("gives", "is not a mapping; say what is given, such as territory and run")
    holder = party_of(arguments, "holder") if "holder" in arguments else None
    work = lambda: sublicense(run.ledger, licence, licensee, gives, key, holder).id  # noqa: E731
    return {"parent": licence, "licence": run.step("gave the sublicence", work, 1, 1)}


def hand_on(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Hand `licence` on from `holder` to `to`; `consent` is the owner's, `key` tells it from another time."""
    wanted = Handover(
        LicenceId(id_of(arguments, "licence")),
        party_of(arguments, "holder"),
        party_of(arguments, "to"),
        str(arguments.get("key")),
        arguments.get("consent") is True,
    )
    held = run.step("handed the licence on", lambda: transfer(run.ledger, wanted).licensee, 1, 1)
    return {"licence": wanted.licence, "licensee": held}


def open_orders(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Let the desk grant the licences of `collection` that are signed."""
    name = CollectionId(id_of(arguments, "collection"))
    found = run.step("opened the desk", lambda: open_desk(run.ledger, name).desk, 1, 1)
    return {"collection": name, "desk": found}


def complete_order(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Buy the licence of the signed `order` for `party`."""
    party, order = party_of(arguments, "party"), arguments.get("order")
    if not isinstance(order, Mapping):
        raise FieldError("order", "is not a signed order; give the file that signing it wrote")
    bought = run.step("completed the order", lambda: complete(run.ledger, order, party).id, 1, 1)
    return {"party": party, "licence": bought}


def license_offer(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Have `offer` invoiced; an offer without a price is granted at once."""
    offer = OfferId(id_of(arguments, "offer"))
    return run.step("issued the invoice", partial(_license, run.ledger, offer), 1, 1)


def suspend_licence(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Put `licence` out of force; `why` is for the book."""
    return _become(run, arguments, "suspended", standing.suspend)


def resume_licence(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Put `licence` back in force; `why` is for the book."""
    return _become(run, arguments, "resumed", standing.resume)


def revoke_licence(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """End `licence` for good; `why` is for the book."""
    return _become(run, arguments, "revoked", standing.revoke)


def _license(ledger: Ledger, offer: OfferId) -> dict[str, Any]:
    if license.is_free(ledger, offer):
        return {"offer": offer, "invoice": None, "licence": license.grant(ledger, offer).id}
    return {"offer": offer, "invoice": license.invoice(ledger, offer).id, "licence": None}


def _become(
    run: Run, arguments: Mapping[str, Any], done: str, verb: Callable[[Ledger, LicenceId, str], Grant]
) -> dict[str, Any]:
    licence, why = LicenceId(id_of(arguments, "licence")), str(arguments.get("why"))
    state = run.step(f"{done} the licence", lambda: verb(run.ledger, licence, why).state.value, 1, 1)
    return {"licence": licence, "state": state}
