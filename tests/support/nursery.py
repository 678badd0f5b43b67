"""Run as a script: imports once what Selvage's programs need, and forks one for each line on stdin.

A line is the JSON [ARGUMENTS, ENVIRONMENT, CHANGED, PIPE, LOG]. The program writes to PIPE, its process id
first, and complains to LOG. Nothing here starts a thread before it forks: a child is as sound as a process of
its own.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import pytest

HEAVY = (
    *(
        "api.http.app",
        "api.jobs",
        "dbos",
        "uvicorn",
        "generator.archive",
        "watermark.torus",
        "provenance.signer",
    ),
    *("ledger.create", "ledger.license", "ledger.chain.client", "ledger.scan", "ledger.workflows.jobs"),
    *("alembic.command", "coincurve", "forensics.placing.known", "fsspec.implementations.local"),
    *("generator.motifs.house", "provenance.iscc", "watermark.line.mark", "watermark.marking"),
    "watermark.torus.search",
)


def main() -> None:
    for name in HEAVY:
        import_module(name)
    sys.path.append(str(Path(__file__).parent))
    import_module("looking").remember()
    import_module("hasty").hurry(pytest.MonkeyPatch())
    gc.freeze()  # what is imported is no garbage, and is not touched by those who share it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes them away
    for line in sys.stdin:
        arguments, environment, changed, pipe, log = json.loads(line)
        if os.fork() == 0:
            _become(environment, pipe, log)
            for name, value in changed.items():
                module, _, constant = name.rpartition(".")
                setattr(import_module(module), constant, value)
            from api.cli.app import run

            run(arguments)  # ends the process


def _become(environment: dict[str, str], pipe: str, log: str) -> None:
    """The outside of a process that was started by itself."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    for file, flags, taken in (
        (os.devnull, os.O_RDONLY, 0),
        (pipe, os.O_WRONLY, 1),
        (log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 2),
    ):
        opened = os.open(file, flags)
        os.dup2(opened, taken)
        os.close(opened)
    os.write(1, f"{os.getpid()}\n".encode())


if __name__ == "__main__":
    main()
