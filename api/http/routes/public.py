"""What crawlers read without a key: the terms of registered tiles, and nothing else."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.http.bodies import FormName, Id, LicencePage
from api.http.errors import responses
from api.http.routes.catalogue import TEXTS
from api.http.services import Provided
from ledger.domain.ids import AssetId
from ledger.domain.projections import FORMS
from ledger.errors import UnknownError
from ledger.publish import publish
from ledger.store import assets, collections

router = APIRouter(tags=["public"])
CACHED = {"Cache-Control": "public, max-age=300"}


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
    here = request.url_for("show_public_terms", asset=asset)
    text = publish(
        services.ledger,
        AssetId(asset),
        form,
        at=str(request.url_for("download_asset", asset=asset)),
        policy=str(here.include_query_params(**{"as": "odrl"})),
        tdm_policy=str(here.include_query_params(**{"as": "tdm-policy"})),
        licences=licences,
    )
    return Response(text, media_type=FORMS[form].mime, headers=CACHED)


def _require_registered(services: Provided, asset: AssetId) -> None:
    """What is not registered is not published: it is not there."""
    with services.ledger.store.reading() as tx:
        tile = assets.find(tx, asset)
        if tile is None or collections.get(tx, tile.collection).registration is None:
            raise UnknownError("asset", asset, "only tiles of registered collections are published")
