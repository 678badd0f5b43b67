"""Our x402 facilitator, for those who sell our offers on. Money moves to the tills of our own offers only."""

from __future__ import annotations

from fastapi import APIRouter

from api.access import Principal
from api.http import payments
from api.http.bodies import X402Body
from api.http.errors import responses
from api.http.security import Caller, Trader
from api.http.services import Provided, Services
from api.views.x402 import SettledView, SupportedView, VerifiedView
from ledger import facilitating, paying, x402
from ledger.domain.licence import Offer
from ledger.errors import PaymentRefusedError

router = APIRouter(tags=["x402"])


@router.get("/x402/supported", responses=responses())
def show_supported(services: Provided, _: Caller) -> SupportedView:
    """The kinds of payment that are verified and settled here."""
    return SupportedView.model_validate(facilitating.supported(services.ledger))


@router.post("/x402/verify", response_model_exclude_none=True, responses=responses(400))
def verify_payment(services: Provided, caller: Caller, body: X402Body) -> VerifiedView:
    """Whether a payment for an offer would be settled now. Moves nothing, keeps the offer."""
    try:
        payer = facilitating.verify(services.ledger, _offer(services, caller, body), body.payment_payload)
    except PaymentRefusedError as refused:
        return VerifiedView(is_valid=False, invalid_reason=refused.reason, invalid_message=str(refused))
    return VerifiedView(is_valid=True, payer=payer)


@router.post("/x402/settle", response_model_exclude_none=True, responses=responses(400, 402, 409))
def settle_payment(services: Provided, caller: Trader, body: X402Body) -> SettledView:
    """Take a payment for an offer and grant its licence: once, however often it is sent."""
    network = str(body.payment_requirements.get("network"))[:80]
    try:
        offer = _offer(services, caller, body)
        transfer, wanted = paying.read(services.ledger, offer.id, body.payment_payload)
        refused = payments.take(services, offer.id, x402.payload(transfer, wanted))
        arrived = facilitating.settled(services.ledger, offer.id, transfer)
        if arrived is None:
            raise refused or facilitating.another_paid(offer.id)
    except PaymentRefusedError as problem:
        return SettledView.model_validate(x402.unsettled(network, problem))
    transaction = f"0x{arrived.transaction.hex()}"
    told = x402.settled(wanted.network, arrived.payer, transaction, str(arrived.value))
    return SettledView.model_validate(told)


def _offer(services: Services, caller: Principal, body: X402Body) -> Offer:
    """The offer that is paid for. Another licensee's is not there."""
    if body.x402_version != x402.VERSION:
        raise PaymentRefusedError("invalid_x402_version", f"x402Version must be {x402.VERSION}")
    return facilitating.offer_of(services.ledger, body.payment_requirements, caller.sees)
