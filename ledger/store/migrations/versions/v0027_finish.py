"""How well a tile is finished stands beside what the critic says of its brief."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("critiques", sa.Column("finish", sa.String(), nullable=False, server_default=""))
