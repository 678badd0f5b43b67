"""Orders that a manager signs offline, and a buyer completes."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api import reads
from api.http.answers import accepted
from api.http.bodies import CompletionBody, Id, OrderBody
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.security import Manager, Trader
from api.http.services import Provided
from api.views.evidence import OperationView
from api.views.rights import OrderFileView
from ledger import signed_orders
from ledger.domain.brief_text import parse_use
from ledger.domain.errors import MoneyError
from ledger.domain.fields import Field
from ledger.domain.ids import AssetId, PartyId
from ledger.domain.money_text import read_money

router = APIRouter(tags=["orders"])


@router.post(
    "/collections/{collection}/desk",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404),
)
def open_desk(services: Provided, caller: Manager, write: Once, collection: Id) -> Response:  # noqa: ARG001 -- who may
    """Let the desk on chain grant what is signed for a collection."""

    def work() -> Answer:
        found = reads.collection(services.ledger, collection)
        return accepted(services, "open-desk", {"collection": found.id}, write.scoped_key)

    return write.once(None, work)


@router.post(
    "/assets/{asset}/orders",
    status_code=201,
    response_model=OrderFileView,
    responses=responses(400, 404, 409),
)
def sign_order(services: Provided, caller: Manager, write: Once, asset: Id, body: OrderBody) -> Response:  # noqa: ARG001 -- who may
    """Sign an order for a licence of a tile. The answer is the file for the buyer; no chain is asked."""
    use, licensee = parse_use(body.use.plain()), body.licensee
    price = read_money(Field(body.price, "price", MoneyError)) if body.price is not None else None

    def work() -> Answer:
        made = signed_orders.sign(
            services.ledger,
            AssetId(asset),
            use,
            licensee=PartyId(licensee) if licensee else None,
            price=price,
            days=body.days,
            count=body.count,
        )
        return Answer(201, OrderFileView.model_validate(made))

    return write.once(body.model_dump(mode="json"), work)


@router.post(
    "/orders/completion",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 404),
)
def complete_order(services: Provided, caller: Trader, write: Once, body: CompletionBody) -> Response:
    """Buy the licence of a signed order: money and licence in one transaction, once."""
    party = caller.act_for(body.party)

    def work() -> Answer:
        reads.party(services.ledger, party)
        arguments = {"party": party, "order": body.order}
        return accepted(services, "complete-order", arguments, write.scoped_key)

    return write.once(body.model_dump(mode="json"), work)
