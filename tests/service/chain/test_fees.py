"""What is stuck is replaced under its nonce, every offer is watched, and exactly one counts."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ledger.chain import NATIVE, Chain, FeePolicy, load_or_create_account
from ledger.chain.errors import RpcError
from ledger.chain.fees import GWEI, Fees, raised
from ledger.chain.node import RemoteNode
from ledger.chain.outbox import Outbox
from ledger.chain.signing import fields_of

POLICY = FeePolicy(stuck_seconds=0.3)


class Slow:
    """A chain with our contracts whose node mines only when told, for whoever pays its base fee."""

    def __init__(self, url: str, folder, policy: FeePolicy = POLICY) -> None:
        self.chain = Chain.open(url, folder, fees=policy)
        self.manager = load_or_create_account(folder / "keys", "manager")
        self.chain.fund(self.manager.address, 10**20)
        self.chain.deploy(self.manager)
        self.node = RemoteNode(url)
        self.node.rpc("evm_setAutomine", False)
        self.outbox = Outbox(folder / "outbox", self.manager.address, self.chain.genesis)
        self.before = self.count("latest")
        self.pool = ThreadPoolExecutor(4)

    def register(self, number: int = 1) -> Future:
        return self.pool.submit(
            lambda: self.chain.register_collection(
                self.manager, root=number.to_bytes(32, "big"), size=1, terms_hash=b"\x02" * 32
            )
        )

    def mine(self, gwei: float) -> None:
        self.node.rpc("anvil_setNextBlockBaseFeePerGas", hex(int(gwei * GWEI)))
        self.node.rpc("evm_mine")

    def mine_all(self, gwei: float, *waiting: Future) -> None:
        """Block after block: what the outbox has may still be on its way to the node."""
        while not all(each.done() for each in waiting):
            self.mine(gwei)
            time.sleep(0.05)

    def count(self, block: str) -> int:
        return int(self.node.rpc("eth_getTransactionCount", self.manager.address, block), 16)

    def until(self, true) -> None:
        end = time.monotonic() + 20
        while not true():
            assert time.monotonic() < end
            time.sleep(0.02)

    def sent(self):
        return self.outbox.load()


@pytest.fixture
def slow(node, tmp_path):
    made = Slow(node("anvil"), tmp_path)
    yield made
    made.pool.shutdown(cancel_futures=True)


def test_fees_go_up_by_an_eighth_or_to_what_is_asked():
    policy = FeePolicy(most_wei=100)
    assert raised(Fees(8, 8), Fees(3, 1), policy) == Fees(9, 9)
    assert raised(Fees(9, 0), Fees(50, 0), policy) == Fees(50, 1)
    assert raised(Fees(80, 3), Fees(700, 2), policy) == Fees(100, 4)
    assert raised(Fees(100, 3), Fees(1, 1), policy) is None


def test_a_raised_base_fee_is_followed_and_one_of_both_is_mined(slow):
    done = slow.register()
    slow.until(lambda: slow.sent() and slow.count("pending") > slow.before)
    first = slow.sent()[0]
    offered = fields_of(bytes.fromhex(first.raw[2:]))
    slow.mine(offered["maxFeePerGas"] / GWEI + 50)
    assert slow.count("latest") == slow.before
    slow.until(lambda: slow.sent()[0].earlier)
    more = fields_of(bytes.fromhex(slow.sent()[0].raw[2:]))
    assert first.hash in slow.sent()[0].earlier
    for name in ("maxFeePerGas", "maxPriorityFeePerGas"):
        assert 8 * more[name] >= 9 * offered[name]
    assert [more[name] for name in ("nonce", "data", "to", "value")] == [
        offered[name] for name in ("nonce", "data", "to", "value")
    ]
    slow.mine_all(offered["maxFeePerGas"] / GWEI + 50, done)
    tx = done.result(20)
    assert tx.hash in slow.sent()[0].hashes
    assert tx.hash != first.hash
    assert slow.count("latest") == slow.before + 1
    assert slow.node.rpc("eth_getTransactionReceipt", first.hash) is None
    assert slow.register().result(20) == tx


def test_the_first_offer_counts_when_it_is_mined_after_all(slow, monkeypatch):
    done = slow.register()
    slow.until(lambda: slow.sent() and slow.count("pending") > slow.before)
    first = slow.sent()[0]

    def refuse(self, raw):
        raise RpcError("insufficient funds for gas * price + value")

    monkeypatch.setattr(RemoteNode, "submit", refuse)
    slow.until(lambda: slow.sent()[0].earlier)
    slow.mine_all(1, done)
    assert done.result(20).hash == first.hash
    assert slow.count("latest") == slow.before + 1


def test_what_holds_others_up_is_replaced_by_those_who_wait(slow):
    fees = slow.node.rpc("eth_getBlockByNumber", "latest", False)["baseFeePerGas"]
    waiting = [slow.register(number) for number in (1, 2, 3)]
    slow.until(lambda: slow.count("pending") == slow.before + 3)
    slow.mine(int(fees, 16) / GWEI * 4 + 20)
    assert slow.count("latest") == slow.before
    slow.until(lambda: all(each.earlier for each in slow.sent()))
    slow.mine_all(int(fees, 16) / GWEI * 4 + 20, *waiting)
    assert len({each.result(20).hash for each in waiting}) == 3
    assert slow.count("latest") == slow.before + 3


def test_another_process_that_replaced_it_is_seen(slow, tmp_path):
    patient = Chain.open(slow.chain.url, tmp_path, fees=FeePolicy(stuck_seconds=3600))
    done = slow.pool.submit(
        lambda: patient.register_collection(slow.manager, root=b"\x07" * 32, size=1, terms_hash=b"\x02" * 32)
    )
    slow.until(lambda: slow.sent() and slow.count("pending") > slow.before)
    first = slow.sent()[0].hash
    slow.mine(100)
    again = slow.register(8)  # hands the first over once more, and must not lose it
    slow.until(lambda: len(slow.sent()) == 2 and slow.sent()[0].earlier)
    slow.mine_all(100, done, again)
    assert first != done.result(20).hash in slow.sent()[0].hashes
    assert again.result(20).hash != done.result().hash


def test_nothing_is_offered_above_the_ceiling(node, tmp_path):
    slow = Slow(node("anvil"), tmp_path, FeePolicy(stuck_seconds=0.2, most_wei=3 * GWEI))
    done = slow.register()
    slow.until(lambda: slow.sent())
    first = slow.sent()[0].since
    slow.until(lambda: slow.sent()[0].since > first + 0.6)  # looked at three times
    offered = fields_of(bytes.fromhex(slow.sent()[0].raw[2:]))
    assert offered["maxFeePerGas"] <= 3 * GWEI
    slow.mine_all(1, done)
    assert done.result(20).block > 0
    assert slow.chain.balance(slow.manager.address, NATIVE) > 0
