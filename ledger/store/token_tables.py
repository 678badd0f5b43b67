"""The table of licence tokens. Only the SHA-256 of a token is kept."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel


class LicenceTokenRow(SQLModel, table=True):
    """`wanted` and `tiles` are JSON; an empty `revoked_at` is a token that nobody took back."""

    __tablename__ = "licence_tokens"
    __table_args__ = (Index("licence_tokens_by_party", "party", "issued_at"),)
    id: str = Field(primary_key=True)
    sha256: str = Field(unique=True)
    key: str
    party: str = Field(foreign_key="parties.id")
    collection: str = Field(foreign_key="collections.id")
    resource: str
    wanted: str = Field(sa_type=Text)
    tiles: str = Field(sa_type=Text)
    issued_at: str
    expires_at: str
    revoked_at: str | None = None
