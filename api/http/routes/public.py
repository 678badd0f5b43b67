"""What crawlers read without a key: the terms of registered tiles; and with a licence token, the tiles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials
from fastapi.security.http import HTTPBase

from api.http.addresses import Site, licence_link, site
from api.http.bodies import CollectionFormName, FileForm, FormName, Id, LicencePage
from api.http.errors import MEDIA_TYPE, responses
from api.http.routes.catalogue import FILE, TEXTS
from api.http.services import Provided, Services
from api.problems import Kind, Problem
from ledger import tokens
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.projections import FORMS
from ledger.domain.projections.rsl import MIME as RSL
from ledger.errors import UnknownError
from ledger.export import export
from ledger.publish import publish, publish_collection, reservation
from ledger.store import assets, collections

router = APIRouter(tags=["public"])
CACHED = {"Cache-Control": "public, max-age=300"}
# What a resource server says of a token (RSL 1.0, section 6.3.4), our code, and what to do.
ABSENT = (
    Kind.NOT_AUTHENTICATED,
    "invalid_request",
    "licence-token-absent",
    "send a licence token as Authorization: License; the server of the linked licence gives it",
)
INVALID = (
    Kind.NOT_AUTHENTICATED,
    "invalid_token",
    "licence-token-invalid",
    "the licence token is unknown, over or revoked, or its licence is; ask for a new one",
)
ELSEWHERE = (
    Kind.FORBIDDEN,
    "insufficient_scope",
    "licence-token-elsewhere",
    "the licence token was given for something else; ask for one for this file",
)
_license = HTTPBase(
    scheme="license", scheme_name="licence", auto_error=False, description="A licence token (RSL 1.0, CAP)."
)
Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_license)]
CRL = "application/pkix-crl"  # RFC 2585
REVOCATIONS: dict[int | str, dict[str, Any]] = {
    200: {"content": {CRL: {}}, "description": "The revocation list of the claim signing authority."}
}
LICENCE: dict[int | str, dict[str, Any]] = {
    200: {"content": {RSL: {}}, "description": "The licence file of the tile."}
}


@router.get("/public/assets/{asset}/terms", response_class=Response, responses={**responses(404), **TEXTS})
def show_public_terms(
    services: Provided,
    request: Request,
    asset: Id,
    form: FormName = "odrl",
    licences: LicencePage = None,
) -> Response:
    """The terms now in force for a tile of a registered collection. Takes no key."""
    here = site(request)
    where = here.of_asset(_registered(services, asset), asset)
    text = publish(services.ledger, AssetId(asset), form, licences=licences, **where)
    return Response(text, media_type=FORMS[form].mime, headers={**CACHED, **_link(here, asset)})


@router.get(
    "/public/assets/{asset}/license.xml", response_class=Response, responses={**responses(404), **LICENCE}
)
def show_asset_licence(services: Provided, request: Request, asset: Id) -> Response:
    """What machines may do with a tile of a registered collection, in RSL 1.0. Takes no key."""
    where = site(request).of_asset(_registered(services, asset), asset)
    return Response(publish(services.ledger, AssetId(asset), "rsl", **where), media_type=RSL, headers=CACHED)


@router.get("/public/claims.crl", response_class=Response, responses={**responses(404), **REVOCATIONS})
def show_revocations(services: Provided) -> Response:
    """The certificates that sign claims no longer (RFC 5280, DER); 404 while none is. Takes no key."""
    from provenance.revocation import to_der

    listed = services.ledger.engines.trust.crl_pem
    if not listed:
        raise UnknownError("revocation", "claims.crl", "no certificate is revoked")
    return Response(to_der(listed), media_type=CRL, headers=CACHED)


@router.get(
    "/public/collections/{collection}/assets/{asset}/file",
    response_class=Response,
    responses={**responses(404), **FILE},
)
def download_public_tile(
    services: Provided,
    request: Request,
    collection: Id,
    asset: Id,
    sent: Shown,
    form: FileForm = "png",
) -> Response:
    """A tile, for who shows a licence token for it: `Authorization: License ...` (RSL 1.0, section 6)."""
    here, held_by = site(request), _registered(services, asset)
    if held_by != collection:
        raise _unknown(asset)
    if sent is None or sent.scheme.lower() != "license":
        return _challenge(here, asset, *ABSENT)
    token = tokens.find(services.ledger, sent.credentials)
    if token is None:
        return _challenge(here, asset, *INVALID)
    if asset not in token.tiles:
        return _challenge(here, asset, *ELSEWHERE)
    if not tokens.is_good(services.ledger, token, AssetId(asset)):
        return _challenge(here, asset, *INVALID)
    licence = next(iter(token.tiles[AssetId(asset)]), None)
    data, mime = export(services.ledger, AssetId(asset), licence, form)
    name = f'attachment; filename="{asset}.{form}"'
    told = {"Content-Disposition": name, "Cache-Control": "private, no-store", **_link(here, asset)}
    reserved = reservation(services.ledger, AssetId(asset), **here.of_asset(held_by, asset))
    return Response(data, media_type=mime, headers={**told, **reserved})


@router.get(
    "/public/collections/{collection}/terms", response_class=Response, responses={**responses(404), **TEXTS}
)
def show_public_collection_terms(
    services: Provided,
    request: Request,
    collection: Id,
    form: CollectionFormName = "odrl",
    licences: LicencePage = None,
) -> Response:
    """The terms now in force for every tile of a registered collection. Takes no key."""
    here = site(request)
    where = {**here.of_collection(collection), "licences": licences}
    text = publish_collection(services.ledger, CollectionId(collection), form, where)
    link = licence_link(here.address("show_licence_file"))
    return Response(text, media_type=FORMS[form].mime, headers={**CACHED, "Link": link})


def _registered(services: Services, asset: str) -> CollectionId:
    """The collection of a tile; of one that is not registered nothing is published: it is not there."""
    with services.ledger.store.reading() as tx:
        tile = assets.find(tx, AssetId(asset))
        if tile is None or collections.get(tx, tile.collection).registration is None:
            raise _unknown(asset)
        return tile.collection


def _unknown(asset: str) -> UnknownError:
    return UnknownError("asset", asset, "only tiles of registered collections are published")


def _link(here: Site, asset: str) -> dict[str, str]:
    return {"Link": licence_link(here.address("show_asset_licence", asset=asset))}


def _challenge(here: Site, asset: str, kind: Kind, error: str, code: str, text: str) -> Response:
    """A refusal as RSL 1.0 wants it (sections 6.3.1 to 6.3.4): the error, and where the licence is."""
    said = f'License error="{error}", error_description="{text}"'
    headers = {"WWW-Authenticate": said, "Cache-Control": "no-store", **_link(here, asset)}
    body = Problem(code, text, kind).to_dict()
    return JSONResponse(body, kind.status, headers=headers, media_type=MEDIA_TYPE)
