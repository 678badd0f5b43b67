"""Tables of what is made and registered. They are not the domain: each subject module maps its own rows.

Columns of JSON are text in canonical form; amounts are decimal text, no integer column holds a uint128.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class MetaRow(SQLModel, table=True):
    """Facts about the ledger itself: its id, its chain, its contracts."""

    __tablename__ = "meta"
    name: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)


class EntryRow(SQLModel, table=True):
    __tablename__ = "entries"
    __table_args__ = (
        Index("entries_by_subject", "subject"),
        Index("entries_by_kind", "kind", "sequence"),
    )
    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str
    subject: str
    at: str
    body: str = Field(sa_type=Text)
    previous: str
    hash: str = Field(unique=True)


class PartyRow(SQLModel, table=True):
    __tablename__ = "parties"
    id: str = Field(primary_key=True)
    name: str
    address: str
    added_at: str


class CollectionRow(SQLModel, table=True):
    __tablename__ = "collections"
    id: str = Field(primary_key=True)
    brief: str = Field(sa_type=Text)
    terms: str = Field(sa_type=Text)
    created_at: str = Field(index=True)
    registration: str | None = Field(default=None, sa_type=Text)


class AssetRow(SQLModel, table=True):
    """`sha256` and what follows are null while the tile is only planned; `entry` is when it was made.

    `decided` is the entry of what people decided last, `told` the last of them that the manifest tells.
    """

    __tablename__ = "assets"
    __table_args__ = (UniqueConstraint("collection", "index", name="one_asset_per_index"),)
    id: str = Field(primary_key=True)
    collection: str = Field(foreign_key="collections.id", index=True)
    index: int
    mark: int = Field(sa_type=BigInteger, unique=True)
    recipe: str = Field(sa_type=Text)
    sha256: str | None = Field(default=None, index=True)
    mime: str | None = None
    algorithm: str | None = None
    quality: str | None = Field(default=None, sa_type=Text)
    manifest: str | None = Field(default=None, sa_type=Text)
    fingerprint: str | None = Field(default=None, sa_type=Text)
    created_at: str | None = None
    drawn: str | None = None
    generic: str | None = None
    details: str | None = None
    separations: str | None = Field(default=None, index=True)
    entry: int | None = Field(default=None, sa_type=BigInteger, index=True)
    choice: str | None = None
    place: int | None = None
    decided: int | None = Field(default=None, sa_type=BigInteger, index=True)
    told: int | None = Field(default=None, sa_type=BigInteger)


class TxRow(SQLModel, table=True):
    """Every transaction we sent, or found already sent, with what it was for."""

    __tablename__ = "txs"
    hash: str = Field(primary_key=True)
    kind: str
    subject: str = Field(index=True)
    block: int = Field(sa_type=BigInteger)
    gas: int = Field(sa_type=BigInteger)
    mined_at: str


class OperationRow(SQLModel, table=True):
    """Progress of one durable job; `attempt` counts how often it was asked for again after a failure."""

    __tablename__ = "operations"
    id: str = Field(primary_key=True)
    kind: str
    arguments: str = Field(sa_type=Text)
    state: str = Field(index=True)
    attempt: int
    done: int
    total: int
    message: str = Field(sa_type=Text)
    result: str | None = Field(default=None, sa_type=Text)
    error: str | None = Field(default=None, sa_type=Text)
    created_at: str
    updated_at: str


class ApiKeyRow(SQLModel, table=True):
    """Only the SHA-256 of a key is kept."""

    __tablename__ = "api_keys"
    sha256: str = Field(primary_key=True)
    name: str
    role: str
    party: str | None = None
    created_at: str
    expires_at: str | None = None
    revoked_at: str | None = None


class IdempotencyRow(SQLModel, table=True):
    """`status` is null while the first request is still being answered."""

    __tablename__ = "idempotency"
    owner: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    target: str
    request_sha256: str
    status: int | None = None
    response: str | None = Field(default=None, sa_type=Text)
    started_at: str = Field(index=True)
