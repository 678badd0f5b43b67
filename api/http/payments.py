"""Taking a payment that a buyer signed (x402): a job named by its offer, which survives this process."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from api.errors import OperationFailedError
from ledger import paying, restoring
from ledger.domain.ids import OfferId, derive
from ledger.errors import PaymentRefusedError, UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.http.services import Services
    from ledger.store.operations import Operation

PAY_SECONDS = 60.0
_UNPAID = ("payment-refused", "insufficient-funds", "bad-message")


def take(services: Services, offer: OfferId, message: Mapping[str, Any]) -> PaymentRefusedError | None:
    """Pay for an offer, whoever asked for it before; None when it is paid and granted, else why not.

    Raises OperationFailedError, WorkerError, ChainError: it may have been paid, and is gone on with later.
    """
    try:
        if operation_of(services, offer) is None and not paying.holds_price(services.ledger, offer):
            paying.check(services.ledger, offer, message)
        operation = services.jobs.submit("x402", {"offer": offer, "payment": message}, offer)
        ended = services.jobs.wait(operation, timeout=PAY_SECONDS)
    except PaymentRefusedError as refused:
        return refused
    if ended.error is None:
        return None
    code, text = str(ended.error["code"]), str(ended.error["message"])
    if code in _UNPAID:
        return PaymentRefusedError("payment_refused", text)
    raise OperationFailedError(code, text)


def restore(services: Services, offer: OfferId) -> bool:
    """Make the payment of an offer again if its block was taken back; whether there was any need.

    While the chain is away the book is believed. Raises OperationFailedError, WorkerError, ChainError.
    """
    from ledger.chain import ChainUnavailableError

    try:
        if not restoring.is_gone(services.ledger, offer):
            return False
    except ChainUnavailableError:
        return False
    operation = services.jobs.submit("restore", {"offer": offer}, secrets.token_hex(16))
    ended = services.jobs.wait(operation, timeout=PAY_SECONDS)
    if ended.error is not None:
        raise OperationFailedError(str(ended.error["code"]), str(ended.error["message"]))
    return True


def operation_of(services: Services, offer: OfferId) -> Operation | None:
    """The job that takes, or took, a payment for an offer."""
    try:
        return services.jobs.status(derive("operation", services.ledger.id, "x402", offer))
    except UnknownError:
        return None
