"""The log of entries as files (https://c2sp.org/tlog-tiles), and its proofs. Public: leaves are hashes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from api.http.errors import public_responses
from api.http.services import Provided
from ledger import log

router = APIRouter(tags=["log"], prefix="/public/log")
NEWEST = {"Cache-Control": "no-cache"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
NOTE: dict[int | str, dict[str, Any]] = {200: {"content": {TEXT: {}}, "description": "Plain text."}}
HASHES: dict[int | str, dict[str, Any]] = {
    200: {"content": {BYTES: {}}, "description": "Hashes, or entries."}
}


@router.get("/key", response_class=Response, responses={**public_responses(), **NOTE})
def show_log_key(services: Provided) -> Response:
    """The key that signs checkpoints (https://c2sp.org/signed-note). Ask for it once, and keep it."""
    return Response(f"{log.signer(services.ledger).key}\n", media_type=TEXT)


@router.get("/checkpoint", response_class=Response, responses={**public_responses(404), **NOTE})
def show_checkpoint(services: Provided) -> Response:
    """The newest checkpoint, with the cosignatures of witnesses."""
    return Response(str(log.latest(services.ledger)), media_type=TEXT, headers=NEWEST)


@router.get("/tile/{path:path}", response_class=Response, responses={**public_responses(404, 422), **HASHES})
def show_tile(
    services: Provided, path: Annotated[str, Path(max_length=80, description="As C2SP tlog-tiles has it.")]
) -> Response:
    """A tile of hashes, or a bundle of entries: the entry hashes, 32 bytes each after their length."""
    data = log.file(services.ledger, f"tile/{path}")
    return Response(data, media_type=BYTES, headers=FOR_EVER)


@router.get(
    "/entries/{entry}/proof", response_class=Response, responses={**public_responses(404, 422), **NOTE}
)
def show_log_proof(
    services: Provided, entry: Annotated[int, Path(ge=1, le=2**53, description="Its number, from 1.")]
) -> Response:
    """That the entry of this number is in the log (https://c2sp.org/tlog-proof), under a checkpoint."""
    return Response(str(log.prove(services.ledger, entry)), media_type=TEXT)


@router.get("/submission", response_class=Response, responses={**public_responses(404, 422), **NOTE})
def show_submission(
    services: Provided,
    old: Annotated[
        int, Query(ge=0, le=2**53, description="Entries that the witness last cosigned over.")
    ] = 0,
) -> Response:
    """What a witness is sent: the newest checkpoint, with a proof that it continues the one over `old`."""
    return Response(str(log.submission(services.ledger, old)), media_type=TEXT, headers=NEWEST)
