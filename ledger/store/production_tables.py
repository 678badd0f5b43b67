"""Tables of what is made of a tile after it was registered: colourways, and files for production."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class ColourwayRow(SQLModel, table=True):
    """A tile in other inks."""

    __tablename__ = "colourways"
    __table_args__ = (UniqueConstraint("asset", "word", name="one_colourway_per_word"),)
    id: str = Field(primary_key=True)
    asset: str = Field(foreign_key="assets.id", index=True)
    word: str
    palette: str = Field(sa_type=Text)
    mark: int = Field(sa_type=BigInteger, unique=True)
    sha256: str = Field(index=True)
    manifest: str = Field(sa_type=Text)
    drawn: str
    fingerprint: str = Field(sa_type=Text)
    quality: str = Field(sa_type=Text)
    made_at: str
    entry: int = Field(sa_type=BigInteger)
    ink_names: str = Field(default="[]", sa_type=Text)


class ProductionRow(SQLModel, table=True):
    """Files of a tile at one size."""

    __tablename__ = "productions"
    id: str = Field(primary_key=True)
    asset: str = Field(foreign_key="assets.id", index=True)
    colourway: str | None = None
    licence: str | None = Field(default=None, foreign_key="grants.id", index=True)
    width_um: int = Field(sa_type=BigInteger)
    dpi: int
    mark: int = Field(sa_type=BigInteger)
    made_at: str
    entry: int = Field(sa_type=BigInteger)


class MadeFileRow(SQLModel, table=True):
    """One file of a production; `place` in its list."""

    __tablename__ = "made_files"
    production: str = Field(primary_key=True, foreign_key="productions.id")
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    sha256: str = Field(index=True)
    bytes: int = Field(sa_type=BigInteger)
    mime: str
    width: int
    height: int
    algorithm: str | None = None
    signed: bool
    ink: str | None = None
