"""What a transaction offers for its place in a block (EIP-1559), and how much more once it is stuck."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.chain.node import Node

GWEI = 10**9


@dataclass(frozen=True)
class FeePolicy:
    """A transaction that waits for longer than `stuck_seconds` is replaced by one that offers more.

    None offers more than `most_wei` for a unit of gas, however full the blocks are.
    """

    stuck_seconds: float = 60.0
    most_wei: int = 500 * GWEI


@dataclass(frozen=True)
class Fees:
    """Wei for a unit of gas: `most` is maxFeePerGas, `tip` is maxPriorityFeePerGas."""

    most: int
    tip: int


def current(node: Node, policy: FeePolicy) -> Fees:
    """Fees that the next few blocks take: twice the base fee of the latest one, and the usual tip."""
    base = int(node.rpc("eth_getBlockByNumber", "latest", False)["baseFeePerGas"], 16)
    tip = int(node.rpc("eth_maxPriorityFeePerGas"), 16)
    most = min(2 * base + tip, policy.most_wei)
    return Fees(most, min(tip, most))


def raised(offered: Fees, now: Fees, policy: FeePolicy) -> Fees | None:
    """An eighth above what was offered, and no less than what is asked `now`; None above the ceiling.

    Nodes take a replacement only where both fees are higher by a tenth (geth) or an eighth (others).
    """
    least = Fees(_eighth_more(offered.most), _eighth_more(offered.tip))
    if least.most > policy.most_wei:
        return None
    most = min(max(least.most, now.most), policy.most_wei)
    return Fees(most, min(max(least.tip, now.tip), most))


def _eighth_more(wei: int) -> int:
    return wei + max(1, -(-wei // 8))
