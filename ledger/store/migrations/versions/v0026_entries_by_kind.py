"""The entries of a kind are found without reading the book: each turn of the tending asks for a few kinds."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("entries_by_kind", "entries", ["kind", "sequence"])
