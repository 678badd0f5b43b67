"""Styles, what was drawn over a tile, and the next brief."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.views.base import View
from ledger.domain.styles import Style
from ledger.restyling import Restyled
from ledger.suggesting import Suggestion


class SourceView(View):
    """One tile that a style was made of, with the right to do so."""

    title: str = Field(description="What people call it.")
    sha256: str = Field(description="Of its separations.")
    prompt: str
    seed: int
    inks: int = Field(description="How many it has.")
    units: int = Field(description="How many training units it is wide.")
    right: str = Field(description="By which right it was used.")
    owner: str = Field(description="Who gave that right, or states it.")
    asset: str | None
    licence: str | None


class StyleView(View):
    id: str
    name: str
    made_for: str | None = Field(description="Whose it is; null for the house.")
    adapter: str = Field(description="SHA-256 of its file.")
    base: str = Field(description="Digest of the weights that it is for.")
    rank: int = Field(description="Rank of the adapter (LoRA).")
    steps: int = Field(description="Steps that it was trained.")
    seed: int
    sources: list[SourceView] = Field(description="What it was trained on.")
    own: str = Field(description="Likeness of its own tiles to their centre, a mean cosine.")
    before: str = Field(description="The same of tiles drawn without it.")
    after: str = Field(description="The same of tiles drawn with it.")
    sheet: str = Field(description="SHA-256 of the sheet of tiles before and after.")
    made_at: str
    specimen: str | None = Field(description="The tile that licences of it are taken of.")

    @classmethod
    def of(cls, style: Style) -> StyleView:
        kept = {name: value for name, value in vars(style).items() if name not in ("vector", "sources")}
        return cls(sources=[SourceView.model_validate(vars(each)) for each in style.sources], **kept)


class SeamView(View):
    ratio: float = Field(description="The change across the seam over that inside.")
    closed: bool = Field(description="Whether it cannot be told from the inside.")


class RestyledView(View):
    """What is left of a tile in the one that was drawn over it."""

    asset: str
    base: str = Field(description="Id of the tile below.")
    collection: str
    layout: float = Field(description="Correlation of both grounds: 1 for the same, 0 for chance.")
    seams: list[SeamView] = Field(description="The upright and the level one.")

    @classmethod
    def of(cls, collection: str, found: Restyled) -> RestyledView:
        seams = [SeamView(ratio=ratio, closed=closed) for ratio, closed in found.seams]
        return cls(
            asset=found.asset, base=found.base, collection=collection, layout=found.layout, seams=seams
        )


class WeightView(View):
    word: str = Field(description="The word of the brief.")
    rate: str = Field(description="Points for each tile, in decimal text.")
    why: str


class SuggestionView(View):
    """The next brief, for terms to be put to, and what led to it."""

    brief: dict[str, Any]
    weights: dict[str, list[WeightView]] = Field(description="What each word is worth, by kind.")

    @classmethod
    def of(cls, found: Suggestion) -> SuggestionView:
        weights = {
            kind: [WeightView(word=each.word, rate=f"{float(each.rate):.4f}", why=each.why) for each in rows]
            for kind, rows in found.weights.items()
        }
        return cls(brief=dict(found.brief), weights=weights)
