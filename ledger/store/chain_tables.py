"""Tables of what the chain said, as far as it was followed. Another fork may take any of it back."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class ChainCursorRow(SQLModel, table=True):
    """One row: the last block that was read, of which chain, and from which contracts (JSON)."""

    __tablename__ = "chain_cursor"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    genesis: str
    contracts: str = Field(sa_type=Text)
    block: int = Field(sa_type=BigInteger)
    hash: str


class ChainBlockRow(SQLModel, table=True):
    """Blocks that were seen, to find the last one that still holds."""

    __tablename__ = "chain_blocks"
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    hash: str


class ChainEventRow(SQLModel, table=True):
    __tablename__ = "chain_events"
    __table_args__ = (Index("chain_events_by_name", "contract", "name", "subject"),)
    block_hash: str = Field(primary_key=True)
    index: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    block: int = Field(sa_type=BigInteger, index=True)
    transaction: str
    contract: str
    name: str
    subject: str
    arguments: str = Field(sa_type=Text)


class ChainForkRow(SQLModel, table=True):
    """Blocks that were read and then taken back: those after `block`, up to `was`, with so many `events`."""

    __tablename__ = "chain_forks"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: str
    block: int = Field(sa_type=BigInteger)
    was: int = Field(sa_type=BigInteger)
    events: int
