"""What people rule about scans can be taken back: one row for each time, by its entry in the book.

Answers to requests that were sent with an Idempotency-Key are found by their age.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    asset = sa.Column("asset", sa.String(), sa.ForeignKey("assets.id"), nullable=False, index=True)
    _anew("exclusions", asset)
    _anew(
        "negatives",
        sa.Column("sha256", sa.String(), nullable=False, index=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
    )
    op.create_index("ix_idempotency_started_at", "idempotency", ["started_at"])


def _anew(name: str, *columns: sa.Column[Any]) -> None:
    """Make the table again, keyed by entry: SQLite cannot change the key of one that is there."""
    rows = op.get_bind().execute(sa.text(f"SELECT * FROM {name}")).mappings()  # noqa: S608 (constant text)
    kept = [dict(row) for row in rows]
    op.drop_table(name)
    table = op.create_table(
        name,
        sa.Column("entry", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        *columns,
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
    )
    op.bulk_insert(table, kept)
