"""What the critic made of tiles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "critiques",
        sa.Column("asset", sa.String(), sa.ForeignKey("assets.id"), primary_key=True, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("agreement", sa.String(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
    )
