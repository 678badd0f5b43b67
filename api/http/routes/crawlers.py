"""What crawlers look for at the root of a site: robots.txt, the RSL licence file, tdmrep.json.

Anybody may ask for them at any rate, so they are written once for all names of this service, and again when
another collection is registered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.http.addresses import Site, site
from api.http.errors import public_responses
from api.http.matching import is_known
from api.http.services import Provided, Services
from ledger import publish
from ledger.domain.projections.rsl import MIME as RSL

router = APIRouter(tags=["crawlers"])
CACHED = {"Cache-Control": "public, max-age=300"}
ANY_NAME = "http://selvage.invalid"  # RFC 2606: nobody's
ROBOTS = """License: {licences}

User-agent: *
Allow: /v1/public/
Disallow: /v1/
"""
SAME: dict[int | str, dict[str, Any]] = {304: {"description": "The same as If-None-Match names."}}
TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {}}, "description": "The rules, and where the licences are."}
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {RSL: {}}, "description": "Licences of all registered collections."}
}
RULES: dict[int | str, dict[str, Any]] = {200: {"description": "One rule for each registered collection."}}


@router.get("/robots.txt", response_class=Response, responses={**public_responses(), **TEXT, **SAME})
def show_robots(request: Request) -> Response:
    """What crawlers may read without a key, and where the licences are (RFC 9309; RSL 1.0, section 4.4)."""
    text = ROBOTS.format(licences=site(request).address("show_licence_file"))
    return _answer(request, text, "text/plain; charset=utf-8")


@router.get("/license.xml", response_class=Response, responses={**public_responses(), **FILE, **SAME})
def show_licence_file(services: Provided, request: Request) -> Response:
    """What machines may do with the tiles of every registered collection, in RSL 1.0."""
    text = _kept(services, request, lambda any_: publish.licence_file(services.ledger, any_.of_collection))
    return _answer(request, text, RSL)


@router.get(
    "/.well-known/tdmrep.json",
    response_model=list[dict[str, Any]],
    responses={**public_responses(), **RULES, **SAME},
)
def show_reservations(services: Provided, request: Request) -> Response:
    """Whether text and data mining is reserved, and where consent is had (TDM Reservation Protocol)."""

    def rules(any_: Site) -> str:
        return json.dumps(publish.reservations(services.ledger, any_.of_collection))

    return _answer(request, _kept(services, request, rules), "application/json")


def _kept(services: Services, request: Request, write: Callable[[Site], str]) -> str:
    """The text that `write` makes, as it was kept, by the name of this request."""
    known: dict[str, tuple[int, str]] = request.app.state.published
    here, version = site(request), publish.version(services.ledger)
    found = known.get(request.url.path)
    if found is None or found[0] != version:
        found = known[request.url.path] = (version, write(Site(ANY_NAME, request.app)))
    return found[1].replace(ANY_NAME, here.base)


def _answer(request: Request, text: str, mime: str) -> Response:
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {**CACHED, "ETag": tag, "Vary": "Host"}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=mime, headers=headers)
