"""Jobs: submitted once, watched, resumed, retried, handed over."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOSClient, EnqueueOptions

from ledger.domain.errors import OrderError
from ledger.domain.ids import CollectionId, derive
from ledger.domain.money import Money
from ledger.errors import UnknownError, WorkerError
from ledger.store import assets, collections, findings, money, operations, rights
from ledger.workflows import Jobs, State, durable


@pytest.fixture
def jobs(ledger: Any, tmp_path: Path, helpers: Any) -> Iterator[Jobs]:
    opened = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True)
    yield opened
    opened.close()


def test_the_story_as_jobs(jobs: Jobs, ledger: Any, helpers: Any) -> None:
    from ledger import decide, parties, scan, settle

    planned = helpers.plan(ledger, count=2)
    seen: list[tuple[int, int]] = []
    made = _done(
        jobs, "generate", {"collection": planned.id}, progress=lambda op: seen.append((op.done, op.total))
    )
    assert made.result == {"collection": planned.id, "size": 2}
    assert (2, 2) in seen
    assert seen == sorted(seen)
    registered = _done(jobs, "register", {"collection": planned.id})
    with ledger.store.reading() as tx:
        assert registered.result["tx"] == collections.get(tx, planned.id).registration.tx  # type: ignore[union-attr, index]
        first, second = (draft.id for draft in assets.drafts(tx, planned.id))
    parties.fund(ledger, "mill", Money(5_000_000_000, "TUSD"))
    _decision, offer = decide.decide(ledger, first, "mill", helpers.use())
    invoice = _done(jobs, "license", {"offer": offer.id}).result["invoice"]
    paid = _done(
        jobs, "settle", {"invoice": invoice, "authorization": settle.sign(ledger, invoice).to_dict()}
    )
    with ledger.store.reading() as tx:
        assert [grant.id for grant in rights.grants(tx)] == paid.result["licences"]
        data = ledger.blobs.get(assets.get(tx, second).signed.sha256)
    opened = scan.open_scan(
        ledger,
        "k",
        [("a.png", data, helpers.sighting("mill", product="wallpaper")), ("b.txt", b"no picture", None)],
    )
    swept = _done(jobs, "scan", {"scan": opened.id}).result
    assert swept == {"scan": opened.id, "pictures": 2, "unreadable": 1, "held": 0, "proven": 1, "likely": 0}
    with ledger.store.reading() as tx:
        assert (
            findings.find_picture(tx, opened.id, "b.txt").outcome["problem"]["code"] == "picture-not-an-image"
        )  # type: ignore[union-attr, index]
    billed = _done(jobs, "bill", {"payer": "mill", "collection": planned.id}).result["invoice"]
    _done(jobs, "settle", {"invoice": billed, "authorization": settle.sign(ledger, billed).to_dict()})
    payout = _done(jobs, "payout", {"payee": "artist"}).result["payout"]
    with ledger.store.reading() as tx:
        assert payout["tx"] == money.payouts(tx)[0].tx
    assert payout["amount_minor"] == str((250_000_000 + 900_000_000) * 4 // 10)


def test_the_same_key_is_the_same_operation(jobs: Jobs, ledger: Any, helpers: Any) -> None:
    planned = helpers.plan(ledger, count=1)
    first = _done(jobs, "generate", {"collection": planned.id})
    again = jobs.submit("generate", {"collection": planned.id}, planned.id)
    assert (again, jobs.status(again)) == (first.id, first)


def test_a_failure_says_why_and_can_be_tried_again(jobs: Jobs, ledger: Any, helpers: Any) -> None:
    planned = helpers.plan(ledger, count=1)
    failed = jobs.wait(jobs.submit("register", {"collection": planned.id}, planned.id), timeout=30)
    assert failed.state is State.FAILED
    assert failed.error == {
        "code": "out-of-order",
        "message": "1 of 1 tiles are not made yet; generate the collection first",
    }
    _done(jobs, "generate", {"collection": planned.id})
    again = _done(jobs, "register", {"collection": planned.id})
    assert (again.id, again.attempt) == (failed.id, 2)


@pytest.mark.parametrize(
    ("kind", "arguments", "code", "field"),
    [
        ("generate", {"collection": "ffffffffffffffffffffffffffffffff"}, "unknown-collection", "collection"),
        ("register", {"collection": "nonsense"}, "bad-field", "collection"),
        ("settle", {"invoice": "f" * 32, "authorization": "yes"}, "bad-field", "authorization"),
        ("payout", {}, "bad-field", "payee"),
    ],
)
def test_bad_arguments_fail_with_their_field(
    jobs: Jobs, kind: str, arguments: dict[str, str], code: str, field: str
) -> None:
    failed = jobs.wait(jobs.submit(kind, arguments, "key"), timeout=30)
    assert failed.state is State.FAILED
    assert failed.error is not None
    assert (failed.error["code"], failed.error["field"]) == (code, field)


def test_an_unknown_kind_or_operation_is_refused(jobs: Jobs) -> None:
    with pytest.raises(UnknownError, match="kind"):
        jobs.submit("dance", {}, "key")
    with pytest.raises(UnknownError, match="operation"):
        jobs.status(derive("nothing"))


def test_waiting_without_a_worker_gives_up_in_words(ledger: Any, tmp_path: Path, helpers: Any) -> None:
    planned = helpers.plan(ledger, count=1)
    watcher = Jobs.open(ledger, helpers.jobs_url(tmp_path))
    operation = watcher.submit("generate", {"collection": planned.id}, "key")
    with pytest.raises(WorkerError, match=f"operations {operation} --wait.*start one: selvage worker"):
        watcher.wait(operation, timeout=0.3, working_counts=False)
    watcher.close()
    worker = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True)
    assert worker.wait(operation, timeout=60).state is State.DONE
    worker.close()


def test_who_does_the_work_waits_for_its_end(jobs: Jobs, ledger: Any, helpers: Any) -> None:
    operation = jobs.submit("generate", {"collection": helpers.plan(ledger, count=3).id}, "key")
    while jobs.status(operation).done < 1:
        time.sleep(0.05)
    with pytest.raises(WorkerError, match="is gone on with"):
        jobs.wait(operation, timeout=0)
    assert jobs.wait(operation, timeout=0, working_counts=False).state is State.DONE


def test_who_stands_still_while_reading_holds_up_no_submission(
    ledger: Any, tmp_path: Path, helpers: Any
) -> None:
    """As a frozen worker does: DBOS would ask again for ever, and the request would never be answered."""
    planned = helpers.plan(ledger, count=1)
    jobs = Jobs.open(ledger, helpers.jobs_url(tmp_path))
    with closing(sqlite3.connect(tmp_path / "dbos.sqlite")) as reader:
        reader.execute("begin")
        assert reader.execute("select count(*) from workflow_status").fetchone() == (0,)
        operation = jobs.submit("generate", {"collection": planned.id}, "key")
        assert reader.execute("select count(*) from workflow_status").fetchone() == (0,)
    assert jobs.status(operation).state is State.QUEUED
    jobs.close()


def test_one_process_executes_and_another_takes_over(ledger: Any, tmp_path: Path, helpers: Any) -> None:
    planned = helpers.plan(ledger, count=2)
    with helpers.worker(tmp_path) as process:
        jobs = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True)
        assert not jobs.executing
        process.kill()
        operation = jobs.submit("generate", {"collection": CollectionId(planned.id)}, "key")
        assert jobs.wait(operation, timeout=60).state is State.DONE
        assert jobs.executing
        jobs.close()


def test_closing_stops_between_steps_and_opening_goes_on(ledger: Any, tmp_path: Path, helpers: Any) -> None:
    planned = helpers.plan(ledger, count=4)
    jobs = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True)
    operation = jobs.submit("generate", {"collection": planned.id}, "key")
    while jobs.status(operation).done < 1:
        time.sleep(0.05)
    jobs.close()
    with ledger.store.reading() as tx:
        done = operations.get(tx, operation).done
        assert 1 <= done < 4
        assert assets.count(tx, planned.id)[0] == done
    jobs = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True)
    assert jobs.wait(operation, timeout=60).state is State.DONE
    jobs.close()


def test_what_an_earlier_version_queued_is_done(
    ledger: Any, tmp_path: Path, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind's lane was a queue of its own."""
    monkeypatch.setattr(durable, "FORMER_SECONDS", 0.1)
    url = helpers.jobs_url(tmp_path)
    watcher = Jobs.open(ledger, url)
    earlier = DBOSClient(system_database_url=url, application_name=durable.APPLICATION)
    earlier.register_queue("briefs", global_concurrency=1, polling_interval_sec=0.5)
    queued: EnqueueOptions = {"workflow_name": durable.WORKFLOW, "queue_name": "briefs"}

    def enqueue(workflow: str, _: str, operation: str) -> None:
        earlier.enqueue({**queued, "workflow_id": workflow, "app_version": durable.VERSION}, operation)

    monkeypatch.setattr(watcher._client, "enqueue", enqueue)
    operation = watcher.submit("generate", {"collection": helpers.plan(ledger, count=1).id}, "key")
    earlier.destroy()
    with closing(watcher), closing(Jobs.open(ledger, url, execute=True)) as jobs:
        assert jobs.wait(operation, timeout=60).state is State.DONE


