"""Palettes, a tile in other inks, and its files for production."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import Field

from api import reads
from api.errors import RoleError
from api.http.answers import accepted
from api.http.bodies import Body, Id, IdText, Limit, Offset
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.listing import Page, page
from api.http.security import Caller, Manager
from api.http.services import Provided
from api.views.evidence import OperationView
from api.views.palettes import PaletteView
from api.views.production import ColourwayView, ProductionView
from ledger import colourways, production
from ledger.domain.colourways import check_ink_names, parse_colourway
from ledger.domain.ids import AssetId
from ledger.domain.production import MAX_DPI, MIN_DPI, PrintSize, parse_width
from ledger.domain.words import WORD
from ledger.errors import UnknownError

router = APIRouter(tags=["production"])
MOST_INKS = 16
MEDIA = ("image/png", "image/tiff", "image/svg+xml", "application/pdf")
WORD_PATTERN = f"^{WORD}$"
Ink = Annotated[str, Field(min_length=1, max_length=60)]
Inks = Annotated[
    list[Annotated[str, Query(max_length=60)]],
    Query(
        alias="ink", min_length=1, max_length=MOST_INKS, description="A name or #rrggbb, the ground first."
    ),
]
Word = Annotated[str, Path(pattern=WORD_PATTERN, description="What the colourway is called.")]
FileName = Annotated[str, Path(min_length=1, max_length=200, description="As the production lists it.")]
MADE: dict[int | str, dict[str, Any]] = {
    200: {"content": {mime: {} for mime in MEDIA}, "description": "The file."}
}
PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "The signed colourway."}
}


class ColourwayBody(Body):
    """Inks by name or hex, the ground first; `name` is after the first ink after the ground by default.

    `ink_names` are what the inks are called on screens, in drawings and on swatch sheets, one for each.
    """

    palette: list[Ink] = Field(min_length=1, max_length=MOST_INKS, examples=[["chalk", "#27306b"]])
    name: str | None = Field(default=None, pattern=WORD_PATTERN)
    ink_names: list[Ink] = Field(default=[], max_length=MOST_INKS, examples=[["Paper", "House Blue"]])


class ProductionBody(Body):
    """`width` is that of one tile as printed, such as 640mm, 64cm or 25.2in."""

    width: str = Field(min_length=1, max_length=40, examples=["640mm"])
    dpi: int = Field(default=300, ge=MIN_DPI, le=MAX_DPI)
    colourway: str | None = Field(default=None, pattern=WORD_PATTERN)
    licence: IdText | None = None


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
    called = list(check_ink_names(body.ink_names, len(inks)))

    def work() -> Answer:
        found = reads.asset(services.ledger, asset)
        arguments = {"asset": found.id, "word": word, "palette": list(inks), "names": called}
        name = colourways.key(services.ledger, AssetId(found.id), word, inks, called)
        return accepted(services, "colourway", arguments, name)

    return write.once(body.model_dump(mode="json"), work)


@router.get("/assets/{asset}/colourways", responses=responses(404))
def list_colourways(
    services: Provided, _: Caller, asset: Id, limit: Limit = 100, offset: Offset = 0
) -> Page[ColourwayView]:
    """The colourways of a tile: name, inks, mark id and digest."""
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


@router.post(
    "/assets/{asset}/productions",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def make_production(services: Provided, _: Manager, write: Once, asset: Id, body: ProductionBody) -> Response:
    """Make the files of a tile for production, marked and signed; for a licence, with its licensee's mark."""
    size = PrintSize(parse_width(body.width), body.dpi)

    def work() -> Answer:
        found = AssetId(reads.asset(services.ledger, asset).id)
        name = production.named(services.ledger, found, body.colourway, body.licence, size)
        arguments = {"production": name, "asset": found, "colourway": body.colourway, "licence": body.licence}
        return accepted(services, "produce", {**arguments, "width_um": size.width_um, "dpi": size.dpi}, name)

    return write.once(body.model_dump(mode="json"), work)


@router.get("/productions/{production}", responses=responses(404))
def show_production(services: Provided, caller: Caller, production: Id) -> ProductionView:
    """What was made, file by file; a licensee sees what was made under its own licences."""
    found = reads.production(services.ledger, production)
    if caller.party is None:
        return found
    if found.licence is None or reads.licence(services.ledger, found.licence).licensee != caller.party:
        raise UnknownError("production", production)
    return found


@router.get(
    "/productions/{production}/files/{name}",
    response_class=Response,
    responses={**responses(404), **MADE},
)
def download_made_file(services: Provided, caller: Caller, production: Id, name: FileName) -> Response:
    """One file of a production."""
    found = show_production(services, caller, production)
    file = next((each for each in found.files if each.name == name), None)
    if file is None:
        raise UnknownError("file", name, "the production lists its files")
    return Response(services.ledger.blobs.get(file.sha256), media_type=file.mime)
