"""Offers that were told and that nobody took, apart from those of the book."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("licensee", sa.String(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("terms_hash", sa.String(), nullable=False),
        sa.Column("price_minor", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
    )
    op.create_index("ix_quotes_licensee", "quotes", ["licensee"])
    op.create_index("ix_quotes_made_at", "quotes", ["made_at"])
