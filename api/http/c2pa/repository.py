"""Manifests: fetched, stored and removed; soft bindings stored; receipts given and checked."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.http.c2pa.errors import ResolutionError, responses
from api.http.c2pa.matches import endpoint
from api.http.c2pa.security import Anybody, Binder, Keeper
from api.http.c2pa.shapes import MAX_ID, Binding, Stored
from api.http.matching import is_known
from api.http.services import Provided, Services
from ledger import manifests, receipts
from ledger.domain.errors import FieldError
from ledger.errors import UnknownError
from ledger.manifests import MAX_STORE_BYTES, STORE_MIME
from ledger.store.manifests import ANY, Held

router = APIRouter()
Id = Annotated[str, Path(alias="activeManifestId", max_length=MAX_ID, description="Such as urn:c2pa:...")]
BYTES: dict[int | str, dict[str, Any]] = {200: {"content": {STORE_MIME: {}}, "description": "The manifest."}}
STORE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {STORE_MIME: {"schema": {"type": "string", "format": "binary"}}},
    }
}
GONE: dict[int | str, dict[str, Any]] = {204: {"description": "Done."}}


@router.get(
    "/manifests/{activeManifestId}",
    tags=["fetch"],
    response_class=Response,
    responses={**responses(401, 404), **BYTES},
)
def get_manifest(
    services: Provided,
    request: Request,
    asker: Anybody,
    manifest: Id,
    only: Annotated[
        bool, Query(alias="returnActiveManifest", description="The active manifest without its ingredients'.")
    ] = False,
) -> Response:
    """The manifest store of a manifest, or this manifest alone."""
    held = manifests.get(services.ledger, manifest, everything=asker.everything)
    data = manifests.store_bytes(services.ledger, held)
    if only:
        data = _alone(data)
    tag = f'"{hashlib.sha256(data).hexdigest()}"'
    headers = {"ETag": tag, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=STORE_MIME, headers=headers)


@router.post(
    "/manifests",
    tags=["store"],
    response_model=Stored,
    response_model_exclude_none=True,
    responses=responses(401, 403),
    openapi_extra=STORE,
)
async def add_manifest(
    services: Provided,
    request: Request,
    keeper: Keeper,
    with_receipt: Annotated[bool, Query(alias="returnReceipt", description="With its receipt.")] = False,
) -> Stored:
    """Store a manifest store. The same one again changes nothing."""
    data = await _store_sent(request)
    return await run_in_threadpool(_kept, services, request, data, str(keeper.owner), with_receipt)


@router.delete(
    "/manifests/{activeManifestId}",
    tags=["store"],
    status_code=204,
    response_class=Response,
    responses={**responses(401, 403, 404), **GONE},
)
def delete_manifest(services: Provided, keeper: Keeper, manifest: Id) -> Response:
    """Give a manifest that was stored, and what leads to it, to nobody any more."""
    manifests.remove(services.ledger, manifest, str(keeper.owner))
    return Response(status_code=204)


@router.post(
    "/bindings",
    tags=["store"],
    status_code=204,
    response_class=Response,
    responses={**responses(401, 403, 404), **GONE},
)
def add_binding(services: Provided, binder: Binder, binding: Binding) -> Response:
    """Let a soft binding lead to a manifest, beside others. The same again changes nothing."""
    return _bound(services, str(binder.owner), binding, instead=False)


@router.put(
    "/bindings",
    tags=["store"],
    status_code=204,
    response_class=Response,
    responses={**responses(401, 403, 404), **GONE},
)
def update_binding(services: Provided, binder: Binder, binding: Binding) -> Response:
    """Let a soft binding lead to a manifest instead of where it led before."""
    return _bound(services, str(binder.owner), binding, instead=True)


@router.get("/manifests/{activeManifestId}/receipts", tags=["fetch"], responses=responses(401, 404))
def get_receipt(services: Provided, request: Request, asker: Anybody, manifest: Id) -> dict[str, Any]:
    """The receipt of a manifest: its entry in the log, the proof of it, and where on chain that stands."""
    held = manifests.get(services.ledger, manifest, everything=asker.everything)
    issued = _receipt(services, request, held)
    why = receipts.problem(services.ledger, held, issued, issued)
    return {**issued, "verified": why is None, **({"error": why} if why else {})}


@router.post("/manifests/{activeManifestId}/receipts", tags=["fetch"], responses=responses(401, 404))
def verify_receipt(
    services: Provided,
    request: Request,
    asker: Anybody,
    manifest: Id,
    given: Annotated[dict[str, Any], Body(description="A receipt as it was given.")],
) -> dict[str, Any]:
    """Whether a receipt of this manifest holds, and if not, why."""
    held = manifests.get(services.ledger, manifest, everything=asker.everything)
    if given.get("@type") != receipts.TYPE:
        raise ResolutionError(400, "receipt", f"@type: has to be {receipts.TYPE}", field="@type")
    repository = given.get("repository")
    named = repository.get("manifestId") if isinstance(repository, dict) else None
    if named != manifest:
        raise ResolutionError(
            400,
            "receipt",
            "repository.manifestId: is not the manifest asked about",
            field="repository.manifestId",
        )
    why = receipts.problem(services.ledger, held, given, _receipt(services, request, held))
    told = {name: value for name, value in given.items() if name not in ("verified", "error")}
    return {**told, "verified": why is None, **({"error": why} if why else {})}


async def _store_sent(request: Request) -> bytes:
    mime = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if mime not in (STORE_MIME, "application/octet-stream", ""):
        raise ResolutionError(400, "bad-request", f"Content-Type: send {STORE_MIME}, not {mime[:80]}")
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > MAX_STORE_BYTES:
            raise ResolutionError(413, "too-large", f"body: over {MAX_STORE_BYTES} bytes are not stored")
    if not data:
        raise ResolutionError(400, "body-empty", "body: is empty; send a manifest store")
    return data


def _kept(services: Services, request: Request, data: bytes, owner: str, with_receipt: bool) -> Stored:
    held = manifests.keep(services.ledger, data, owner, opaque=services.opaque_manifests)
    return Stored(manifestId=held.id, receipt=_receipt(services, request, held) if with_receipt else None)


def _receipt(services: Services, request: Request, held: Held) -> dict[str, Any]:
    here = endpoint(request)
    where = f"{here}{request.app.url_path_for('get_receipt', activeManifestId=held.id)}"
    try:
        return receipts.receipt(services.ledger, held, here, where)
    except UnknownError:
        raise
    except FieldError as error:
        raise ResolutionError(500, error.code, str(error)) from error


def _bound(services: Services, owner: str, binding: Binding, *, instead: bool) -> Response:
    alg = binding.alg or ANY
    manifests.bind(services.ledger, binding.bindingValue, binding.manifestId, owner, alg, instead=instead)
    return Response(status_code=204)


def _alone(data: bytes) -> bytes:
    from provenance.errors import ManifestStoreError
    from provenance.jumbf import parse_store

    try:
        return parse_store(data).alone()
    except ManifestStoreError:
        return data  # what was stored as opaque has no parts
