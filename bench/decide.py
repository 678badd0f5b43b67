"""Decisions a second against a book of 100,000 licences of one tile, and milliseconds for each.

`book`: the pure rules on the whole book in memory. `ledger`: a ledger on SQLite, in process. `http`: a
service of one and of two processes on it, asked by 32 clients, each of which asks again as soon as it has its
answer, and again at fixed rates, of which `highest_rate_in_time` is the highest up to which 99 of 100
answers took 25 ms or less. The clients use the same cores: what they take is told beside it. `postgresql`: a
ledger on PostgreSQL with a tenth of the licences, in process; what the server takes is not in `cpu_ms`. All
asked are a third permitted, a third denied and a third offered for money.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import _decide_service as service
from bench._decide_book import DAY, FREE, GRANTS, REPORTED_EVERY, grant, question, standard, usage
from bench._decide_ledger import postgres
from bench._serving import spread
from ledger.domain.ids import PartyId
from ledger.domain.licence import Book
from ledger.domain.rights import decide
from ledger.domain.use import Use

ASKED, FEWER = 10_000, 10_000
Asked = Callable[[Use, PartyId], str]


def main() -> None:
    figures: dict[str, Any] = {"grants": GRANTS, "load_before": os.getloadavg()[0], "book": in_memory()}
    with tempfile.TemporaryDirectory() as folder:
        figures |= service.figures(Path(folder), measured)
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as url:
        figures["postgresql"] = service.in_process(Path(folder, "data"), measured, FEWER, url)
    print(json.dumps({**figures, "load_after": os.getloadavg()[0]}))


def in_memory() -> dict[str, Any]:
    """The pure rules on the whole book."""
    began = time.perf_counter()
    grants = tuple(grant(number) for number in range(GRANTS))
    book = Book(grants, tuple(usage(number) for number in range(0, GRANTS, REPORTED_EVERY)))
    made = time.perf_counter()
    there, everywhere = standard(FREE), standard("worldwide")

    def ask(use: Use, party: PartyId) -> str:
        terms = there if use.territory == FREE else everywhere
        return decide(terms, book, use, DAY, party).outcome.value

    ask(*question(random.Random(0)))
    indexed = time.perf_counter()
    found = measured(ask, ASKED)
    return {**found, "seconds_to_make": made - began, "seconds_to_index": indexed - made}


def measured(ask: Asked, count: int, seed: int = 7, grants: int = GRANTS) -> dict[str, Any]:
    """`count` questions about a book of `grants`, one after the other; another `seed` asks others."""
    draw, seconds, outcomes, used = random.Random(seed), [], Counter[str](), time.process_time()
    for _ in range(count):
        asked = question(draw, grants)
        before = time.perf_counter()
        outcome = ask(*asked)
        seconds.append(time.perf_counter() - before)
        outcomes[outcome] += 1
    return {
        "decisions": count,
        "per_second": count / sum(seconds),
        "cpu_ms": 1000 * (time.process_time() - used) / count,
        **spread(seconds),
        "outcomes": dict(sorted(outcomes.items())),
    }


if __name__ == "__main__":
    main()
