"""Queries: by a soft binding, by a picture, by the address of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from api.http.addresses import site
from api.http.c2pa.about import PREFIX
from api.http.c2pa.errors import ResolutionError, responses
from api.http.c2pa.security import Anybody, Asker, Fetcher
from api.http.c2pa.shapes import (
    MAX_ALG,
    MAX_QUERY_VALUE,
    Algorithm,
    BindingQuery,
    HintAlg,
    HintValue,
    MaxResults,
    Reference,
    Result,
    result,
)
from api.http.services import Provided, Services
from forensics.errors import PictureError
from ledger import manifests, referring, resolving
from ledger.errors import ReferenceRefusedError

router = APIRouter(tags=["query"])
EXAMINED_AT_ONCE = 2
PICTURES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}
ANSWER: dict[str, Any] = {"response_model": Result, "response_model_exclude_none": True}


@router.get("/matches/byBinding", responses=responses(401, 414), **ANSWER)
def query_by_binding(
    services: Provided,
    request: Request,
    asker: Anybody,
    value: Annotated[str, Query(min_length=1, description="Base64, in the format of the algorithm.")],
    alg: Annotated[str, Query(min_length=1, max_length=MAX_ALG, description="The algorithm.")],
    most: MaxResults = 10,
) -> Result:
    """The manifests that a soft binding leads to."""
    if len(value) > MAX_QUERY_VALUE:
        raise ResolutionError(
            414,
            "value-too-long",
            f"value: is {len(value)} characters; over {MAX_QUERY_VALUE} are sent by POST",
            field="value",
        )
    return _bound(services, request, asker, alg, value, most)


@router.post("/matches/byBinding", responses=responses(401), **ANSWER)
def query_by_large_binding(
    services: Provided, request: Request, asker: Anybody, query: BindingQuery, most: MaxResults = 10
) -> Result:
    """The same for a value of any length."""
    return _bound(services, request, asker, query.alg, query.value, most)


@router.post("/matches/byContent", responses=responses(401, 403, 415, 429), openapi_extra=PICTURES, **ANSWER)
async def upload_file(
    services: Provided,
    request: Request,
    _: Fetcher,
    alg: Algorithm = None,
    most: MaxResults = 10,
    hint_alg: HintAlg = None,
    hint_value: HintValue = None,
) -> Result:
    """The manifests of what a picture shows, with the evidence. The body is the picture itself."""
    mime = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not mime.startswith("image/"):
        raise ResolutionError(
            415, "asset-type", f"Content-Type: {mime[:80] or 'none'} is not read here; send an image"
        )
    hint = _hint(hint_alg, hint_value)
    data = await request.body()
    if not data:
        raise ResolutionError(400, "body-empty", "body: is empty; send the picture")
    _check_kind(data, "body")
    found = await run_in_threadpool(_placed, request, services, data, alg, hint)
    return result(found, most, endpoint(request))


@router.post("/matches/byReference", responses=responses(401, 403, 415, 429), **ANSWER)
def query_by_reference(
    services: Provided,
    request: Request,
    _: Fetcher,
    reference: Reference,
    alg: Algorithm = None,
    most: MaxResults = 10,
    hint_alg: HintAlg = None,
    hint_value: HintValue = None,
) -> Result:
    """The same for a picture at an address of a host that this service may ask (SELVAGE_SCAN_HOSTS)."""
    hint = _hint(hint_alg, hint_value)
    limit = services.upload_limit_bytes
    if reference.assetLength > limit:
        raise ResolutionError(
            413, "too-large", f"assetLength: over {limit} bytes are not fetched", field="assetLength"
        )
    with _place(request.app.state.examining):
        found = _examined(services, _referred(services, reference), alg, hint)
    return result(found, most, endpoint(request))


def endpoint(request: Request) -> str:
    """The address of this API by the name that the request called us; manifests are below it."""
    return f"{site(request).base}{PREFIX}"


def _bound(services: Services, request: Request, asker: Asker, alg: str, value: str, most: int) -> Result:
    found = manifests.by_binding(services.ledger, alg, value, everything=asker.everything)
    return result(found, most, endpoint(request))


def _hint(alg: str | None, value: str | None) -> resolving.Hint | None:
    if (alg is None) is not (value is None):
        raise ResolutionError(400, "hint", "hintAlg and hintValue belong together; send both or neither")
    return (alg, value) if alg is not None and value is not None else None


def _referred(services: Services, reference: Reference) -> bytes:
    """The picture at an address, or the region of it that was asked for."""
    try:
        data = referring.fetched(
            services.ledger, reference.referenceUrl, reference.assetLength, reference.assetType
        )
    except ReferenceRefusedError as error:
        raise ResolutionError(403, error.code, str(error), field="referenceUrl") from error
    _check_kind(data, "referenceUrl")
    for each in reference.region or ():
        data = _cropped(data, each.shape)
    return data


def _check_kind(data: bytes, field: str) -> None:
    from forensics.sources.kinds import HEAD, Kind, kind_of

    if kind_of(data[:HEAD]) is not Kind.PICTURE:
        raise ResolutionError(415, "asset-type", f"{field}: is no picture of a kind that is read here")


def _placed(
    request: Request, services: Services, data: bytes, alg: str | None, hint: resolving.Hint | None
) -> tuple[manifests.Match, ...]:
    with _place(request.app.state.examining):
        return _examined(services, data, alg, hint)


def _examined(
    services: Services, data: bytes, alg: str | None, hint: resolving.Hint | None
) -> tuple[manifests.Match, ...]:
    try:
        return resolving.by_content(services.ledger, data, alg, hint)
    except PictureError as error:
        raise ResolutionError(400, error.code, str(error)) from error


def _cropped(data: bytes, shape: Any) -> bytes:
    try:
        return referring.within(
            data, shape.unit, (shape.origin.x, shape.origin.y), (shape.width, shape.height)
        )
    except PictureError as error:
        raise ResolutionError(400, error.code, str(error)) from error


@contextmanager
def _place(examining: BoundedSemaphore) -> Iterator[None]:
    """One of the places for examinations, which take seconds each; 429 where all are taken."""
    if not examining.acquire(blocking=False):
        raise ResolutionError(
            429, "busy", "other pictures are being examined; try again soon", headers={"Retry-After": "5"}
        )
    try:
        yield
    finally:
        examining.release()
