"""Tables of the log of entries: its full tiles, and every checkpoint that was signed."""

from __future__ import annotations

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel


class LogTileRow(SQLModel, table=True):
    """A full tile: its 256 hashes, and the hash over them. Written once."""

    __tablename__ = "log_tiles"
    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    hashes: bytes = Field(sa_type=LargeBinary)
    root: bytes = Field(sa_type=LargeBinary)


class CheckpointRow(SQLModel, table=True):
    """A checkpoint: the signed note with all its cosignatures; `root` in hex."""

    __tablename__ = "checkpoints"
    size: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    root: str
    note: str = Field(sa_type=Text)
    at: str
