"""Scans seen again, and what people decide about them."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import Response

from api import reads
from api.http.answers import accepted
from api.http.bodies import Digest, Id, Limit, Offset, Why, WhyBody
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.listing import Page, page
from api.http.security import Manager, Staff
from api.http.services import Provided
from api.views.evidence import ExclusionView, FindingView, NegativeView, OperationView, ScanView
from ledger import banks, rescan
from ledger.domain.ids import AssetId, CollectionId, FindingId

router = APIRouter(tags=["evidence"])
Ended = Annotated[bool, Query(description="Also those that were taken back.")]


@router.get("/scans", responses=responses())
def list_scans(services: Provided, _: Staff, limit: Limit = 100, offset: Offset = 0) -> Page[ScanView]:
    """Every scan, oldest first."""
    return page(lambda *at: reads.scan_list(services.ledger, *at), limit, offset)


@router.get("/scans/{scan}", responses=responses(404))
def show_scan(services: Provided, _: Staff, scan: Id) -> ScanView:
    """One scan: how many pictures, and whether it is closed."""
    return reads.scan(services.ledger, scan)


@router.post(
    "/scans/{scan}/replay", status_code=202, response_model=OperationView, responses=responses(400, 404)
)
def replay_scan(services: Provided, _: Staff, write: Once, scan: Id) -> Response:
    """Examine the pictures of a scan again; the result says whether all is the same, byte for byte."""

    def work() -> Answer:
        found = reads.scan(services.ledger, scan)
        return accepted(services, "replay", {"scan": found.id}, write.scoped_key)

    return write.once(None, work)


@router.post(
    "/collections/{collection}/rescan",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404),
)
def rescan_collection(services: Provided, _: Staff, write: Once, collection: Id) -> Response:
    """Look for a collection in everything that was scanned before it was searched as it is now."""

    def work() -> Answer:
        found = reads.collection(services.ledger, collection)
        key = rescan.key(services.ledger, CollectionId(found.id))
        return accepted(services, "rescan", {"collection": found.id}, key)

    return write.once(None, work)


@router.post(
    "/assets/{asset}/exclusion",
    status_code=201,
    response_model=ExclusionView,
    responses=responses(400, 404, 409),
)
def exclude_asset(services: Provided, _: Manager, write: Once, asset: Id, body: WhyBody) -> Response:
    """Leave a tile out of every scan that is opened from now on."""

    def work() -> Answer:
        return Answer(201, ExclusionView.of(banks.exclude(services.ledger, AssetId(asset), body.why)))

    return write.once(body.model_dump(mode="json"), work)


@router.delete("/assets/{asset}/exclusion", responses=responses(404, 409))
def include_asset(services: Provided, _: Manager, asset: Id, why: Why) -> ExclusionView:
    """Report a tile again, in every scan that is opened from now on. The exclusion stays in the book."""
    return ExclusionView.of(banks.include(services.ledger, AssetId(asset), why))


@router.get("/exclusions", responses=responses())
def list_exclusions(services: Provided, _: Staff, ended: Ended = False) -> list[ExclusionView]:
    """The tiles that scans leave out, and why."""
    return reads.exclusion_list(services.ledger, ended=ended)


@router.post("/negatives", status_code=201, response_model=NegativeView, responses=responses(400))
def add_negative(
    services: Provided,
    _: Manager,
    write: Once,
    file: Annotated[UploadFile, File(description="A picture of somebody else's pattern.")],
    why: Annotated[str, Form(min_length=1, max_length=banks.MAX_WHY)],
) -> Response:
    """Remember a picture that is not ours: what looks like it is not reported without our mark."""
    data, name = file.file.read(), file.filename or "picture"

    def work() -> Answer:
        made = banks.add_negative(services.ledger, name, data, why)
        return Answer(201, NegativeView.of(made))

    return write.once({"sha256": hashlib.sha256(data).hexdigest(), "name": name, "why": why}, work)


@router.delete("/negatives/{sha256}", responses=responses(404))
def forget_negative(services: Provided, _: Manager, sha256: Digest, why: Why) -> NegativeView:
    """Hold nothing against this picture any more, in scans opened from now on. It stays in the book."""
    return NegativeView.of(banks.forget_negative(services.ledger, sha256, why))


@router.get("/negatives", responses=responses())
def list_negatives(services: Provided, _: Staff, ended: Ended = False) -> list[NegativeView]:
    """Pictures known not to be ours, and why."""
    return reads.negative_list(services.ledger, ended=ended)


@router.post("/findings/{finding}/release", response_model=FindingView, responses=responses(400, 404, 409))
def release_finding(services: Provided, _: Manager, write: Once, finding: Id, body: WhyBody) -> Response:
    """Let a held finding count again, because somebody looked at it."""

    def work() -> Answer:
        released = banks.release(services.ledger, [FindingId(finding)], body.why)
        return Answer(200, FindingView.of(released[0]))

    return write.once(body.model_dump(mode="json"), work)
