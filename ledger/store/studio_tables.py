"""What the critic made of tiles: worked out of their pictures, and again whenever it is asked for."""

from __future__ import annotations

from sqlalchemy import LargeBinary, Text
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
