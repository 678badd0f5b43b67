"""The shared index on PostgreSQL: hashes and shape codes of made tiles, searched where they are.

It needs the extension pgvector, which only a superuser can add to a database: `CREATE EXTENSION vector`
before the ledger is first opened, or a superuser's URL. Elsewhere, and on SQLite, nothing is made here and
the register is searched in memory. A schema of its own keeps its types out of the tables of the program.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_POSSIBLE = """
    SELECT has_database_privilege(current_database(), 'CREATE') AND (
        EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'vector')
        OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
           AND EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector'))
"""
_TABLE = """
    CREATE TABLE search.tiles (
        asset varchar PRIMARY KEY REFERENCES assets (id),
        pdq bit(256),
        phash bit(64) NOT NULL,
        shape bytea NOT NULL,
        code halfvec(354) NOT NULL,
        details bytea NOT NULL)
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql" or not connection.execute(text(_POSSIBLE)).scalar():
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.execute("CREATE SCHEMA search")
    op.execute(_TABLE)
