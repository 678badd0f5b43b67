"""Whether a chain has the transaction that a manifest names: asked of any node, with no trust in ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ledger.chain import ChainError

if TYPE_CHECKING:
    from provenance.confirmation import Confirmation

Rpc = Callable[..., Any]
REGISTRY = "PatternRegistry"
UNREADABLE = (ChainError, TypeError, ValueError, KeyError, AttributeError)


def seen(said: Confirmation, root: str, rpc: Rpc) -> tuple[bool | None, str]:
    """(whether it stands there and registers `root`, why); None where nobody could tell."""
    try:
        if int(rpc("eth_chainId"), 16) != said.chain_id:
            return (
                None,
                f"who was asked is not on chain {said.chain_id}, which the manifest names",
            )
        block = rpc("eth_getBlockByNumber", hex(said.block), False)
        receipt = rpc("eth_getTransactionReceipt", said.transaction)
        below = int(rpc("eth_blockNumber"), 16) - said.block
        if not isinstance(block, Mapping) or block["hash"] != said.block_hash:
            return False, f"block {said.block} is another on chain {said.chain_id} than the manifest names"
        if not isinstance(receipt, Mapping) or receipt["blockHash"] != said.block_hash:
            return (
                False,
                f"transaction {said.transaction[:14]}... is not in the block the manifest names",
            )
        if int(receipt["status"], 16) != 1 or not any(_is_it(said, root, log) for log in receipt["logs"]):
            return False, f"transaction {said.transaction[:14]}... does not register what the manifest names"
    except UNREADABLE as error:
        return None, f"the chain could not be asked for the transaction: {str(error)[:200]}"
    return True, f"transaction {said.transaction} of block {said.block} registered it, {below} below the head"


def _is_it(said: Confirmation, root: str, log: Mapping[str, Any]) -> bool:
    """Whether this log is the one: its place in the block, who says it, and what."""
    from ledger.chain.codec import Contract
    from provenance.confirmation import EVENT

    contract = Contract(REGISTRY, said.contract)
    topics = [contract.topic(EVENT), f"0x{int(said.collection):064x}"]
    found = (int(log["logIndex"], 16), str(log["address"]).lower(), log["topics"][:2])
    if found != (said.log_index, said.contract.lower(), topics):
        return False
    return bool(contract.parse(EVENT, log)["root"] == root)
