"""Schema migrations, run from the program itself: nobody has to know Alembic to start a ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, event, inspect, text

from ledger.errors import DatabaseError

HEAD = "0027"  # a test compares it with the folder of migrations
FOLDER = Path(__file__).parent / "migrations"


def version(engine: Engine) -> str | None:
    """The last migration that ran, read without loading Alembic: a start must be quick."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def upgrade(engine: Engine) -> None:
    """Run what is missing, in one writing transaction; a second process waits, then finds nothing to do."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with engine.connect() as connection, _tables_replaceable(connection), connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _tables_replaceable(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by copying and dropping it, which rows that refer to it would forbid.

    What they refer to is checked at the end instead, by `foreign_key_check`.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    assert raw is not None  # noqa: S101  an open connection has one
    raw.execute("PRAGMA foreign_keys=OFF")  # says nothing inside a transaction
    event.listen(connection, "commit", _check_references)
    try:
        yield
    finally:
        event.remove(connection, "commit", _check_references)
        raw.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: Connection) -> None:
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if lost is not None:
        raise DatabaseError(
            f"a migration would lose what {lost[0]} refers to in {lost[2]}; nothing was changed"
        )
