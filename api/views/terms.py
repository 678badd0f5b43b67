"""Terms before they are published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from api.views.base import View
from api.views.rights import UseView
from ledger.domain.conflicts import Conflict
from ledger.domain.ids import AssetId
from ledger.domain.terms import Terms
from ledger.domain.terms_text import terms_hash, terms_to_dict


class ConflictView(View):
    """A licence that stands in the way of what terms would offer."""

    asset: str
    licence: str
    clause: str = Field(description="The clause of the terms.")
    other: str = Field(description="The clause of the licence.")
    example: UseView = Field(description="A use that it is about.")
    alone: str = Field(description="The outcome for the example while nothing is granted.")
    beside: str = Field(description="The outcome for the example with what is granted.")
    why: str


class TermsCheckView(View):
    """Terms in full, with their hash, and the licences they would meet: 20 at most."""

    terms: dict[str, Any]
    terms_hash: str
    conflicts: list[ConflictView] = Field(description="Licences that promise what these terms deny.")

    @classmethod
    def of(cls, terms: Terms, found: Sequence[tuple[AssetId, Conflict]]) -> TermsCheckView:
        return cls(
            terms=terms_to_dict(terms),
            terms_hash=terms_hash(terms),
            conflicts=[_conflict(asset, conflict) for asset, conflict in found],
        )


def _conflict(asset: AssetId, conflict: Conflict) -> ConflictView:
    return ConflictView(
        asset=asset,
        licence=conflict.licence,
        clause=conflict.clause,
        other=conflict.other,
        example=UseView.of(conflict.example),
        alone=conflict.alone.outcome.value,
        beside=conflict.beside.outcome.value,
        why=conflict.why,
    )
