"""What a brief would draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from api.views.base import View
from ledger.briefing import PlannedTile
from ledger.domain.assets import CollectionBrief
from ledger.domain.brief_text import brief_to_dict


class PlannedTileView(View):
    index: int
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
    tiles: list[PlannedTileView]

    @classmethod
    def of(cls, brief: CollectionBrief, tiles: Sequence[PlannedTile]) -> BriefView:
        return cls(brief=brief_to_dict(brief), tiles=[PlannedTileView.of(each) for each in tiles])
