"""A decision on the part of the book that bears on a use is the decision on the whole book."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from ledger.domain import rights as rules
from ledger.domain.decision import Decision, Reading
from ledger.domain.errors import TermsError
from ledger.domain.ids import AssetId, CollectionId, InvoiceId, OfferId, PartyId, UsageId
from ledger.domain.invoice import Invoice, Line, LineKind
from ledger.domain.licence import Grant, GrantState, Offer, Usage, licence_id
from ledger.domain.money import Money
from ledger.domain.split import Share, Split
from ledger.domain.terms import Terms
from ledger.domain.terms_text import parse_terms
from ledger.domain.use import Action, Use
from ledger.store import Store, Tx, books, money, orders, parties, rights
from ledger.store.kept_tables import CountRow, OpenOrderRow, ScopeRow
from ledger.store.migrate import FOLDER
from ledger.store.parties import Party
from ledger.store.tables import AssetRow, CollectionRow
from ledger.store.trade_tables import GrantRow

AT, TODAY = "2026-01-02T03:04:05Z", date(2026, 6, 15)
TILE, OTHER, COLLECTION = AssetId("a" * 32), AssetId("b" * 32), CollectionId("c" * 32)
PARTIES = tuple(map(PartyId, ("mill", "shop", "house")))
PLACES: tuple[Any, ...] = (
    "worldwide",
    "worldwide",
    ["GB"],
    ["GB", "FR"],
    "EU",
    {"worldwide_except": ["GB"]},
    ["US"],
)
THINGS: tuple[Any, ...] = (
    "any",
    "any",
    ["cushion"],
    ["cushion", "rug"],
    [f"thing-{letter}" for letter in "abcdefghi"] + ["rug"],
)
DATES: tuple[Any, ...] = (
    "open",
    "open",
    {"end": date(2026, 6, 15)},
    {"end": date(2027, 1, 1)},
    {"start": date(2026, 6, 16), "end": date(2026, 12, 31)},
)
MIXES = ((False, False, False), (False, False, True), (False, True, True))
USED_UP = 300


def _terms(draw: random.Random, exclusive: bool) -> Terms:
    some = draw.choice
    plain: dict[str, Any] = {
        "preset": "standard",
        "split": {"studio": "100 %"},
        "territory": some(PLACES),
        "products": some(THINGS),
        "dates": some(DATES),
        "run": some([USED_UP, 800, {"units": USED_UP, "overage": "1.00 TUSD"}]),
        "exclusive": exclusive,
        "colourways": some(["any", "any", "original", ["original", "rose"], ["rose"]]),
        "sublicensing": some(["none", {"depth": 2}]),
    }
    if draw.random() < 0.3:
        plain |= {"reporting": some(["month", "year"]), "attribution": {"text": "by Ann"}}
    if plain["dates"] == "open" and draw.random() < 0.3:
        plain |= {"recipe": {"fee": "1.00 TUSD", "generations": USED_UP}}
    try:
        return parse_terms(plain)
    except TermsError:  # clauses that contradict each other
        return _terms(draw, exclusive)


def _use(draw: random.Random) -> Use:
    some = draw.choice
    action = some([Action.REPRODUCE] * 4 + [Action.DISPLAY, Action.REDRAW, Action.MINE])
    return Use(
        action,
        some(["cushion", "cushion", "rug", "mug"]),
        some(["GB", "GB", "GB", "FR", "US", "JP"]),
        some([1, 1, 200, 301]) if action is Action.REPRODUCE else 0,
        TODAY + timedelta(days=some([-400, 0, 0, 0, 0, 0, 30, 400])),
        colourway=some(["original", "original", "rose"]),
        generations=some([1, 200]) if action is Action.REDRAW else 0,
        attribution=some([None, "by Ann"]),
    )


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store on which nothing more is ever kept."""
    store = _store(f"sqlite:///{tmp_path_factory.mktemp('books')}/ledger.sqlite")
    yield store
    store.close()


def _store(url: str) -> Store:
    """Two tiles and three parties."""
    store = Store.open(url)
    with store.transaction() as tx:
        for party in (*PARTIES, PartyId("studio")):
            parties.add(tx, Party(party, party.title(), "0x" + "1" * 40, AT))
        tx.session.add(CollectionRow(id=COLLECTION, brief="{}", terms="{}", created_at=AT))
        tx.session.flush()
        for number, tile in enumerate((TILE, OTHER)):
            tx.session.add(AssetRow(id=tile, collection=COLLECTION, index=number, mark=number, recipe="{}"))
    return store


