"""What a decision looks up: where licences hold, what was reported under them, and which orders are open.

All of it is worked out from what is there, by the parsers of the program that migrates: terms that were read
once are read the same by every later one.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_GRANTS = "SELECT id, asset, terms, parent, units FROM grants ORDER BY id"
_USAGES = "SELECT id, licence, use, reported_on FROM usages ORDER BY id"
_OPEN = """
    SELECT offers.id AS offer, billed.invoice AS invoice, offers.asset AS asset FROM offers
    JOIN billed ON billed.evidence = offers.id
    WHERE offers.id NOT IN (SELECT offer FROM grants WHERE offer IS NOT NULL)
    AND offers.id NOT IN (SELECT subject FROM entries WHERE kind = 'refund-due')
"""


def upgrade() -> None:
    op.create_index("grants_by_licensee", "grants", ["asset", "licensee", "granted_at", "id"])
    scopes = op.create_table(
        "grant_scopes",
        _licence(),
        sa.Column("exclusive", sa.Boolean(), primary_key=True, nullable=False),
        sa.Column("country", sa.String(), primary_key=True, nullable=False),
        sa.Column("product", sa.String(), primary_key=True, nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("start", sa.String(), nullable=False),
        sa.Column("end", sa.String(), nullable=False),
    )
    counts = op.create_table(
        "licence_counts",
        _licence(),
        sa.Column("units", sa.String(), nullable=False),
        sa.Column("revenue", sa.String(), nullable=False),
        sa.Column("generations", sa.String(), nullable=False),
        sa.Column("allotted", sa.String(), nullable=False),
        sa.Column("last_report", sa.String(), nullable=True),
    )
    orders = op.create_table(
        "open_orders",
        sa.Column(
            "offer",
            sa.String(),
            sa.ForeignKey("offers.id", ondelete="CASCADE"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("invoice", sa.String(), sa.ForeignKey("invoices.id", ondelete="CASCADE"), nullable=False),
        sa.Column("asset", sa.String(), nullable=False, index=True),
    )
    _fill(scopes, _scopes())
    _fill(orders, (dict(row) for row in op.get_bind().execute(sa.text(_OPEN)).mappings()))
    _fill(counts, _counts())
    op.create_index("grant_scopes_by_end", "grant_scopes", ["asset", "exclusive", "end"])
    op.create_index("grant_scopes_by_country", "grant_scopes", ["asset", "exclusive", "country", "end"])


def _licence() -> sa.Column[str]:
    return sa.Column(
        "licence",
        sa.String(),
        sa.ForeignKey("grants.id", ondelete="CASCADE"),
        primary_key=True,
        nullable=False,
    )


def _fill(table: sa.Table, rows: Iterator[dict[str, object]]) -> None:
    if found := list(rows):
        op.bulk_insert(table, found)


def _scopes() -> Iterator[dict[str, object]]:
    from ledger.domain.terms_text import parse_terms
    from ledger.store.scopes import rows
    from ledger.store.text import load

    for grant in op.get_bind().execute(sa.text(_GRANTS)).mappings():
        for row in rows(grant["id"], grant["asset"], parse_terms(load(grant["terms"]))):
            yield row.model_dump()


def _counts() -> Iterator[dict[str, object]]:
    from ledger.domain.brief_text import parse_use
    from ledger.domain.licence import Used, most_units
    from ledger.domain.terms_text import parse_terms
    from ledger.store.text import load

    grants = {row["id"]: row for row in op.get_bind().execute(sa.text(_GRANTS)).mappings()}
    used: dict[str, Used] = {}
    last: dict[str, str] = {}
    allotted: dict[str, int] = {}
    for row in op.get_bind().execute(sa.text(_USAGES)).mappings():
        licence = row["licence"]
        last[licence] = max(row["reported_on"], last.get(licence, ""))
        while licence is not None:  # a licence stands only under one that was there before it
            used[licence] = used.get(licence, Used()).plus(parse_use(load(row["use"]), kept=True))
            licence = grants[licence]["parent"]
    for name, row in grants.items():
        most = most_units(parse_terms(load(row["terms"])), row["units"]) if row["parent"] else None
        if most is not None:
            left = max(0, most - used.get(name, Used()).units)
            allotted[row["parent"]] = allotted.get(row["parent"], 0) + left
    for licence in sorted({*used, *allotted}):
        counted = {name: str(count) for name, count in vars(used.get(licence, Used())).items()}
        given = str(allotted.get(licence, 0))
        yield {"licence": licence, **counted, "allotted": given, "last_report": last.get(licence)}
