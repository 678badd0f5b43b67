"""House styles and recipes: drawn with by whoever has the right, each tile counted."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from fastapi.responses import Response
from pydantic import Field

from api import reads
from api.access import Principal
from api.errors import RoleError
from api.http.answers import accepted
from api.http.bodies import Body, DrawnBody, Id, IdText, Limit, Offset, PartyText
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.listing import Page, page
from api.http.security import Caller, Manager, Staff, Trader
from api.http.services import Provided, Services
from api.views.evidence import OperationView
from api.views.styles import RestyledView, StyleView, SuggestionView
from ledger import briefing, create, redrawing, restyling, styling
from ledger import market as markets
from ledger.domain.assets import MAX_ASSETS, MAX_NAME, MAX_SEED, Collection
from ledger.domain.ids import AssetId, CollectionId, PartyId
from ledger.domain.styles import MAX_STEPS, MAX_STYLE_SEED, USUAL_STEPS, MadeFor, parse_style
from ledger.domain.terms import Terms
from ledger.domain.terms_text import parse_terms
from ledger.errors import UnknownError
from ledger.store import collections
from ledger.suggesting import suggest

router = APIRouter(tags=["styles"])
MOST_TILES, MOST_INKS = 100, 16
SEED = "The same seed draws the same; without one it is of the brief and of what was weighed."
StyleName = Annotated[str, Path(max_length=64, description="What the style is called.")]
Country = Annotated[str, Field(min_length=2, max_length=2, description="In which the party does so.")]
ForWhom = Annotated[
    PartyText | None, Field(description="By the licences of this party; a licensee's own unless said.")
]
GivenTerms = Annotated[
    dict[str, Any] | None,
    Field(description="A manager's to give; what they are without is in docs/style.md."),
]
SHEET: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "Own tiles, before and after, in three rows."}
}
ADAPTER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "The adapter, as safetensors."}
}


class TrainingBody(Body):
    """10 to 100 tiles of this ledger, each by its id."""

    name: str = Field(min_length=1, max_length=64, examples=["harbour-hand"])
    tiles: list[IdText] = Field(min_length=1, max_length=MOST_TILES + 1)
    steps: int = Field(USUAL_STEPS, ge=1, le=MAX_STEPS)
    seed: int = Field(0, ge=0, le=MAX_STYLE_SEED, description="Another seed is another training.")
    party: PartyText | None = Field(None, description="The party that trains, by its licences.")
    territory: Country = "GB"


class OfferBody(Body):
    terms: dict[str, Any] = Field(
        description="Licence terms that give `adapter`, as docs/terms.md explains them.",
        examples=[{"preset": "adapter", "split": {"mara-okafor": "80 %", "selvage-studio": "20 %"}}],
    )


class DrawingBody(DrawnBody):
    """A brief without what the path says: its style."""

    weight: str = Field("1", max_length=5, description="How strongly, above 0 and up to 1.")
    party: ForWhom = None
    territory: Country = "GB"
    terms: GivenTerms = None


class RestyleBody(Body):
    """What is left out is as in the tile that is drawn over."""

    style: str | None = Field(None, max_length=70, description="NAME, or NAME:0.8 for less of it.")
    strength: str = Field(restyling.USUAL_STRENGTH, max_length=5, description="How much is drawn anew.")
    keep: Literal["ground", "motif"] | None = Field(None, description="The part that stays as it is.")
    palette: list[Annotated[str, Field(min_length=1, max_length=60)]] = Field([], max_length=MOST_INKS)
    seed: int = Field(0, ge=0, le=MAX_SEED)
    party: ForWhom = None
    territory: Country = "GB"
    terms: GivenTerms = None


class RedrawBody(Body):
    """How many tiles of the recipe; all else of it stays but the seeds."""

    count: int = Field(1, ge=1, le=MAX_ASSETS, description="Tiles, each one picture of the licence.")
    seed: int = Field(0, ge=0, le=MAX_SEED, description="Another seed is other drawings.")
    party: ForWhom = None
    territory: Country = "GB"
    terms: GivenTerms = None


@router.get("/styles", responses=responses())
def list_styles(
    services: Provided, caller: Caller, limit: Limit = 100, offset: Offset = 0
) -> Page[StyleView]:
    """Oldest first. A licensee sees its own and those that the house offers."""
    return page(lambda *at: reads.style_list(services.ledger, caller.party, *at), limit, offset)


@router.get("/styles/{style}", responses=responses(404))
def show_style(services: Provided, caller: Caller, style: StyleName) -> StyleView:
    """What it was made of, by which rights, and what it does."""
    return reads.style(services.ledger, style, caller.party)


@router.get("/styles/{style}/sheet", response_class=Response, responses={**responses(404), **SHEET})
def download_sheet(services: Provided, caller: Caller, style: StyleName) -> Response:
    """Own tiles, tiles drawn without the style, and the same drawn with it."""
    found = reads.style(services.ledger, style, caller.party)
    return Response(services.ledger.blobs.get(found.sheet), media_type="image/png")


@router.get("/styles/{style}/adapter", response_class=Response, responses={**responses(404), **ADAPTER})
def download_adapter(services: Provided, _: Staff, style: StyleName) -> Response:
    """The file itself: who has it draws uncounted, so it is not given to licensees."""
    found = reads.style(services.ledger, style)
    return Response(services.ledger.blobs.get(found.adapter), media_type="application/octet-stream")


@router.post("/styles", status_code=202, response_model=OperationView, responses=responses(400, 404, 409))
def train_style(services: Provided, _: Manager, write: Once, body: TrainingBody) -> Response:
    """Train a style on tiles whose terms give `adapter`. Sent again after a failure, it goes on."""
    made_for = MadeFor(PartyId(body.party), body.territory.upper()) if body.party else None

    def work() -> Answer:
        sources = styling.tiles(services.ledger, [AssetId(each) for each in body.tiles], made_for)
        arguments = styling.asked(services.ledger, body.name, sources, body.steps, body.seed, made_for)
        return accepted(services, "train-style", arguments, styling.key(arguments))

    return write.once(body.model_dump(mode="json"), work)


@router.post(
    "/styles/{style}/offer", status_code=202, response_model=OperationView, responses=responses(400, 404, 409)
)
def offer_style(services: Provided, _: Manager, write: Once, style: StyleName, body: OfferBody) -> Response:
    """Offer a style to others: draw its specimen, of which licences are taken once it is registered."""
    terms = parse_terms(body.terms)

    def work() -> Answer:
        brief = restyling.specimen(services.ledger, style, terms)
        planned = restyling.planned_once(services.ledger, brief, terms)
        arguments = {"style": style, "collection": planned.id}
        return accepted(services, "offer-style", arguments, planned.id)

    return write.once(body.model_dump(mode="json"), work)


@router.post(
    "/styles/{style}/drawings",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def draw_in_style(
    services: Provided, caller: Trader, write: Once, style: StyleName, body: DrawingBody
) -> Response:
    """Plan a collection in a style and draw it; each tile is counted under the licences that it needs."""
    made_for, given = _made_for(caller, body.party, body.territory), _terms(caller, body.terms)
    plain = body.model_dump(mode="json", exclude_none=True, exclude={"weight", "party", "territory", "terms"})
    whom = {"made_for": {"party": made_for.party, "territory": made_for.territory}} if made_for else {}

    def work() -> Answer:
        reads.style(services.ledger, style, caller.party)
        brief = briefing.read({**plain, **whom, "style": f"{style}:{body.weight}"})
        terms = given or restyling.terms_of(services.ledger, style)
        return _drawn(services, create.plan(services.ledger, brief, terms, write.scoped_key))

    return write.once(body.model_dump(mode="json"), work)


@router.post(
    "/assets/{asset}/restyling",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def restyle_asset(services: Provided, caller: Trader, write: Once, asset: Id, body: RestyleBody) -> Response:
    """Draw over a tile whose terms give derivatives, in a style or without. What comes is a new tile."""
    from generator import palettes

    made_for, given = _made_for(caller, body.party, body.territory), _terms(caller, body.terms)
    hand = parse_style("style", body.style) if body.style else None
    inks = palettes.resolve(body.palette) if body.palette else ()

    def work() -> Answer:
        if hand is not None:
            reads.style(services.ledger, hand.name, caller.party)
        asked = (AssetId(asset), hand, body.strength, inks, body.seed, made_for, body.keep)
        brief, own = restyling.restyle(services.ledger, *asked)
        return _drawn(services, restyling.planned_once(services.ledger, brief, given or own))

    return write.once(body.model_dump(mode="json"), work)


@router.post(
    "/assets/{asset}/redrawing",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def redraw_asset(services: Provided, caller: Trader, write: Once, asset: Id, body: RedrawBody) -> Response:
    """Draw further tiles from a tile's recipe, each counted under the licence that gives it."""
    made_for, given = _made_for(caller, body.party, body.territory), _terms(caller, body.terms)

    def work() -> Answer:
        brief, own = redrawing.redraw(services.ledger, AssetId(asset), body.count, body.seed, made_for)
        return _drawn(services, restyling.planned_once(services.ledger, brief, given or own))

    return write.once(body.model_dump(mode="json"), work)


