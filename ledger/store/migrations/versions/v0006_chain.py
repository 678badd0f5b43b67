"""What the chain said, as far as it was followed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chain_cursor",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("genesis", sa.String(), nullable=False),
        sa.Column("contracts", sa.Text(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
    )
    op.create_table(
        "chain_blocks",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
    )
    op.create_table(
        "chain_events",
        sa.Column("block_hash", sa.String(), primary_key=True, nullable=False),
        sa.Column("index", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False, index=True),
        sa.Column("transaction", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
    )
    op.create_index("chain_events_by_name", "chain_events", ["contract", "name", "subject"])
