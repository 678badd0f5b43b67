"""Licence tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "licence_tokens",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False, unique=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("party", sa.String(), sa.ForeignKey("parties.id"), nullable=False),
        sa.Column("collection", sa.String(), sa.ForeignKey("collections.id"), nullable=False),
        sa.Column("resource", sa.String(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("tiles", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.String()),
    )
    op.create_index("licence_tokens_by_party", "licence_tokens", ["party", "issued_at"])
