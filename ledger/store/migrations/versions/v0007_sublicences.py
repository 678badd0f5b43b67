"""Licences that no offer became: sublicences, and what was bought by a signed order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("grants") as grants:
        grants.alter_column("offer", existing_type=sa.String(), nullable=True)
        grants.add_column(sa.Column("reference", sa.String(), nullable=True))
