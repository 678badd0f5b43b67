"""What is left to confirm is taken up again: after a failure, after a return, a few collections at a turn."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ledger import choosing, confirming, create, register, tending
from ledger.domain.choices import Choice
from ledger.domain.errors import OrderError
from ledger.errors import BlobMissingError, StorageFullError
from ledger.follow import Followed
from ledger.store import assets, chain_events, entries, operations
from ledger.workflows import Jobs, State, tile_kinds
from ledger.workflows.kinds import KINDS
from provenance import verify as read

PNG = "image/png"
DEEP = 2


def mine(ledger: Any, blocks: int = 1) -> None:
    for _ in range(blocks):
        ledger.chain().ask("evm_mine")


def test_a_job_that_failed_between_tiles_is_taken_up_again(ledger: Any, helpers: Any, tmp_path: Any) -> None:
    helpers.people(ledger)
    planned = create.plan(ledger, helpers.brief(count=3), helpers.terms(), "first")
    with ledger.store.reading() as tx:
        drafts = assets.drafts(tx, planned.id)
    lost, kept, dull = (create.make(ledger, draft.id) for draft in drafts)
    choosing.choose(ledger, [dull.id], Choice.REJECTED, "Mara", "dull")
    register.register(ledger, planned.id)
    mine(ledger, DEEP)
    jobs, asked = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True), list[str]()

    def submit(kind: str, arguments: Any, turn: str) -> str:
        asked.append(jobs.submit(kind, arguments, turn))
        return asked[-1]

    whole = ledger.blobs.get
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            type(ledger.blobs), "get", lambda _, name: _lost(name, lost.signed.sha256) or whole(name)
        )
        tending.tend(ledger, DEEP, submit, "first turn")
        done = jobs.wait(asked[-1])
    assert done.error is not None
    assert (done.state, done.error["code"]) == (State.FAILED, BlobMissingError.code)
    assert "1 of 2 tiles" in done.error["message"]
    assert read(
        confirming.file(ledger, kept.id), PNG, ledger.engines.trust
    ).update  # the other one all the same
    assert confirming.due(ledger) == (planned.id,)

    tending.tend(ledger, DEEP, submit, "second turn")
    assert len(asked) == 1  # it waits a little first
    later = replace(ledger, clock=lambda: ledger.clock() + tending.FIRST_WAIT)
    tending.tend(later, DEEP, submit, "third turn")
    assert (jobs.wait(asked[-1]).state, len(set(asked))) == (State.DONE, 1)
    assert read(confirming.file(ledger, lost.id), PNG, ledger.engines.trust).update
    assert confirming.due(ledger) == ()  # a rejected tile is in no registered collection
    jobs.close()


@pytest.mark.parametrize("common", [False, True], ids=["its own", "all the same"])
def test_many_damaged_tiles_do_not_keep_the_rest_from_it(
    ledger: Any, helpers: Any, tmp_path: Any, common: bool
) -> None:
    helpers.people(ledger)
    collection, tiles = helpers.published(ledger, "first", 4, helpers.terms())
    mine(ledger, DEEP)
    assert confirming.confirm(ledger, collection, DEEP) is not None
    jobs, whole, asked = Jobs.open(ledger, helpers.jobs_url(tmp_path), execute=True), confirming.tell, []

    def tell(given: Any, asset: Any) -> Any:
        asked.append(asset)
        if asset != tiles[-1]:
            raise StorageFullError("no room") if common else BlobMissingError("it is lost")
        return whole(given, asset)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confirming, "tell", tell)
        patch.setattr(tile_kinds, "MOST_FAILED", 2)
        patch.setattr(tile_kinds, "MOST_NAMED", 2)
        arguments = {"collection": collection, "confirmations": DEEP}
        done = jobs.wait(jobs.submit("confirm", arguments, "first turn"))
    jobs.close()
    assert done.error is not None
    failed = 2 if common else 3
    assert f"{failed} of 4 tiles were not told" in done.error["message"]
    assert [each in done.error["message"] for each in tiles] == [True, True, False, False]
    assert ("1 more" in done.error["message"]) is not common
    assert asked == (tiles[:2] if common else tiles)


def test_what_is_withdrawn_while_a_file_is_fetched_is_no_other_file(
    ledger: Any, helpers: Any, monkeypatch: Any
) -> None:
    helpers.people(ledger)
    collection, (tile,) = helpers.published(ledger, "first", 1, helpers.terms())
    mine(ledger, DEEP)
    said = confirming.confirm(ledger, collection, DEEP)
    assert said is not None
    told, whole = confirming.tell(ledger, tile), confirming._tile

    def found(*given: Any) -> Any:
        seen = whole(*given)
        with ledger.store.transaction() as tx:
            tx.append(confirming.WITHDRAWN, collection, {"confirmation": said.to_dict()}, ledger.now())
        return seen

    monkeypatch.setattr(confirming, "_tile", found)
    assert hashlib.sha256(confirming.confirmed(ledger, tile)).hexdigest() == told.file


def _lost(name: str, which: str) -> None:
    if name == which:
        raise BlobMissingError("it is lost")


def test_a_registration_that_comes_back_in_its_own_block_is_told_anew(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    collection, (tile,) = helpers.published(ledger, "first", 1, helpers.terms())
    mine(ledger, DEEP)
    said = confirming.confirm(ledger, collection, DEEP)
    first = confirming.tell(ledger, tile)
    assert said is not None
    with ledger.store.transaction() as tx:
        cursor = chain_events.cursor(tx)
        chain_events.take_back(tx, said.block - 1)
    assert cursor is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confirming, "follow", lambda *_: Followed(cursor.block, cursor.block + DEEP))
        assert confirming.confirm(ledger, collection, DEEP) is None
    before = ledger.chain().block(said.block - 1)
    with ledger.store.transaction() as tx:
        chain_events.move(tx, replace(cursor, block=before.number, hash=before.hash))
    assert confirming.confirm(ledger, collection, DEEP) == said
    assert confirming.due(ledger) == (collection,)
    second = confirming.tell(ledger, tile)
    assert second.manifest != first.manifest
    assert confirming.due(ledger) == ()
    assert hashlib.sha256(confirming.file(ledger, tile)).hexdigest() == second.file


def test_what_is_withdrawn_while_a_tile_is_signed_is_not_told(ledger: Any, helpers: Any) -> None:
    helpers.people(ledger)
    collection, (tile,) = helpers.published(ledger, "first", 1, helpers.terms())
    mine(ledger, DEEP)
    said = confirming.confirm(ledger, collection, DEEP)
    assert said is not None
    whole = confirming._made

    def made(*given: Any) -> Any:
        with ledger.store.transaction() as tx:
            tx.append(confirming.WITHDRAWN, collection, {"confirmation": said.to_dict()}, ledger.now())
        return whole(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(confirming, "_made", made)
        with pytest.raises(OrderError, match="not confirmed"):
            confirming.tell(ledger, tile)
    with ledger.store.reading() as tx:
        assert confirming.TOLD not in {each.kind for each in entries.about(tx, [tile])}


def test_few_are_confirmed_at_a_turn_and_none_twice(ledger: Any, monkeypatch: Any) -> None:
    asked = list[str]()

    def submit(kind: str, arguments: Any, _turn: str) -> str:
        with ledger.store.transaction() as tx:
            operations.ask(tx, f"{len(asked)}", kind, arguments, ledger.now())
        asked.append(arguments["collection"])
        return asked[-1]

    monkeypatch.setattr(tending.witness, "is_used", lambda _: True)
    monkeypatch.setattr(tending.witness, "ready", lambda _: None)
    monkeypatch.setattr(tending, "follow", lambda *_: None)
    monkeypatch.setattr(confirming, "due", lambda _: tuple(f"{each:032x}" for each in range(6)))
    tending.tend(ledger, DEEP, submit, "first turn")
    assert len(asked) == tending.AT_ONCE
    tending.tend(ledger, DEEP, submit, "second turn")
    assert len(asked) == tending.AT_ONCE  # these are still under way
    with ledger.store.transaction() as tx:
        for each in range(len(asked)):
            operations.finish(tx, str(each), {}, ledger.now())
    before = set(asked)
    tending.tend(ledger, DEEP, submit, "third turn")
    assert set(asked) > before  # others come to their turn, though the first are due still
    assert KINDS["confirm"].lane != KINDS["license"].lane


def test_one_that_fails_is_the_same_job_again_and_waits_longer_each_time(
    ledger: Any, monkeypatch: Any
) -> None:
    collection = f"{7:032x}"
    clock = [datetime(2030, 1, 1, tzinfo=UTC)]
    ledger, ran = replace(ledger, clock=lambda: clock[0]), list[str]()

    def submit(kind: str, arguments: Any, key: str) -> str:
        with ledger.store.transaction() as tx:
            operations.ask(tx, key, kind, arguments, ledger.now())
            operations.fail(tx, key, {"code": "storage", "message": "damaged"}, ledger.now())
        ran.append(key)
        return key

    def minutes_of_attempts(minutes: int) -> list[int]:
        found = []
        for minute in range(minutes):
            before = len(ran)
            tending.tend(ledger, DEEP, submit, f"turn {minute}")
            found += [minute] * (len(ran) - before)
            clock[0] += timedelta(minutes=1)
        return found

    monkeypatch.setattr(tending.witness, "is_used", lambda _: True)
    monkeypatch.setattr(tending.witness, "ready", lambda _: None)
    monkeypatch.setattr(tending, "follow", lambda *_: None)
    monkeypatch.setattr(tending, "read_waiting", lambda _: None)
    monkeypatch.setattr(confirming, "due", lambda _: (collection,))
    assert minutes_of_attempts(40) == [0, 1, 3, 7, 15, 31]
    with ledger.store.transaction() as tx:
        assert operations.get(tx, ran[0]).attempt == len(ran)
        operations.ask(tx, ran[0], "confirm", {"collection": collection}, ledger.now())
        operations.finish(tx, ran[0], {}, ledger.now())
    tending.tend(ledger, DEEP, submit, "when it is due once more")
    assert len(set(ran)) == 2  # what was done is done: this is another job
