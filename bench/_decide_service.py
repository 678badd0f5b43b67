"""A service on a ledger with a large book, and clients that ask it: for `bench.decide`."""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from api.access import Role, issue
from api.compose import open_ledger
from api.settings import load_settings
from bench._decide_book import (
    DAY,
    FREE,
    GRANTS,
    LICENSEES,
    REPORTED_EVERY,
    exclusive,
    party,
    question,
    standard,
    usage,
)
from ledger.context import Ledger
from ledger.domain.assets import Collection, Registration
from ledger.domain.brief_text import parse_brief, use_to_dict
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.terms_text import terms_hash, terms_to_dict
from ledger.store import collections
from ledger.store.kept_tables import CountRow, ScopeRow
from ledger.store.scopes import rows as scope_rows
from ledger.store.tables import AssetRow, PartyRow
from ledger.store.text import dump
from ledger.store.trade_tables import GrantRow, OfferRow, UsageRow

TILE, COLLECTION = AssetId("0a" * 16), CollectionId("0c" * 16)
AT = "2020-01-01T00:00:00Z"
CHUNK = 5_000
CLIENTS, IN_PROCESS, ASKED_OVER_HTTP = 32, 1_000, 960
RATES = (20, 50)
BRIEF = {
    "name": "Bench",
    "prompts": ["dots"],
    "palettes": [["#f4ead8", "#16324f"]],
    "count": 1,
    "size": 512,
    "seed": 1,
    "generator": "archive",
}


def fill(ledger: Ledger) -> None:
    """A registered tile whose terms sell it in FREE, and GRANTS licences of it everywhere else."""
    with ledger.store.transaction() as tx:
        tx.session.add_all(
            PartyRow(id=party(number), name="Mill", address="0x" + "1" * 40, added_at=AT)
            for number in range(LICENSEES)
        )
        terms = standard(FREE)
        collections.add(tx, Collection(COLLECTION, parse_brief(BRIEF), AT), terms)
        where = Registration(31337, "0x" + "2" * 40, "1", "0x" + "3" * 64, "0x" + terms_hash(terms), "0x", 0)
        collections.register(tx, COLLECTION, where)
        made = {
            "sha256": "ff" * 32,
            "mime": "image/png",
            "manifest": "{}",
            "quality": "{}",
            "fingerprint": "{}",
        }
        tx.session.add(AssetRow(id=TILE, collection=COLLECTION, index=0, mark=1, recipe="{}", **made))
        tx.session.flush()
        for table, found in _tables().items():
            while part := list(islice(found, CHUNK)):
                tx.session.connection().execute(table.__table__.insert(), part)  # type: ignore[attr-defined]


def _tables() -> dict[type[SQLModel], Iterator[dict[str, Any]]]:
    reported = range(0, GRANTS, REPORTED_EVERY)
    return {
        OfferRow: (_offer(number) for number in range(GRANTS)),
        GrantRow: (_grant(number) for number in range(GRANTS)),
        ScopeRow: (
            row.model_dump() for n in range(GRANTS) for row in scope_rows(f"{n:032x}", TILE, exclusive(n))
        ),
        UsageRow: (_usage(number) for number in reported),
        CountRow: (_count(number) for number in reported),
    }


def _offer(number: int) -> dict[str, Any]:
    use = dump(use_to_dict(usage(number).use))
    return {
        "id": f"{number:032x}", "asset": TILE, "licensee": party(number), "use": use, "terms_hash": "00",
        "price_minor": "1", "currency": "TUSD", "made_at": AT,
    }  # fmt: skip


def _grant(number: int) -> dict[str, Any]:
    return {
        "id": f"{number:032x}", "offer": f"{number:032x}", "asset": TILE, "licensee": party(number),
        "action": "reproduce", "terms": dump(terms_to_dict(exclusive(number))), "terms_hash": "00",
        "granted_at": AT, "tx": "0x00", "gas": 0, "state": "in-force",
    }  # fmt: skip


def _usage(number: int) -> dict[str, Any]:
    made = usage(number)
    day = made.reported_on.isoformat()
    return {"id": made.id, "licence": made.licence, "use": dump(use_to_dict(made.use)), "reported_on": day}


def _count(number: int) -> dict[str, Any]:
    made = usage(number)
    return {
        "licence": made.licence, "units": str(made.use.units), "revenue": "0", "generations": "0",
        "allotted": "0", "last_report": made.reported_on.isoformat(),
    }  # fmt: skip