@router.get("/collections/{collection}/restyling", responses=responses(404, 409))
def show_restyling(services: Provided, caller: Caller, collection: Id) -> RestyledView:
    """How much of the layout is left in a tile that was drawn over another, and how its seams meet."""
    with services.ledger.store.reading() as tx:
        planned = collections.get(tx, CollectionId(collection))
    made_for = planned.brief.made_for
    if not caller.sees(made_for.party if made_for else None):
        raise UnknownError("collection", collection)
    return RestyledView.of(planned.id, restyling.measured(services.ledger, planned))


@router.get("/briefs/suggestion", responses=responses(404))
def suggest_brief(
    services: Provided,
    _: Staff,
    name: Annotated[str, Query(min_length=1, max_length=MAX_NAME, description="Of the collection.")],
    count: Annotated[int, Query(ge=1, le=MAX_ASSETS, description="Tiles.")] = 12,
    generator: Annotated[
        str, Query(max_length=40, description="embedded, archive or diffusers.")
    ] = "embedded",
    size: Annotated[int, Query(ge=1, le=2**20, description="Pixels on each side, a multiple of 64.")] = 512,
    seed: Annotated[int | None, Query(ge=0, le=MAX_SEED, description=SEED)] = None,
) -> SuggestionView:
    """The next brief, from what became of the tiles so far. Changes nothing."""
    found = suggest(services.ledger, name, count, generator=generator, size=size, seed=seed)
    return SuggestionView.of(found)


