"""How far the chain was followed, for the service, the command line and the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.views.evidence import ChainView, ForkView

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.follow import State


def chain_view(ledger: Ledger, confirmations: int) -> ChainView:
    """The follower of a ledger. A chain that does not answer leaves `head` and `behind` null."""
    from ledger.follow import state

    return view_of(state(ledger.store, ledger.chain, confirmations))


def view_of(found: State) -> ChainView:
    fork = found.last_reorganisation
    shown = ForkView(**vars(fork)) if fork else None
    return ChainView(**{**vars(found), "last_reorganisation": shown})


def told(found: ChainView) -> str:
    """The same for people."""
    if found.block is None:
        return "the chain was not followed yet; run selvage chain follow"
    if found.head is None:
        text = f"read up to block {found.block}; the chain does not answer"
    else:
        text = f"{found.behind} blocks to read, {found.confirmations} below the head of {found.head}"
    fork = found.last_reorganisation
    if fork is None:
        return text
    blocks = fork.was - fork.block
    return f"{text}; at {fork.at} {blocks} blocks after {fork.block} were taken back, {fork.events} events"
