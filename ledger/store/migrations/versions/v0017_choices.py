"""What people decided about tiles, and the last of it that a tile's manifest tells."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assets", sa.Column("choice", sa.String()))
    op.add_column("assets", sa.Column("place", sa.Integer()))
    op.add_column("assets", sa.Column("decided", sa.BigInteger()))
    op.add_column("assets", sa.Column("told", sa.BigInteger()))
    op.create_index("ix_assets_decided", "assets", ["decided"])
