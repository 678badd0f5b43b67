"""Licences by the piece, sublicences, and licences that are suspended or revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("grants") as grants:
        grants.add_column(sa.Column("units", sa.BigInteger(), nullable=True))
        grants.add_column(sa.Column("parent", sa.String(), nullable=True))
        grants.add_column(sa.Column("state", sa.String(), nullable=False, server_default="in-force"))
        grants.create_foreign_key("grants_parent", "grants", ["parent"], ["id"])
        grants.create_index("ix_grants_parent", ["parent"])
