"""What the inks of a colourway are called, such as in the colour book that they were taken from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("colourways", sa.Column("ink_names", sa.Text(), nullable=False, server_default="[]"))
