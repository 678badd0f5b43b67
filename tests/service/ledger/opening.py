"""Opens a real ledger in a folder: used by the fixtures, and run as a script by tests that kill workers.

As a script it is the nursery of workers: it imports everything once, and for each line [FOLDER, POINT, PIPE]
on stdin forks a process that executes what is queued in FOLDER and tells PIPE what it does, its id first. At
POINT it stands still, so that the test can kill it right there: `step:3` is after the work of the third step
and before anything remembers that it was done, `mined:KIND` after such a transaction was mined and before the
database knows.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HEAVY = (
    *("generator", "ledger.blobs", "ledger.chain.client", "ledger.store", "ledger.workflows"),
    *("provenance.signer", "watermark.torus"),
    *("coincurve", "forensics.placing.known", "fsspec.implementations.local"),
    *("generator.motifs.house", "provenance.iscc", "watermark.line.mark", "watermark.marking"),
    "watermark.torus.search",
)
Say = Callable[[object], None]


@contextmanager
def open_ledger(
    folder: Path, database_url: str | None = None, chain_url: str = "devnet:", chain_folder: str = "devnet"
) -> Iterator[Any]:
    """A ledger with the archive generator, the torus mark, its own PKI and an embedded devnet."""
    from generator import ArchiveGenerator, EmbeddedGenerator
    from ledger.blobs import JOURNAL, Blobs
    from ledger.chain import Chain
    from ledger.context import Engines, Ledger, identity
    from ledger.store import Store
    from provenance import ClaimSigner, Pki, StatementSigner, serve_tsa
    from provenance.pki import identities, signers
    from watermark import TorusMark

    opened: list[Any] = []

    @cache
    def chain() -> Any:
        opened.append(Chain.open(chain_url, folder / chain_folder))
        return opened[-1]

    pki = Pki.create(folder / "pki", "Test Studio")
    blobs = Blobs.open(f"file://{folder}/blobs")
    path = folder / "ledger.sqlite"
    if database_url is None and not path.exists():
        path.write_bytes(empty_database())
    store = Store.open(database_url or f"sqlite:///{path}", blobs.under(JOURNAL).put)
    with serve_tsa(pki) as authority:
        engines = Engines(
            generators={
                "archive": ArchiveGenerator,
                "embedded": lambda: EmbeddedGenerator.load(None, blobs.find),
            },
            watermarker=lambda: TorusMark(b"the key of the tests"),
            signer=lambda: ClaimSigner.from_pki(pki, authority.url),
            trust=lambda: pki.trust,
            statements=lambda: StatementSigner(pki),
            claim_serials=lambda: frozenset(signers(pki.folder)),
            identity_serials=lambda: frozenset(identities(pki.folder)),
        )
        clock = lambda: datetime.now(UTC)  # noqa: E731
        yield Ledger(identity(store), store, blobs, chain, engines, clock, folder / "keys")
    for each in opened:
        each.close()
    store.close()


@cache
def empty_database() -> bytes:
    """A ledger's database as a first start leaves it: made once, for it takes a quarter of a second."""
    from ledger.store import Store

    with TemporaryDirectory() as folder:
        path = Path(folder, "ledger.sqlite")
        Store.open(f"sqlite:///{path}", lambda *_: None).close()
        return path.read_bytes()


def jobs_url(folder: Path) -> str:
    return f"sqlite:///{folder}/dbos.sqlite"


def _stand_still(say: Say) -> None:
    say("standing still")
    time.sleep(600)


def _stand_still_after_step(number: int, say: Say) -> None:
    from ledger.workflows import running

    original, calls = running.attempt, 0

    def attempt(work: Any) -> Any:
        nonlocal calls
        calls += 1
        result = original(work)
        if calls == number:
            _stand_still(say)
        return result

    running.attempt = attempt


def _stand_still_when_mined(kind: str, say: Say) -> None:
    from ledger import witness

    original = witness.record

    def record(tx: Any, sent: Any, subject: str) -> None:
        if sent.kind == kind:
            _stand_still(say)
        original(tx, sent, subject)

    witness.record = record


def work(folder: Path, point: str, say: Say) -> None:
    from ledger.workflows import Jobs

    where, _, what = point.partition(":")
    if where == "step":
        _stand_still_after_step(int(what), say)
    if where == "mined":
        _stand_still_when_mined(what, say)
    with open_ledger(folder) as ledger:
        Jobs.open(ledger, jobs_url(folder), execute=True)
        say("executing")
        time.sleep(600)


def nursery() -> None:
    """Nothing here starts a thread before it forks, so a child is as sound as a process of its own."""
    for name in HEAVY:
        import_module(name)
    sys.path.append(str(Path(__file__).parents[2] / "support"))
    import_module("looking").remember()
    import_module("hasty").hurry(import_module("pytest").MonkeyPatch())
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel takes them away
    for line in sys.stdin:
        folder, point, pipe = json.loads(line)
        if os.fork() == 0:
            _live(Path(folder), point, Path(pipe))


def _live(folder: Path, point: str, pipe: Path) -> None:
    os.close(sys.stdin.fileno())
    with pipe.open("w", buffering=1) as out:
        say = partial(print, file=out)
        say(os.getpid())
        try:
            work(folder, point, say)
        finally:
            traceback.print_exc()
            os._exit(1)


if __name__ == "__main__":
    nursery()
