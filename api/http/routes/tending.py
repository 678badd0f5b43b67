"""Operations and health."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api import reads
from api.following import chain_view
from api.http.bodies import Id, Limit, Offset
from api.http.errors import responses
from api.http.listing import Page, page
from api.http.security import Caller, Staff
from api.http.services import Provided
from api.views.evidence import ChainView, HealthView, OperationView
from ledger.errors import UnknownError

router = APIRouter(tags=["tending"])
RETRY_SECONDS = 2


@router.get("/health", responses={})
def health(services: Provided) -> HealthView:
    """Whether the service can read its database. Needs no key."""
    with services.ledger.store.reading():
        return HealthView(status="ok", ledger=services.ledger.id, worker=services.jobs.executing)


@router.get("/chain", responses=responses())
def show_chain(services: Provided, _: Staff) -> ChainView:
    """How far the chain was followed, and when blocks were last taken back."""
    return chain_view(services.ledger, services.confirmations)


@router.get("/operations", responses=responses())
def list_operations(
    services: Provided, _: Staff, limit: Limit = 100, offset: Offset = 0
) -> Page[OperationView]:
    """Long work, newest first."""
    return page(lambda *at: reads.operation_list(services.ledger, *at), limit, offset)


@router.get("/operations/{operation}", responses=responses(404))
def show_operation(services: Provided, caller: Caller, operation: Id, response: Response) -> OperationView:
    """How far it is. While it is not done or failed, Retry-After says when to ask again."""
    found = reads.operation(services.ledger, operation)
    if not caller.sees(reads.concerns(services.ledger, found)):
        raise UnknownError("operation", operation)
    if not found.ended:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return reads.operation_view(found)
