"""Files for production."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "productions",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("asset", sa.String(), sa.ForeignKey("assets.id"), nullable=False),
        sa.Column("colourway", sa.String()),
        sa.Column("licence", sa.String(), sa.ForeignKey("grants.id")),
        sa.Column("width_um", sa.BigInteger(), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_productions_asset", "productions", ["asset"])
    op.create_index("ix_productions_licence", "productions", ["licence"])
    op.create_table(
        "made_files",
        sa.Column(
            "production", sa.String(), sa.ForeignKey("productions.id"), primary_key=True, nullable=False
        ),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.String()),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("ink", sa.String()),
    )
    op.create_index("ix_made_files_sha256", "made_files", ["sha256"])
