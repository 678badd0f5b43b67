"""The store on SQLite and on PostgreSQL: one class, both databases."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, text

from ledger.domain.assets import Collection, Draft
from ledger.domain.brief_text import use_to_dict
from ledger.domain.entries import check_chain
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, CollectionId, LicenceId, MarkId, PartyId, asset_id, derive
from ledger.domain.projections.rsl_reading import Wanted
from ledger.domain.rulings import Ending, Ruling
from ledger.domain.terms_text import terms_to_dict
from ledger.domain.tokens import LicenceToken
from ledger.errors import ConflictError, DatabaseError, UnknownError
from ledger.store import (
    Store,
    access,
    assets,
    banks,
    collections,
    entries,
    findings,
    manifests,
    meta,
    operations,
    parties,
    rights,
    tokens,
)
from ledger.store.migrate import HEAD
from ledger.store.parties import Party

AT = "2026-01-02T03:04:05Z"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.sqlite"
    return str(request.getfixturevalue("postgres")())


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()


class TestStore:
    def test_it_is_migrated_once_also_by_two_at_a_time(self, url: str) -> None:
        opened: list[Store] = []
        threads = [threading.Thread(target=lambda: opened.append(Store.open(url))) for _ in range(3)]
        _run(threads)
        assert [store.version for store in opened] == [HEAD] * 3
        for store in opened:
            store.close()

    def test_the_migrations_make_the_tables_of_the_program(self, store: Store) -> None:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        with store.reading() as tx:
            context = MigrationContext.configure(tx.session.connection(), opts={"compare_type": True})
            assert compare_metadata(context, SQLModel.metadata) == []

    def test_a_ledger_of_the_first_version_keeps_its_tiles_and_scans(self, url: str) -> None:
        _ledger_of_the_first_version(url)
        opened = Store.open(url)
        with opened.reading() as tx:
            (tile,) = assets.walk(tx)
            (scan,) = findings.scans(tx)
            assert [each.id for each in assets.walk(tx, scan.entry)] == [tile.id]
            assert list(assets.walk(tx, 1)) == []
            assert manifests.find(tx, "m") == manifests.Held("m", "ff", "image/png", tile.id, None, AT)
        assert (tile.signed.marked.drawn, tile.generic, tile.details) == (None, "0", None)
        assert scan.entry == 2
        opened.close()

    def test_a_ledger_of_the_third_version_keeps_what_people_ruled(self, url: str) -> None:
        _ledger_of_the_first_version(url, "0003", *_RULED)
        opened = Store.open(url)
        with opened.transaction() as tx:
            (exclusion,), (negative,) = banks.exclusions(tx), banks.negatives(tx)
            assert exclusion == banks.Exclusion(AssetId("a"), Ruling(3, AT, "a test tile"))
            assert (negative.sha256, negative.fingerprint) == ("ff", {"pdq": "1"})
            ended = replace(exclusion, ruling=exclusion.ruling.ended(Ending(7, AT, "on sale")))
            banks.include(tx, ended)
        with opened.reading() as tx:
            assert banks.exclusions(tx) == ()
            assert [banks.exclusions(tx, entry) for entry in (3, 4, 7, 8)] == [(), (ended,), (ended,), ()]
            assert [banks.counts(tx, entry) for entry in (3, 4, 5, 8)] == [(0, 0), (1, 0), (1, 1), (2, 1)]
            assert banks.counts(tx) == (2, 1)
            assert banks.last_return(tx, CollectionId("c")) == (7, None)
            assert banks.last_return(tx, CollectionId("another")) == (None, None)
        opened.close()

    def test_a_ledger_of_the_fourth_version_keeps_its_licences(self, url: str, helpers: Any) -> None:
        terms = json.dumps(terms_to_dict(helpers.terms()))
        use = json.dumps(use_to_dict(helpers.use()))
        _ledger_of_the_first_version(
            url,
            "0004",
            f"INSERT INTO parties VALUES ('p', 'P', '0x', '{AT}')",
            f"INSERT INTO offers VALUES ('o', 'a', 'p', '{use}', 't', '1', 'TUSD', '{AT}')",
            "INSERT INTO grants VALUES "
            f"('g', 'o', 'a', 'p', 'reproduce', '{terms}', 't', '{AT}', NULL, 'x', 1)",
            f"INSERT INTO usages VALUES ('u', 'g', '{use}', '2026-01-02')",
        )
        opened = Store.open(url)
        with opened.transaction() as tx:
            (grant,) = rights.grants(tx)
            assert (grant.offer, grant.state.value, grant.reference) == ("o", "in-force", None)
            assert [usage.id for usage in rights.usages(tx, grant.id)] == ["u"]
            below = replace(grant, offer=None, parent=grant.id, reference="ab" * 32)
            for name in ("g2", "g3"):
                rights.add_grant(tx, replace(below, id=LicenceId(name)))
            assert [each.id for each in rights.below(tx, grant.id)] == ["g2", "g3"]
        with pytest.raises(ConflictError), opened.transaction() as tx:
            rights.add_grant(tx, replace(grant, id=LicenceId("g4")))  # an offer still becomes one licence
        opened.close()

    def test_licence_tokens_are_kept_found_and_taken_back(self, store: Store, helpers: Any) -> None:
        wanted = Wanted(frozenset({"search"}), frozenset({"GB", "IE"}))
        tiles = {AssetId("a"): (LicenceId("l"),), AssetId("b"): ()}
        place = (PartyId("mill"), _collection(store, helpers, "one"), "/x")
        token = LicenceToken("t", "1", "k", *place, wanted, tiles, AT, "2026-01-02T04:04:05Z")
        with store.transaction() as tx:
            parties.add(tx, _party("mill"))
            for each in (token, replace(token, id="u", sha256="2", issued_at="2026-01-02T03:04:06Z")):
                tokens.add(tx, each)
        with store.transaction() as tx:
            assert tokens.revoke(tx, "t", AT) == tokens.revoke(tx, "t", "later")
        with store.reading() as tx:
            assert tokens.find(tx, "1") == tokens.get(tx, "t") == replace(token, revoked_at=AT)
            assert tokens.find(tx, "3") is None
            assert [each.id for each in tokens.page(tx)] == ["u", "t"]
            assert tokens.page(tx, PartyId("nobody")) == ()
            assert tokens.issued_since(tx, PartyId("mill"), "2026-01-02T03:04:06Z") == 1
            with pytest.raises(UnknownError, match="token"):
                tokens.get(tx, "v")

    def test_a_transaction_is_all_or_nothing(self, store: Store) -> None:
        def break_off() -> None:
            with store.transaction() as tx:
                parties.add(tx, _party("mill"))
                tx.append("party-added", "mill", {}, AT)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            break_off()
        with store.reading() as tx:
            assert parties.every(tx) == ()
            assert entries.page(tx) == ()

    def test_writers_take_turns_and_the_book_has_no_gap(self, store: Store) -> None:
        def write(writer: int) -> None:
            for index in range(10):
                with store.transaction() as tx:
                    tx.append("tick", str(writer), {"index": index}, AT)

        _run([threading.Thread(target=write, args=(writer,)) for writer in range(4)])
        with store.reading() as tx:
            last = check_chain(entries.walk(tx))
        assert last is not None
        assert last.sequence == 40

    def test_a_rule_checked_in_a_transaction_holds_to_its_end(self, store: Store) -> None:
        """Of eight that each look whether the name is free, and then take it, one gets it."""
        got: list[int] = []

        def take(writer: int) -> None:
            with store.transaction() as tx:
                if parties.find(tx, PartyId("mill")) is None:
                    parties.add(tx, _party("mill"))
                    got.append(writer)

        _run([threading.Thread(target=take, args=(writer,)) for writer in range(8)])
        assert len(got) == 1

    def test_the_same_row_twice_is_a_conflict(self, store: Store) -> None:
        with store.transaction() as tx:
            parties.add(tx, _party("mill"))
        with pytest.raises(ConflictError), store.transaction() as tx:
            parties.add(tx, _party("mill"))

    def test_no_two_tiles_share_a_mark(self, store: Store, helpers: Any) -> None:
        one, two = (_collection(store, helpers, key) for key in ("one", "two"))
        with store.transaction() as tx:
            assets.plan(tx, [_draft(one, 0, 77)])
            assert assets.marks_taken(tx, [MarkId(77), MarkId(78)]) == {77}
        with pytest.raises(ConflictError), store.transaction() as tx:
            assets.plan(tx, [_draft(two, 0, 77)])

    def test_what_does_not_exist_is_named(self, store: Store, helpers: Any) -> None:
        nobody = derive("nobody")
        with store.reading() as tx:
            for get, code in (
                (collections.get, "unknown-collection"),
                (assets.get, "unknown-asset"),
                (parties.get, "unknown-party"),
                (operations.get, "unknown-operation"),
            ):
                with pytest.raises(UnknownError) as caught:
                    get(tx, nobody)  # type: ignore[arg-type]
                assert caught.value.code == code
        planned = _collection(store, helpers, "one")
        with store.transaction() as tx:
            assets.plan(tx, [_draft(planned, 0, 1)])
            assert assets.find(tx, asset_id(planned, 0)) is None
            with pytest.raises(OrderError, match="not made yet"):
                assets.get(tx, asset_id(planned, 0))

    def test_collections_and_terms_come_back_as_they_were(self, store: Store, helpers: Any) -> None:
        name = _collection(store, helpers, "one")
        with store.reading() as tx:
            assert collections.get(tx, name).brief == helpers.brief()
            assert collections.terms(tx, name) == helpers.terms()
            assert [each.id for each in collections.every(tx)] == [name]

    def test_a_fact_is_fixed_once(self, store: Store) -> None:
        with store.transaction() as tx:
            meta.fix(tx, "chain", "31337", "")
            meta.fix(tx, "chain", "31337", "")
            with pytest.raises(ConflictError, match="use another folder"):
                meta.fix(tx, "chain", "1", "use another folder")

    def test_an_idempotency_key_answers_once(self, store: Store) -> None:
        first: list[object] = []

        def claim() -> None:
            with store.transaction() as tx:
                first.append(access.claim(tx, "me", "key", "POST /v1/x", "a" * 64, AT))

        _run([threading.Thread(target=claim) for _ in range(4)])
        assert first.count(None) == 1
        with store.transaction() as tx:
            access.answer(tx, "me", "key", 202, "{}")
            kept = access.claim(tx, "me", "key", "POST /v1/x", "a" * 64, AT)
            assert kept is not None
            assert (kept.status, kept.response) == (202, "{}")
            with pytest.raises(ConflictError):
                access.claim(tx, "me", "key", "POST /v1/x", "b" * 64, AT)

    def test_old_answers_are_removed_a_few_at_a_time_and_the_key_at_hand_at_once(self, store: Store) -> None:
        times = [f"2026-01-01T00:00:{second:02d}+00:00" for second in range(6)]
        with store.transaction() as tx:
            for number, at in enumerate(times):
                access.claim(tx, "me", str(number), "POST /v1/x", "a" * 64, at)
        with pytest.MonkeyPatch.context() as patch, store.transaction() as tx:
            patch.setattr(access, "FORGOTTEN", 2)
            access.forget(tx, "me", "4", times[5])
            assert [bool(access.find_reply(tx, "me", str(n))) for n in range(6)] == [
                *(False, False, True, True, False, True)
            ]
            access.forget(tx, "me", "new", times[5])
            access.forget(tx, "me", "5", times[5])
            assert [bool(access.find_reply(tx, "me", str(n))) for n in range(6)] == [False] * 5 + [True]

    def test_an_operation_fails_and_is_asked_for_again(self, store: Store) -> None:
        with store.transaction() as tx:
            assert operations.ask(tx, "op", "generate", {"a": 1}, AT).attempt == 1
            operations.progress(tx, "op", 1, 2, "half", AT)
            assert operations.ask(tx, "op", "generate", {"a": 2}, AT).arguments == {"a": 1}
            operations.fail(tx, "op", {"code": "x", "message": "no"}, AT)
            again = operations.ask(tx, "op", "generate", {"a": 2}, AT)
            assert (again.attempt, again.state.value, again.arguments) == (2, "queued", {"a": 2})
            operations.finish(tx, "op", {"b": 3}, AT)
            assert operations.ask(tx, "op", "generate", {}, AT).result == {"b": 3}


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "nonsense", "postgresql://127.0.0.1:9/none"])
def test_a_database_that_cannot_be_used_says_so(url: str) -> None:
    with pytest.raises(DatabaseError):
        Store.open(url)


def test_a_full_disk_leaves_nothing_half_done(tmp_path: Path) -> None:
    from ledger.errors import StorageFullError

    store = Store.open(f"sqlite:///{tmp_path}/ledger.sqlite")

    def fill() -> None:
        with store.transaction() as tx:
            pages = tx.session.exec(text("PRAGMA page_count")).one()[0]  # type: ignore[call-overload]
            tx.session.exec(text(f"PRAGMA max_page_count = {pages + 1}"))  # type: ignore[call-overload]
            for index in range(100):
                tx.append("tick", "disk", {"filling": "x" * 1000, "index": index}, AT)

    with pytest.raises(StorageFullError, match="free some"):
        fill()
    with store.reading() as tx:
        assert entries.page(tx) == ()
    store.close()


_RULED = (
    f"INSERT INTO exclusions VALUES ('a', 'a test tile', '{AT}', 3)",
    f"INSERT INTO negatives VALUES ('ff', 'stock.png', '{{\"pdq\": \"1\"}}', 'theirs', '{AT}', 4)",
)


def _ledger_of_the_first_version(url: str, later: str = "0001", *ruled: str) -> None:
    """A made tile and a scan, as they were written before there was a second migration.

    Brought to a `later` one, with what was `ruled` under it.
    """
    from alembic import command
    from alembic.config import Config

    from ledger.store.engine import make_engine
    from ledger.store.migrate import FOLDER

    engine, config = make_engine(url), Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in (
            f"INSERT INTO collections VALUES ('c', '{{}}', '{{}}', '{AT}', NULL)",
            "INSERT INTO assets VALUES "
            f"('a', 'c', 0, 7, '{{}}', 'ff', 'image/png', 'x', '{{}}', 'm', '{{}}', '{AT}')",
            f"INSERT INTO entries VALUES (1, 'asset-made', 'a', '{AT}', '{{}}', 'p', 'h1')",
            f"INSERT INTO scans VALUES ('s', 'label', '{AT}', NULL)",
            f"INSERT INTO entries VALUES (2, 'scan-opened', 's', '{AT}', '{{}}', 'h1', 'h2')",
        ):
            connection.execute(text(statement))
        command.upgrade(config, later)
        for statement in ruled:
            connection.execute(text(statement.replace(":", "\\:")))
    engine.dispose()


def _run(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _party(name: str) -> Party:
    return Party(PartyId(name), name.title(), "0x" + "1" * 40, AT)


def _collection(store: Store, helpers: Any, key: str) -> CollectionId:
    name = CollectionId(derive("collection", key))
    with store.transaction() as tx:
        collections.add(tx, Collection(name, helpers.brief(), AT), helpers.terms())
    return name


def _draft(collection: CollectionId, index: int, mark: int) -> Draft:
    return Draft(AssetId(asset_id(collection, index)), collection, index, MarkId(mark), {})
