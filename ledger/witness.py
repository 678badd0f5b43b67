"""The chain as witness: our contracts, our account, and a record of every transaction.

Chain work is never done inside a database transaction. A verb asks the chain what is already there, does
what is missing, and then writes transaction, entry and row in one database transaction.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ledger.chain import ChainResetError, FaucetError, NotDeployedError, load_or_create_account
from ledger.context import Ledger
from ledger.domain.errors import MoneyError
from ledger.store import Store, Tx, meta, txs
from ledger.store.txs import ChainTx

if TYPE_CHECKING:
    from eth_account.signers.base import BaseAccount

    from ledger.chain import Chain, Deployment
    from ledger.chain import Tx as Sent

MANAGER = "ledger.manager"  # the dot keeps it apart from the keys of parties
MANAGER_WEI = 10**20
CURRENCY_CONTRACTS = {"TUSD": "TestDollar"}
DEPLOYMENT = "deployment"


def manager(ledger: Ledger) -> BaseAccount:
    """The account that registers, grants and issues for this ledger."""
    if ledger.account is not None:
        return ledger.account()
    return load_or_create_account(ledger.keys, MANAGER)


def ready(ledger: Ledger) -> Chain:
    """The chain with our contracts on it; puts them there the first time, never a second time.

    Raises ChainResetError when the chain forgot contracts this ledger has already used.
    """
    chain = ledger.chain()
    known = _known(ledger)
    try:
        deployment = chain.deployment
    except NotDeployedError:
        if known is not None and not chain.has_earlier_edition:
            raise _reset(known, "its contracts are gone") from None
        deployment = _deploy(ledger, chain)
    if known is None:
        with ledger.store.transaction() as tx:
            meta.fix(tx, DEPLOYMENT, _text(deployment), "use the chain this ledger began with")
    elif _lasting(known) != _lasting(_text(deployment)):
        raise _reset(known, f"now they are {_text(deployment)}")
    return chain


def is_used(ledger: Ledger) -> bool:
    """Whether this ledger has contracts on a chain. No chain is asked."""
    return _known(ledger) is not None


def deployed(ledger: Ledger) -> tuple[int, dict[str, str]] | None:
    """(chain id, addresses of our contracts) as the book has them; None before there are any."""
    known = _known(ledger)
    if known is None:
        return None
    facts = json.loads(known)
    return int(facts["chain_id"]), dict(facts["addresses"])


def recognised(store: Store, chain: Chain) -> Chain:
    """`chain`, if it is the one that the contracts of this database are on; a lost record of them is written.

    Raises ChainResetError, WrongChainError.
    """
    with store.reading() as tx:
        known = meta.get(tx, DEPLOYMENT)
    if known is not None:
        facts = json.loads(known)
        chain.adopt(facts["addresses"], facts["chain_id"], facts["genesis"])
        if _lasting(known) != _lasting(_text(chain.deployment)):
            raise _reset(known, f"now they are {_text(chain.deployment)}")
    return chain


def registry(ledger: Ledger) -> tuple[int, str]:
    """(chain id, address of PatternRegistry), from the database once the contracts are known."""
    known = _known(ledger)
    if known is None:
        ready(ledger)
        known = _known(ledger) or "{}"
    facts = json.loads(known)
    return facts["chain_id"], facts["addresses"]["PatternRegistry"]


def currency_address(chain: Chain, code: str) -> str:
    """Address of the token that is `code` on this chain. MoneyError when there is none."""
    from ledger.chain import NATIVE

    if code == "ETH":
        return NATIVE
    contract = CURRENCY_CONTRACTS.get(code)
    if contract is None or contract not in chain.deployment.addresses:
        raise MoneyError("currency", f"{code} cannot be paid on chain {chain.chain_id}; price in TUSD or ETH")
    return chain.deployment[contract]


def record(tx: Tx, sent: Sent, subject: str) -> None:
    """Keep a mined transaction with what it was for."""
    txs.record(tx, ChainTx(sent.hash, sent.kind, subject, sent.block, sent.gas, mined_at(sent)))


def mined_at(sent: Sent) -> str:
    return datetime.fromtimestamp(sent.timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def word(identifier: str) -> bytes:
    """A 128-bit id as the 32 bytes of a contract's word."""
    return int(identifier, 16).to_bytes(32, "big")


def _deploy(ledger: Ledger, chain: Chain) -> Deployment:
    account = manager(ledger)
    # A real chain has no faucet: its owner funds the account, and a lack of funds says so itself.
    with contextlib.suppress(FaucetError):
        chain.fund(account.address, MANAGER_WEI)
    return chain.deploy(account)


def _known(ledger: Ledger) -> str | None:
    with ledger.store.reading() as tx:
        return meta.get(tx, DEPLOYMENT)


def _text(deployment: Deployment) -> str:
    facts: dict[str, Any] = {
        "chain_id": deployment.chain_id,
        "genesis": deployment.genesis,
        "addresses": dict(deployment.addresses),
    }
    return json.dumps(facts, sort_keys=True)


def _lasting(text: str) -> tuple[object, ...]:
    """What stays when an edition of our contracts follows another: the chain, the registry and the vault."""
    facts = json.loads(text)
    addresses = facts["addresses"]
    return facts["chain_id"], facts["genesis"], addresses["PatternRegistry"], addresses["RoyaltyVault"]


def _reset(known: str, now: str) -> ChainResetError:
    facts = json.loads(known)
    return ChainResetError(
        f"chain {facts['chain_id']} with genesis {facts['genesis']} held this ledger's contracts; {now}. "
        "Restore the chain's data or point SELVAGE_CHAIN_URL at the chain this ledger began with"
    )
