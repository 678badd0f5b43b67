"""What crawlers look for at the root of a site: robots.txt, the RSL licence file, tdmrep.json."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from api.http.addresses import address, of_collection
from api.http.errors import public_responses
from api.http.services import Provided
from ledger import publish
from ledger.domain.projections.rsl import MIME as RSL

router = APIRouter(tags=["crawlers"])
CACHED = {"Cache-Control": "public, max-age=300"}
ROBOTS = """License: {licences}

User-agent: *
Allow: /v1/public/
Disallow: /v1/
"""
TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {}}, "description": "The rules, and where the licences are."}
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {RSL: {}}, "description": "Licences of all registered collections."}
}
RULES: dict[int | str, dict[str, Any]] = {200: {"description": "One rule for each registered collection."}}


@router.get("/robots.txt", response_class=PlainTextResponse, responses={**public_responses(), **TEXT})
def show_robots(request: Request) -> Response:
    """What crawlers may read without a key, and where the licences are (RFC 9309; RSL 1.0, section 4.4)."""
    text = ROBOTS.format(licences=address(request, "show_licence_file"))
    return PlainTextResponse(text, headers=CACHED)


@router.get("/license.xml", response_class=Response, responses={**public_responses(), **FILE})
def show_licence_file(services: Provided, request: Request) -> Response:
    """What machines may do with the tiles of every registered collection, in RSL 1.0."""
    text = publish.licence_file(services.ledger, lambda each: of_collection(request, each))
    return Response(text, media_type=RSL, headers=CACHED)


@router.get(
    "/.well-known/tdmrep.json",
    response_model=list[dict[str, Any]],
    responses={**public_responses(), **RULES},
)
def show_reservations(services: Provided, request: Request) -> Response:
    """Whether text and data mining is reserved, and where consent is had (TDM Reservation Protocol)."""
    rules = publish.reservations(services.ledger, lambda each: of_collection(request, each))
    return JSONResponse(rules, headers=CACHED)