@router.post("/briefs/suggestion", responses=responses(400, 404))
def suggest_brief_by_market(
    services: Provided,
    _: Staff,
    name: Annotated[str, Form(min_length=1, max_length=MAX_NAME)],
    market: Annotated[UploadFile, File(description="CSV or JSON of kind, word, points, source.")],
    count: Annotated[int, Form(ge=1, le=MAX_ASSETS)] = 12,
    generator: Annotated[
        str, Form(max_length=40, description="embedded, archive or diffusers.")
    ] = "embedded",
    size: Annotated[int, Form(ge=1, le=2**20)] = 512,
    seed: Annotated[int | None, Form(ge=0, le=MAX_SEED, description=SEED)] = None,
) -> SuggestionView:
    """The next brief, from what markets say too. Nothing is kept, so no Idempotency-Key is needed."""
    signals = markets.read(market.file.read(markets.MAX_BYTES + 1), market.filename or "")
    found = suggest(services.ledger, name, count, signals, generator=generator, size=size, seed=seed)
    return SuggestionView.of(found)


def _made_for(caller: Principal, party: str | None, territory: str) -> MadeFor | None:
    """Who draws, None for the house. Raises RoleError for another licensee's party."""
    named = party or caller.party
    return MadeFor(caller.act_for(named), territory.upper()) if named else None


def _terms(caller: Principal, given: dict[str, Any] | None) -> Terms | None:
    """Raises RoleError for a licensee that gives terms, and TermsError."""
    if given is not None and caller.party is not None:
        raise RoleError("the terms of a new tile are the house's to give; leave them out")
    return parse_terms(given) if given is not None else None


def _drawn(services: Services, planned: Collection) -> Answer:
    made_for = planned.brief.made_for
    holder = {"holder": made_for.party} if made_for else {}  # who may watch it
    return accepted(services, "generate", {"collection": planned.id, **holder}, planned.id)
