"""Where the book stands is said on chain, and a book that was changed since then is found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger import parties, tending, witness
from ledger.anchor import anchor, is_due
from ledger.blobs import JOURNAL, Blobs
from ledger.chain import ContractRevertError
from ledger.domain.canonical import canonical
from ledger.rebuild import rebuild
from ledger.store import Store, entries, journal
from ledger.workflows import Jobs, State


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    folder = tmp_path_factory.mktemp("anchors")
    with helpers.open(folder) as ledger:
        helpers.people(ledger, "mill")
        helpers.published(ledger, "anchored", 1, helpers.terms())
        yield ledger


def test_it_is_said_once_for_what_was_entered(estate: Any, helpers: Any, tmp_path: Path) -> None:
    ledger = estate
    found = anchor(ledger)
    assert found is not None
    with ledger.store.reading() as tx:
        assert found.size == entries.head(tx)[0]
        assert ledger.blobs.under(JOURNAL).get(found.page)
    assert anchor(ledger) is None
    parties.add(ledger, "late", "Late", "0x" + "34" * 20)
    assert is_due(ledger)
    again = anchor(ledger)
    assert again is not None
    assert again.size == found.size + 1
    chain, manager = witness.ready(ledger), witness.manager(ledger)
    assert chain.anchored(manager.address) == again.size
    assert chain.anchor(manager, again.size, bytes(32), bytes(32)).hash == again.tx
    assert helpers.rebuilt(ledger, tmp_path) == []


def test_a_job_says_it_once_in_a_period(estate: Any, helpers: Any, tmp_path: Path) -> None:
    ledger = estate
    jobs = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True)
    asked: list[str] = []

    def submit(kind: str, arguments: Any, turn: str) -> str:
        found = jobs.submit(kind, arguments, turn)
        if kind == "anchor":
            asked.append(found)
        return found

    for name in ("first", "second"):
        parties.add(ledger, name, name, f"0x{len(name):040x}")
        tending.tend(ledger, 0, submit, "turn", "period")
        assert jobs.wait(asked[-1]).state is State.DONE
    assert asked[0] == asked[1]  # what was entered in this period waits for the next
    assert is_due(ledger)
    tending.tend(ledger, 0, submit, "turn", None)
    assert len(asked) == 2
    jobs.close()


@pytest.mark.parametrize(("change", "code"), [("lost", "anchor-missing"), ("rewritten", "log-differs")])
def test_a_change_after_it_is_found(estate: Any, tmp_path: Path, change: str, code: str) -> None:
    ledger = estate
    parties.add(ledger, f"of-{change}", "Party", "0x" + "56" * 20)
    found = anchor(ledger)
    assert found is not None
    blobs = Blobs.open(f"file://{tmp_path}/blobs")
    pages = blobs.under(JOURNAL)
    with ledger.store.reading() as tx:
        name: str | None = journal.place(tx).page
    kept: list[Any] = []
    while name is not None:  # newest first
        page = json.loads(ledger.blobs.under(JOURNAL).get(name))
        kept.append(page)
        name = None if page["begins"] else page["previous"]
    kept.reverse()
    if change == "lost":
        kept = kept[:-3]
    else:  # by somebody who can make a whole journal, but not the chain's past
        written = next(each for each in reversed(kept) if each["rows"].get("entries"))
        written["rows"]["entries"][-1]["hash"] = "00" * 32
    previous = kept[0]["previous"]
    for page in kept:
        previous = pages.put(canonical({**page, "previous": previous}))
    store = Store.open(f"sqlite:///{tmp_path}/rebuilt.sqlite")
    assert code in {each.code for each in rebuild(store, blobs, ledger.chain, 0).found}
    store.close()


def test_a_log_that_shrank_is_refused_by_the_chain(estate: Any) -> None:
    chain, manager = witness.ready(estate), witness.manager(estate)
    book = chain._contract("CheckpointBook")
    with pytest.raises(ContractRevertError, match="NotLarger"):
        chain._view(book, "anchor", 0, bytes(32), bytes(32))
    assert chain.anchored(manager.address) > 0
