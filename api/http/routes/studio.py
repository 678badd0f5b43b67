"""Collections judged by the critic, and what people decide about their tiles."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import Response
from pydantic import Field

from api import reads
from api.http.answers import accepted
from api.http.bodies import Body, Id, IdText
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.security import Caller, Manager, Staff
from api.http.services import Provided, Services
from api.views.catalogue import AssetView
from api.views.evidence import OperationView
from api.views.studio import ContributionView, CurationView
from ledger import choosing, critique, dossier, retouching
from ledger.domain.ids import AssetId, CollectionId
from ledger.errors import UnknownError
from ledger.store import assets

router = APIRouter(tags=["studio"])
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {dossier.MIME: {}}, "description": "The dossier."}}
Limit = Annotated[str, Field(pattern=r"^[0-9]{1,5}(\.[0-9]{1,4})?$")]
KeepTop = Annotated[str, Query(max_length=20, description="A share such as 5%, or a number.")]
Divergence = Annotated[float, Query(ge=0, le=1, description="0: the best; 1: the farthest apart.")]


class LimitsBody(Body):
    """What the printer can do, in decimal text."""

    dpi: Limit = "150"
    repeat_mm: Limit = Field("50", description="The smallest repeat that is wanted.")
    line_mm: Limit = Field("0.3", description="The finest line the printer holds.")
    gap_mm: Limit = Field("0.3", description="The finest gap the printer keeps open.")


class CurationBody(LimitsBody):
    taste: bool = Field(False, description="Learn the studio's taste first, of what its people decided.")


@router.post(
    "/collections/{collection}/curation",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def judge_collection(
    services: Provided, _: Manager, write: Once, collection: Id, body: CurationBody
) -> Response:
    """Judge every made tile: checklist, what the critic sees, near-duplicates. Changes nothing else."""
    limits = critique.read_limits(body.model_dump(exclude={"taste"}))
    asked = {"taste": True} if body.taste else {}

    def work() -> Answer:
        found = CollectionId(reads.collection(services.ledger, collection).id)
        key = critique.key(services.ledger, found, limits, with_taste=body.taste)
        return accepted(services, "curate", {"collection": found, "limits": limits, **asked}, key)

    return write.once({**limits, **asked}, work)


@router.get("/collections/{collection}/curation", responses=responses(400, 404))
def show_curation(
    services: Provided,
    _: Staff,
    collection: Id,
    keep_top: KeepTop = "5%",
    divergence: Divergence = 0.3,
    taste: Annotated[bool, Query(description="Ranked by the taste that was learnt last, too.")] = False,
) -> CurationView:
    """The tiles that the critic of today judged, and which to look at first."""
    name = CollectionId(collection)
    found = critique.curate(services.ledger, name, keep_top, divergence, with_taste=taste)
    return CurationView.of(found)


class ChoiceBody(Body):
    tiles: list[IdText] = Field(
        min_length=1, max_length=choosing.MOST, description="In order, to arrange them."
    )
    choice: Literal["selected", "rejected", "arranged"]
    by: str | None = Field(
        None, min_length=1, max_length=120, description="The person; the key's name unless said."
    )
    why: str = Field("", max_length=500)


@router.post(
    "/collections/{collection}/choices",
    status_code=201,
    response_model=ContributionView,
    responses=responses(400, 404, 409),
)
def decide_tiles(
    services: Provided, caller: Manager, write: Once, collection: Id, body: ChoiceBody
) -> Response:
    """Write down what a person decides about tiles, each a signed entry of the book."""

    def work() -> Answer:
        tiles = [AssetId(each) for each in body.tiles]
        with services.ledger.store.reading() as tx:
            for tile in tiles:
                if assets.get(tx, tile).collection != collection:
                    raise UnknownError("asset", tile, "it is of another collection")
        choosing.decide(services.ledger, tiles, body.choice, body.by or caller.name, body.why)
        return Answer(201, _contribution(services, CollectionId(collection)))

    return write.once(body.model_dump(mode="json"), work)


@router.get("/collections/{collection}/contribution", responses=responses(404))
def show_contribution(services: Provided, _: Caller, collection: Id) -> ContributionView:
    """What people decided about the tiles of a collection."""
    return _contribution(services, CollectionId(collection))


@router.get("/assets/{asset}/dossier", responses={**responses(404, 409), **ZIP}, response_class=Response)
def show_dossier(services: Provided, _: Staff, asset: Id) -> Response:
    """What people did to a tile, in one ZIP that others can check."""
    return Response(dossier.dossier(services.ledger, AssetId(asset)), media_type=dossier.MIME)


@router.post(
    "/assets/{asset}/retouch", status_code=201, response_model=AssetView, responses=responses(400, 404, 409)
)
def retouch_asset(
    services: Provided,
    caller: Manager,
    write: Once,
    asset: Id,
    file: Annotated[UploadFile, File(description="The edited tile.")],
    why: Annotated[str, Form(max_length=500)] = "",
    by: Annotated[str, Form(max_length=120)] = "",
    repair: Annotated[bool, Form()] = False,
) -> Response:
    """Put an edited tile in the place of the one that was drawn; checked for size, inks and seam."""
    data, who = file.file.read(), by or caller.name

    def work() -> Answer:
        made = retouching.retouch(services.ledger, AssetId(asset), data, who, why, repair=repair)
        return Answer(201, AssetView.of(made))

    sent = {"sha256": hashlib.sha256(data).hexdigest(), "why": why, "by": who, "repair": repair}
    return write.once(sent, work)


def _contribution(services: Services, collection: CollectionId) -> ContributionView:
    found = choosing.contributed(services.ledger, collection)
    return ContributionView.of(collection, found, choosing.each_decision(services.ledger, collection))
