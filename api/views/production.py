"""What is made of a tile for production."""

from __future__ import annotations

from pydantic import Field

from api.views.base import View
from ledger.domain.colourways import Colourway
from ledger.domain.production import Production


class ColourwayView(View):
    """A tile in other inks."""

    asset: str
    colourway: str = Field(description="What terms and uses call it.")
    palette: list[str]
    ink_names: list[str] = Field(description="What its inks are called in print; empty where nobody said.")
    mark_id: str = Field(description="The number in the watermark, 12 hex digits.")
    sha256: str = Field(description="Of the signed file.")
    manifest: str = Field(description="Label of the C2PA manifest.")
    quality: dict[str, str]
    made_at: str

    @classmethod
    def of(cls, made: Colourway) -> ColourwayView:
        return cls(
            asset=made.asset,
            colourway=made.word,
            palette=list(made.palette),
            ink_names=list(made.ink_names),
            mark_id=f"{made.mark:012x}",
            sha256=made.sha256,
            manifest=made.manifest,
            quality=dict(made.quality),
            made_at=made.made_at,
        )


class MadeFileView(View):
    name: str
    sha256: str
    bytes: int = Field(description="Its length.")
    mime: str
    width: int = Field(description="Pixels; of a PDF, points.")
    height: int = Field(description="Pixels; of a PDF, points.")
    algorithm: str | None = Field(description="Of the watermark in it; null where there is none.")
    signed: bool = Field(description="Whether it holds a C2PA manifest.")
    ink: str | None = Field(description="Of a screen: the ink it prints.")


class ProductionView(View):
    """The files of a tile at one size."""

    id: str
    asset: str
    colourway: str | None = Field(description="Null for the inks it was drawn in.")
    licence: str | None
    width_mm: str = Field(description="Width of one repeat in print, millimetres.")
    dpi: int = Field(description="Pixels an inch.")
    mark_id: str = Field(description="The number in the watermark, 12 hex digits.")
    made_at: str
    files: list[MadeFileView] = Field(description="What was made.")

    @classmethod
    def of(cls, made: Production) -> ProductionView:
        return cls(
            id=made.id,
            asset=made.asset,
            colourway=made.colourway,
            licence=made.licence,
            width_mm=made.size.width_mm,
            dpi=made.size.dpi,
            mark_id=f"{made.mark:012x}",
            made_at=made.made_at,
            files=[MadeFileView.model_validate(vars(each)) for each in made.files],
        )
