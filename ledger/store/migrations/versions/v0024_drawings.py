"""Tiles are found by what they are printed from: two of one drawing are duplicates."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_assets_separations", "assets", ["separations"])
