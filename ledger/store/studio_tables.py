"""What the critic made of tiles, worked out of their pictures again whenever it is asked for; and styles."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel


class CritiqueRow(SQLModel, table=True):
    """`version` names the picture, the critic and the limits that it was judged by."""

    __tablename__ = "critiques"
    asset: str = Field(primary_key=True, foreign_key="assets.id")
    version: str
    checks: str = Field(sa_type=Text)
    seen: str = Field(sa_type=Text)
    agreement: str
    embedding: bytes = Field(sa_type=LargeBinary)
    made_at: str


class StyleRow(SQLModel, table=True):
    """A house style: its adapter, and what it was made of."""

    __tablename__ = "styles"
    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    made_for: str | None = Field(default=None, foreign_key="parties.id")
    adapter: str = Field(index=True)
    base: str
    rank: int
    steps: int
    seed: int = Field(sa_type=BigInteger)
    sources: str = Field(sa_type=Text)
    vector: str = Field(sa_type=Text)
    own: str
    before: str
    after: str
    sheet: str
    made_at: str
    specimen: str | None = Field(default=None, foreign_key="assets.id")
    entry: int = Field(sa_type=BigInteger)
