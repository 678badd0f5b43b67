"""The embedded devnet: an anvil that forgets nothing, whoever is killed when.

Any number of processes may open the same folder. The first that finds no node starts one, and it dies with
that process; the next call of any other process starts the next one. Rules that keep this safe:

- One lock per folder is held while a node is started or a transaction is sent. Readers need no lock.
- A transaction is in the journal, with its block's timestamp, before it is sent. A start loads the newest
  snapshot, replays what follows and compares each block hash: the head is the same as before, or DevnetError.
- A node counts as ours only if it answers with our chain id and our genesis hash. The gas limit of the
  genesis block is drawn at random per folder, so no two devnets have the same genesis.
- Blocks that others mined past us are kept by a snapshot as soon as we see them.

The chain's clock runs at least one second per block: it is ahead of the wall clock while blocks come faster.
"""

from __future__ import annotations

import gzip
import secrets
import threading
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from ledger.chain.anvil import AnvilProcess, find_anvil, free_port
from ledger.chain.errors import ChainUnavailableError, DevnetError, RpcError, WrongChainError
from ledger.chain.journal import Journal, Row
from ledger.chain.locks import held
from ledger.chain.rpc import LoopbackRpc
from ledger.chain.supervision import NodeNote, Serving, wait_until_up

_START_SECONDS = 30.0
_SNAPSHOT_BLOCKS = 500
_GAS_LIMIT = 30_000_000


