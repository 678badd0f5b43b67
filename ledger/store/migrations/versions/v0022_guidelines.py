"""Brand guidelines, and the passages they were cut into."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guidelines",
        sa.Column("sha256", sa.String(), primary_key=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("passages", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.Column("removed_at", sa.String()),
        sa.Column("entry", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_guidelines_name", "guidelines", ["name"])
    op.create_table(
        "passages",
        sa.Column("digest", sa.String(), primary_key=True, nullable=False),
        sa.Column("file", sa.String(), sa.ForeignKey("guidelines.sha256"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("page", sa.Integer()),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("ix_passages_file", "passages", ["file"])
