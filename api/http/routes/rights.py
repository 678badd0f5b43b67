"""Offers, licences and usage. A licensee sees and acts for its own party."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from api import reads
from api.access import Principal, Role
from api.errors import RoleError
from api.http.answers import accepted
from api.http.bodies import (
    Id,
    Limit,
    Offset,
    SublicenceBody,
    TransferBody,
    UseBody,
    WhyBody,
)
from api.http.errors import responses
from api.http.idempotency import Answer, Once, Write
from api.http.listing import Page, page
from api.http.security import Caller, Manager, Trader
from api.http.services import Provided, Services
from api.views.evidence import CopyView, OperationView
from api.views.rights import LicenceView, OfferView, UsageView
from ledger import bill
from ledger.domain.ids import LicenceId
from ledger.domain.use_text import parse_use
from ledger.errors import UnknownError

router = APIRouter(tags=["rights"])
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {}}, "description": "The licensed copy."}
}


@router.get("/offers", responses=responses())
def list_offers(
    services: Provided, caller: Caller, limit: Limit = 100, offset: Offset = 0
) -> Page[OfferView]:
    """Offers, oldest first; a licensee sees its own."""
    return page(lambda *at: reads.offer_list(services.ledger, caller.party, *at), limit, offset)


@router.get("/offers/{offer}", responses=responses(404))
def show_offer(services: Provided, caller: Caller, offer: Id) -> OfferView:
    """One offer: the use it is made for, its price, the hash of its terms and its last day."""
    return _offer(services, caller, offer)


@router.post(
    "/offers/{offer}/acceptance",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def accept_offer(services: Provided, caller: Trader, write: Once, offer: Id) -> Response:
    """Take the offer: the operation issues its invoice. The licence is granted when that is paid."""

    def work() -> Answer:
        found = _offer(services, caller, offer)
        return accepted(services, "license", {"offer": found.id}, found.id)

    return write.once(None, work)


@router.get("/licences", responses=responses())
def list_licences(
    services: Provided, caller: Caller, limit: Limit = 100, offset: Offset = 0
) -> Page[LicenceView]:
    """Licences, oldest first; a licensee sees its own."""
    return page(lambda *at: reads.licence_list(services.ledger, caller.party, *at), limit, offset)


@router.get("/licences/{licence}", responses=responses(404))
def show_licence(services: Provided, caller: Caller, licence: Id) -> LicenceView:
    """One licence; a sublicence is shown to who gave it, too."""
    found = reads.licence(services.ledger, licence)
    if found.parent is None or caller.sees(found.licensee):
        return _seen(caller, found)
    if not caller.sees(reads.licence(services.ledger, found.parent).licensee):
        raise UnknownError("licence", licence)
    return found


@router.get("/licences/{licence}/usage", responses=responses(404))
def list_usage(services: Provided, caller: Caller, licence: Id) -> list[UsageView]:
    """What was reported as made under a licence, in the order it was reported."""
    return reads.usage_list(services.ledger, _licence(services, caller, licence).id)


@router.post(
    "/licences/{licence}/usage",
    status_code=201,
    response_model=UsageView,
    responses=responses(400, 404, 409),
)
def report_usage(services: Provided, caller: Trader, write: Once, licence: Id, body: UseBody) -> Response:
    """Report pieces made under a licence; they are billed later."""
    use = parse_use(body.plain())

    def work() -> Answer:
        found = _licence(services, caller, licence)
        usage = bill.report(services.ledger, LicenceId(found.id), use, write.scoped_key)
        return Answer(201, UsageView.of(usage))

    return write.once(body.model_dump(mode="json"), work)


@router.post(
    "/licences/{licence}/copy",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404),
)
def make_copy(services: Provided, caller: Trader, write: Once, licence: Id) -> Response:
    """Make the copy of the tile that goes with a licence, marked for its licensee alone."""

    def work() -> Answer:
        found = _licence(services, caller, licence)
        return accepted(services, "copy", {"licence": found.id}, found.id)

    return write.once(None, work)


@router.get("/licences/{licence}/copy", responses=responses(404))
def show_copy(services: Provided, caller: Caller, licence: Id) -> CopyView:
    """The licensee's own copy of the tile: its mark id and digest. 404 until one is made."""
    _licence(services, caller, licence)
    return reads.copy(services.ledger, licence)


