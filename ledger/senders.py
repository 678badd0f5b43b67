"""Several keys that send for the ledger at once, each with nonces of its own.

A transaction that is stuck holds up those of its own key only. The chain binds most calls to the one account
that registers and issues: in PatternRegistry and RoyaltyVault who sends is who it is. In LicenceBook an
operator may act for it, so what these keys share is the counting of units and the granting of licences:
those of one tile by one key, because they write the same page.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from ledger import witness
from ledger.chain import FaucetError, load_or_create_account
from ledger.context import Ledger
from ledger.domain.ids import derive

if TYPE_CHECKING:
    from eth_account.signers.base import BaseAccount

SENDER_WEI = 10**19
Part = TypeVar("Part")
Done = TypeVar("Done")


def sender(ledger: Ledger, subject: str) -> BaseAccount:
    """The key that sends what is about `subject`, always the same one; a new one is appointed first.

    Raises ChainError, InsufficientFundsError among them: on a real chain its owner funds each key.
    """
    number = int(derive("sender", subject), 16) % ledger.senders
    return _operator(ledger, number) if number else witness.manager(ledger)


def at_once(ledger: Ledger, work: Callable[[Part], Done], parts: Iterable[Part]) -> list[Done]:
    """`work` on independent parts, as many at a time as there are keys, in the order of the parts.

    The first error is raised after all that had begun has ended: nothing is left half-told.
    """
    if ledger.senders == 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(ledger.senders, "sender") as threads:
        begun = [threads.submit(work, part) for part in parts]
    return [each.result() for each in begun]


def _operator(ledger: Ledger, number: int) -> BaseAccount:
    account = load_or_create_account(ledger.keys, f"ledger.sender-{number}")
    chain, manager = witness.ready(ledger), witness.manager(ledger)
    if not chain.acts_for(manager.address, account.address):
        # A real chain has no faucet: its owner funds the account, and a lack of funds says so itself.
        with contextlib.suppress(FaucetError):
            chain.fund(account.address, SENDER_WEI)
        sent = chain.appoint(manager, account.address)
        if sent is not None:
            with ledger.store.transaction() as tx:
                witness.record(tx, sent, f"operator {account.address}")
    return account
