"""Drawing ahead: side by side, kept once, entered as if drawn in a row, and nobody waits behind it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from programs import wait_until
from sqlalchemy import create_engine, text

from ledger import create, making
from ledger.store import assets, entries
from ledger.workflows import Jobs, State, drawing
from ledger.workflows.kinds import KINDS

INKS = ("#17274f", "#f0c9c0")
SECOND = """
import sys, time
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
from opening import open_ledger
from ledger.workflows import Jobs
with open_ledger(Path(sys.argv[2]), sys.argv[3]) as ledger:
    jobs = Jobs.open(ledger, sys.argv[3], execute=True, executor="second")
    print("executing", flush=True)
    sys.stdin.read()
    jobs.close()
"""


@pytest.fixture
def jobs(ledger: Any, tmp_path: Path, helpers: Any) -> Iterator[Jobs]:
    opened = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True)
    yield opened
    opened.close()


def test_each_is_drawn_once_and_entered_in_the_order_of_the_brief(
    jobs: Jobs, ledger: Any, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, draw, names = list[str](), making._draw, dict[str, str]()

    def told(of: Any, draft: Any) -> Any:
        drawn.append(draft.id)
        names[draft.id] = threading.current_thread().name
        return draw(of, draft)

    monkeypatch.setattr(making, "_draw", told)
    planned = helpers.plan(ledger, count=4)
    _done(jobs, jobs.submit("generate", {"collection": planned.id}, "key"))
    monkeypatch.undo()
    order = _as_in_a_row(ledger, planned.id)
    assert sorted(drawn) == sorted(order)
    assert len(set(names.values())) > 1, "who makes the tiles drew them all"


def test_killed_between_two_tiles_it_goes_on_and_enters_each_once(
    ledger: Any, tmp_path: Path, helpers: Any
) -> None:
    planned = helpers.plan(ledger, count=4)
    watching = Jobs.open(ledger, helpers.jobs_url(tmp_path))
    operation = watching.submit("generate", {"collection": planned.id}, "key")
    with helpers.worker(tmp_path, "step:3") as process:
        helpers.run_into(process)
    assert watching.take_over()
    _done(watching, operation)
    watching.close()
    _as_in_a_row(ledger, planned.id)


def test_a_drawing_that_never_comes_is_made_by_who_waits_for_it(
    jobs: Jobs, ledger: Any, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, draw = threading.Event(), create.draw
    monkeypatch.setattr(create, "draw", lambda *given: stuck.wait() and draw(*given))
    monkeypatch.setattr(drawing, "PATIENCE_SECONDS", 0.0)
    planned = helpers.plan(ledger, count=3)
    try:
        _done(jobs, jobs.submit("generate", {"collection": planned.id}, "key"))
    finally:
        stuck.set()
    _as_in_a_row(ledger, planned.id)


def test_a_drawing_that_is_lost_is_drawn_again(ledger: Any, helpers: Any) -> None:
    planned = helpers.plan(ledger, count=1)
    with ledger.store.reading() as tx:
        (draft,) = assets.drafts(tx, planned.id)
    create.make(ledger, draft.id, {"pixels": "0" * 64, "separations": "1" * 64})
    _as_in_a_row(ledger, planned.id)


def test_short_work_passes_a_brief_that_takes_a_night(
    jobs: Jobs, ledger: Any, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, planned = helpers.plan(ledger, "before", count=1), helpers.plan(ledger, "night", count=1, seed=8)
    _done(jobs, jobs.submit("generate", {"collection": before.id}, "before"))
    with ledger.store.reading() as tx:
        (tile,) = assets.of_collection(tx, before.id)
    begun, go_on, draw = threading.Event(), threading.Event(), making._draw

    def slow(of: Any, draft: Any) -> Any:
        begun.set()
        go_on.wait()
        return draw(of, draft)

    monkeypatch.setattr(making, "_draw", slow)
    night = jobs.submit("generate", {"collection": planned.id}, "night")
    begun.wait()
    try:
        asked = {"asset": tile.id, "word": "night", "palette": list(INKS)}
        _done(jobs, jobs.submit("colourway", asked, "night"))
        assert not jobs.status(night).ended
    finally:
        go_on.set()
    _done(jobs, night)


def test_several_workers_draw_one_brief_on_postgresql(
    postgres: Any, tmp_path: Path, helpers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, draw = postgres(), create.draw
    done = "select executor_id from dbos.workflow_status where name = 'drawing' and status = 'SUCCESS'"

    def others() -> bool:
        with engine.connect() as connection:
            return ("second",) in connection.execute(text(done)).all()

    def after_the_other(*given: Any) -> Any:
        wait_until(others)
        return draw(*given)

    engine = create_engine(url)
    monkeypatch.setattr(create, "draw", after_the_other)
    with helpers.open(tmp_path, database_url=url) as ledger:
        planned = helpers.plan(ledger, count=4)
        command = [sys.executable, "-c", SECOND, str(Path(__file__).parent), str(tmp_path), url]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "executing\n"
            jobs = Jobs.open(ledger, url, execute=True, executor="first")
            _done(jobs, jobs.submit("generate", {"collection": planned.id}, "key"))
            second.communicate("")
            jobs.close()
        assert others()
        _as_in_a_row(ledger, planned.id)
    engine.dispose()


def test_what_takes_a_night_is_in_nobodys_way() -> None:
    waiting_long = {KINDS["generate"].lane, KINDS["train-style"].lane}
    assert waiting_long.isdisjoint(KINDS[each].lane for each in ("curate", "copy", "produce", "confirm"))


def _as_in_a_row(ledger: Any, collection: str) -> list[str]:
    """The planned tiles, each entered once, in order, with the pixels that its recipe gives."""
    with ledger.store.reading() as tx:
        drafts = assets.drafts(tx, collection)
        entered = [entry.subject for entry in entries.walk(tx) if entry.kind == "asset-made"]
        tiles = {tile.id: tile for tile in assets.of_collection(tx, collection)}
    order = [draft.id for draft in drafts]
    assert entered == order
    for draft in drafts:
        marked = tiles[draft.id].signed.marked
        assert making.draw_ahead(ledger, draft) == {"pixels": marked.drawn, "separations": marked.separations}
    return order


def _done(jobs: Jobs, operation: str) -> None:
    ended = jobs.wait(operation, timeout=120)
    assert ended.state is State.DONE, ended.error
