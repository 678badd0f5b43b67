"""The manifest repository. The manifests of files that were signed before are entered into it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# One manifest may be named by a tile and by a later file of it: the first is kept.
SIGNED = (
    ("assets", "id", "created_at", "mime"),
    ("copies", "asset", "made_at", "'image/png'"),
    ("colourways", "asset", "made_at", "'image/png'"),
)


def upgrade() -> None:
    op.create_table(
        "manifests",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("asset", sa.String(), sa.ForeignKey("assets.id")),
        sa.Column("owner", sa.String()),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("removed", sa.BigInteger()),
    )
    op.create_index("ix_manifests_sha256", "manifests", ["sha256"])
    op.create_index("ix_manifests_asset", "manifests", ["asset"])
    op.create_table(
        "soft_bindings",
        sa.Column("digest", sa.String(), primary_key=True, nullable=False),
        sa.Column("alg", sa.String(), primary_key=True, nullable=False),
        sa.Column("manifest", sa.String(), sa.ForeignKey("manifests.id"), primary_key=True, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("removed", sa.BigInteger()),
    )
    op.create_table(
        "access_tokens",
        sa.Column("sha256", sa.String(), primary_key=True, nullable=False),
        sa.Column("key", sa.String(), sa.ForeignKey("api_keys.sha256"), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
    )
    op.create_index("ix_access_tokens_key", "access_tokens", ["key"])
    op.create_index("ix_access_tokens_expires_at", "access_tokens", ["expires_at"])
    for table, asset, at, mime in SIGNED:
        op.execute(
            f"INSERT INTO manifests (id, sha256, mime, asset, at) "  # noqa: S608  names of our own
            f"SELECT manifest, min(sha256), min({mime}), min({asset}), min({at}) FROM {table} "
            f"WHERE manifest IS NOT NULL AND manifest <> '' "
            f"AND manifest NOT IN (SELECT id FROM manifests) GROUP BY manifest"
        )
