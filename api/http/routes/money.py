"""Invoices, their payment, payouts. A licensee sees its own invoices."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api import reads
from api.access import Principal
from api.http.answers import accepted
from api.http.bodies import Id, InvoiceBody, Limit, Offset, PaymentBody, PayoutBody
from api.http.errors import responses
from api.http.idempotency import Answer, Once
from api.http.listing import Page, page
from api.http.security import Caller, Manager, Trader
from api.http.services import Provided, Services
from api.views.evidence import OperationView
from api.views.money import InvoiceView, PaymentRequestView, PayoutView
from ledger import settle
from ledger.domain.ids import InvoiceId
from ledger.errors import UnknownError

router = APIRouter(tags=["money"])


@router.post("/invoices", status_code=202, response_model=OperationView, responses=responses(400, 404, 409))
def create_invoice(services: Provided, _: Manager, write: Once, body: InvoiceBody) -> Response:
    """Bill a party for everything not billed yet in a collection; the result names the invoice, or none."""

    def work() -> Answer:
        reads.party(services.ledger, body.payer)
        reads.collection(services.ledger, body.collection)
        return accepted(services, "bill", body.model_dump(), write.scoped_key)

    return write.once(body.model_dump(), work)


@router.get("/invoices", responses=responses())
def list_invoices(
    services: Provided, caller: Caller, limit: Limit = 100, offset: Offset = 0
) -> Page[InvoiceView]:
    """Invoices, oldest first; a licensee sees its own."""
    return page(lambda *at: reads.invoice_list(services.ledger, caller.party, *at), limit, offset)


@router.get("/invoices/{invoice}", responses=responses(404))
def show_invoice(services: Provided, caller: Caller, invoice: Id) -> InvoiceView:
    """One invoice: lines with their evidence, shares of the payees, and how it was paid."""
    return _invoice(services, caller, invoice)


@router.get("/invoices/{invoice}/payment-request", responses=responses(404, 409))
def show_payment_request(services: Provided, caller: Caller, invoice: Id) -> PaymentRequestView:
    """What the payer signs; whoever relays the signature pays the gas."""
    found = _invoice(services, caller, invoice)
    return PaymentRequestView.of(settle.request(services.ledger, InvoiceId(found.id)))


@router.post(
    "/invoices/{invoice}/payments",
    status_code=202,
    response_model=OperationView,
    responses=responses(400, 402, 404, 409),
)
def pay_invoice(services: Provided, caller: Trader, write: Once, invoice: Id, body: PaymentBody) -> Response:
    """Settle an invoice with the payer's signature. If it pays for an offer, the licence follows."""

    def work() -> Answer:
        found = _invoice(services, caller, invoice)
        arguments = {"invoice": found.id, "authorization": body.authorization}
        return accepted(services, "settle", arguments, found.id)

    return write.once(body.model_dump(), work)


@router.post("/payouts", status_code=202, response_model=OperationView, responses=responses(400, 404, 409))
def create_payout(services: Provided, caller: Trader, write: Once, body: PayoutBody) -> Response:
    """Send a payee what the vault holds for it."""
    payee = caller.act_for(body.payee)

    def work() -> Answer:
        reads.party(services.ledger, payee)
        return accepted(services, "payout", {"payee": payee}, write.scoped_key)

    return write.once(body.model_dump(), work)


@router.get("/payouts", responses=responses())
def list_payouts(services: Provided, caller: Caller) -> list[PayoutView]:
    """What payees were sent, each with its transaction; a licensee sees its own."""
    return reads.payout_list(services.ledger, caller.party)


def _invoice(services: Services, caller: Principal, invoice: str) -> InvoiceView:
    found = reads.invoice(services.ledger, invoice)
    if not caller.sees(found.payer):
        raise UnknownError("invoice", invoice)
    return found


@router.post("/tills/sweep", status_code=202, response_model=OperationView, responses=responses(400))
def sweep_tills(services: Provided, _: Manager, write: Once) -> Response:
    """Empty every till: what came for an offer buys its licence, all else goes back."""
    return write.once({}, lambda: accepted(services, "sweep", {}, write.scoped_key))


@router.post(
    "/offers/{offer}/refund", status_code=202, response_model=OperationView, responses=responses(400, 404)
)
def refund_offer(services: Provided, _: Manager, write: Once, offer: Id) -> Response:
    """Pay back, once, what was paid for an offer that could not be granted."""

    def work() -> Answer:
        reads.offer(services.ledger, offer)
        return accepted(services, "refund", {"offer": offer}, offer)

    return write.once({}, work)