def figures(folder: Path, measured: Callable[[Callable[..., str], int], dict[str, Any]]) -> dict[str, Any]:
    """The figures of `ledger` and of `http`, on a ledger in `folder`."""
    from ledger import decide, signed

    settings = load_settings(data=folder)
    ledger = open_ledger(settings, lambda: datetime.combine(DAY, datetime.min.time(), UTC))
    began = time.perf_counter()
    fill(ledger)
    filled = time.perf_counter() - began
    plain = measured(lambda use, who: decide.decide(ledger, TILE, who, use)[0].outcome.value, IN_PROCESS)
    told = measured(lambda use, who: signed.decide(ledger, TILE, who, use).decision.outcome.value, IN_PROCESS)
    token = issue(ledger, "bench", Role.MANAGER)[0]
    ledger.store.close()
    return {
        "seconds_to_fill": filled,
        "ledger": {"plain": plain, "signed": told},
        "http": over_http(folder, token),
    }


def over_http(folder: Path, token: str) -> dict[str, Any]:
    """Every client asks again at once; then all together at fixed rates, timed from when each was due."""
    with serving(folder) as (address, process):
        asyncio.run(Clients(address, token, keyed=False).ask(2 * CLIENTS, None))
        found: dict[str, Any] = {"clients": CLIENTS}
        for name, keyed in (("without_key", False), ("with_key", True)):
            found[name] = {"at_once": _timed(process, Clients(address, token, keyed), None)}
            for rate in RATES:
                found[name][f"at_{rate}_a_second"] = _timed(process, Clients(address, token, keyed), rate)
        return found


@contextmanager
def serving(folder: Path) -> Iterator[tuple[tuple[str, int], int]]:
    """`selvage serve` on a data folder: its address, and its process."""
    command = [sys.executable, "-c", "from api.cli import main; main()", "--data", str(folder)]
    command += ["serve", "--port", "0", "--no-worker", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            host, port = json.loads(process.stdout.readline())["url"].removeprefix("http://").split(":")
            yield (host, int(port)), process.pid
        finally:
            process.terminate()


def _timed(process: int, clients: Clients, rate: int | None) -> dict[str, Any]:
    before, began = _cpu_seconds(process), time.perf_counter()
    asyncio.run(clients.ask(ASKED_OVER_HTTP, rate))
    took, used = time.perf_counter() - began, _cpu_seconds(process) - before
    ordered = sorted(clients.seconds)
    return {
        "decisions": len(ordered),
        "per_second": len(ordered) / took,
        "ms_median": 1000 * statistics.median(ordered),
        "ms_99th": 1000 * ordered[int(0.99 * len(ordered))],
        "cpu_ms_of_the_service": 1000 * used / len(ordered),
        "outcomes": dict(sorted(clients.outcomes.items())),
    }


def _cpu_seconds(process: int) -> float:
    """User and system time of a process (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Clients:
    """CLIENTS connections that are kept open; each sends one request at a time."""

    def __init__(self, address: tuple[str, int], token: str, keyed: bool) -> None:
        self.address, self.token, self.keyed = address, token, keyed
        self.seconds: list[float] = []
        self.outcomes = Counter[str]()
        self.run = random.randrange(2**63)

    async def ask(self, count: int, rate: int | None) -> None:
        each, began = count // CLIENTS, time.perf_counter() + 0.1
        await asyncio.gather(*(self._client(number, each, rate, began) for number in range(CLIENTS)))

    async def _client(self, number: int, count: int, rate: int | None, began: float) -> None:
        draw = random.Random(number)
        reader, writer = await asyncio.open_connection(*self.address)
        for step in range(count):
            request = self._request(draw, f"{self.run}-{number}-{step}")
            due = time.perf_counter()
            if rate:
                due = began + (step * CLIENTS + number) / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            writer.write(request)
            answer = await _answer(reader)
            self.seconds.append(time.perf_counter() - due)
            self.outcomes[answer["outcome"]] += 1
        writer.close()

    def _request(self, draw: random.Random, key: str) -> bytes:
        use, who = question(draw)
        body = json.dumps({"asset": TILE, "party": who, "use": use_to_dict(use)}).encode()
        lines = ["POST /v1/decisions HTTP/1.1", "Host: bench", f"Authorization: Bearer {self.token}"]
        lines += [f"Idempotency-Key: {key}"] if self.keyed else []
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
        return "\r\n".join(lines).encode() + body


async def _answer(reader: asyncio.StreamReader) -> dict[str, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    body: dict[str, Any] = json.loads(await reader.readexactly(length))
    if not head.startswith(b"http/1.1 200"):
        raise SystemExit(f"the service answered {body}")
    return body
