"""Run as a script, in a mount namespace of its own: commands on a disk that is full, then has room again.

    unshare --user --map-root-user --mount python small_disk.py FOLDER BRIEF FREE_KIB...

Prints one JSON line per FREE_KIB: exit code and answer of `generate` with no more room than that, those of
the same command once there is room, what is left half-written, and whether every tile and the book are whole.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import looking

DISK = "size=32m"
PIECE = 4096


# What the commands load when they are first used.
HEAVY = (
    *("alembic.command", "c2pa", "cv2", "dbos", "eth_account", "PIL.Image", "psycopg", "scipy.fft"),
    *("scipy.ndimage", "sqlmodel", "generator.archive", "watermark.torus", "provenance.signer"),
    *("ledger.chain.client", "ledger.create", "ledger.workflows.jobs", "forensics.fingerprints.prints"),
)


def main(data: Path, brief: str, levels: list[int]) -> None:
    for name in HEAVY:
        importlib.import_module(name)
    looking.remember()
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", DISK, "tmpfs", str(data)], check=True)
    for party in ("mara", "studio"):
        assert _selvage(data, "party", "add", party)[0] == 0
    assert _selvage(data, "party", "fund", "mara", "1 TUSD")[0] == 0
    for free in levels:
        command = ("generate", brief, "--key", f"with {free} KiB")
        filler = _fill(data, free * 1024)
        full = _selvage(data, *command)
        filler.unlink()
        again = _selvage(data, *command)
        print(json.dumps({"full": full, "again": again, **_state(data)}), flush=True)


def _fill(data: Path, leave: int) -> Path:
    filler = data / "filler"
    disk = os.statvfs(data)
    with filler.open("wb") as file:
        file.write(bytes(max(0, disk.f_bavail * disk.f_frsize - leave) // PIECE * PIECE))
    return filler


def _selvage(data: Path, *arguments: str) -> tuple[int, Any]:
    """The command in a process of its own; forked from this one, it need not import everything again."""
    from api.cli.app import run

    answer = data.with_name("answer.json")  # beside the disk that is full
    child = os.fork()
    if child == 0:
        os.dup2(os.open(answer, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), sys.stdout.fileno())
        run(["--data", str(data), *arguments, "--json"])  # ends the process
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(answer.read_text())


def _state(data: Path) -> dict[str, Any]:
    from api.compose import open_ledger
    from api.settings import load_settings
    from ledger import verify
    from ledger.store import assets, operations

    ledger = open_ledger(load_settings(data=data))
    with ledger.store.reading() as tx:
        tiles = list(assets.walk(tx))
        states = sorted({each.state.value for each in operations.page(tx)})
    whole = all(ledger.blobs.get(tile.signed.sha256) for tile in tiles)
    files = [path for path in (data / "blobs").rglob("*") if path.is_file()]
    pages = [path for path in files if "journal" in path.parts and "." not in path.name]
    kept = len(files) - len(pages)  # what was half-written counts, wherever it is
    return {
        "tiles": len(tiles),
        "whole": whole,
        "files": kept,
        "states": states,
        "entries": (last := verify.check_book(ledger)) and last.sequence,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], [int(text) for text in sys.argv[3:]])
