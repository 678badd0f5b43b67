"""Palettes: what is to be said of inks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.http.errors import responses
from api.http.security import Caller
from api.views.palettes import PaletteView

router = APIRouter(tags=["production"])
MOST_INKS = 16
Inks = Annotated[
    list[Annotated[str, Query(max_length=60)]],
    Query(
        alias="ink", min_length=1, max_length=MOST_INKS, description="A name or #rrggbb, the ground first."
    ),
]


@router.get("/palette", responses=responses())
def show_palette(_: Caller, inks: Inks) -> PaletteView:
    """A palette by names and hex, and what is to be said of inks that touch. Changes nothing."""
    from generator import palettes

    return PaletteView.of(palettes.resolve(inks))
