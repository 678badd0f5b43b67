"""Pieces promised to sublicences under way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promised_pieces",
        sa.Column("sublicence", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("units", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["grants.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("sublicence"),
    )
