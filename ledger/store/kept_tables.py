"""Tables of what could be worked out again, kept so that a decision reads only what it needs."""

from __future__ import annotations

from sqlalchemy import Index, Text
from sqlmodel import Field, SQLModel


class ScopeRow(SQLModel, table=True):
    """Where a licence holds, and where it shuts out others (`exclusive`): one row by country and product.

    An empty country or product is any of them; dates without an end are the first and the last there are.
    """

    __tablename__ = "grant_scopes"
    __table_args__ = (
        Index("grant_scopes_by_end", "asset", "exclusive", "end"),
        Index("grant_scopes_by_country", "asset", "exclusive", "country", "end"),
    )
    licence: str = Field(primary_key=True, foreign_key="grants.id", ondelete="CASCADE")
    exclusive: bool = Field(primary_key=True)
    country: str = Field(primary_key=True)
    product: str = Field(primary_key=True)
    asset: str
    start: str
    end: str


class CountRow(SQLModel, table=True):
    """What was reported under a licence and all below it, in decimal text; `last_report` is of its own.

    `allotted` are pieces given to sublicences right below it and not made there yet.
    """

    __tablename__ = "licence_counts"
    licence: str = Field(primary_key=True, foreign_key="grants.id", ondelete="CASCADE")
    units: str
    revenue: str
    generations: str
    allotted: str
    last_report: str | None = None


class PromiseRow(SQLModel, table=True):
    """Pieces of `parent` that a sublicence under way is to get; they are in the `allotted` of its count."""

    __tablename__ = "promised_pieces"
    sublicence: str = Field(primary_key=True)
    parent: str = Field(foreign_key="grants.id", ondelete="CASCADE")
    units: str


class OpenOrderRow(SQLModel, table=True):
    """An offer on an invoice that was neither granted nor refused yet."""

    __tablename__ = "open_orders"
    offer: str = Field(primary_key=True, foreign_key="offers.id", ondelete="CASCADE")
    invoice: str = Field(foreign_key="invoices.id", ondelete="CASCADE")
    asset: str = Field(index=True)


class QuoteRow(SQLModel, table=True):
    """An offer that was told and that nobody took: it is in no book. The columns are those of an offer."""

    __tablename__ = "quotes"
    id: str = Field(primary_key=True)
    asset: str
    licensee: str = Field(index=True)
    use: str = Field(sa_type=Text)
    terms_hash: str
    price_minor: str
    currency: str
    made_at: str = Field(index=True)
