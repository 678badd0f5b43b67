"""Which node serves a devnet folder: the note for other processes, and ending a node that must not serve."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ledger.chain.anvil import AnvilProcess
from ledger.chain.errors import ChainUnavailableError
from ledger.chain.rpc import LoopbackRpc


@dataclass(frozen=True)
class Serving:
    """A node that was ready when this was written down."""

    port: int
    pid: int


class NodeNote:
    """node.json in the folder. Written when a node is ready, removed before another is started."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "node.json"

    def read(self) -> Serving | None:
        try:
            note = json.loads(self._file.read_text())
            return Serving(int(note["port"]), int(note["pid"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, serving: Serving, chain_id: int, genesis: str) -> None:
        note = {"port": serving.port, "pid": serving.pid, "chain_id": chain_id, "genesis": genesis}
        temporary = self._file.with_suffix(".tmp")
        temporary.write_text(json.dumps(note))
        temporary.replace(self._file)

    def end_node(self) -> None:
        """Remove the note and kill the node it names: it must not answer to anybody any more."""
        serving = self.read()
        self._file.unlink(missing_ok=True)
        if serving is None:
            return
        with suppress(OSError):
            command = Path(f"/proc/{serving.pid}/cmdline").read_bytes()
            if str(self._folder).encode() in command:  # a process id is soon given to someone else
                os.kill(serving.pid, signal.SIGKILL)


def wait_until_up(process: AnvilProcess, port: int, seconds: float) -> LoopbackRpc | None:
    """A connection once it answers; None if it ended, as it does when the port was taken."""
    deadline = time.monotonic() + seconds
    while process.alive and time.monotonic() < deadline:
        node = LoopbackRpc(port)
        with suppress(ChainUnavailableError):
            node("eth_chainId")
            return node if process.alive else None
        time.sleep(0.02)
    process.stop()
    return None
