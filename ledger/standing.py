"""What becomes of a licence: suspended, taken up again, revoked; on chain first, then in the book.

A crash between the two is mended by doing it again: what the chain did already is found there. A decision
sees the new state as soon as the book has it, for the licence and for every sublicence below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger import on_chain, witness
from ledger.chain import ContractRevertError
from ledger.chain import Tx as Sent
from ledger.context import Ledger
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.fields import Field
from ledger.domain.ids import LicenceId
from ledger.domain.licence import Grant, GrantState
from ledger.store import rights

if TYPE_CHECKING:
    from ledger.chain import Licence

MAX_WHY = 500
_ENTRY = {
    GrantState.SUSPENDED: "licence-suspended",
    GrantState.IN_FORCE: "licence-resumed",
    GrantState.REVOKED: "licence-revoked",
}


def suspend(ledger: Ledger, licence: LicenceId, why: str) -> Grant:
    """Put a licence and all below it out of force, until `resume`. It shuts others out as before.

    One that is suspended already is returned as it is. Raises UnknownError, FieldError (why), OrderError for
    one that is revoked, and ChainError.
    """
    return _become(ledger, licence, GrantState.SUSPENDED, why)


def resume(ledger: Ledger, licence: LicenceId, why: str) -> Grant:
    """Put a suspended licence back in force; the same errors as `suspend`."""
    return _become(ledger, licence, GrantState.IN_FORCE, why)


def revoke(ledger: Ledger, licence: LicenceId, why: str) -> Grant:
    """End a licence and all below it, for good. What an exclusive one kept from others can be had again.

    One that is revoked already is returned as it is. Raises UnknownError, FieldError (why) and ChainError.
    """
    return _become(ledger, licence, GrantState.REVOKED, why)


def _become(ledger: Ledger, licence: LicenceId, state: GrantState, why: str) -> Grant:
    Field(why, "why", FieldError).text(MAX_WHY)
    with ledger.store.reading() as tx:
        found = rights.get_grant(tx, licence)
    if found.state is state:
        return found
    _require_open(found)
    sent = _witness(ledger, found, state)
    with ledger.store.transaction() as tx:
        known = rights.get_grant(tx, licence)
        if known.state is state:
            return known
        _require_open(known)
        for each in sent:
            witness.record(tx, each, licence)
        rights.set_state(tx, licence, state)
        body = {"why": why, "tx": sent[0].hash if sent else None}
        tx.append(_ENTRY[state], licence, body, ledger.now())
        return rights.get_grant(tx, licence)


def _require_open(grant: Grant) -> None:
    if grant.state is GrantState.REVOKED:
        raise OrderError(f"licence {grant.id} is revoked, which is for good; a new one has to be licensed")


def _witness(ledger: Ledger, grant: Grant, state: GrantState) -> list[Sent]:
    """The transactions that did it, what matters most first; none for what the chain does not know."""
    record = on_chain.record(ledger, grant)
    if record is None:
        return []
    chain, account = witness.ready(ledger), witness.manager(ledger)
    if state is GrantState.SUSPENDED:
        return [chain.suspend(account, record.licence)]
    if state is GrantState.IN_FORCE:
        resumed = chain.resume(account, record.licence)
        return [resumed] if resumed else []
    revoked = [chain.revoke(account, record.licence), *_released(ledger, record.licence)]
    guard = on_chain.guard_of(chain, record.licence)
    if guard is None:
        return revoked
    return [*revoked, chain.revoke(account, guard.licence), *_released(ledger, guard.licence)]


def _released(ledger: Ledger, licence: Licence) -> list[Sent]:
    """A revoked exclusive licence is in the way on chain until it is taken off its page."""
    if not licence.exclusive:
        return []
    try:
        return [witness.ready(ledger).release(witness.manager(ledger), licence)]
    except ContractRevertError as error:
        if error.name != "NotOnPage":  # it had ended, and its line went with the next grant
            raise
        return []
