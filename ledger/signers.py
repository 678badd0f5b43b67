"""Whose key acts on chain for a party: its own where it is kept here, ours where the party lets us."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ledger import witness
from ledger.chain import FaucetError, load_or_create_account
from ledger.context import Ledger
from ledger.domain.ids import PartyId
from ledger.errors import KeyMissingError
from ledger.store import parties

if TYPE_CHECKING:
    from eth_account.signers.base import BaseAccount

    from ledger.chain import Chain

PARTY_WEI = 10**18


def acting_for(ledger: Ledger, chain: Chain, party: PartyId) -> BaseAccount:
    """The account that sends what `party` does in the licence book; on a devnet it has the gas for it.

    Raises UnknownError, KeyMissingError where its key is elsewhere and it has not made us its operator.
    """
    with ledger.store.reading() as tx:
        address = parties.get(tx, party).address
    own = own_account(ledger, party, address)
    if own is not None:
        # A real chain has no faucet: its owner funds the account, and a lack of funds says so itself.
        with contextlib.suppress(FaucetError):
            chain.fund(own.address, PARTY_WEI)
        return own
    manager = witness.manager(ledger)
    if chain.acts_for(address, manager.address):
        return manager
    raise KeyMissingError(
        f"the key of {party} is not kept here; let {manager.address} act for {address} in the licence book "
        f"at {chain.deployment['LicenceBook']} (setOperator), or send the call from there"
    )


def own_account(ledger: Ledger, party: PartyId, address: str) -> BaseAccount | None:
    """The key of a party if it is on this machine and is that of its `address`."""
    if not (ledger.keys / f"{party}.key").exists():
        return None
    account = load_or_create_account(ledger.keys, party)
    return account if account.address == address else None