class Devnet:
    """A development chain in `folder`. Safe to use from many threads and processes at once."""

    def __init__(self, folder: Path, chain_id: int = 31337, anvil: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._binary = find_anvil(anvil)
        self._process: AnvilProcess | None = None
        self._genesis_hash: str | None = None
        self._note = NodeNote(self._folder)
        self._thread = threading.local()  # .kept: this thread's connection and whom it leads to
        with self._held():
            self._journal = Journal(self._folder)
            kept = self._journal.meta("chain_id", str(chain_id))
            self._journal.meta("timestamp", str(int(time.time())))
            self._journal.meta("gas_limit", str(_GAS_LIMIT + secrets.randbelow(1 << 24)))
        if kept != str(chain_id):
            raise WrongChainError(f"the devnet in {folder} has chain id {kept}, not {chain_id}")
        self.chain_id = chain_id

    def ensure(self) -> str:
        """URL of the running node, started or healed if need be. Call it before each use."""
        return f"http://127.0.0.1:{(self._live() or self._healed()).port}"

    def connect(self) -> LoopbackRpc:
        """This thread's connection to the node, started or healed if need be; it breaks if the node dies."""
        return self._kept() or self._running() or self._healed()

    def rpc(self, method: str, *params: Any) -> Any:
        """Ask the node, and once more if it died meanwhile. To send transactions, use `send`."""
        try:
            return self.connect()(method, *params)
        except ChainUnavailableError:
            return self.connect()(method, *params)

    @property
    def genesis(self) -> str:
        """Hash of block 0."""
        if self._known_genesis() is None:
            self.ensure()
        return str(self._known_genesis())

    def _known_genesis(self) -> str | None:
        self._genesis_hash = self._genesis_hash or self._journal.meta("genesis")
        return self._genesis_hash

    def send(self, raw: bytes) -> dict[str, Any]:
        """Mine one signed transaction and return its receipt; it is durable before this returns.

        Raises RpcError if the node refuses it (nothing is kept), ChainUnavailableError if there is no node.
        """
        with self._held():
            try:
                node, timestamp = self._next_block(raw)
            except ChainUnavailableError:  # it died while we looked; nothing is written yet
                node, timestamp = self._next_block(raw)
            position = self._journal.open_row(timestamp, raw)
            receipt = self._mine(node, position, timestamp, raw)
            self._journal.close_row(position, receipt["blockHash"])
            if self._snapshot_due(position):
                with suppress(ChainUnavailableError):  # the next one will do
                    self._snapshot(self._ensure_held(), position)
            return receipt

    def _next_block(self, raw: bytes) -> tuple[LoopbackRpc, int]:
        """A node that can mine `raw` as its next block, and that block's timestamp."""
        node = self._ensure_held()
        self._settle_journal(node)
        _require_next_nonce(node, raw)
        return node, max(int(time.time()), _number(_head(node)["timestamp"]) + 1)

    def close(self) -> None:
        """Stop the node if this object started it; others start their own when they need one."""
        if self._process is not None and self._process.alive:
            with self._held():
                node = self._live()
                if node is not None:
                    self._settle_journal(node)
                    node.close()
                self._process.stop()
        self._journal.close()

    def _held(self) -> AbstractContextManager[None]:
        return held(self._folder / "devnet.lock")

    # -- the node

    def _kept(self) -> LoopbackRpc | None:
        """This thread's connection, if it is open and the node it leads to still serves the folder."""
        node, serving = getattr(self._thread, "kept", (None, None))
        return node if node is not None and node.is_open and serving == self._note.read() else None

    def _running(self) -> LoopbackRpc | None:
        """A new connection to the node that serves the folder, if it is up and ours."""
        serving = self._note.read()
        if serving is None:
            return None
        node = LoopbackRpc(serving.port)
        with suppress(ChainUnavailableError, RpcError):
            if self._is_ours(node):
                self._thread.kept = node, serving
                return node
        node.close()
        return None

    def _live(self) -> LoopbackRpc | None:
        """A connection that has just answered."""
        node = self._kept()
        if node is not None:
            with suppress(ChainUnavailableError):
                node("eth_chainId")
                return node
        return self._running()

    def _is_ours(self, node: LoopbackRpc) -> bool:
        same_chain = _number(node("eth_chainId")) == self.chain_id
        return same_chain and _genesis(node) == self._known_genesis()

    def _healed(self) -> LoopbackRpc:
        with self._held():
            return self._ensure_held()

    def _ensure_held(self) -> LoopbackRpc:
        node = self._live()
        if node is None:
            self._note.end_node()
            node = self._start()
        return node

    def _start(self) -> LoopbackRpc:
        previous = self._journal.meta("port")
        for attempt in range(5):  # somebody may take the port between our look and anvil's
            port = free_port(int(previous) if previous and attempt == 0 else None)
            process = self._process = AnvilProcess(self._binary, self._arguments(port), self._folder)
            node = wait_until_up(process, port, _START_SECONDS)
            if node is None:
                continue
            try:
                return self._bring_up(node, process)
            except BaseException:
                process.stop()
                raise
        raise DevnetError(f"anvil does not start: {process.last_words}")

    def _arguments(self, port: int) -> list[str]:
        value = self._journal.meta
        arguments = ["--host", "127.0.0.1", "--port", str(port), "--chain-id", str(self.chain_id), "--quiet"]
        arguments += ["--hardfork", "cancun", "--prune-history", "64", "--no-request-size-limit", "--no-cors"]
        arguments += ["--timestamp", str(value("timestamp")), "--gas-limit", str(value("gas_limit"))]
        arguments += ["--cache-path", str(self._folder / "cache")]
        snapshot = self._journal.newest_snapshot("").file
        return [*arguments, "--load-state", str(snapshot)] if snapshot else arguments

    def _bring_up(self, node: LoopbackRpc, process: AnvilProcess) -> LoopbackRpc:
        """Replay, then tell the other processes."""
        genesis = _genesis(node)
        if self._journal.meta("genesis", genesis) != genesis:
            raise DevnetError(f"anvil makes another genesis than before; {self._folder} needs anvil 1.7.1")
        snapshot = self._journal.newest_snapshot(genesis)
        if _head(node)["hash"] != snapshot.head:
            raise DevnetError(f"{snapshot.file} holds another head than when it was saved; delete the file")
        for row in self._journal.rows_after(snapshot.position):
            self._replay(node, row)
        serving = Serving(node.port, process.pid)
        self._journal.set_meta("port", str(node.port))
        self._note.write(serving, self.chain_id, genesis)
        self._thread.kept = node, serving
        return node

    # -- the journal

    def _replay(self, node: LoopbackRpc, row: Row) -> None:
        if row.raw is None:
            raise DevnetError(f"the snapshot with block {row.block_hash} is gone; restore {self._folder}")
        try:
            receipt = _mine(node, row.timestamp, row.raw)
        except RpcError:
            if row.block_hash is not None:
                raise
            self._journal.drop_row(row.position)  # it was refused then, too, but nobody was left to note it
            return
        if row.block_hash is None:
            self._journal.close_row(row.position, receipt["blockHash"])
        elif row.block_hash != receipt["blockHash"]:
            raise DevnetError(f"block {row.block_hash} came out different in replay; restore {self._folder}")

    def _mine(self, node: LoopbackRpc, position: int, timestamp: int, raw: bytes) -> dict[str, Any]:
        try:
            return _mine(node, timestamp, raw)
        except RpcError:
            self._journal.drop_row(position)
            raise
        except ChainUnavailableError:  # the node died under us: the next start replays the open row
            receipt = self._ensure_held()("eth_getTransactionReceipt", _hash_of(raw))
            if receipt is None:
                raise
            return dict(receipt)

    def _settle_journal(self, node: LoopbackRpc) -> None:
        """Close a row whose writer died, and keep blocks that were mined past us."""
        last = self._journal.last()
        if last is not None and last.block_hash is None and last.raw is not None:
            receipt = node("eth_getTransactionReceipt", _hash_of(last.raw))
            if receipt is None:
                self._journal.drop_row(last.position)
            else:
                self._journal.close_row(last.position, receipt["blockHash"])
            last = self._journal.last()
        head = _head(node)
        if head["hash"] != (last.block_hash if last else self._known_genesis()):
            self._snapshot(node, self._journal.add_foreign(_number(head["timestamp"]), head["hash"]))

    def _snapshot_due(self, position: int) -> bool:
        """Rarer as the chain grows, because a dump holds all of it."""
        return position - self._journal.newest_position() >= max(_SNAPSHOT_BLOCKS, position // 4)

    def _snapshot(self, node: LoopbackRpc, position: int) -> None:
        state = gzip.decompress(bytes.fromhex(node("anvil_dumpState")[2:]))
        self._journal.save_snapshot(position, _head(node)["hash"], state)


def _number(text: str) -> int:
    return int(text, 16)


def _head(node: LoopbackRpc) -> dict[str, Any]:
    return dict(node("eth_getBlockByNumber", "latest", False))


def _genesis(node: LoopbackRpc) -> str:
    return str(node("eth_getBlockByNumber", "0x0", False)["hash"])


def _hash_of(raw: bytes) -> str:
    from ledger.chain.encoding import keccak, to_hex

    return to_hex(keccak(raw))


def _mine(node: LoopbackRpc, timestamp: int, raw: bytes) -> dict[str, Any]:
    node("evm_setNextBlockTimestamp", timestamp)
    return dict(node("eth_sendRawTransactionSync", "0x" + raw.hex()))


def _require_next_nonce(node: LoopbackRpc, raw: bytes) -> None:
    """anvil would park a transaction with a later nonce and mine it unseen with another one."""
    from ledger.chain.signing import nonce_of

    sender, nonce = nonce_of(raw)
    expected = _number(node("eth_getTransactionCount", sender, "latest"))
    if nonce != expected:
        raise RpcError(f"nonce too {'low' if nonce < expected else 'high'}: {nonce}, next is {expected}")
