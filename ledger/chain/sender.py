"""Sends transactions: one nonce counter per account, gas and fees, and the receipt or the reason why not."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account.signers.base import BaseAccount

from ledger.chain import fees
from ledger.chain.encoding import keccak, to_hex
from ledger.chain.errors import InsufficientFundsError, RpcError, TransactionError
from ledger.chain.fees import FeePolicy
from ledger.chain.node import Node
from ledger.chain.outbox import Outbox, Sent
from ledger.chain.replacing import Replacing
from ledger.chain.reverts import explain

_RECEIPT_SECONDS = 300.0
# Mined since we counted; an earlier offer still stands; or too little for now, which `Replacing` mends.
_NOT_LOST = ("nonce too low", "underpriced", "max fee per gas", "fee cap", "base fee")
_REMEMBERED = 16  # mined ones per account: a reorganisation throws them out, and nodes may forget them
_LOOK_AGAIN_SECONDS = 0.1  # between looks at what another process may have replaced


@dataclass(frozen=True)
class Call:
    """A transaction to send. `doing` says what it does; calls with equal data, to and value are the same."""

    doing: str
    data: str
    to: str | None
    value: int = 0
    keep: bool = False

    @property
    def key(self) -> str:
        return to_hex(keccak(f"{self.to}:{self.value}:{self.data}".encode()))


class Sender:
    """Sends for any account. `folder` holds the outboxes, one per account."""

    def __init__(
        self, node: Node, chain_id: int, genesis: str, folder: Path, policy: FeePolicy | None = None
    ) -> None:
        self._node = node
        self._chain_id = chain_id
        self._genesis = genesis
        self._folder = folder
        self._policy = policy or FeePolicy()

    def send(self, account: BaseAccount, call: Call) -> dict[str, Any]:
        """The receipt of `call`, mined. The same call, if under way from this account, is waited for.

        What is stuck is replaced under the same nonce, and whichever of its offers is mined is the one.
        Raises ContractRevertError, InsufficientFundsError, TransactionError or ChainUnavailableError.
        """
        outbox = self._outbox(account)
        with outbox.held():
            entries = self._recover(outbox, account.address)
            under_way = next((entry for entry in entries if entry.key == call.key), None)
            sent = under_way or self._dispatch(outbox, account, call, entries)
        receipt = self._wait(account, outbox, sent)
        if int(receipt["status"], 16) != 1:
            outbox.forget(call.key)
            raise self._reason(receipt, call, account)
        return receipt

    def forget(self, account: BaseAccount, call: Call) -> None:
        """The outcome of a call with `keep` is on record elsewhere now."""
        self._outbox(account).forget(call.key)

    def _outbox(self, account: BaseAccount) -> Outbox:
        return Outbox(self._folder, account.address, self._genesis)

    def _count(self, address: str, block: str) -> int:
        return int(self._node.rpc("eth_getTransactionCount", address, block), 16)

    def _recover(self, outbox: Outbox, address: str) -> list[Sent]:
        """What is still under way, handed over again: after a crash, or where its block is gone."""
        entries = outbox.load()
        if not entries:
            return []
        mined = self._count(address, "latest")
        kept = mined - _REMEMBERED
        left = [entry for entry in entries if entry.nonce >= kept or entry.keep or _watched(entry)]
        for entry in left:
            if entry.nonce < mined:
                continue
            try:
                self._node.submit(bytes.fromhex(entry.raw[2:]))
            except RpcError as error:
                if any(words in str(error).lower() for words in _NOT_LOST):
                    continue
                # refused for good; what follows it has no nonce to stand on
                left = [other for other in left if other.nonce < entry.nonce]
                break
        if left != entries:
            outbox.save(left, durable=False)
        return [entry for entry in left if entry.nonce >= mined or entry.keep]

    def _dispatch(self, outbox: Outbox, account: BaseAccount, call: Call, entries: list[Sent]) -> Sent:
        fields = self._priced(account.address, call)
        pending = self._count(account.address, "pending")
        fields["nonce"] = max([pending, *(entry.nonce + 1 for entry in entries)])
        signed = account.sign_transaction(fields)
        raw = bytes(signed.raw_transaction)
        entry = Sent(
            fields["nonce"], call.key, to_hex(keccak(raw)), to_hex(raw), call.keep, since=time.time()
        )
        outbox.add(entry)
        try:
            self._node.submit(raw)
        except RpcError as error:
            outbox.remove(entry.hash)
            raise explain(error, call.doing) from None
        return entry

    def _priced(self, address: str, call: Call) -> dict[str, Any]:
        """Transaction fields with gas and fees (EIP-1559), checked against the balance."""
        balance = int(self._node.rpc("eth_getBalance", address, "latest"), 16)
        _require_funds(address, balance, call.value, call.doing)
        gas = self._estimate(address, call) * 5 // 4
        now = fees.current(self._node, self._policy)
        _require_funds(address, balance, call.value + gas * now.most, call.doing)
        fields = {"type": 2, "chainId": self._chain_id, "value": call.value, "data": call.data, "gas": gas}
        return {**fields, "maxFeePerGas": now.most, "maxPriorityFeePerGas": now.tip, "to": call.to or b""}

    def _estimate(self, address: str, call: Call) -> int:
        request = {"from": address, "data": call.data, "value": hex(call.value)}
        if call.to:
            request["to"] = call.to
        try:
            return int(self._node.rpc("eth_estimateGas", request), 16)
        except RpcError as error:
            raise explain(error, call.doing) from None

    def _wait(self, account: BaseAccount, outbox: Outbox, sent: Sent) -> dict[str, Any]:
        replacing = Replacing(self._node, self._policy)
        deadline, pause = time.monotonic() + _RECEIPT_SECONDS, 0.01
        while time.monotonic() < deadline:
            for transaction_hash in sent.hashes:
                receipt = self._node.rpc("eth_getTransactionReceipt", transaction_hash)
                if receipt is not None:
                    return dict(receipt)
            time.sleep(pause)
            pause = min(2 * pause, 2.0, max(self._policy.stuck_seconds, _LOOK_AGAIN_SECONDS))
            if pause >= _LOOK_AGAIN_SECONDS:
                sent = outbox.latest(sent)
                if replacing.is_stuck(sent):
                    sent = replacing.replace(account, outbox, sent)
        raise TransactionError(f"{sent.hash} was not mined in {_RECEIPT_SECONDS:.0f} s; ask again later")

    def _reason(self, receipt: dict[str, Any], call: Call, account: BaseAccount) -> Exception:
        """Replays a mined but reverted call to learn why."""
        request = {"from": account.address, "to": call.to, "data": call.data, "value": hex(call.value)}
        try:
            self._node.rpc("eth_call", request, receipt["blockNumber"])
        except RpcError as error:
            return explain(error, call.doing)
        return TransactionError(f"{call.doing} failed in {receipt['transactionHash']}, perhaps out of gas")


def _watched(entry: Sent) -> bool:
    """Who waits for it may know its earlier hashes only, and asks here for the one that was mined."""
    return bool(entry.earlier) and time.time() < entry.since + _RECEIPT_SECONDS


def _require_funds(address: str, balance: int, needed: int, doing: str) -> None:
    if balance < needed:
        raise InsufficientFundsError(
            f"{address} holds {balance} wei, {doing} may take {needed}; send it some of the chain's coin"
        )
