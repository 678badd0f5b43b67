"""The anvil program: finding it, and running it as a child that cannot outlive us."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

from ledger.chain import tether
from ledger.chain.errors import DevnetError

_PACKAGES = ("anvil-linux-amd64", "anvil-linux-arm64", "anvil-darwin-arm64", "anvil-darwin-amd64")


def find_anvil(setting: Path | None = None) -> Path:
    """The anvil binary: `setting`, else node_modules beside or above this package, else PATH."""
    if setting is not None:
        if not os.access(setting, os.X_OK):
            raise DevnetError(f"{setting} is not a program; point the anvil setting at the anvil binary")
        return setting
    folders = [Path.cwd(), *Path(__file__).resolve().parents[1:4]]
    candidates = [f / "node_modules/@foundry-rs" / p / "bin/anvil" for f in folders for p in _PACKAGES]
    found = next((str(c) for c in candidates if os.access(c, os.X_OK)), None) or shutil.which("anvil")
    if found is None:
        raise DevnetError("no anvil binary found; run make setup, or name one in the anvil setting")
    return Path(found)


def free_port(preferred: int | None = None) -> int:
    """`preferred` if nothing listens there, else any free port on loopback."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections linger on a port
            try:
                probe.bind(("127.0.0.1", port or 0))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DevnetError("no free port on 127.0.0.1")


class AnvilProcess:
    """A running anvil. It dies with this process, however this process dies (on Linux even by kill -9)."""

    def __init__(self, binary: Path, arguments: list[str], folder: Path) -> None:
        self._log = folder / "anvil.log"
        self._owner = os.getpid()
        self._command = _tethered(self._owner, [str(binary), *arguments])
        self._folder = folder
        self._started = threading.Event()
        self._popen: subprocess.Popen[bytes] | None = None
        # The kernel ties a child to the thread that made it, so that thread must live as long as the child.
        threading.Thread(target=self._live, name="anvil", daemon=True).start()
        self._started.wait()
        atexit.register(self.stop)

    def _live(self) -> None:
        environment = {"HOME": str(self._folder), "PATH": os.environ.get("PATH", "")}
        try:
            with self._log.open("wb") as log:
                self._popen = subprocess.Popen(  # noqa: S603  # our own command line
                    self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
                )
        finally:
            self._started.set()
        self._popen.wait()

    @property
    def pid(self) -> int:
        return self._popen.pid if self._popen else 0

    @property
    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    @property
    def last_words(self) -> str:
        """The end of what it printed, for error messages."""
        return self._log.read_text(errors="replace")[-500:].strip() if self._log.exists() else ""

    def stop(self) -> None:
        """Kills it: all that is worth keeping is in the journal. Nothing happens in a forked copy."""
        atexit.unregister(self.stop)
        if self._owner == os.getpid() and self._popen is not None and self.alive:
            self._popen.kill()
            self._popen.wait()


def _tethered(parent: int, command: list[str]) -> list[str]:
    return [sys.executable, "-I", "-S", tether.__file__, str(parent), *command]
