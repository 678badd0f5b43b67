"""Opens a real ledger in a folder: used by the fixtures, and run as a script by tests that kill it.

As a script: `opening.py FOLDER [POINT]` executes what is queued. At POINT it prints a line and stands still,
so that the test can kill it right there: `step:3` is after the work of the third step and before anything
remembers that it was done, `mined:KIND` after such a transaction was mined and before the database knows.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any


@contextmanager
def open_ledger(
    folder: Path, database_url: str | None = None, chain_url: str = "devnet:", chain_folder: str = "devnet"
) -> Iterator[Any]:
    """A ledger with the archive generator, the torus mark, its own PKI and an embedded devnet."""
    from generator import ArchiveGenerator
    from ledger.blobs import Blobs
    from ledger.chain import Chain
    from ledger.context import Engines, Ledger, identity
    from ledger.store import Store
    from provenance import ClaimSigner, Pki, StatementSigner, serve_tsa
    from watermark import TorusMark

    opened: list[Any] = []

    @cache
    def chain() -> Any:
        opened.append(Chain.open(chain_url, folder / chain_folder))
        return opened[-1]

    pki = Pki.create(folder / "pki", "Test Studio")
    store = Store.open(database_url or f"sqlite:///{folder}/ledger.sqlite")
    with serve_tsa(pki) as authority:
        engines = Engines(
            generators={"archive": ArchiveGenerator},
            watermarker=lambda: TorusMark(b"the key of the tests"),
            signer=lambda: ClaimSigner.from_pki(pki, authority.url),
            trust=lambda: pki.trust,
            statements=lambda: StatementSigner(pki),
        )
        blobs = Blobs.open(f"file://{folder}/blobs")
        clock = lambda: datetime.now(UTC)  # noqa: E731
        yield Ledger(identity(store), store, blobs, chain, engines, clock, folder / "keys")
    for each in opened:
        each.close()
    store.close()


def jobs_url(folder: Path) -> str:
    return f"sqlite:///{folder}/dbos.sqlite"


def _stand_still() -> None:
    print("standing still", flush=True)
    time.sleep(600)


def _stand_still_after_step(number: int) -> None:
    from ledger.workflows import running

    original, calls = running.attempt, 0

    def attempt(work: Any) -> Any:
        nonlocal calls
        calls += 1
        result = original(work)
        if calls == number:
            _stand_still()
        return result

    running.attempt = attempt


def _stand_still_when_mined(kind: str) -> None:
    from ledger import witness

    original = witness.record

    def record(tx: Any, sent: Any, subject: str) -> None:
        if sent.kind == kind:
            _stand_still()
        original(tx, sent, subject)

    witness.record = record


def main(folder: Path, point: str) -> None:
    from ledger.workflows import Jobs

    where, _, what = point.partition(":")
    if where == "step":
        _stand_still_after_step(int(what))
    if where == "mined":
        _stand_still_when_mined(what)
    with open_ledger(folder) as ledger:
        Jobs.open(ledger, jobs_url(folder), execute=True)
        print("executing", flush=True)
        time.sleep(600)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
