"""Tiles that may be drawn over."""

from __future__ import annotations

from pydantic import Field

from api.views.base import View
from ledger.bases import Base
from ledger.domain.origins import origin


class BaseView(View):
    """A tile, and whether it may be drawn over."""

    asset: str
    name: str = Field(description="What people call it.")
    collection: str
    prompt: str | None = Field(description="What it was drawn by; null for what a person drew.")
    family: str | None = Field(description="Of its motif; null where its words do not say it.")
    inks: list[str] = Field(description="As #rrggbb, the ground first.")
    size: int = Field(description="Pixels on each side.")
    origin: str = Field(description="Made by a model, or drawn by a person and certified by whom.")
    terms: str = Field(description="Name of the terms that are in force for it.")
    may: bool = Field(description="Whether it may be drawn over by the one who was asked about.")
    licence: str | None = Field(description="By which one; null for the house.")
    why: str = Field(description="The right by which it may be drawn over, or why it may not.")

    @classmethod
    def of(cls, base: Base) -> BaseView:
        recipe = base.draft.recipe
        return cls(
            asset=base.draft.id,
            name=base.title,
            collection=base.draft.collection,
            prompt=base.prompt,
            family=base.family,
            inks=list(recipe["palette"]),
            size=int(recipe["size"]),
            origin=origin(recipe).label,
            terms=base.terms,
            may=base.may,
            licence=base.licence,
            why=base.why,
        )
