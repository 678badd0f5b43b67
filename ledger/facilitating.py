"""Our x402 facilitator: would a signed payment be settled, and was it. For payments to our own tills only.

A resource server that resells our offers asks here, by the words of x402 version 2. The offer is named in
`extra` of what we ask, because an address does not say whose till it is; that it is the offer's is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ledger import license, paying, tills, witness, x402
from ledger.context import Ledger
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.ids import OfferId, parse_id
from ledger.domain.licence import Offer, licence_id
from ledger.errors import PaymentRefusedError, UnknownError
from ledger.store import money, rights

if TYPE_CHECKING:
    from ledger.chain import Transfer
    from ledger.chain.till_calls import Arrival

_INVALID = "invalid_payment_requirements"


def supported(ledger: Ledger) -> dict[str, Any]:
    """The payments that we settle, and who sends them (SupportedResponse). Raises ChainError."""
    chain = witness.ready(ledger)
    network = f"eip155:{chain.chain_id}"
    tokens = [name for name in witness.CURRENCY_CONTRACTS.values() if name in chain.deployment.addresses]
    kinds = [{"x402Version": x402.VERSION, "scheme": x402.SCHEME, "network": network} for _ in tokens[:1]]
    return {"kinds": kinds, "extensions": [], "signers": {network: [witness.manager(ledger).address]}}


def offer_of(ledger: Ledger, requirements: Mapping[str, Any], sees: Callable[[str], bool]) -> Offer:
    """The offer that PaymentRequirements pay for, if the caller `sees` what is its licensee's.

    Raises PaymentRefusedError where they are none of ours, ChainError.
    """
    extra = requirements.get("extra")
    try:
        name = OfferId(parse_id("offer", str(extra.get(x402.OFFER) if isinstance(extra, Mapping) else None)))
        with ledger.store.reading() as tx:
            offer = rights.get_offer(tx, name)
        if not sees(offer.licensee):
            raise UnknownError("offer", offer.id)
    except (FieldError, UnknownError):
        problem = f"extra.{x402.OFFER} names no offer of this ledger; only those are settled here"
        raise PaymentRefusedError(_INVALID, problem) from None
    wanted = paying.requirement(ledger, offer)
    if wanted is None:
        raise PaymentRefusedError("unsupported_scheme", f"{offer.price.currency} is not paid by x402")
    x402.require_same(requirements, wanted, "paymentRequirements")
    return offer


def verify(ledger: Ledger, offer: Offer, message: Mapping[str, Any]) -> str:
    """Who would pay, if a PaymentPayload would be settled now and its licence granted. Sends nothing.

    Raises PaymentRefusedError, ChainError.
    """
    transfer = paying.check(ledger, offer.id, message)
    try:
        with ledger.store.reading() as tx:
            if money.of_evidence(tx, offer.id) is None:
                license.standing_terms(ledger, tx, offer)
            else:
                license.require_payable(ledger, tx, offer)
    except OrderError as gone:
        raise PaymentRefusedError(_INVALID, str(gone)) from None
    return transfer.payer


def settled(ledger: Ledger, offer: OfferId, transfer: Transfer) -> Arrival | None:
    """What this very authorization brought into the till for a licence; None where it did not. ChainError."""
    chain = witness.ready(ledger)
    with ledger.store.reading() as tx:
        if rights.find_grant(tx, licence_id(offer)) is None:
            return None
        currency = rights.get_offer(tx, offer).price.currency
    asset, till = witness.currency_address(chain, currency), tills.of_offer(ledger, offer).address
    used = chain.spent_in(asset, transfer.payer, transfer.nonce)
    for arrived in chain.arrivals(asset, till) if used else []:
        if (arrived.transaction, arrived.payer, arrived.value) == (used, transfer.payer, transfer.value):
            return None if chain.is_given_back(asset, till, arrived) else arrived
    return None


def another_paid(offer: OfferId) -> PaymentRefusedError:
    """Why a payment that is right was not taken."""
    return PaymentRefusedError("duplicate_settlement", f"offer {offer} is paid by another authorization")
