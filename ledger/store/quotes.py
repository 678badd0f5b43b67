"""Offers that were told and that nobody took yet: noted, found by their id, and in no book.

Who takes one has it written into the book (`ledger.decide.enter`). One that was lost with the power is told
again, under the same id, to who asks again.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import bindparam
from sqlmodel import col, delete, select

from ledger.domain.brief_text import use_to_dict
from ledger.domain.ids import OfferId
from ledger.domain.licence import Offer
from ledger.store.asked import Change, PutOnce
from ledger.store.kept_tables import QuoteRow
from ledger.store.store import Tx
from ledger.store.text import dump

FORGOTTEN_AFTER = timedelta(days=92)  # the last day of an offer is two months after it was made, at most
FORGOTTEN = 20  # at a time: as each note adds few, none has to remove many
_PUT = PutOnce(QuoteRow)
_FORGET = Change(
    delete(QuoteRow).where(
        col(QuoteRow.id).in_(
            select(QuoteRow.id)
            .where(col(QuoteRow.made_at) < bindparam("before"))
            .order_by(col(QuoteRow.made_at))
            .limit(FORGOTTEN)
            .with_for_update(skip_locked=True)
        )
    )
)
_DROP = Change(delete(QuoteRow).where(col(QuoteRow.id) == bindparam("quote")))


def columns(offer: Offer) -> dict[str, str]:
    """The row of an offer, in the book or out of it."""
    return {
        "id": offer.id,
        "asset": offer.asset,
        "licensee": offer.licensee,
        "use": dump(use_to_dict(offer.use)),
        "terms_hash": offer.terms_hash,
        "price_minor": str(offer.price.minor),
        "currency": offer.price.currency,
        "made_at": offer.made_at,
    }


def note(tx: Tx, offer: Offer) -> bool:
    """Whether it was noted: none of its id was there."""
    return tx.put(_PUT, columns(offer))


def forget(tx: Tx, today: date) -> None:
    """Remove a few of those that could not be taken for a month and longer."""
    tx.change(_FORGET, before=(today - FORGOTTEN_AFTER).isoformat())


def drop(tx: Tx, offer: OfferId) -> None:
    tx.change(_DROP, quote=offer)
