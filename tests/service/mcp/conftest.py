"""A registered collection on a devnet, and the real server as a process, asked by the SDK's own client."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from programs import START
from service_client import BRIEF, PARTIES, TERMS

from api.compose import open_ledger
from api.settings import load_settings
from ledger import create, parties, register
from ledger.context import Ledger
from ledger.domain.brief_text import parse_brief
from ledger.domain.ids import CollectionId, PartyId
from ledger.domain.money import Money
from ledger.domain.terms_text import parse_terms
from ledger.store import assets, money

FUNDS = 10**10  # 10,000.00 TUSD


@dataclass(frozen=True)
class Shop:
    """What is for sale, and the ledger it is in, which the servers open as well."""

    data: Path
    ledger: Ledger
    collection: CollectionId
    asset: str

    def serving(self, party: str, cap: str = "1000", day_cap: str = "1000") -> Client:
        """A client of a server of its own; enter it with `async with`."""
        given = ["mcp", "--party", party, "--cap", cap, "--day-cap", day_cap]
        command = ["-c", START, "--data", str(self.data), *given]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "SELVAGE_SCAN_BUDGET_SECONDS": "4"}
        return Client(StdioServerParameters(command=sys.executable, args=command, env=environment))

    def balance(self, party: str) -> int:
        """Minor units of the test dollar."""
        chain = self.ledger.chain()
        with self.ledger.store.reading() as tx:
            from ledger.store import parties as people

            address = people.get(tx, PartyId(party)).address
        return chain.balance(address, chain.deployment["TestDollar"])

    def invoices(self, party: str) -> int:
        with self.ledger.store.reading() as tx:
            return len(money.page(tx, PartyId(party), 100, 0))


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    settings = load_settings(data=tmp_path_factory.mktemp("agents") / "data")
    ledger = open_ledger(settings)
    for party in PARTIES:
        parties.add(ledger, party, party.title())
    planned = create.plan(ledger, parse_brief(BRIEF), parse_terms(TERMS), "agents")
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    create.make(ledger, draft.id)
    register.register(ledger, planned.id)
    for party in ("north-mill", "south-mill", "corner-shop"):
        parties.fund(ledger, PartyId(party), Money(FUNDS, "TUSD"))
    yield Shop(settings.data, ledger, planned.id, draft.id)
    ledger.chain().close()
    ledger.store.close()


@pytest.fixture(scope="session")
def use() -> Callable[..., dict[str, Any]]:
    def made(**other: Any) -> dict[str, Any]:
        return {"action": "reproduce", "product": "wallpaper", "territory": "GB", "units": 500, **other}

    return made