def _done(jobs: Jobs, kind: str, arguments: dict[str, Any], progress: Any = None) -> Any:
    operation = jobs.submit(kind, arguments, str(next(iter(arguments.values()))))
    ended = jobs.wait(operation, progress, timeout=60)
    assert ended.state is State.DONE, ended.error
    return ended


def test_jobs_on_postgresql(postgres: Any, tmp_path: Path, helpers: Any) -> None:
    with helpers.open(tmp_path, database_url=postgres()) as ledger:
        planned = helpers.plan(ledger, count=1)
        jobs = Jobs.open(ledger, postgres(), execute=True, executor="worker-1")
        _done(jobs, "generate", {"collection": planned.id})
        jobs.close()


def test_the_licence_follows_the_money_even_if_nobody_comes_back(
    ledger: Any, tmp_path: Path, helpers: Any
) -> None:
    """The payer pays in the vault by themselves; whoever opens the ledger next grants the licence."""
    from ledger import create, decide, license, parties, register, settle, vault
    from ledger.chain import load_or_create_account

    planned = helpers.plan(ledger, count=1)
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    create.make(ledger, draft.id)
    register.register(ledger, planned.id)
    _decision, offer = decide.decide(ledger, draft.id, "mill", helpers.use())
    invoice = license.invoice(ledger, offer.id)
    with pytest.raises(OrderError, match="sign its payment request"):
        settle.settle(ledger, invoice.id)
    for amount in (Money(10**18, "ETH"), Money(10**9, "TUSD")):
        parties.fund(ledger, "mill", amount)
    chain = ledger.chain()
    account = load_or_create_account(ledger.keys, "mill")
    paid = chain.settle(account, vault.in_vault(ledger, chain, invoice))
    assert settle.settle(ledger, invoice.id).settled_tx == paid.hash
    jobs = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True)
    with ledger.store.reading() as tx:
        (operation,) = operations.page(tx)
    granted = jobs.wait(operation.id, timeout=30).result
    jobs.close()
    with ledger.store.reading() as tx:
        assert granted == {"invoice": invoice.id, "licences": [rights.grants(tx)[0].id]}
