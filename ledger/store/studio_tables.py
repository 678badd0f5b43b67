"""What the critic made of tiles, worked out of their pictures again when asked for; styles; guidelines."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel


class CritiqueRow(SQLModel, table=True):
    """`version` names the picture, critic and limits that it was judged by; `critic` made the embedding."""

    __tablename__ = "critiques"
    asset: str = Field(primary_key=True, foreign_key="assets.id")
    version: str
    checks: str = Field(sa_type=Text)
    seen: str = Field(sa_type=Text)
    agreement: str
    embedding: bytes = Field(sa_type=LargeBinary)
    made_at: str
    critic: str = ""
    finish: str = ""


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


class GuidelineRow(SQLModel, table=True):
    """A file of brand guidelines. One that was removed keeps its passages, for the briefs that name them."""

    __tablename__ = "guidelines"
    sha256: str = Field(primary_key=True)
    name: str = Field(index=True)
    kind: str
    passages: int
    added_at: str
    removed_at: str | None = None
    entry: int = Field(sa_type=BigInteger)


class PassageRow(SQLModel, table=True):
    """A passage as it was cut when its file came in: a brief names it by its digest, whatever cuts later."""

    __tablename__ = "passages"
    digest: str = Field(primary_key=True)
    file: str = Field(foreign_key="guidelines.sha256", index=True)
    number: int
    heading: str
    page: int | None = None
    first: int
    last: int
    text: str = Field(sa_type=Text)
