"""Palettes, and a tile in other inks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from api import reads
from api.errors import RoleError
from api.http.answers import accepted
from api.http.bodies import Id, Limit, Offset
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.listing import Page, page
from api.http.security import Caller, Manager
from api.http.services import Provided
from api.views.evidence import OperationView
from api.views.palettes import PaletteView
from api.views.production import ColourwayView
from ledger import colourways
from ledger.domain.colourways import parse_colourway
from ledger.domain.ids import AssetId

router = APIRouter(tags=["production"])
MOST_INKS = 16
WORD_PATTERN = r"^[a-z][a-z-]{0,40}$"
Ink = Annotated[str, Field(min_length=1, max_length=60)]
Inks = Annotated[
    list[Annotated[str, Query(max_length=60)]],
    Query(
        alias="ink", min_length=1, max_length=MOST_INKS, description="A name or #rrggbb, the ground first."
    ),
]
Word = Annotated[str, Path(pattern=WORD_PATTERN, description="What the colourway is called.")]
PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "The signed colourway."}
}


class ColourwayBody(BaseModel):
    """Inks by name or hex, the ground first; `name` is after the first ink unless it is said."""

    model_config = ConfigDict(extra="forbid")

    palette: list[Ink] = Field(min_length=1, max_length=MOST_INKS, examples=[["chalk", "#27306b"]])
    name: str | None = Field(default=None, pattern=WORD_PATTERN)


@router.get("/palette", responses=responses())
def show_palette(_: Caller, inks: Inks) -> PaletteView:
    """A palette by names and hex, and what is to be said of inks that touch. Changes nothing."""
    from generator import palettes

    return PaletteView.of(palettes.resolve(inks))


@router.post(
    "/assets/{asset}/colourways",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def make_colourway(services: Provided, _: Manager, write: Once, asset: Id, body: ColourwayBody) -> Response:
    """Put the separations of a tile into other inks, marked and signed, under the tile's right."""
    from generator import palettes

    inks = palettes.resolve(body.palette)
    word = parse_colourway("name", body.name or colourways.named(inks))

    def work() -> Answer:
        found = reads.asset(services.ledger, asset)
        arguments = {"asset": found.id, "word": word, "palette": list(inks)}
        return accepted(services, "colourway", arguments, f"{found.id} {word} {' '.join(inks)}")

    return write.once(body.model_dump(mode="json"), work)


@router.get("/assets/{asset}/colourways", responses=responses(404))
def list_colourways(
    services: Provided, _: Caller, asset: Id, limit: Limit = 100, offset: Offset = 0
) -> Page[ColourwayView]:
    return page(lambda *at: reads.colourway_list(services.ledger, asset, *at), limit, offset)


@router.get(
    "/assets/{asset}/colourways/{word}/file",
    response_class=Response,
    responses={**responses(404), **PNG},
)
def download_colourway(services: Provided, caller: Caller, asset: Id, word: Word) -> Response:
    """The signed colourway, which a licensee needs a licence for that gives it."""
    found = reads.colourway(services.ledger, asset, word)
    if caller.party is not None and not colourways.held(services.ledger, AssetId(asset), caller.party, word):
        raise RoleError(
            f"{caller.party} has no licence of this tile that gives the colourway {word}; ask for a decision "
            "with this colourway and accept its offer"
        )
    return Response(services.ledger.blobs.get(found.sha256), media_type="image/png")
