"""Tables of what is licensed, seen, billed and paid."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel


class OfferRow(SQLModel, table=True):
    __tablename__ = "offers"
    id: str = Field(primary_key=True)
    asset: str = Field(foreign_key="assets.id", index=True)
    licensee: str = Field(foreign_key="parties.id", index=True)
    use: str = Field(sa_type=Text)
    terms_hash: str
    price_minor: str
    currency: str
    made_at: str


class GrantRow(SQLModel, table=True):
    __tablename__ = "grants"
    id: str = Field(primary_key=True)
    offer: str = Field(foreign_key="offers.id", unique=True)
    asset: str = Field(foreign_key="assets.id", index=True)
    licensee: str = Field(foreign_key="parties.id", index=True)
    action: str
    terms: str = Field(sa_type=Text)
    terms_hash: str
    granted_at: str
    invoice: str | None = None
    tx: str
    gas: int = Field(sa_type=BigInteger)


class UsageRow(SQLModel, table=True):
    __tablename__ = "usages"
    id: str = Field(primary_key=True)
    licence: str = Field(foreign_key="grants.id", index=True)
    use: str = Field(sa_type=Text)
    reported_on: str


class ScanRow(SQLModel, table=True):
    __tablename__ = "scans"
    id: str = Field(primary_key=True)
    label: str
    opened_at: str
    closed_at: str | None = None


class PictureRow(SQLModel, table=True):
    """A picture handed in for a scan; `outcome` is null until it was examined."""

    __tablename__ = "scan_pictures"
    scan: str = Field(primary_key=True, foreign_key="scans.id")
    name: str = Field(primary_key=True)
    sha256: str
    sighting: str | None = Field(default=None, sa_type=Text)
    outcome: str | None = Field(default=None, sa_type=Text)


class FindingRow(SQLModel, table=True):
    __tablename__ = "findings"
    id: str = Field(primary_key=True)
    scan: str = Field(foreign_key="scans.id", index=True)
    picture: str
    picture_sha256: str
    asset: str = Field(foreign_key="assets.id", index=True)
    mark: int | None = Field(default=None, sa_type=BigInteger)
    verdict: str
    p_value: str
    evidence: str = Field(sa_type=Text)
    sighting: str | None = Field(default=None, sa_type=Text)
    seller: str | None = Field(default=None, index=True)
    standing: str
    licence: str | None = None
    judged_at: str


class InvoiceRow(SQLModel, table=True):
    __tablename__ = "invoices"
    id: str = Field(primary_key=True)
    payer: str = Field(foreign_key="parties.id", index=True)
    collection: str = Field(foreign_key="collections.id", index=True)
    lines: str = Field(sa_type=Text)
    total_minor: str
    currency: str
    split: str = Field(sa_type=Text)
    due_on: str
    made_at: str
    issued_tx: str | None = None
    settled_tx: str | None = None


class BilledRow(SQLModel, table=True):
    """The same evidence is never billed twice: its id is the key."""

    __tablename__ = "billed"
    evidence: str = Field(primary_key=True)
    invoice: str = Field(foreign_key="invoices.id", index=True)


class PayoutRow(SQLModel, table=True):
    __tablename__ = "payouts"
    tx: str = Field(primary_key=True)
    payee: str = Field(foreign_key="parties.id", index=True)
    amount_minor: str
    currency: str
    paid_at: str
