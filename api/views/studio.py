"""What the critic says of tiles and of a collection."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from api.views.base import View
from ledger.critique import Curation
from ledger.domain.assets import Asset
from ledger.domain.choices import Contribution, Decided
from ledger.domain.critiques import Critique, Point


class PointView(View):
    name: str
    state: str = Field(description="pass, warn or fail; unknown where there is nothing to measure by.")
    measure: str = Field(description="What was measured.")
    limit: str = Field(description="What is wanted.")
    reason: str

    @classmethod
    def of(cls, point: Point) -> PointView:
        return cls.model_validate(vars(point))


class CritiqueView(View):
    asset: str
    number: int = Field(description="Of the tile in its collection, counted from 1.")
    prompt: str
    score: float = Field(description="0 to 1; 0 where a point failed.")
    agreement: float = Field(
        description="How far the tile shows what its prompt says, 0 to 1; 1 where it has no known words."
    )
    finish: float | None = Field(
        description="How plain its outlines are beside its words by rule, 0 to 1; null where it has no words."
    )
    seen: dict[str, str] = Field(description="The likeliest value of every attribute.")
    points: list[PointView] = Field(description="The release checklist.")

    @classmethod
    def of(cls, tile: Asset, critique: Critique, points: Sequence[Point]) -> CritiqueView:
        return cls(
            asset=tile.id,
            number=tile.signed.marked.draft.index + 1,
            prompt=tile.signed.marked.draft.recipe["prompt"],
            score=round(critique.score, 4),
            agreement=float(critique.agreement),
            finish=float(critique.finish) if critique.finish else None,
            seen=dict(critique.seen),
            points=[PointView.of(each) for each in points],
        )


class TileDecisionView(View):
    """What a person decided about a tile."""

    asset: str
    choice: str = Field(description="selected, rejected, arranged or retouched.")
    by: str
    at: str
    why: str
    place: int | None = Field(description="Where it was arranged; null where it was not.")
    changed: str | None = Field(description="Of a retouched tile: the share that became another.")
    entry: int

    @classmethod
    def of(cls, asset: str, made: Decided) -> TileDecisionView:
        return cls.model_validate({"asset": asset, **vars(made)})


class ContributionView(View):
    """What people did about the tiles of a collection."""

    collection: str
    tiles: int = Field(description="How many the collection has.")
    touched: int = Field(description="Tiles about which somebody decided something.")
    counts: dict[str, int] = Field(description="How often each was decided.")
    people: list[str] = Field(description="Who decided.")
    first: str | None = Field(description="When the first decision was made.")
    last: str | None = Field(description="When the last one was made.")
    decisions: list[TileDecisionView] = Field(description="All of them, in order.")

    @classmethod
    def of(
        cls, collection: str, found: Contribution, made: Sequence[tuple[str, Decided]]
    ) -> ContributionView:
        plain = {**vars(found), "counts": dict(found.counts), "people": list(found.people)}
        listed = [TileDecisionView.of(asset, one) for asset, one in made]
        return cls(collection=collection, decisions=listed, **plain)


class CurationView(View):
    collection: str
    name: str
    picked: list[str] = Field(description="The tiles to look at first, in the order they were chosen.")
    points: list[PointView] = Field(description="Of the collection as a whole.")
    spread: float = Field(description="Mean distance of the picked tiles from their nearest other, 0 to 1.")
    spread_of_best: float = Field(description="The same for the best scores alone.")
    away: float = Field(description="Mean distance of the picked tiles from the nearest of the house's.")
    away_of_best: float = Field(description="The same for the best scores alone.")
    tiles: list[CritiqueView] = Field(description="Every tile that was judged.")

    @classmethod
    def of(cls, found: Curation) -> CurationView:
        numbers = ("spread", "spread_of_best", "away", "away_of_best")
        return cls(
            collection=found.collection.id,
            name=found.collection.brief.name,
            picked=list(found.picked),
            points=[PointView.of(each) for each in found.points],
            tiles=[CritiqueView.of(*row) for row in found.checklist()],
            **{name: getattr(found, name) for name in numbers},
        )
