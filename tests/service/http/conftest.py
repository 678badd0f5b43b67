"""One real service for all tests of this folder: a ledger in a data folder, its devnet, uvicorn.

Its worker is a process of its own, because one process executes the jobs of one ledger at a time, and other
tests of this session have ledgers of their own.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from crawling import TERMS as CRAWLED
from crawling import Crawler
from programs import Program
from resolving import foreign_stores
from service_client import BRIEF, PARTIES, TERMS, USE, Client

from api.access import Role, issue
from api.compose import open_jobs, open_ledger
from api.http.app import create_app
from api.http.services import Services
from api.settings import load_settings
from ledger import parties
from ledger.context import Ledger

UPLOAD_LIMIT = 8 * 1024 * 1024
ANSWERS_KEPT = timedelta(days=2)
# Of tiles that take seconds each: drawn to measure a style, trained on, and decided about.
FEWER = {
    "generator.style.score.DRAWN": 1,
    "generator.style.tiles.FEWEST": 4,
    "generator.critic.taste.FEWEST": 10,
    "generator.critic.taste.FEWEST_OF_EACH": 5,
}
CRAWLERS = (f"crawler-{number}" for number in itertools.count())


@dataclass(frozen=True)
class House:
    """A running service."""

    url: str
    ledger: Ledger

    def token(self, role: str, party: str | None = None, days: int | None = 1) -> str:
        return issue(self.ledger, f"{role} of the tests", Role(role), party, days)[0]

    def client(self, token: str | None) -> Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Client(base_url=self.url, headers=headers, timeout=60, trust_env=False)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = load_settings(data=tmp_path_factory.mktemp("data"), scan_budget_seconds=4)
    ledger = open_ledger(settings)
    for party in PARTIES:
        parties.add(ledger, party, party.title())
    worker = Program(settings.data, "worker", log=settings.data / "worker.log", changed=FEWER).start()
    jobs = open_jobs(settings, ledger, execute=False)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(Services(ledger, jobs, UPLOAD_LIMIT, ANSWERS_KEPT)),
            port=0,
            log_level="error",
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield House(f"http://127.0.0.1:{port}", ledger)
    server.should_exit = True
    thread.join()
    jobs.close()
    ledger.chain().close()
    worker.end()


@pytest.fixture(scope="module")
def fewer() -> Iterator[None]:
    """The service asks for as few as its worker."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in FEWER.items():
            patched.setattr(name, value)
        yield


@pytest.fixture(scope="session")
def manager(house: House) -> Iterator[Client]:
    with house.client(house.token("manager")) as client:
        yield client


@pytest.fixture(scope="session")
def auditor(house: House) -> Iterator[Client]:
    with house.client(house.token("auditor")) as client:
        yield client


@pytest.fixture(scope="session")
def mill(house: House) -> Iterator[Client]:
    """The licensee north-mill."""
    with house.client(house.token("licensee", "north-mill")) as client:
        yield client


@pytest.fixture(scope="session")
def rival(house: House) -> Iterator[Client]:
    """The licensee south-mill."""
    with house.client(house.token("licensee", "south-mill")) as client:
        yield client


@pytest.fixture(scope="session")
def collection(manager: Client) -> str:
    """A registered collection of one tile."""
    return manager.publish({"brief": BRIEF, "terms": TERMS})


@pytest.fixture(scope="session")
def asset(manager: Client, collection: str) -> str:
    return manager.tiles(collection)[0]


@pytest.fixture(scope="session")
def use() -> dict[str, Any]:
    return dict(USE)


@pytest.fixture(scope="session")
def plan() -> dict[str, Any]:
    """The body of a new collection."""
    return {"brief": dict(BRIEF), "terms": dict(TERMS)}


@pytest.fixture(scope="session")
def pay(house: House) -> Callable[[str], dict[str, Any]]:
    """Sign the payment of an invoice with the payer's devnet key, after filling their account."""
    from ledger import settle
    from ledger.domain.ids import InvoiceId, PartyId
    from ledger.domain.money import Money
    from ledger.store import money

    def sign(invoice: str) -> dict[str, Any]:
        with house.ledger.store.reading() as tx:
            payer = money.get(tx, InvoiceId(invoice)).payer
        parties.fund(house.ledger, PartyId(payer), Money(10**10, "TUSD"))
        return settle.sign(house.ledger, InvoiceId(invoice)).to_dict()

    return sign


@pytest.fixture
def buyer(house: House, asset: str) -> Any:
    """See x402_buyer."""
    from x402_buyer import Buyer

    return Buyer(house, asset)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def make(house: Any) -> Callable[[], Crawler]:
    def made() -> Crawler:
        from api.access import Role, issue

        name = next(CRAWLERS)
        parties.add(house.ledger, name, name.title())
        key, record = issue(house.ledger, name, Role.LICENSEE, name, 1)
        return Crawler(house, name, record.sha256, key)

    return made


@pytest.fixture
def crawler(make: Callable[[], Crawler]) -> Crawler:
    return make()


@pytest.fixture(scope="session")
def tiles(manager: Client) -> list[str]:
    """The paths of the two tiles of a collection of our own."""
    brief = {**BRIEF, "name": "Reading Room", "seed": 31, "count": 2}
    name = manager.publish({"brief": brief, "terms": CRAWLED})
    return [f"/v1/public/collections/{name}/assets/{each}/file" for each in manager.tiles(name)]


@pytest.fixture
def anybody(house: Any) -> Iterator[Any]:
    with house.client(None) as client:
        yield client


@pytest.fixture(scope="module")
def tile(manager: Any, asset: str) -> dict[str, Any]:
    found: dict[str, Any] = manager.get(f"/v1/assets/{asset}").json()
    return found


@pytest.fixture(scope="module")
def signed(manager: Any, asset: str) -> bytes:
    data: bytes = manager.get(f"/v1/assets/{asset}/file").content
    return data


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return foreign_stores(tmp_path_factory.mktemp("foreign"))
