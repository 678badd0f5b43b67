"""Hold the book against what the follower read from the chain, and say what to do where they disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.chain.encoding import to_hex
from ledger.domain.chain_event import ChainEvent
from ledger.domain.ids import derive
from ledger.domain.invoice import Invoice
from ledger.domain.licence import Grant, GrantState, licence_id
from ledger.errors import ConflictError
from ledger.on_chain import guard_reference, reference
from ledger.store import Store, Tx, chain_events, collections, money, parties, rights, txs

ALL = 1 << 40
_ID_DIGITS = 32
_CHANGES = ("LicenceSuspended", "LicenceResumed", "LicenceRevoked")


@dataclass(frozen=True)
class Disagreement:
    """`code` is stable, `subject` an id of ours, or of the chain where the book has none."""

    code: str
    subject: str
    why: str
    todo: str


def audit(store: Store, issuer: str) -> tuple[Disagreement, ...]:
    """Every disagreement up to the block that was followed. `issuer` is the ledger's account.

    What the book has from later blocks is left out. Raises ConflictError before anything was followed.
    """
    with store.reading() as tx:
        cursor = chain_events.cursor(tx)
        if cursor is None:
            raise ConflictError("chain", "nothing was followed yet; run selvage chain follow --once first")
        sent = [each for each in txs.every(tx) if each.block > cursor.block]
        later = {each.hash for each in sent} | {each.subject for each in sent}
        parts = (_collections, _licences, _invoices)
        return tuple(each for part in parts for each in part(tx, issuer, later))


def _collections(tx: Tx, issuer: str, later: set[str]) -> Iterator[Disagreement]:
    logs = chain_events.events(tx, "PatternRegistry", "CollectionRegistered")
    ours = {log.arguments["collectionId"]: log for log in logs if log.arguments["creator"] == issuer}
    for each in collections.every(tx, ALL):
        held = each.registration
        if held is None or held.tx in later or ours.pop(held.token, None) is not None:
            continue
        why = f"registered in {held.tx} by the book; the chain does not have it"
        yield Disagreement("registration-gone", each.id, why, "its block was taken back: keep the blobs")
    for token, log in ours.items():
        why = f"registered in {log.transaction}; the book does not have it"
        yield Disagreement("registration-unknown", token, why, "run selvage register for it again")


def _licences(tx: Tx, issuer: str, later: set[str]) -> Iterator[Disagreement]:
    mine = {log.arguments["collectionId"] for log in _registered(tx, issuer)}
    logs = chain_events.events(tx, "LicenceBook", "LicenceGranted")
    named = {_ours(log.arguments["key"]): log for log in logs if log.arguments.get("collectionId") in mine}
    offers = {str(licence_id(each.id)): each.id for each in rights.offers(tx, limit=ALL)}
    states, accounts = _states(tx), {each.id: each.address for each in parties.every(tx)}
    moved = {log.subject: log for log in chain_events.events(tx, "LicenceBook", "LicenceTransferred")}
    for grant in rights.grants(tx, limit=ALL):
        log = named.pop(f"0x{grant.reference}" if grant.reference else grant.id, None)
        named.pop(to_hex(guard_reference(reference(grant))), None)
        if log is None and grant.tx not in later:
            why = f"granted in {grant.tx} by the book; the licence book on chain does not have it"
            todo = "its block was taken back, or it is of an earlier edition of the contract"
            yield Disagreement("licence-gone", grant.id, why, todo)
        if log is not None and grant.id not in later:
            yield from _held_by_another(grant, accounts[grant.licensee], moved.get(log.subject, log))
        there = states.get(log.subject, GrantState.IN_FORCE) if log is not None else grant.state
        if there is not grant.state and grant.id not in later:
            why = f"{grant.state.value} in the book, {there.value} on chain"
            yield Disagreement("licence-state", grant.id, why, "bring one of them in line with the other")
    for name, log in named.items():
        why = f"granted in {log.transaction} to {log.arguments['licensee']}; the book does not have it"
        offer = offers.get(name)
        known = f"run selvage license {offer}, which finds it and writes it down"
        sold = "it was sold by a signed order or another program: decisions here do not know it"
        yield Disagreement("licence-unknown", name, why, known if offer else sold)


def _held_by_another(grant: Grant, account: str, last: ChainEvent) -> Iterator[Disagreement]:
    """`last` is the event that gave the licence to whom the chain has it with."""
    there = last.arguments.get("to") or last.arguments["licensee"]
    if there.lower() != account.lower():
        why = f"held by {grant.licensee} ({account}) in the book, by {there} on chain, {last.transaction}"
        todo = "run selvage transfer to whose account that is, which finds it and writes it down"
        yield Disagreement("licence-holder", grant.id, why, todo)


def _invoices(tx: Tx, issuer: str, later: set[str]) -> Iterator[Disagreement]:
    logs = chain_events.events(tx, "RoyaltyVault", "InvoiceIssued")
    issued = {_ours(log.arguments["key"]): log for log in logs if log.arguments["issuer"] == issuer}
    paid = {log.subject: log for log in chain_events.events(tx, "RoyaltyVault", "InvoiceSettled")}
    for each in money.page(tx, limit=ALL):
        here = [issued.pop(name) for name in forms(each) if name in issued]
        payment = next((paid[log.subject] for log in here if log.subject in paid), None)
        if not here and each.issued_tx is not None and each.issued_tx not in later:
            why = f"issued in {each.issued_tx} by the book; the vault does not have it"
            yield Disagreement("invoice-gone", each.id, why, "its block was taken back: it cannot be paid")
        if payment is not None and each.settled_tx is None:
            why = f"paid in {payment.transaction}; the book has it as open"
            yield Disagreement(
                "payment-unknown", each.id, why, f"run selvage settle {each.id}, which writes it down"
            )
        if payment is None and each.settled_tx is not None and each.settled_tx not in later:
            why = f"paid in {each.settled_tx} by the book; the vault has no payment of it"
            yield Disagreement("payment-gone", each.id, why, "its block was taken back: ask for it again")
    for name, log in issued.items():
        why = f"issued in {log.transaction}; the book does not have it"
        yield Disagreement("invoice-unknown", name, why, "another program used the ledger's account")


def forms(invoice: Invoice) -> tuple[str, str]:
    """The ids an invoice may have in the vault: its own, and that under which its till pays it."""
    return invoice.id, derive("till", invoice.id)


def _registered(tx: Tx, issuer: str) -> Iterator[ChainEvent]:
    logs = chain_events.events(tx, "PatternRegistry", "CollectionRegistered")
    return (log for log in logs if log.arguments["creator"] == issuer)


def _states(tx: Tx) -> dict[str, GrantState]:
    """Licences suspended or revoked, by their id on chain. Each side lifts its own suspension only."""
    suspended: defaultdict[str, set[bool]] = defaultdict(set)
    states: dict[str, GrantState] = {}
    for log in chain_events.events(tx, "LicenceBook", *_CHANGES):
        if log.name == "LicenceRevoked":
            states[log.subject] = GrantState.REVOKED
            continue
        sides = suspended[log.subject]
        change = sides.add if log.name == "LicenceSuspended" else sides.discard
        change(log.arguments["byCreator"])
        if states.get(log.subject) is not GrantState.REVOKED:
            states[log.subject] = GrantState.SUSPENDED if sides else GrantState.IN_FORCE
    return states


def _ours(key: str) -> str:
    """The id of ours in a 32-byte reference; the reference itself where it is somebody else's."""
    digits = key.removeprefix("0x")
    return digits[-_ID_DIGITS:] if set(digits[:_ID_DIGITS]) == {"0"} else key
