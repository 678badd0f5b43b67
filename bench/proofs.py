"""Proof bundles: how large they are, how long they take to write and to check, and how many a second.

    python -m bench.proofs [--count 20]

On a ledger of its own with an embedded devnet, in a folder that is removed.
"""

from __future__ import annotations

import argparse
import json
import runpy
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"


def milliseconds(work: Callable[[], Any], count: int) -> float:
    """The median over `count` calls, after one that is not counted."""
    work()
    took = []
    for _ in range(count):
        begun = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took)


def measure(told: Any, count: int) -> list[dict[str, Any]]:
    """One row for each kind of bundle, with the file and without."""
    from ledger.anchor import anchor
    from ledger.proving import check, gather, roots
    from ledger.proving.bundle import Kind, read
    from ledger.store import findings

    ledger = told.ledger
    anchor(ledger)
    with ledger.store.reading() as tx:
        found = findings.page(tx, seller="pirate")[0].id
    believed, rows = roots.of_ledger(ledger), []
    subjects = {
        Kind.ASSET: told.assets[0].id,
        Kind.LICENCE: told.licence.id,
        Kind.FINDING: found,
        Kind.INVOICE: told.bill[1].id,
    }
    for kind, subject in subjects.items():
        for with_file in (True, False) if kind is not Kind.INVOICE else (False,):

            def write(kind: Kind = kind, subject: str = subject, with_file: bool = with_file) -> bytes:
                return gather.export(ledger, kind, subject, with_file=with_file)

            data = write()
            wrote = milliseconds(write, count)
            checked = milliseconds(lambda data=data: check.check(read(data), believed), count)  # type: ignore[misc]
            rows.append(
                {
                    "kind": kind.value,
                    "file": with_file,
                    "bytes": len(data),
                    "write_ms": round(wrote, 1),
                    "check_ms": round(checked, 1),
                    "checked_per_second": round(1000 / checked, 1),
                }
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=20)
    arguments = parser.parse_args()
    sys.path.insert(0, str(TESTS / "support"))
    story = runpy.run_path(str(TESTS / "service" / "ledger" / "conftest.py"), run_name="conftest")
    helpers = story["Helpers"](story["_opening"]["open_ledger"], story["_opening"]["jobs_url"], None)
    with tempfile.TemporaryDirectory() as name, helpers.open(Path(name)) as ledger:
        for row in measure(story["_tell"](ledger, helpers), arguments.count):
            print(json.dumps(row))


if __name__ == "__main__":
    main()
