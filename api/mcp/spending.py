"""What an agent has signed for on this machine, and how much more it may.

A payment counts when it is about to be signed, whether or not it goes through: a signature can be used by
whoever holds it. The same offer counts once. The record is an SQLite file in the data folder, synced to the
disk before anything is signed, so a crash never gives room back; all servers of one folder share it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.errors import DataFolderError, SpendingError
from ledger.domain.ids import OfferId, PartyId
from ledger.domain.money import Money
from ledger.domain.money_text import format_money

PATIENCE_SECONDS = 30.0
_TABLE = """CREATE TABLE IF NOT EXISTS spent (
    party TEXT, offer TEXT, day TEXT, minor TEXT, currency TEXT, PRIMARY KEY (party, offer))"""


@dataclass(frozen=True)
class Caps:
    """The most for one purchase, and for all purchases of one party on one day (UTC); one currency."""

    purchase: Money
    day: Money


@dataclass(frozen=True)
class Spending:
    """The record in `file` for one party under `caps`."""

    file: Path
    party: PartyId
    caps: Caps

    def check(self, offer: OfferId, price: Money, today: date) -> None:
        """Raises SpendingError when an offer is above a cap. Counts nothing."""
        with self._open() as connection:
            if not self._known(connection, offer):
                self._check(price, self._sum(connection, today))

    def count(self, offer: OfferId, price: Money, today: date) -> None:
        """Count an offer before it is signed for. Raises SpendingError above a cap: nothing is counted."""
        with self._open() as connection:
            if not self._known(connection, offer):
                self._check(price, self._sum(connection, today))
                row = (self.party, offer, today.isoformat(), str(price.minor), price.currency)
                connection.execute("INSERT INTO spent VALUES (?, ?, ?, ?, ?)", row)

    def left(self, today: date) -> Money:
        """What may still be signed for today."""
        with self._open() as connection:
            spent = self._sum(connection, today)
        return Money(max(0, self.caps.day.minor - spent), self.caps.day.currency)

    def _known(self, connection: sqlite3.Connection, offer: OfferId) -> bool:
        query = "SELECT 1 FROM spent WHERE party = ? AND offer = ?"
        return connection.execute(query, (self.party, offer)).fetchone() is not None

    def _check(self, price: Money, spent: int) -> None:
        caps = self.caps
        if price.currency != caps.purchase.currency:
            raise SpendingError(
                f"price: {format_money(price)} is in another currency than the caps; the person who runs "
                f"this server can set caps in {price.currency}",
                field="price",
            )
        if price.minor > caps.purchase.minor:
            raise SpendingError(
                f"price: {format_money(price)} is above the cap of {format_money(caps.purchase)} for one "
                "purchase; buy less, or ask the person who runs this server to raise SELVAGE_AGENT_CAP",
                field="price",
            )
        if spent + price.minor > caps.day.minor:
            left = format_money(Money(max(0, caps.day.minor - spent), caps.day.currency))
            raise SpendingError(
                f"price: {format_money(price)} is above what is left of today's cap, {left}; wait until "
                "tomorrow (UTC), or ask the person who runs this server to raise SELVAGE_AGENT_DAY_CAP",
                field="price",
            )

    def _sum(self, connection: sqlite3.Connection, today: date) -> int:
        rows = connection.execute(
            "SELECT minor FROM spent WHERE party = ? AND day = ? AND currency = ?",
            (self.party, today.isoformat(), self.caps.day.currency),
        )
        return sum(int(minor) for (minor,) in rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = sqlite3.connect(self.file, timeout=PATIENCE_SECONDS, isolation_level=None)
            with closing(connection):
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_TABLE)
                yield connection
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise DataFolderError(
                f"{self.file.name}: cannot be read or written ({error}); free space or restore the file, "
                "nothing was signed",
                field="SELVAGE_DATA",
            ) from error
