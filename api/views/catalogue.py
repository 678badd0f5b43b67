"""Collections and assets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from api.views.base import View
from ledger.domain.assets import Asset, Collection, Registration
from ledger.domain.brief_text import brief_to_dict
from ledger.domain.origins import origin
from ledger.domain.terms import Terms
from ledger.domain.terms_text import terms_hash, terms_to_dict


class RegistrationView(View):
    """Where the chain witnesses a collection."""

    chain_id: int
    registry: str = Field(description="Address of PatternRegistry.")
    token: str = Field(description="The collection's id on chain, decimal.")
    root: str = Field(description="Merkle root, 0x and 64 hex digits.")
    terms_hash: str = Field(description="Of its terms, as the chain has it: 0x and 64 hex digits.")
    tx: str
    gas: int

    @classmethod
    def of(cls, registration: Registration) -> RegistrationView:
        return cls.model_validate(vars(registration))


class CollectionView(View):
    id: str
    name: str
    state: str = Field(description="planned, made or registered.")
    made: int = Field(description="Tiles that are made and signed.")
    rejected: int = Field(description="Those of them that people rejected; they are in no root.")
    created_at: str
    brief: dict[str, Any]
    terms: dict[str, Any]
    terms_hash: str
    registration: RegistrationView | None = Field(description="Where the chain has it; null before.")

    @classmethod
    def of(cls, collection: Collection, terms: Terms, made: int, rejected: int) -> CollectionView:
        registration = collection.registration
        return cls(
            id=collection.id,
            name=collection.brief.name,
            state=_state(collection, made),
            made=made,
            rejected=rejected,
            created_at=collection.created_at,
            brief=brief_to_dict(collection.brief),
            terms=terms_to_dict(terms),
            terms_hash=terms_hash(terms),
            registration=RegistrationView.of(registration) if registration else None,
        )

    def for_others(self) -> CollectionView:
        """As it is shown to whom it was not drawn for: style, base, recipe and for whom are left out."""
        return self._without("style", "base", "recipe", "made_for")

    def for_buyers(self) -> CollectionView:
        """As it is shown to licensees: the guidelines of the brand are the house's own."""
        return self._without("guidelines")

    def _without(self, *names: str) -> CollectionView:
        plain = {name: value for name, value in self.brief.items() if name not in names}
        return self.model_copy(update={"brief": plain})


def _state(collection: Collection, made: int) -> str:
    if collection.registration:
        return "registered"
    return "made" if made == collection.brief.count else "planned"


class AssetView(View):
    id: str
    collection: str
    index: int = Field(description="Its place in the collection, from 0.")
    mark_id: str = Field(description="The number in the watermark, 12 hex digits.")
    sha256: str = Field(description="Of the signed file.")
    mime: str
    manifest: str = Field(description="Label of the C2PA manifest.")
    watermark: str = Field(description="Name of the watermark algorithm.")
    quality: dict[str, str]
    recipe: dict[str, Any] = Field(description="All that it takes to draw it again.")
    fingerprint: dict[str, str] = Field(description="What scans find it by, by algorithm.")
    created_at: str
    origin: str = Field(description="Made by a model, or drawn by a person and certified by whom.")
    choice: str | None = Field(default=None, description="selected or rejected, once people said so.")
    place: int | None = Field(default=None, description="Where it was arranged in its collection.")
    colourways: list[str] = Field(
        default=[], description="What its colourways are called; told where one tile is shown."
    )

    @classmethod
    def of(cls, asset: Asset, colourways: Sequence[str] = ()) -> AssetView:
        marked = asset.signed.marked
        return cls(
            id=asset.id,
            collection=asset.collection,
            index=marked.draft.index,
            mark_id=f"{asset.mark:012x}",
            sha256=asset.signed.sha256,
            mime=asset.signed.mime,
            manifest=asset.signed.manifest,
            watermark=marked.algorithm,
            quality=dict(marked.quality),
            recipe=dict(marked.draft.recipe),
            fingerprint=dict(asset.fingerprint),
            created_at=asset.created_at,
            origin=origin(marked.draft.recipe).label,
            choice=asset.choice,
            place=asset.place,
            colourways=list(colourways),
        )

    def for_others(self) -> AssetView:
        """As it is shown to whom it was not drawn for: what had a part in it is left out."""
        plain = {name: value for name, value in self.recipe.items() if name not in ("influences", "base")}
        return self.model_copy(update={"recipe": plain})
