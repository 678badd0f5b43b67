"""What a brief would draw."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.views.base import View
from api.views.brand import GuidanceView
from ledger.briefing import LaidOut, PlannedTile
from ledger.domain.brief_text import brief_to_dict


class PlannedTileView(View):
    index: int = Field(description="Its place in the collection, from 0.")
    prompt: str
    palette: list[str]
    attributes: dict[str, Any] = Field(description="The prompt settled, as the generator reads it.")
    unknown: dict[str, list[str]] = Field(
        description="Words that mean nothing here, and the nearest that do."
    )

    @classmethod
    def of(cls, tile: PlannedTile) -> PlannedTileView:
        return cls(
            index=tile.index,
            prompt=tile.prompt,
            palette=list(tile.palette),
            attributes=tile.attributes,
            unknown={word: list(near) for word, near in tile.unknown},
        )


class BriefView(View):
    brief: dict[str, Any] = Field(description="The brief laid out, as it would be kept.")
    tiles: list[PlannedTileView] = Field(description="Every tile that would be made, in order.")
    guidance: GuidanceView | None = Field(
        description="What the guidelines that the brief asks for say of it; null where it asks for none."
    )

    @classmethod
    def of(cls, laid_out: LaidOut) -> BriefView:
        brief = laid_out.guidance.brief
        return cls(
            brief=brief_to_dict(brief),
            tiles=[PlannedTileView.of(each) for each in laid_out.tiles],
            guidance=GuidanceView.of(laid_out.guidance, laid_out.past) if brief.guidelines else None,
        )
