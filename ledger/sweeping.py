"""Nothing stays in a till: what came for an offer buys it, though nobody asks, and all else goes back.

Money gets there past us as well: by a plain transfer, by a signature that somebody else relayed, after the
offer has lapsed, or before a job that failed. Every step can be repeated, so a sweep can be cut short.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from ledger import paying, restoring, tills, witness
from ledger.chain import ContractRevertError
from ledger.context import Ledger
from ledger.domain.errors import MoneyError, OrderError
from ledger.domain.ids import OfferId
from ledger.domain.licence import GrantState, licence_id
from ledger.errors import PaymentRefusedError
from ledger.store import entries, orders, rights

if TYPE_CHECKING:
    from ledger.chain import Chain

_ALL = 1 << 40


class Outcome(StrEnum):
    GRANTED = "granted"  # it held the price, and the licence followed
    RETURNED = "returned"  # it went back to whom it came from
    REFUND_DUE = "refund-due"  # it was paid and could not be granted: `refund` pays it back
    RESTORED = "restored"  # blocks were taken back, and the payment was made again
    SUSPENDED = "suspended"  # blocks were taken back, and the payment cannot be made again
    KEPT = "kept"  # `why` says what has to be done by hand


@dataclass(frozen=True)
class Swept:
    """What became of the money in the till of an offer."""

    offer: OfferId
    outcome: Outcome
    why: str = ""


def sweep(ledger: Ledger) -> tuple[Swept, ...]:
    """Empty every till that anything was ever sent to; those where nothing was to be done are left out.

    What one token or contract refuses keeps no other till from being swept. Raises ChainError.
    """
    offers = dict.fromkeys((*restoring.gone(ledger), *_reached(ledger)))
    return tuple(each for offer in offers if (each := sweep_till(ledger, offer)))


def waiting(ledger: Ledger) -> tuple[OfferId, ...]:
    """The offers whose tills hold anything, or whose payments the chain lost. Raises ChainError."""
    full = (offer for offer in _reached(ledger) if paying.held(ledger, offer).minor)
    return tuple(dict.fromkeys((*restoring.gone(ledger), *full)))


def sweep_till(ledger: Ledger, offer: OfferId) -> Swept | None:
    """Empty the till of one offer; None where nothing was to be done. Raises UnknownError, ChainError."""
    with ledger.store.reading() as tx:
        if rights.get_offer(tx, offer).price.currency == paying.NATIVE_CODE:
            return None  # such an offer has no till
    before = _state(ledger, offer)
    if before.sold and restoring.is_gone(ledger, offer):
        granted = restoring.restore(ledger, offer)
        held = granted.state is GrantState.IN_FORCE
        return Swept(offer, Outcome.RESTORED if held else Outcome.SUSPENDED)
    why = "" if before.sold else _try(lambda: _sell(ledger, offer))
    why = _try(lambda: paying.give_back(ledger, offer)) or why
    after = _state(ledger, offer)
    if after.sold and not before.sold:
        return Swept(offer, Outcome.GRANTED)
    if after.due and not before.due:
        return Swept(offer, Outcome.REFUND_DUE, why)
    if after.returned > before.returned:
        return Swept(offer, Outcome.RETURNED, why)
    if paying.held(ledger, offer).minor:
        return Swept(offer, Outcome.KEPT, why or "nobody sent it, so there is nobody to give it back to")
    return None


@dataclass(frozen=True)
class _State:
    """Whether an offer is sold, whether its money is owed back, and how often something went back."""

    sold: bool
    due: bool
    returned: int


def _state(ledger: Ledger, offer: OfferId) -> _State:
    with ledger.store.reading() as tx:
        sold = rights.find_grant(tx, licence_id(offer)) is not None
        told = [each.kind for each in entries.about(tx, [offer])]
    return _State(sold, orders.REFUND_DUE in told, told.count(paying.RETURNED))


def _sell(ledger: Ledger, offer: OfferId) -> None:
    if paying.holds_price(ledger, offer):
        paying.pay(ledger, offer, {})


def _try(work: Callable[[], object]) -> str:
    """Why `work` was refused, if it was."""
    try:
        work()
    except (OrderError, PaymentRefusedError, ContractRevertError) as refused:
        return str(refused)
    return ""


def _reached(ledger: Ledger) -> list[OfferId]:
    """The offers whose tills anything was ever sent to."""
    chain = witness.ready(ledger)
    with ledger.store.reading() as tx:
        priced = [offer for offer in rights.offers(tx, limit=_ALL) if offer.price.minor]
    found: list[OfferId] = []
    for currency in sorted({offer.price.currency for offer in priced} - {paying.NATIVE_CODE}):
        own: dict[str, OfferId] = {
            tills.of_offer(ledger, offer.id).address: offer.id
            for offer in priced
            if offer.price.currency == currency
        }
        asset = _token(chain, currency)
        found += [own[address] for address in chain.reached(asset, list(own))] if asset else []
    return found


def _token(chain: Chain, currency: str) -> str | None:
    try:
        return witness.currency_address(chain, currency)
    except MoneyError:
        return None
