"""Add who makes, licenses and is paid."""

from __future__ import annotations

from ledger import witness
from ledger.chain import load_or_create_account
from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.domain.ids import PartyId, parse_party
from ledger.domain.money import Money
from ledger.errors import ConflictError
from ledger.store import parties
from ledger.store.parties import Party

MAX_NAME = 120


def add(ledger: Ledger, id: str, name: str, address: str | None = None) -> Party:
    """Add a party; the same again changes nothing. Without `address` a devnet key is made in `ledger.keys`.

    Raises FieldError for a bad id, name or address and ConflictError when the id is somebody else's.
    """
    party = parse_party("id", id)
    _check_name(name)
    account = _address(ledger, party, address)
    with ledger.store.transaction() as tx:
        known = parties.find(tx, party)
        if known is not None:
            return _same(known, name, account if address else known.address)
        added = Party(party, name, account, ledger.now())
        parties.add(tx, added)
        tx.append("party-added", party, {"name": name, "address": account}, added.added_at)
    return added


def fund(ledger: Ledger, party: PartyId, amount: Money) -> None:
    """On a devnet, top the party's account up to `amount` of test money. FaucetError on a real chain."""
    with ledger.store.reading() as tx:
        address = parties.get(tx, party).address
    chain = witness.ready(ledger)
    if amount.currency == "ETH":
        sent = chain.fund(address, amount.minor)
    else:
        witness.currency_address(chain, amount.currency)
        sent = chain.mint_test_dollars(witness.manager(ledger), address, amount.minor)
    if sent is not None:
        with ledger.store.transaction() as tx:
            witness.record(tx, sent, party)


def _address(ledger: Ledger, party: PartyId, address: str | None) -> str:
    from ledger.chain.encoding import to_address
    from ledger.chain.errors import MessageError

    if address is None:
        return str(load_or_create_account(ledger.keys, party).address)
    try:
        return to_address("address", address)
    except MessageError as error:
        raise FieldError("address", str(error).removeprefix("address: ")) from error


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise FieldError("name", f"give the party a name of 1 to {MAX_NAME} printable characters")


def _same(known: Party, name: str, address: str) -> Party:
    for field, there, given in (("name", known.name, name), ("address", known.address, address)):
        if there != given:
            raise ConflictError(field, f"party {known.id} has {there!r}, not {given!r}; choose another id")
    return known
