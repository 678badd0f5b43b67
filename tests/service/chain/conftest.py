"""Real chains for the tests: the embedded devnet, and other nodes started from node_modules."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from eth_account.signers.local import LocalAccount

from ledger.chain import (
    NATIVE,
    Chain,
    Invoice,
    Leaf,
    Licence,
    Split,
    collection_id,
    keccak,
    load_or_create_account,
)
from ledger.chain.anvil import find_anvil, free_port
from ledger.chain.errors import ChainError
from ledger.chain.node import RemoteNode

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Story:
    """A chain with our contracts, a funded manager and payer, and things to register, grant and bill."""

    chain: Chain
    manager: LocalAccount
    payer: LocalAccount
    payees: tuple[LocalAccount, ...]

    leaf = Leaf(5, b"\x01" * 32, 77)
    sibling = Leaf(6, b"\x02" * 32, 78).hash
    terms = b"\x0a" * 32

    @property
    def root(self) -> bytes:
        return keccak(b"".join(sorted((self.leaf.hash, self.sibling))))

    @property
    def proof(self) -> tuple[bytes, ...]:
        return (self.sibling,)

    @property
    def collection_id(self) -> int:
        return collection_id(self.manager.address, self.root)

    @property
    def dollar(self) -> str:
        return self.chain.deployment["TestDollar"]

    def register(self):  # type: ignore[no-untyped-def]
        return self.chain.register_collection(self.manager, root=self.root, size=2, terms_hash=self.terms)

    def invoice(self, number: int, amount: int = 1_000_001, currency: str | None = None) -> Invoice:
        split = Split(tuple(p.address for p in self.payees), (3333, 3333, 3334))
        reference = number.to_bytes(32, "big")
        return Invoice(
            reference, self.manager.address, self.payer.address, amount, currency or self.dollar, 9, split
        )

    def licence(self, number: int, **changes: object) -> Licence:
        fields = {
            "reference": number.to_bytes(32, "big"),
            "collection_id": self.collection_id,
            "leaf": self.leaf,
            "licensee": self.payer.address,
            "terms_hash": self.terms,
        }
        return Licence(**{**fields, **changes})  # type: ignore[arg-type]


def _tell(url: str, folder: Path) -> Story:
    """A story on the chain at `url`, ready to go."""
    chain = Chain.open(url, folder)
    names = ("manager", "payer", "ann", "ben", "cleo")
    manager, payer, *payees = (load_or_create_account(folder / "keys", name) for name in names)
    for account in (manager, payer):
        chain.fund(account.address, 10**18)
    chain.deploy(manager)
    chain.mint_test_dollars(manager, payer.address, 10_000_000)
    assert chain.balance(manager.address, NATIVE) > 0
    return Story(chain, manager, payer, tuple(payees))


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    made = _tell("devnet:", tmp_path)
    yield made
    made.chain.close()


@pytest.fixture
def tell() -> Callable[[str, Path], Story]:
    """Makes a story on any chain."""
    return _tell


@pytest.fixture
def python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Runs Python code in a process of its own; whatever is left of them is killed in the end."""
    running: list[subprocess.Popen[str]] = []

    def run(code: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def node() -> Iterator[Callable[..., str]]:
    """Starts a node that is not ours: `node("anvil", ...)` or `node("hardhat")` gives its URL."""
    running: list[subprocess.Popen[bytes]] = []

    def start(kind: str, *arguments: str, port: int | None = None) -> str:
        port = port or free_port()
        command = {
            "anvil": [str(find_anvil()), "--quiet", "--prune-history", "64"],
            "hardhat": ["node", str(ROOT / "node_modules/hardhat/dist/src/cli.js"), "node"],
        }[kind]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        process = subprocess.Popen(
            [*command, "--port", str(port), *arguments],
            cwd=ROOT,
            env={**os.environ, "PATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        running.append(process)
        _wait(f"http://127.0.0.1:{port}", process)
        return f"http://127.0.0.1:{port}"

    yield start
    for process in running:
        # The venv's `node` is a script that starts the real one: the group has both.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            RemoteNode(url).rpc("eth_chainId")
            return
        except ChainError:
            time.sleep(0.05)
    raise AssertionError("the node did not start")
