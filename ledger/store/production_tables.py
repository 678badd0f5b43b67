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
