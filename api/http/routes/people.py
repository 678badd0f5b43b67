"""Parties and API keys: the manager's."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from api import access, reads
from api.http.bodies import KeyBody, PartyBody, Slug
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.security import Caller, Manager, Staff
from api.http.services import Provided
from api.views.evidence import KeyView, PartyView
from ledger import parties
from ledger.domain.ids import PartyId
from ledger.errors import UnknownError
from ledger.store import access as keys

router = APIRouter(tags=["people"])


@router.post("/parties", status_code=201, response_model=PartyView, responses=responses(400, 409))
def add_party(services: Provided, _: Manager, write: Once, body: PartyBody) -> Response:
    """Add a licensee or a payee. The same id with other content is refused (409)."""

    def work() -> Answer:
        parties.add(services.ledger, PartyId(body.id), body.name, body.address)
        return Answer(201, reads.party(services.ledger, body.id), f"/v1/parties/{body.id}")

    return write.once(body.model_dump(), work)


@router.get("/parties", responses=responses())
def list_parties(services: Provided, _: Staff) -> list[PartyView]:
    """Everybody who licenses or is paid."""
    return reads.party_list(services.ledger)


@router.get("/parties/{party}", responses=responses(404))
def show_party(services: Provided, caller: Caller, party: Slug) -> PartyView:
    """One party with its account on chain; a licensee sees itself alone."""
    if not caller.sees(party):
        raise UnknownError("party", party)
    return reads.party(services.ledger, party)


@router.post("/keys", status_code=201, response_model=KeyView, responses=responses(400, 404))
def create_key(services: Provided, _: Manager, write: Once, body: KeyBody) -> Response:
    """Make an API key. Its token is in this answer only: a repetition of the request shows it as null."""

    def work() -> Answer:
        token, key = access.issue(services.ledger, body.name, access.Role(body.role), body.party, body.days)
        return Answer(201, KeyView.of(key, token), secret=frozenset({"token"}))

    return write.once(body.model_dump(), work)


@router.get("/keys", responses=responses())
def list_keys(services: Provided, _: Manager) -> list[KeyView]:
    """Every API key, whom it acts for and how long; never its token."""
    with services.ledger.store.reading() as tx:
        return [KeyView.of(key) for key in keys.keys(tx)]


@router.delete("/keys/{key}", responses=responses(404))
def revoke_key(
    services: Provided, _: Manager, key: Annotated[str, Path(description="How its id begins.")]
) -> KeyView:
    """Revoke a key for good. It stays in the list."""
    return KeyView.of(access.revoke(services.ledger, key))
