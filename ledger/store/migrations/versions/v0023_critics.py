"""Which critic a tile was judged by: embeddings of another lie in another space."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("critiques", sa.Column("critic", sa.String(), nullable=False, server_default=""))
