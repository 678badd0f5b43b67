"""One sender, many threads and processes, crashes in between: no gap, nothing twice."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.chain import Chain, load_or_create_account
from ledger.chain.node import RemoteNode

# Issues invoices first..last of the manager, one after the other.
ISSUER = """
import os, signal, sys
from pathlib import Path
from ledger.chain import NATIVE, Chain, Invoice, Split, load_or_create_account
from ledger.chain.node import DevnetNode, RemoteNode
from ledger.chain.outbox import Outbox

url, folder, point = sys.argv[1], Path(sys.argv[2]), sys.argv[5]
manager = load_or_create_account(folder / "keys", "manager")

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

def sent_then_die(function):
    def wrapped(*arguments):
        function(*arguments)
        die()
    return wrapped

if point == "signed, not sent":
    DevnetNode.submit = RemoteNode.submit = die
if point == "sent, not answered":
    DevnetNode.submit, RemoteNode.submit = sent_then_die(DevnetNode.submit), sent_then_die(RemoteNode.submit)
with Chain.open(url, folder) as chain:
    for number in range(int(sys.argv[3]), int(sys.argv[4])):
        split = Split((manager.address,), (10_000,))
        reference, payer = number.to_bytes(32, "big"), manager.address
        chain.issue(manager, Invoice(reference, manager.address, payer, 5, NATIVE, 0, split))
"""


def issued(story) -> int:
    topic = story.chain._contract("RoyaltyVault").topic("InvoiceIssued")
    logs = RemoteNode(story.chain.url).rpc("eth_getLogs", {"fromBlock": "0x0", "topics": [topic]})
    assert len({log["topics"][1] for log in logs}) == len(logs)
    return len(logs)


def test_eight_threads(story):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: story.chain.issue(story.manager, story.invoice(n)), range(32)))
    assert len({tx.hash for tx in made}) == issued(story) == 32


def test_eight_threads_issue_the_same_invoice(story):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: story.chain.issue(story.manager, story.invoice(1)), range(8)))
    assert len(set(map(str, made))) == issued(story) == 1


def test_two_processes_beside_this_one(story, python, tmp_path):
    others = [python(ISSUER, "devnet:", tmp_path, first, first + 12, "") for first in (100, 200)]
    for number in range(12):
        story.chain.issue(story.manager, story.invoice(number))
    for other in others:
        assert other.communicate(timeout=60)[1] == ""
    assert issued(story) == 36


@pytest.mark.parametrize("point", ["signed, not sent", "sent, not answered"])
@pytest.mark.parametrize("kind", ["devnet", "anvil"])
def test_crash_around_sending(story, node, python, tmp_path, point, kind):
    if kind == "anvil":
        folder = tmp_path / "remote"
        url = node("anvil")
        chain = Chain.open(url, folder)
        manager = load_or_create_account(folder / "keys", "manager")
        chain.fund(manager.address, 10**18)
        chain.deploy(manager)
        story.chain.close()
        story.chain, story.manager = chain, manager
    else:
        url, folder = "devnet:", tmp_path
    crashed = python(ISSUER, url, folder, 1, 3, point)
    crashed.communicate(timeout=60)
    assert crashed.returncode == -signal.SIGKILL
    again = python(ISSUER, url, folder, 1, 4, "")
    assert again.communicate(timeout=60)[1] == ""
    assert issued(story) == 3
    count = RemoteNode(story.chain.url).rpc("eth_getTransactionCount", story.manager.address, "pending")
    latest = RemoteNode(story.chain.url).rpc("eth_getTransactionCount", story.manager.address, "latest")
    assert count == latest


def test_crash_while_deploying_deploys_nothing_twice(python, tmp_path, node):
    url, folder = node("anvil"), tmp_path / "half"
    code = """
import os, signal, sys
from pathlib import Path
from ledger.chain import Chain, load_or_create_account
from ledger.chain.deployment import DeploymentRecord
add, calls = DeploymentRecord.add, []
def dying(*arguments):
    calls.append(arguments)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return add(*arguments)
DeploymentRecord.add = dying
folder = Path(sys.argv[2])
chain = Chain.open(sys.argv[1], folder)
manager = load_or_create_account(folder / "keys", "manager")
chain.fund(manager.address, 10**18)
chain.deploy(manager)
"""
    crashed = python(code, url, folder)
    crashed.communicate(timeout=60)
    assert crashed.returncode == -signal.SIGKILL
    manager = load_or_create_account(Path(folder) / "keys", "manager")
    with Chain.open(url, folder) as chain:
        deployment = chain.deploy(manager)
        assert len(deployment.addresses) == 7
    assert int(RemoteNode(url).rpc("eth_getTransactionCount", manager.address, "latest"), 16) == 7
