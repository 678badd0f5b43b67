"""Hand a licence on: on chain in the name of its licensee, then in the book.

A crash between the two is mended by doing it again: what the chain did already is found there, also what the
licensee did there past us. The licence stays what it is, with its run, what was reported and its sublicences;
decisions know the new licensee as soon as the book does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ledger import bill, on_chain, signers, witness
from ledger.context import Ledger
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.ids import LicenceId, PartyId
from ledger.domain.licence import Grant, GrantState
from ledger.domain.terms import Transferable
from ledger.store import Tx, assets, entries, parties, promises, rights, txs

if TYPE_CHECKING:
    from eth_account.signers.base import BaseAccount

    from ledger.chain import Chain
    from ledger.chain import Licence as ChainLicence
    from ledger.chain import Tx as Sent
    from ledger.store.txs import ChainTx

MAX_KEY = 200
ENTRY = "licence-transferred"


@dataclass(frozen=True)
class Handover:
    """A licence that `holder` hands on to another party; the same `key` hands it on once.

    `consent`: the owner agrees, which terms may ask for.
    """

    licence: LicenceId
    holder: PartyId
    to: PartyId
    key: str
    consent: bool = False


def transfer(ledger: Ledger, wanted: Handover) -> Grant:
    """The licence with its new licensee; done again it is handed on no second time.

    Raises UnknownError, FieldError (to, key), OrderError where its terms do not let it, the owner's consent
    is wanting, it is out of force or over, somebody else holds it by now, or reports under it are not billed;
    KeyMissingError where nobody here can act for its licensee, and ChainError. What is refused changes
    nothing.
    """
    with ledger.store.reading() as tx:
        grant = rights.get_grant(tx, wanted.licence)
        if _is_done(tx, wanted):
            return grant
        _check(ledger, tx, wanted, grant)
        addresses = tuple(parties.get(tx, party).address for party in (wanted.holder, wanted.to))
    sent = _on_chain(ledger, wanted, grant, *addresses)
    with ledger.store.transaction() as tx:
        if _is_done(tx, wanted):
            return rights.get_grant(tx, wanted.licence)
        _require_holder(wanted, rights.get_grant(tx, wanted.licence))
        witness.record(tx, sent, wanted.licence)
        rights.hand_on(tx, wanted.licence, wanted.to)
        tx.append(ENTRY, wanted.licence, _body(wanted, sent), ledger.now())
        return rights.get_grant(tx, wanted.licence)


def last_sent(ledger: Ledger, licence: LicenceId) -> ChainTx | None:
    """The transaction that handed a licence on last, None where nobody did. UnknownError."""
    with ledger.store.reading() as tx:
        rights.get_grant(tx, licence)
        told = [each.body["tx"] for each in entries.about(tx, [licence]) if each.kind == ENTRY]
        return txs.find(tx, told[-1]) if told else None


def _is_done(tx: Tx, wanted: Handover) -> bool:
    told = (each.body for each in entries.about(tx, [wanted.licence]) if each.kind == ENTRY)
    return any((each["from"], each["to"], each["key"]) == _what(wanted) for each in told)


def _what(wanted: Handover) -> tuple[str, str, str]:
    return wanted.holder, wanted.to, wanted.key


def _check(ledger: Ledger, tx: Tx, wanted: Handover, grant: Grant) -> None:
    if len(wanted.key) > MAX_KEY or not wanted.key.isprintable():
        raise FieldError("key", f"give at most {MAX_KEY} printable characters")
    _require_holder(wanted, grant)
    holder, taker = parties.get(tx, wanted.holder), parties.get(tx, wanted.to)
    if taker.address == holder.address:
        raise FieldError("to", f"{taker.id} has the account that the licence is with already; name another")
    _require_transferable(wanted, grant)
    if grant.state is not GrantState.IN_FORCE:
        raise OrderError(f"licence {grant.id} is {grant.state.value}; it cannot be handed on now")
    end = grant.terms.window.end
    if end and ledger.today() > end:
        raise OrderError(f"licence {grant.id} ended on {end}; there is nothing left to hand on")
    if promises.under(tx, grant.id):
        raise OrderError(f"a sublicence of licence {grant.id} is on its way; hand the licence on after it")
    if bill.unbilled(tx, grant, ledger.today()):
        collection = assets.get(tx, grant.asset).collection
        raise OrderError(
            f"{wanted.holder} owes royalties under licence {grant.id} that are not billed; first run "
            f"selvage bill {wanted.holder} {collection}"
        )


def _require_holder(wanted: Handover, grant: Grant) -> None:
    if grant.licensee != wanted.holder:
        raise OrderError(f"licence {grant.id} is no longer held by {wanted.holder}; look it up again")


def _require_transferable(wanted: Handover, grant: Grant) -> None:
    given = grant.terms.transfer
    if not isinstance(given, Transferable):
        what = "it is a sublicence" if grant.parent else "its terms say transfer: none"
        raise OrderError(f"licence {grant.id} cannot be handed on: {what}")
    if given.consent and not wanted.consent:
        raise OrderError(
            f"licence {grant.id} is handed on with the owner's consent only (transfer: with-consent); "
            f"a manager gives it: selvage transfer {grant.id} --to {wanted.to} --consent"
        )


def _on_chain(ledger: Ledger, wanted: Handover, grant: Grant, holder: str, to: str) -> Sent:
    record = on_chain.record(ledger, grant)
    if record is None or not record.licence.transferable:
        raise OrderError(f"licence {grant.id} cannot be handed on in the licence book on chain")
    chain, held = witness.ready(ledger), replace(record.licence, licensee=holder)
    if record.licence.licensee not in (holder, to):
        raise OrderError(
            f"on chain licence {grant.id} is held by {record.licence.licensee}; see selvage chain audit"
        )
    return chain.transfer(_account(ledger, chain, wanted, record.licence, to), held, to)


def _account(ledger: Ledger, chain: Chain, wanted: Handover, now: ChainLicence, to: str) -> BaseAccount:
    """Who sends it; the ledger's own account, which sends nothing, where the chain has it already."""
    if now.licensee == to:
        return witness.manager(ledger)
    return signers.acting_for(ledger, chain, wanted.holder)


def _body(wanted: Handover, sent: Sent) -> dict[str, object]:
    return {
        "from": wanted.holder,
        "to": wanted.to,
        "consent": wanted.consent,
        "key": wanted.key,
        "tx": sent.hash,
    }