@router.get("/licences/{licence}/file", response_class=Response, responses={**responses(404), **FILE})
def download_copy(services: Provided, caller: Caller, licence: Id) -> Response:
    """The licensed copy itself."""
    copy = show_copy(services, caller, licence)
    return Response(services.ledger.blobs.get(copy.sha256), media_type="image/png")


@router.post(
    "/collections/{collection}/tally",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404),
)
def tally_units(services: Provided, caller: Manager, write: Once, collection: Id) -> Response:  # noqa: ARG001 -- who may
    """Count on chain what was reported under the licences of a collection."""

    def work() -> Answer:
        found = reads.collection(services.ledger, collection)
        return accepted(services, "tally", {"collection": found.id}, write.scoped_key)

    return write.once(None, work)


@router.post(
    "/licences/{licence}/sublicences",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404, 409),
)
def give_sublicence(
    services: Provided, caller: Trader, write: Once, licence: Id, body: SublicenceBody
) -> Response:
    """Give a part of a licence to somebody else, in the book and on chain: its licensee or a manager."""

    def work() -> Answer:
        found = _licence(services, caller, licence)
        arguments = {"licence": found.id, "holder": found.licensee, **body.model_dump(mode="json")}
        return accepted(services, "sublicense", arguments, write.scoped_key)

    return write.once(body.model_dump(mode="json"), work)


@router.get("/licences/{licence}/sublicences", responses=responses(404))
def list_sublicences(
    services: Provided, caller: Caller, licence: Id, limit: Limit = 100, offset: Offset = 0
) -> Page[LicenceView]:
    """The sublicences that were given right below a licence: for who gave them, and for the house."""
    found = _licence(services, caller, licence)
    return page(lambda *at: reads.sublicence_list(services.ledger, found.id, *at), limit, offset)


@router.post(
    "/licences/{licence}/transfers",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404),
)
def hand_on(services: Provided, caller: Trader, write: Once, licence: Id, body: TransferBody) -> Response:
    """Hand a licence on as a whole, in the book and on chain, where its terms let it."""
    if body.consent and caller.role is not Role.MANAGER:
        raise RoleError("consent: the owner's to give; ask a manager to hand the licence on", field="consent")

    def work() -> Answer:
        found = _licence(services, caller, licence)
        reads.party(services.ledger, body.to)
        arguments = {"licence": found.id, "holder": found.licensee, **body.model_dump(mode="json")}
        return accepted(services, "transfer", {**arguments, "key": write.scoped_key}, write.scoped_key)

    return write.once(body.model_dump(mode="json"), work)


@router.post(
    "/licences/{licence}/suspension",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404),
)
def suspend_licence(services: Provided, caller: Manager, write: Once, licence: Id, body: WhyBody) -> Response:
    """Put a licence and all its sublicences out of force, until they are resumed."""
    return _become(services, caller, write, "suspend", licence, body)


@router.post(
    "/licences/{licence}/resumption",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404),
)
def resume_licence(services: Provided, caller: Manager, write: Once, licence: Id, body: WhyBody) -> Response:
    """Put a suspended licence back in force."""
    return _become(services, caller, write, "resume", licence, body)


@router.post(
    "/licences/{licence}/revocation",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404),
)
def revoke_licence(services: Provided, caller: Manager, write: Once, licence: Id, body: WhyBody) -> Response:
    """End a licence and all its sublicences, for good."""
    return _become(services, caller, write, "revoke", licence, body)


def _become(
    services: Services, caller: Principal, write: Write, kind: str, licence: str, body: WhyBody
) -> Response:
    def work() -> Answer:
        found = _licence(services, caller, licence)
        return accepted(services, kind, {"licence": found.id, "why": body.why}, write.scoped_key)

    return write.once(body.model_dump(), work)


def _offer(services: Services, caller: Principal, offer: str) -> OfferView:
    found = reads.offer(services.ledger, offer)
    if not caller.sees(found.licensee):
        raise UnknownError("offer", offer)
    return found


def _licence(services: Services, caller: Principal, licence: str) -> LicenceView:
    return _seen(caller, reads.licence(services.ledger, licence))


def _seen(caller: Principal, found: LicenceView) -> LicenceView:
    if not caller.sees(found.licensee):
        raise UnknownError("licence", found.id)
    return found
