"""Schema migrations, run from the program itself: nobody has to know Alembic to start a ledger."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

HEAD = "0007"  # a test compares it with the folder of migrations
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
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
