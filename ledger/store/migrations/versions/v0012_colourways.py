"""Colourways, and the separations that they are printed from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assets", sa.Column("separations", sa.String()))
    op.create_table(
        "colourways",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("asset", sa.String(), sa.ForeignKey("assets.id"), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("palette", sa.Text(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False, unique=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("drawn", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("asset", "word", name="one_colourway_per_word"),
    )
    op.create_index("ix_colourways_asset", "colourways", ["asset"])
    op.create_index("ix_colourways_sha256", "colourways", ["sha256"])