class Scribe:
    """Writes a random book of one tile."""

    def __init__(self, tx: Tx, draw: random.Random) -> None:
        self.tx, self.draw = tx, draw
        self.granted: list[Grant] = []
        self.pool = [_terms(draw, exclusive) for exclusive in draw.choice(MIXES)]

    def write(self, actions: int) -> None:
        for _ in range(actions):
            self.draw.choice([self.grant] * 4 + [self.report] * 3 + [self.order, self.state, self.hand_on])()

    def granted_to(self, party: PartyId, terms: Terms) -> Grant:
        self.pool = [terms]
        self.grant(alone=True, party=party)
        return self.granted[-1]

    def grant(self, alone: bool = False, party: PartyId | None = None) -> None:
        parent = None if alone else self.draw.choice([None, None, *self.granted])
        offer = self._offer(party)
        grant = Grant(
            licence_id(offer.id),
            offer.id,
            parent.asset if parent else offer.asset,
            offer.licensee,
            offer.use.action,
            self.draw.choice(self.pool),
            "00",
            f"2026-0{self.draw.randrange(1, 6)}-01T00:00:00Z",
            None,
            "0x00",
            0,
            units=self.draw.choice([None, None, 250]),
            parent=parent.id if parent else None,
        )
        rights.add_grant(self.tx, grant)
        self.granted.append(grant)

    def report(self) -> None:
        if not self.granted:
            return
        grant, day = self.draw.choice(self.granted), self.draw.choice([date(2026, 2, 1), TODAY])
        usage = Usage(UsageId(self._name()), grant.id, _use(self.draw), day)
        rights.add_usage(self.tx, usage)
        if self.draw.random() < 0.5:
            bill = self._bill(LineKind.ROYALTY, grant.asset, grant.licensee, usage.id)
            if self.draw.random() < 0.3:
                money.settled(self.tx, bill, "0x01")

    def order(self) -> None:
        offer = self._offer()
        bill = self._bill(LineKind.LICENCE, offer.asset, offer.licensee, offer.id)
        if self.draw.random() < 0.3:
            money.settled(self.tx, bill, "0x01")

    def state(self) -> None:
        if self.granted:
            state = self.draw.choice([GrantState.SUSPENDED, GrantState.REVOKED])
            rights.set_state(self.tx, self.draw.choice(self.granted).id, state)

    def hand_on(self) -> None:
        if self.granted:
            rights.hand_on(self.tx, self.draw.choice(self.granted).id, self.draw.choice(PARTIES))

    def _offer(self, party: PartyId | None = None) -> Offer:
        tile = TILE if party else self.draw.choice([TILE] * 6 + [OTHER])
        offer = Offer(
            OfferId(self._name()),
            tile,
            party or self.draw.choice(PARTIES),
            _use(self.draw),
            "00",
            Money(1, "TUSD"),
            AT,
        )
        rights.add_offer(self.tx, offer)
        return offer

    def _bill(self, kind: LineKind, tile: AssetId, payer: PartyId, evidence: str) -> InvoiceId:
        line = Line(kind, tile, "text", 1, Money(7, "TUSD"), evidence)
        due = (TODAY + timedelta(days=self.draw.choice([-1, 0, 5]))).isoformat()
        name, split = InvoiceId(self._name()), Split((Share(PartyId("studio"), 10_000),))
        money.add(self.tx, Invoice(name, payer, COLLECTION, (line,), line.amount, split, due, AT))
        return name

    def _name(self) -> str:
        return f"{self.draw.getrandbits(128):032x}"


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), size=st.integers(1, 16), exclusive=st.booleans())
def test_the_part_that_bears_on_a_use_decides_as_the_whole(
    shelf: Store, seed: int, size: int, exclusive: bool
) -> None:
    draw = random.Random(seed)
    with shelf.reading() as tx:  # what is written in it is undone
        scribe = Scribe(tx, draw)
        scribe.write(size)
        terms = draw.choice([_terms(draw, exclusive), *scribe.pool])
        whole = books.with_orders(rights.book(tx, TILE), terms, orders.pending(tx, TILE, TODAY))
        uses = [_use(draw) for _ in range(3)]
        party, reading = draw.choice(PARTIES), draw.choice(list(Reading))
        together = books.bearing(tx, TILE, party, uses, terms, TODAY)
        assert books.held_by(tx, TILE, party) == len(whole.of(party))
        for use in uses:
            alone = books.bearing(tx, TILE, party, [use], terms, TODAY)
            truth, part, bulk = (
                rules.decide(terms, book, use, TODAY, party, reading=reading)
                for book in (whole, alone, together)
            )
            assert part == truth
            assert bulk == truth


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_is_kept_in_memory_is_never_out_of_date(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Another writer grants, reports, bills, orders, suspends and hands on: each shows in the next answer."""
    sqlite = database == "sqlite"
    url = f"sqlite:///{tmp_path}/a.sqlite" if sqlite else str(request.getfixturevalue("postgres")())
    draw, changed = random.Random(database), 0
    with closing(_store(url)) as other, closing(Store.open(url)) as ours:
        asked = [(_use(draw), draw.choice(PARTIES), draw.choice(list(Reading))) for _ in range(4)]
        scribe, before = None, None
        for _ in range(50):
            with other.transaction() as tx:
                scribe = scribe or Scribe(tx, draw)
                scribe.tx = tx
                scribe.write(1)
            told = _told(ours, draw.choice(scribe.pool), asked)
            changed += told != before
            before = told
    assert changed > 10


def _told(store: Store, terms: Terms, asked: Sequence[tuple[Use, PartyId, Reading]]) -> list[Decision]:
    """The decisions, which are those on the whole book."""
    with store.reading() as tx:
        whole = books.with_orders(rights.book(tx, TILE), terms, orders.pending(tx, TILE, TODAY))
        parts = [books.bearing(tx, TILE, party, [use], terms, TODAY) for use, party, _ in asked]
    pairs = [(part, *each) for part, each in zip(parts, asked, strict=True)]
    told = [rules.decide(terms, part, use, TODAY, party, reading=how) for part, use, party, how in pairs]
    truth = [rules.decide(terms, whole, use, TODAY, party, reading=how) for _, use, party, how in pairs]
    assert told == truth
    return told


def test_the_part_is_small(shelf: Store) -> None:
    """Fifty licences of others elsewhere, and of the party in other countries, are not read."""
    elsewhere = parse_terms({"preset": "exclusive", "split": {"studio": "100 %"}, "territory": ["US"]})
    here = parse_terms({"preset": "standard", "split": {"studio": "100 %"}, "territory": ["GB"]})
    with shelf.reading() as tx:  # what is written in it is undone
        scribe = Scribe(tx, random.Random(1))
        scribe.pool = [elsewhere]
        for _ in range(50):
            scribe.grant(alone=True)
        use = Use(Action.REPRODUCE, "cushion", "GB", 1, TODAY)
        book = books.bearing(tx, TILE, PARTIES[0], [use], here, TODAY)
        assert len(book.of(PARTIES[0])) == len(book.grants) == rules.EXPLAINED
        everywhere = books.bearing(tx, TILE, PARTIES[0], [use], elsewhere, TODAY)
        assert len(everywhere.grants) == rules.EXPLAINED + 1


def test_a_sublicence_of_ones_own_hides_nobody_who_is_in_the_way(shelf: Store) -> None:
    """Both are exclusive in Great Britain; the sublicence ends later, and is not in the way."""
    sooner, later = (
        parse_terms({"preset": "exclusive", "split": {"studio": "100 %"}, "dates": {"end": end}})
        for end in (date(2026, 11, 1), date(2026, 12, 1))
    )
    with shelf.reading() as tx:
        scribe = Scribe(tx, random.Random(3))
        mine, below, rival = (
            scribe.granted_to(*each)
            for each in ((PARTIES[0], later), (PARTIES[1], later), (PARTIES[2], sooner))
        )
        rights.set_state(tx, mine.id, GrantState.SUSPENDED)
        row = tx.session.get_one(GrantRow, below.id)
        row.parent = mine.id
        tx.session.flush()
        use = Use(Action.REPRODUCE, "cushion", "GB", 1, TODAY)
        book = books.bearing(tx, TILE, PARTIES[0], [use], sooner, TODAY)
        assert {grant.id for grant in book.grants} == {mine.id, rival.id}
        told = rules.exclusivity_check(sooner, book, PARTIES[0], TODAY)
        assert (told.holds, "2026-11-01" in told.why) == (False, True)


def test_the_migration_works_out_what_is_kept(tmp_path: Path) -> None:
    store = _store(f"sqlite:///{tmp_path}/ledger.sqlite")
    with store.transaction() as tx:
        Scribe(tx, random.Random(11)).write(60)
        kept = _kept(tx)
        assert all(kept)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with store.transaction() as tx:
        connection = tx.session.connection()
        for statement in (
            *(f"DROP TABLE {table}" for table in ("grant_scopes", "licence_counts", "open_orders")),
            "DROP INDEX grants_by_licensee",
            "UPDATE alembic_version SET version_num = '0007'",
        ):
            connection.exec_driver_sql(statement)
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        assert _kept(tx) == kept
    store.close()


def _kept(tx: Tx) -> list[list[str]]:
    tables = (ScopeRow, CountRow, OpenOrderRow)
    return [sorted(row.model_dump_json() for row in tx.session.exec(select(table))) for table in tables]
