"""ISCC image codes of the files that were signed here, read from their claims when somebody asks for one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "image_codes",
        sa.Column("manifest", sa.String(), sa.ForeignKey("manifests.id"), primary_key=True, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
    )
