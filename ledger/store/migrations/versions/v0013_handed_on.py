"""Who held a licence before it was handed on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("grants", sa.Column("earlier", sa.Text(), nullable=True))
