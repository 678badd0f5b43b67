"""A service on a ledger with a large book, and clients that ask it: for `bench.decide`."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from api.access import Role, issue
from bench._decide_book import (
    FREE,
    GRANTS,
    LICENSEES,
    REPORTED_EVERY,
    TILE,
    exclusive,
    party,
    question,
    standard,
    usage,
)
from bench._decide_ledger import Measured, opened
from bench._decide_ledger import figures as in_ledger
from bench._load import ask
from bench._serving import Service, serving
from ledger.context import Ledger
from ledger.domain.assets import Collection, Registration
from ledger.domain.brief_text import parse_brief, use_to_dict
from ledger.domain.ids import CollectionId, PartyId
from ledger.domain.terms_text import terms_hash, terms_to_dict
from ledger.domain.use import Use
from ledger.store import collections
from ledger.store.kept_tables import CountRow, ScopeRow
from ledger.store.scopes import rows as scope_rows
from ledger.store.tables import AssetRow, PartyRow
from ledger.store.text import dump
from ledger.store.trade_tables import GrantRow, OfferRow, UsageRow

COLLECTION = CollectionId("0c" * 16)
AT = "2020-01-01T00:00:00Z"
CHUNK = 5_000
CLIENTS, ASKED_OVER_HTTP = 32, 3_000
PROCESSES, WARMING = (1, 2), 2_000
RATES, SECONDS_AT_A_RATE, LATE_MS = (50, 100, 200, 300, 400, 600, 800), 5, 25
BRIEF = {
    "name": "Bench",
    "prompts": ["dots"],
    "palettes": [["#f4ead8", "#16324f"]],
    "count": 1,
    "size": 512,
    "seed": 1,
    "generator": "archive",
}


def fill(ledger: Ledger, grants: int = GRANTS) -> None:
    """A registered tile whose terms sell it in FREE, and so many licences of it everywhere else."""
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
        for table, found in _tables(grants).items():
            while part := list(islice(found, CHUNK)):
                tx.session.connection().execute(table.__table__.insert(), part)  # type: ignore[attr-defined]


def _tables(grants: int) -> dict[type[SQLModel], Iterator[dict[str, Any]]]:
    reported = range(0, grants, REPORTED_EVERY)
    return {
        OfferRow: (_offer(number) for number in range(grants)),
        GrantRow: (_grant(number) for number in range(grants)),
        ScopeRow: (
            row.model_dump() for n in range(grants) for row in scope_rows(f"{n:032x}", TILE, exclusive(n))
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


def figures(folder: Path, measured: Measured) -> dict[str, Any]:
    """The figures of `ledger` and of `http`, on a ledger in `folder`."""
    found = in_process(folder, measured, GRANTS)
    with opened(folder) as ledger:
        token = issue(ledger, "bench", Role.MANAGER)[0]
    return {"ledger": found, "http": over_http(folder, token)}


def in_process(folder: Path, measured: Measured, grants: int, database: str | None = None) -> dict[str, Any]:
    """The figures of a ledger that is made and filled."""
    with opened(folder, database) as ledger:
        began = time.perf_counter()
        fill(ledger, grants)
        filled = time.perf_counter() - began
        return {"seconds_to_fill": filled} | in_ledger(ledger, measured, grants)


def over_http(folder: Path, token: str) -> dict[str, Any]:
    """A service of one and of several processes, on the same ledger."""
    return {"clients": CLIENTS} | {
        f"{count}_processes": _of_processes(folder, token, count) for count in PROCESSES
    }


def _of_processes(folder: Path, token: str, count: int) -> dict[str, Any]:
    draw = random.Random(count)
    with serving(folder, "--no-worker", "--processes", str(count)) as service:
        ask(service, _requests(token, draw, WARMING * count), CLIENTS, None)
        found: dict[str, Any] = {}
        for name, keyed in (("without_key", False), ("with_key", True)):
            requests = _requests(token, draw, ASKED_OVER_HTTP, keyed)
            found[name] = {"at_once": ask(service, requests, CLIENTS, None)}
        return found | {"at_a_rate": _rates(service, token, draw)}


def _rates(service: Service, token: str, draw: random.Random) -> dict[str, Any]:
    """Higher rates in turn, without a key, and the highest before the first with one answer in 100 late."""
    found: dict[str, Any] = {}
    for rate in RATES:
        requests = _requests(token, draw, max(500, rate * SECONDS_AT_A_RATE))
        found[str(rate)] = ask(service, requests, CLIENTS, rate)
    in_time = takewhile(lambda rate: found[str(rate)]["ms_99th"] <= LATE_MS, RATES)
    return {"highest_rate_in_time": max(in_time, default=0)} | found


def _requests(token: str, draw: random.Random, count: int, keyed: bool = False) -> list[bytes]:
    keys = (draw.randbytes(16).hex() if keyed else None for _ in range(count))
    return [_request(token, *question(draw), key) for key in keys]


def _request(token: str, use: Use, who: PartyId, key: str | None) -> bytes:
    body = json.dumps({"asset": TILE, "party": who, "use": use_to_dict(use)}).encode()
    lines = ["POST /v1/decisions HTTP/1.1", "Host: bench", f"Authorization: Bearer {token}"]
    lines += [f"Idempotency-Key: {key}"] if key else []
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body
