"""Transactions that no block takes: replaced under the same nonce by the same call for higher fees."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from eth_account.signers.base import BaseAccount

from ledger.chain import fees
from ledger.chain.encoding import keccak, to_hex
from ledger.chain.errors import RpcError
from ledger.chain.fees import FeePolicy, Fees
from ledger.chain.node import Node
from ledger.chain.outbox import Outbox, Sent
from ledger.chain.signing import fields_of


class Replacing:
    """Raises what is offered for transactions of one chain."""

    def __init__(self, node: Node, policy: FeePolicy) -> None:
        self._node = node
        self._policy = policy

    def is_stuck(self, sent: Sent) -> bool:
        return time.time() - sent.since > self._policy.stuck_seconds

    def replace(self, account: BaseAccount, outbox: Outbox, sent: Sent) -> Sent:
        """What `sent` is now. Transactions of `account` before it are replaced too: they hold it up."""
        with outbox.held():
            mined = int(self._node.rpc("eth_getTransactionCount", account.address, "latest"), 16)
            now = fees.current(self._node, self._policy)
            for each in sorted(outbox.load(), key=lambda entry: entry.nonce):
                if mined <= each.nonce <= sent.nonce and self.is_stuck(each):
                    self._raise(account, outbox, each, now)
            return outbox.latest(sent)

    def _raise(self, account: BaseAccount, outbox: Outbox, sent: Sent, now: Fees) -> None:
        """Durable before it is handed over, as every transaction; all its hashes are watched from then on."""
        fields = fields_of(bytes.fromhex(sent.raw[2:]))
        offered = Fees(fields["maxFeePerGas"], fields["maxPriorityFeePerGas"])
        more = fees.raised(offered, now, self._policy)
        # At the ceiling the same is handed over again: the node may have dropped it.
        more_sent = _signed(account, sent, fields, more) if more else replace(sent, since=time.time())
        outbox.replace(sent, more_sent)
        try:
            self._node.submit(bytes.fromhex(more_sent.raw[2:]))
        except RpcError:
            # Mined a moment ago, or not affordable: what was offered before stands, and is asked after again.
            unsent = () if more_sent.hash == sent.hash else (more_sent.hash,)
            outbox.replace(more_sent, replace(sent, earlier=(*sent.earlier, *unsent), since=time.time()))


def _signed(account: BaseAccount, sent: Sent, fields: dict[str, Any], more: Fees) -> Sent:
    priced = {**fields, "maxFeePerGas": more.most, "maxPriorityFeePerGas": more.tip}
    raw = bytes(account.sign_transaction(priced).raw_transaction)
    changed = {"hash": to_hex(keccak(raw)), "raw": to_hex(raw), "since": time.time()}
    return replace(sent, earlier=sent.hashes, **changed)  # type: ignore[arg-type]  # the fields by their names
