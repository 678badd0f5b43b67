"""What crawlers read without a key: the terms of registered tiles, and nothing else."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.http.addresses import RSL, address, licence_link, of_asset, of_collection
from api.http.bodies import CollectionFormName, FormName, Id, LicencePage
from api.http.errors import responses
from api.http.routes.catalogue import TEXTS
from api.http.services import Provided
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.projections import FORMS
from ledger.errors import UnknownError
from ledger.publish import publish, publish_collection
from ledger.store import assets, collections

router = APIRouter(tags=["public"])
CACHED = {"Cache-Control": "public, max-age=300"}
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
    _require_registered(services, AssetId(asset))
    where = of_asset(request, AssetId(asset))
    text = publish(services.ledger, AssetId(asset), form, licences=licences, **where)
    link = licence_link(address(request, "show_asset_licence", asset=asset))
    return Response(text, media_type=FORMS[form].mime, headers={**CACHED, "Link": link})


@router.get(
    "/public/assets/{asset}/license.xml", response_class=Response, responses={**responses(404), **LICENCE}
)
def show_asset_licence(services: Provided, request: Request, asset: Id) -> Response:
    """What machines may do with a tile of a registered collection, in RSL 1.0. Takes no key."""
    _require_registered(services, AssetId(asset))
    text = publish(services.ledger, AssetId(asset), "rsl", **of_asset(request, AssetId(asset)))
    return Response(text, media_type=RSL, headers=CACHED)


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
    where = {**of_collection(request, CollectionId(collection)), "licences": licences}
    text = publish_collection(services.ledger, CollectionId(collection), form, where)
    link = licence_link(address(request, "show_licence_file"))
    return Response(text, media_type=FORMS[form].mime, headers={**CACHED, "Link": link})


def _require_registered(services: Provided, asset: AssetId) -> None:
    """What is not registered is not published: it is not there."""
    with services.ledger.store.reading() as tx:
        tile = assets.find(tx, asset)
        if tile is None or collections.get(tx, tile.collection).registration is None:
            raise UnknownError("asset", asset, "only tiles of registered collections are published")
