"""Finding tiles again: drawn pixels, licensed copies, exclusions, a negative bank, held findings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _assets()
    _copies()
    _banks()
    _sightings()


def _assets() -> None:
    op.add_column("assets", sa.Column("drawn", sa.String(), nullable=True))
    op.add_column("assets", sa.Column("generic", sa.String(), nullable=True))
    op.add_column("assets", sa.Column("details", sa.String(), nullable=True))
    op.add_column("assets", sa.Column("entry", sa.BigInteger(), nullable=True))
    op.create_index("ix_assets_entry", "assets", ["entry"])
    made = "SELECT sequence FROM entries WHERE kind = 'asset-made' AND subject = assets.id"
    op.execute(f"UPDATE assets SET entry = ({made})")  # noqa: S608 (constant text)


def _copies() -> None:
    op.create_table(
        "copies",
        sa.Column("licence", sa.String(), sa.ForeignKey("grants.id"), primary_key=True, nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False, unique=True),
        sa.Column("asset", sa.String(), sa.ForeignKey("assets.id"), nullable=False, index=True),
        sa.Column("licensee", sa.String(), sa.ForeignKey("parties.id"), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
    )


def _banks() -> None:
    op.create_table(
        "exclusions",
        sa.Column("asset", sa.String(), sa.ForeignKey("assets.id"), primary_key=True, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "negatives",
        sa.Column("sha256", sa.String(), primary_key=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
    )


def _sightings() -> None:
    op.add_column("scans", sa.Column("entry", sa.BigInteger(), nullable=True))
    opened = "SELECT sequence FROM entries WHERE kind = 'scan-opened' AND subject = scans.id"
    op.execute(f"UPDATE scans SET entry = ({opened})")  # noqa: S608 (constant text)
    op.add_column("scan_pictures", sa.Column("dpi", sa.String(), nullable=True))
    op.add_column("findings", sa.Column("copy_licence", sa.String(), nullable=True))
    op.add_column("findings", sa.Column("held", sa.Text(), nullable=True))
