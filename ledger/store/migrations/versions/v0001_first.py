"""The first schema: what is made, registered, licensed, seen, billed and paid."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _book()
    _parties_and_chain()
    _works()
    _rights()
    _sightings()
    _money()
    _service()


def _key(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), primary_key=True, nullable=False)


def _strings(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String(), nullable=null) for name in names]


def _texts(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _big(name: str, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"])


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _book() -> None:
    op.create_table("meta", _key("name"), *_texts("value"))
    op.create_table(
        "entries",
        sa.Column("sequence", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        *_strings("kind", "subject", "at"),
        *_texts("body"),
        *_strings("previous", "hash"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("entries_by_subject", "entries", ["subject"])


def _parties_and_chain() -> None:
    op.create_table("parties", _key("id"), *_strings("name", "address", "added_at"))
    op.create_table(
        "txs", _key("hash"), *_strings("kind", "subject"), _big("block"), _big("gas"), *_strings("mined_at")
    )
    _index("txs", "subject")


def _works() -> None:
    op.create_table(
        "collections",
        _key("id"),
        *_texts("brief", "terms"),
        *_strings("created_at"),
        *_texts("registration", null=True),
    )
    _index("collections", "created_at")
    op.create_table(
        "assets",
        _key("id"),
        *_strings("collection"),
        sa.Column("index", sa.Integer(), nullable=False),
        _big("mark"),
        *_texts("recipe"),
        *_strings("sha256", "mime", "algorithm", null=True),
        *_texts("quality", "manifest", "fingerprint", null=True),
        *_strings("created_at", null=True),
        _refers("collection", "collections"),
        sa.UniqueConstraint("collection", "index", name="one_asset_per_index"),
        sa.UniqueConstraint("mark"),
    )
    _index("assets", "collection", "sha256")


def _rights() -> None:
    op.create_table(
        "offers",
        _key("id"),
        *_strings("asset", "licensee"),
        *_texts("use"),
        *_strings("terms_hash", "price_minor", "currency", "made_at"),
        _refers("asset", "assets"),
        _refers("licensee", "parties"),
    )
    _index("offers", "asset", "licensee")
    op.create_table(
        "grants",
        _key("id"),
        *_strings("offer", "asset", "licensee", "action"),
        *_texts("terms"),
        *_strings("terms_hash", "granted_at"),
        *_strings("invoice", null=True),
        *_strings("tx"),
        _big("gas"),
        _refers("offer", "offers"),
        _refers("asset", "assets"),
        _refers("licensee", "parties"),
        sa.UniqueConstraint("offer"),
    )
    _index("grants", "asset", "licensee")
    op.create_table(
        "usages",
        _key("id"),
        *_strings("licence"),
        *_texts("use"),
        *_strings("reported_on"),
        _refers("licence", "grants"),
    )
    _index("usages", "licence")


def _sightings() -> None:
    op.create_table("scans", _key("id"), *_strings("label", "opened_at"), *_strings("closed_at", null=True))
    op.create_table(
        "scan_pictures",
        _key("scan"),
        _key("name"),
        *_strings("sha256"),
        *_texts("sighting", "outcome", null=True),
        _refers("scan", "scans"),
    )
    op.create_table(
        "findings",
        _key("id"),
        *_strings("scan", "picture", "picture_sha256", "asset"),
        _big("mark", null=True),
        *_strings("verdict", "p_value"),
        *_texts("evidence"),
        *_texts("sighting", null=True),
        *_strings("seller", null=True),
        *_strings("standing"),
        *_strings("licence", null=True),
        *_strings("judged_at"),
        _refers("scan", "scans"),
        _refers("asset", "assets"),
    )
    _index("findings", "scan", "asset", "seller")


def _money() -> None:
    op.create_table(
        "invoices",
        _key("id"),
        *_strings("payer", "collection"),
        *_texts("lines"),
        *_strings("total_minor", "currency"),
        *_texts("split"),
        *_strings("due_on", "made_at"),
        *_strings("issued_tx", "settled_tx", null=True),
        _refers("payer", "parties"),
        _refers("collection", "collections"),
    )
    _index("invoices", "payer", "collection")
    op.create_table("billed", _key("evidence"), *_strings("invoice"), _refers("invoice", "invoices"))
    _index("billed", "invoice")
    op.create_table(
        "payouts",
        _key("tx"),
        *_strings("payee", "amount_minor", "currency", "paid_at"),
        _refers("payee", "parties"),
    )
    _index("payouts", "payee")


def _service() -> None:
    op.create_table(
        "operations",
        _key("id"),
        *_strings("kind"),
        *_texts("arguments"),
        *_strings("state"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempt", "done", "total")),
        *_texts("message"),
        *_texts("result", "error", null=True),
        *_strings("created_at", "updated_at"),
    )
    _index("operations", "state")
    op.create_table(
        "api_keys",
        _key("sha256"),
        *_strings("name", "role"),
        *_strings("party", null=True),
        *_strings("created_at"),
        *_strings("expires_at", "revoked_at", null=True),
    )
    op.create_table(
        "idempotency",
        _key("owner"),
        _key("key"),
        *_strings("target", "request_sha256"),
        sa.Column("status", sa.Integer(), nullable=True),
        *_texts("response", null=True),
        *_strings("started_at"),
    )
