"""What is made of a tile for production."""

from __future__ import annotations

from pydantic import Field

from api.views.base import View
from ledger.domain.colourways import Colourway


class ColourwayView(View):
    """A tile in other inks."""

    asset: str
    colourway: str = Field(description="What terms and uses call it.")
    palette: list[str]
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
            mark_id=f"{made.mark:012x}",
            sha256=made.sha256,
            manifest=made.manifest,
            quality=dict(made.quality),
            made_at=made.made_at,
        )
