"""kill -9 of the node, of its supervisor, of both: the head stays, nothing is lost or doubled."""

from __future__ import annotations

import inspect
import json
import signal
import threading
import time
from pathlib import Path

import pytest
from programs import end_process, has_ended, wait_until

from ledger.chain import Devnet, DevnetError, WrongChainError
from ledger.chain.anvil import AnvilProcess, find_anvil, free_port
from ledger.chain.errors import RpcError
from ledger.chain.signing import faucet_account

TARGET = "0x00000000000000000000000000000000000000AA"

# Sends transfers of 1 wei and prints each hash once it is acknowledged; dies where it is told to.
SENDER = """
import os, signal, sys
from pathlib import Path
from ledger.chain import Devnet, devnet as module
from ledger.chain.journal import Journal
from ledger.chain.signing import faucet_account

TARGET = "0x00000000000000000000000000000000000000AA"

folder, point, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
calls = 0

def dying(function, before):
    def wrapped(*arguments, **named):
        global calls
        calls += 1
        if calls == 3 and before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **named)
        if calls == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return wrapped

if point == "before the journal":
    Journal.open_row = dying(Journal.open_row, True)
if point == "between journal and node":
    module._mine = dying(module._mine, True)
if point == "between node and acknowledgement":
    module._mine = dying(module._mine, False)
if point == "before a snapshot is listed":
    module._SNAPSHOT_BLOCKS = 3
    Path.replace = dying(Path.replace, True)
if point == "after a snapshot":
    module._SNAPSHOT_BLOCKS = 2
    Journal.save_snapshot = dying(Journal.save_snapshot, False)

devnet = Devnet(folder)
for _ in range(count):
    print(transfer(devnet), flush=True)
input()  # the test says when it is over
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "devnet"


@pytest.fixture
def opened(folder):
    """Opens the folder, as often as asked, and closes all in the end."""
    devnets = []

    def open_again(**options) -> Devnet:
        devnets.append(Devnet(folder, **options))
        return devnets[-1]

    yield open_again
    for devnet in devnets:
        devnet.close()


def transfer(devnet: Devnet) -> str:
    node = devnet.connect()
    account = faucet_account()
    fields = {
        **{"type": 2, "chainId": 31337, "value": 1, "gas": 21_000, "to": TARGET, "data": "0x"},
        **{"maxFeePerGas": 3 * 10**9, "maxPriorityFeePerGas": 1},
        "nonce": int(node("eth_getTransactionCount", account.address, "latest"), 16),
    }
    raw = bytes(account.sign_transaction(fields).raw_transaction)
    return devnet.send(raw)["transactionHash"]


def sender() -> str:
    """SENDER, with `transfer` in it."""
    return SENDER.replace(
        "devnet = Devnet(folder)", inspect.getsource(transfer) + "\ndevnet = Devnet(folder)"
    )


def head(devnet: Devnet) -> str:
    return devnet.rpc("eth_getBlockByNumber", "latest", False)["hash"]


def received(devnet: Devnet) -> int:
    return int(devnet.rpc("eth_getBalance", TARGET, "latest"), 16)


def pid_of(folder: Path) -> int:
    return json.loads((folder / "node.json").read_text())["pid"]


def test_killed_node_comes_back_with_the_same_head(opened, folder):
    devnet = opened()
    hashes = [transfer(devnet) for _ in range(5)]
    for _ in range(2):
        before = head(devnet)
        end_process(pid_of(folder))
        assert head(devnet) == before
        hashes.append(transfer(devnet))
    assert received(devnet) == 7
    assert all(devnet.rpc("eth_getTransactionReceipt", h)["status"] == "0x1" for h in hashes)


def test_node_killed_in_the_middle_of_a_transaction(opened, folder, monkeypatch):
    from ledger.chain import devnet as module

    devnet = opened()
    transfer(devnet)
    mine, calls = module._mine, []

    def interrupted(node, timestamp, raw):
        calls.append(raw)
        if len(calls) == 1:
            end_process(pid_of(folder))
        return mine(node, timestamp, raw)

    monkeypatch.setattr(module, "_mine", interrupted)
    transfer(devnet)
    assert received(devnet) == 2


def test_node_killed_while_a_block_is_prepared(opened, folder, monkeypatch):
    from ledger.chain import devnet as module

    devnet = opened()
    transfer(devnet)
    require, calls = module._require_next_nonce, []

    def interrupted(node, raw):
        calls.append(raw)
        if len(calls) == 1:
            end_process(pid_of(folder))
        require(node, raw)

    monkeypatch.setattr(module, "_require_next_nonce", interrupted)
    transfer(devnet)
    assert received(devnet) == 2


@pytest.mark.parametrize(
    ("point", "acknowledged", "kept"),
    [
        ("before the journal", 2, 2),
        ("between journal and node", 2, 3),
        ("between node and acknowledgement", 2, 3),
        ("before a snapshot is listed", None, None),
        ("after a snapshot", None, None),
    ],
)
def test_killed_supervisor(opened, folder, python, point, acknowledged, kept):
    process = python(sender(), folder, point, 12)
    printed = process.communicate(timeout=60)[0].split()
    assert process.returncode == -signal.SIGKILL
    devnet = opened()
    node = devnet.connect()
    assert all(node("eth_getTransactionReceipt", h)["status"] == "0x1" for h in printed)
    if acknowledged is not None:
        assert (len(printed), received(devnet)) == (acknowledged, kept)
    assert len(printed) <= received(devnet) <= len(printed) + 1
    before, total = head(devnet), received(devnet)
    transfer(devnet)
    assert received(devnet) == total + 1
    assert head(devnet) != before


def test_node_dies_with_its_supervisor_and_the_other_process_takes_over(opened, folder, python):
    supervisor = python(sender(), folder, "nowhere", 3)
    for _ in range(3):
        supervisor.stdout.readline()
    devnet = opened()
    assert received(devnet) == 3
    assert devnet._process is None
    before, pid = head(devnet), pid_of(folder)
    supervisor.kill()
    supervisor.wait()
    assert head(devnet) == before
    assert pid_of(folder) != pid
    wait_until(lambda: has_ended(pid), 0.01)
    transfer(devnet)
    assert received(devnet) == 4


def test_supervisor_and_node_killed_together(opened, folder, python):
    supervisor = python(sender(), folder, "nowhere", 4)
    hashes = [supervisor.stdout.readline().strip() for _ in range(4)]
    end_process(pid_of(folder))
    supervisor.kill()
    supervisor.wait()
    node = opened().connect()
    assert int(node("eth_getTransactionCount", faucet_account().address, "latest"), 16) == 4
    assert all(node("eth_getTransactionReceipt", h) for h in hashes)


def test_stranger_on_our_port_is_not_taken_for_ours(opened, folder, node):
    devnet = opened()
    transfer(devnet)
    before = head(devnet)
    port = json.loads((folder / "node.json").read_text())["port"]
    end_process(pid_of(folder))
    node("anvil", port=port)
    assert head(devnet) == before
    assert json.loads((folder / "node.json").read_text())["port"] != port


def test_leftover_of_ours_is_ended_before_a_new_node_starts(opened, folder):
    devnet = opened()
    transfer(devnet)
    before, pid = head(devnet), pid_of(folder)
    state = json.loads((folder / "node.json").read_text())
    (folder / "node.json").write_text(json.dumps({**state, "port": free_port()}))
    assert head(devnet) == before
    assert pid_of(folder) != pid
    wait_until(lambda: has_ended(pid), 0.01)


def test_snapshots_bound_the_replay_and_a_damaged_one_is_passed_over(opened, folder, monkeypatch):
    from ledger.chain import devnet as module

    monkeypatch.setattr(module, "_SNAPSHOT_BLOCKS", 3)
    devnet = opened()
    for _ in range(8):
        transfer(devnet)
    before = head(devnet)
    files = sorted(folder.glob("snapshot-*.json"))
    assert [int(f.stem.split("-")[1]) for f in files] == [3, 6]
    end_process(pid_of(folder))
    assert (head(devnet), received(devnet)) == (before, 8)
    for damaged in (files[1], files[0]):
        damaged.write_bytes(damaged.read_bytes()[:-100])
        end_process(pid_of(folder))
        assert (head(devnet), received(devnet)) == (before, 8)


def test_blocks_mined_past_us_are_kept(opened, folder):
    devnet = opened()
    transfer(devnet)
    devnet.rpc("evm_mine")
    transfer(devnet)
    before = head(devnet)
    end_process(pid_of(folder))
    assert head(devnet) == before
    devnet.rpc("evm_mine")
    before = head(devnet)
    devnet.close()
    assert head(opened()) == before


def test_refused_transaction_leaves_nothing(opened):
    devnet = opened()
    transfer(devnet)
    before = head(devnet)
    account = faucet_account()
    fields = {
        **{"type": 2, "chainId": 31337, "value": 10**30, "gas": 21_000, "to": TARGET, "data": "0x"},
        **{"maxFeePerGas": 3 * 10**9, "maxPriorityFeePerGas": 1, "nonce": 1},
    }
    for change, words in (({}, "nsufficient"), ({"nonce": 0}, "too low"), ({"nonce": 2}, "too high")):
        raw = bytes(account.sign_transaction({**fields, **change}).raw_transaction)
        with pytest.raises(RpcError, match=words):
            devnet.send(raw)
    assert head(devnet) == before
    transfer(devnet)
    assert received(devnet) == 2


def test_two_folders_are_two_chains(opened, tmp_path):
    first, second = opened(), Devnet(tmp_path / "other")
    try:
        assert first.genesis != second.genesis
        assert first.ensure() != second.ensure()
    finally:
        second.close()


def test_folder_keeps_its_chain_id(opened, folder):
    opened()
    with pytest.raises(WrongChainError, match="31337"):
        Devnet(folder, chain_id=1337)


def test_missing_anvil_is_named(tmp_path, monkeypatch):
    with pytest.raises(DevnetError, match="not a program"):
        Devnet(tmp_path, anvil=tmp_path / "nothing")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ledger.chain.anvil.__file__", str(tmp_path / "a/b/c/anvil.py"))
    with pytest.raises(DevnetError, match="make setup"):
        Devnet(tmp_path / "devnet")


def test_anvil_that_cannot_start_says_why(tmp_path, monkeypatch):
    from ledger.chain import devnet as module

    broken = tmp_path / "anvil"
    broken.write_text("#!/bin/sh\necho no such luck >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(module, "_START_SECONDS", 5.0)
    with pytest.raises(DevnetError, match="no such luck"):
        Devnet(tmp_path / "devnet", anvil=broken).ensure()


def test_journal_that_is_no_database_is_named(folder):
    folder.mkdir()
    (folder / "journal.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(DevnetError, match=r"journal\.sqlite"):
        Devnet(folder)


def test_tethered_process_ends_when_its_thread_was_not_the_one_that_asked(tmp_path):
    """The kernel watches the thread that forked; a pool thread that ends must not take the node along."""
    started = []
    thread = threading.Thread(
        target=lambda: started.append(AnvilProcess(find_anvil(), ["--port", str(free_port())], tmp_path))
    )
    thread.start()
    thread.join()
    time.sleep(0.3)
    assert started[0].alive
    started[0].stop()
    assert not started[0].alive
