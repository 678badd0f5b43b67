"""Tables of what is licensed, seen, billed and paid."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
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
    __table_args__ = (Index("grants_by_licensee", "asset", "licensee", "granted_at", "id"),)
    id: str = Field(primary_key=True)
    offer: str | None = Field(default=None, foreign_key="offers.id", unique=True)
    asset: str = Field(foreign_key="assets.id", index=True)
    licensee: str = Field(foreign_key="parties.id", index=True)
    action: str
    terms: str = Field(sa_type=Text)
    terms_hash: str
    granted_at: str
    invoice: str | None = None
    tx: str
    gas: int = Field(sa_type=BigInteger)
    units: int | None = Field(default=None, sa_type=BigInteger)
    parent: str | None = Field(default=None, foreign_key="grants.id", index=True)
    state: str = "in-force"
    reference: str | None = None
    earlier: str | None = Field(default=None, sa_type=Text)


class UsageRow(SQLModel, table=True):
    __tablename__ = "usages"
    id: str = Field(primary_key=True)
    licence: str = Field(foreign_key="grants.id", index=True)
    use: str = Field(sa_type=Text)
    reported_on: str


class CopyRow(SQLModel, table=True):
    """The tile of a licence, marked for its licensee."""

    __tablename__ = "copies"
    licence: str = Field(primary_key=True, foreign_key="grants.id")
    mark: int = Field(sa_type=BigInteger, unique=True)
    asset: str = Field(foreign_key="assets.id", index=True)
    licensee: str = Field(foreign_key="parties.id")
    sha256: str
    manifest: str = Field(sa_type=Text)
    made_at: str
    entry: int = Field(sa_type=BigInteger)


class ExclusionRow(SQLModel, table=True):
    """A tile that scans do not report, from `entry` on and until `ended`, entries of the book."""

    __tablename__ = "exclusions"
    entry: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    asset: str = Field(foreign_key="assets.id", index=True)
    since: str
    why: str = Field(sa_type=Text)
    ended: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: str | None = None
    ended_why: str | None = Field(default=None, sa_type=Text)


class NegativeRow(SQLModel, table=True):
    """A picture that is known not to be ours, from `entry` on and until `ended`, entries of the book."""

    __tablename__ = "negatives"
    entry: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    sha256: str = Field(index=True)
    name: str = Field(sa_type=Text)
    fingerprint: str = Field(sa_type=Text)
    since: str
    why: str = Field(sa_type=Text)
    ended: int | None = Field(default=None, sa_type=BigInteger)
    ended_at: str | None = None
    ended_why: str | None = Field(default=None, sa_type=Text)


class ScanRow(SQLModel, table=True):
    """`entry` is where in the book it was opened: what was made later is not looked for."""

    __tablename__ = "scans"
    id: str = Field(primary_key=True)
    label: str
    opened_at: str
    closed_at: str | None = None
    entry: int | None = Field(default=None, sa_type=BigInteger)


class PictureRow(SQLModel, table=True):
    """A picture handed in for a scan; `outcome` is null until it was examined."""

    __tablename__ = "scan_pictures"
    scan: str = Field(primary_key=True, foreign_key="scans.id")
    name: str = Field(primary_key=True)
    sha256: str
    sighting: str | None = Field(default=None, sa_type=Text)
    outcome: str | None = Field(default=None, sa_type=Text)
    dpi: str | None = None


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
    copy_licence: str | None = None
    held: str | None = Field(default=None, sa_type=Text)


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
