"""The library of base patterns: the tiles that may be drawn over, as a list and as a picture."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import Principal
from api.http.bodies import SLUG_PATTERN, Limit, Offset
from api.http.errors import responses
from api.http.listing import Page, page
from api.http.security import Caller
from api.http.services import Provided
from api.views.bases import BaseView
from ledger import bases
from ledger.domain.ids import PartyId
from ledger.domain.styles import MadeFor
from ledger.errors import UnknownError

router = APIRouter(tags=["styles"])
Words = Annotated[
    str,
    Query(
        max_length=200,
        description="All of them are in the tile's prompt or in the name of its collection.",
        examples=["floral daisy"],
    ),
]
Whose = Annotated[
    str | None,
    Query(
        pattern=SLUG_PATTERN,
        description="By the licences of this party; a licensee's own unless said, else the house.",
        examples=["north-mill"],
    ),
]
Country = Annotated[
    str, Query(min_length=2, max_length=2, description="In which that party draws.", examples=["GB"])
]
Shown = Annotated[int, Query(ge=1, le=bases.MOST_SHOWN, description="Most tiles in the picture.")]
SHEET: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "The tiles side by side, each with number and name."}
}


@router.get("/bases", responses=responses(404))
def list_bases(
    services: Provided,
    caller: Caller,
    words: Words = "",
    party: Whose = None,
    territory: Country = "GB",
    refused: Annotated[bool, Query(description="Those too that may not, with the reason.")] = False,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[BaseView]:
    """The tiles that may be drawn over (`POST /v1/assets/{asset}/restyling`), and by which right."""
    made_for = _whose(caller, party, territory)

    def read(most: int, start: int) -> list[BaseView]:
        found = bases.listed(services.ledger, words, made_for, refused=refused, limit=most, offset=start)
        return [BaseView.of(each) for each in found]

    return page(read, limit, offset)


@router.get("/bases/sheet", response_class=Response, responses={**responses(404), **SHEET})
def download_bases(
    services: Provided,
    caller: Caller,
    words: Words = "",
    party: Whose = None,
    territory: Country = "GB",
    limit: Shown = 24,
    offset: Offset = 0,
) -> Response:
    """What the list has without `refused`, as a picture, numbered from `offset` + 1; 404 for none."""
    made_for = _whose(caller, party, territory)
    found = bases.listed(services.ledger, words, made_for, limit=limit, offset=offset)
    if not found:
        raise UnknownError("base", words, "no tile here may be drawn over; list them with refused=true")
    return Response(bases.sheet(services.ledger, dict(enumerate(found, offset + 1))), media_type="image/png")


def _whose(caller: Principal, party: str | None, territory: str) -> MadeFor | None:
    """Who would draw, None for the house. Raises RoleError for another licensee's party."""
    named = party or caller.party
    if named is None:
        return None
    return MadeFor(PartyId(named) if caller.sees(named) else caller.act_for(named), territory.upper())
