"""Offers, grants and reported usage: the book that a decision looks at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, literal, union_all
from sqlmodel import col, select

from ledger.domain.brief_text import parse_use, use_to_dict
from ledger.domain.ids import AssetId, CollectionId, InvoiceId, LicenceId, OfferId, PartyId, UsageId
from ledger.domain.licence import Bill, Book, Grant, GrantState, Offer, Usage
from ledger.domain.terms_text import terms_to_dict
from ledger.domain.use import MAX_DEPTH, Action
from ledger.errors import UnknownError
from ledger.store import counts, open_orders, quotes, scopes
from ledger.store.asked import Asked, AskedOf
from ledger.store.kept_tables import QuoteRow
from ledger.store.money import charged
from ledger.store.store import Tx
from ledger.store.tables import AssetRow
from ledger.store.text import dump, load, money, read_terms
from ledger.store.trade_tables import BilledRow, GrantRow, InvoiceRow, OfferRow, UsageRow

KNOWN = 16_384  # licences that are not read again from the same row
_GRANTS = AskedOf(lambda those: select(GrantRow).where(col(GrantRow.id).in_(those)))
_UNPAID = AskedOf(
    lambda those: (
        select(InvoiceRow.id, UsageRow.licence, BilledRow.evidence, InvoiceRow.due_on)
        .join(BilledRow, col(BilledRow.invoice) == col(InvoiceRow.id))
        .join(UsageRow, col(UsageRow.id) == col(BilledRow.evidence))
        .where(col(UsageRow.licence).in_(those), col(InvoiceRow.settled_tx).is_(None))
        .order_by(col(InvoiceRow.id), col(BilledRow.evidence))
    )
)
_TOLD = AskedOf(lambda those: select(UsageRow.licence).where(col(UsageRow.id).in_(those)))
_OFFER = Asked(
    union_all(
        *(
            select(table, literal(table is OfferRow, Integer).label("kept")).where(
                col(table.id) == bindparam("offer")
            )
            for table in (OfferRow, QuoteRow)
        )
    )
)
_OFFERS = AskedOf(lambda those: select(OfferRow).where(col(OfferRow.id).in_(those)))


def book(tx: Tx, asset: AssetId) -> Book:
    """Every grant of one tile, oldest first, and what was reported and is owed under them."""
    query = select(GrantRow).where(GrantRow.asset == asset)
    grants = [
        to_grant(row) for row in tx.session.exec(query.order_by(col(GrantRow.granted_at), col(GrantRow.id)))
    ]
    used = select(UsageRow).join(GrantRow, col(GrantRow.id) == col(UsageRow.licence))
    usages = tx.session.exec(used.where(GrantRow.asset == asset).order_by(col(UsageRow.id)))
    reported = tuple(_usage(row) for row in usages)
    return Book(tuple(grants), reported, bills=bills(tx, [grant.id for grant in grants]))


def bills(tx: Tx, licences: Sequence[LicenceId]) -> tuple[Bill, ...]:
    """Unpaid royalties of some licences."""
    rows = tx.ask_of(_UNPAID, licences)
    amounts = charged(tx, [row[2] for row in rows])
    return tuple(
        Bill(
            InvoiceId(invoice), LicenceId(licence), amounts[evidence], date.fromisoformat(due_on[:10]), False
        )
        for invoice, licence, evidence, due_on in rows
    )


def add_offer(tx: Tx, offer: Offer) -> None:
    add_offers(tx, [offer])


def add_offers(tx: Tx, offers: Iterable[Offer]) -> None:
    tx.session.add_all(OfferRow(**quotes.columns(offer)) for offer in offers)
    tx.session.flush()


def find_told(tx: Tx, offer: OfferId) -> tuple[Offer, bool] | None:
    """An offer, and whether it is in the book."""
    found = sorted(tx.ask(_OFFER, offer=offer), key=lambda row: -row.kept)
    return (to_offer(found[0]), bool(found[0].kept)) if found else None


def find_offer(tx: Tx, offer: OfferId) -> Offer | None:
    """An offer, in the book or only told."""
    found = find_told(tx, offer)
    return found[0] if found else None


def offers_named(tx: Tx, names: Sequence[OfferId]) -> dict[OfferId, Offer]:
    """Those offers of these names that are in the book."""
    return {offer.id: offer for offer in map(to_offer, tx.ask_of(_OFFERS, names))}


def get_offer(tx: Tx, offer: OfferId) -> Offer:
    """Raises UnknownError (unknown-offer)."""
    found = find_offer(tx, offer)
    if found is None:
        raise UnknownError("offer", offer, "ask for a decision first, which makes the offer")
    return found


def offers_told(
    tx: Tx, licensee: PartyId | None = None, limit: int = 100, offset: int = 0
) -> tuple[Offer, ...]:
    """Offers in the book and those only told, oldest first."""
    kept, told = select(OfferRow), select(QuoteRow).where(col(QuoteRow.id).not_in(select(OfferRow.id)))
    if licensee is not None:
        kept, told = kept.where(OfferRow.licensee == licensee), told.where(QuoteRow.licensee == licensee)
    query: Any = union_all(kept, told).order_by("made_at", "id").limit(limit).offset(offset)
    return tuple(map(to_offer, tx.session.connection().execute(query)))


def offers(tx: Tx, licensee: PartyId | None = None, limit: int = 100, offset: int = 0) -> tuple[Offer, ...]:
    """Offers in the book, oldest first."""
    query = select(OfferRow).order_by(col(OfferRow.made_at), col(OfferRow.id))
    if licensee is not None:
        query = query.where(OfferRow.licensee == licensee)
    return tuple(to_offer(row) for row in tx.session.exec(query.limit(limit).offset(offset)))


def add_grant(tx: Tx, grant: Grant) -> None:
    tx.session.add(
        GrantRow(
            id=grant.id,
            offer=grant.offer,
            asset=grant.asset,
            licensee=grant.licensee,
            action=grant.action.value,
            terms=dump(terms_to_dict(grant.terms)),
            terms_hash=grant.terms_hash,
            granted_at=grant.granted_at,
            invoice=grant.invoice,
            tx=grant.tx,
            gas=grant.gas,
            units=grant.units,
            parent=grant.parent,
            state=grant.state.value,
            reference=grant.reference,
            earlier=dump(list(grant.earlier)) if grant.earlier else None,
        )
    )
    tx.session.flush()
    scopes.add(tx, grant)
    counts.allot(tx, grant)
    if grant.offer is not None:
        open_orders.close(tx, grant.offer)


def set_state(tx: Tx, licence: LicenceId, state: GrantState) -> None:
    """Raises UnknownError (unknown-licence)."""
    row = tx.session.get(GrantRow, licence)
    if row is None:
        raise UnknownError("licence", licence)
    row.state = state.value
    tx.session.add(row)
    tx.session.flush()


def hand_on(tx: Tx, licence: LicenceId, to: PartyId) -> None:
    """Another licensee from now on; who it was is kept. Raises UnknownError (unknown-licence)."""
    row = tx.session.get(GrantRow, licence)
    if row is None:
        raise UnknownError("licence", licence)
    row.earlier = dump([*_earlier(row), row.licensee])
    row.licensee = to
    tx.session.add(row)
    tx.session.flush()


def find_grant(tx: Tx, licence: LicenceId) -> Grant | None:
    row = tx.session.get(GrantRow, licence)
    return to_grant(row) if row else None


def get_grant(tx: Tx, licence: LicenceId) -> Grant:
    """Raises UnknownError (unknown-licence)."""
    found = find_grant(tx, licence)
    if found is None:
        raise UnknownError("licence", licence)
    return found


def grants(tx: Tx, licensee: PartyId | None = None, limit: int = 100, offset: int = 0) -> tuple[Grant, ...]:
    query = select(GrantRow).order_by(col(GrantRow.granted_at), col(GrantRow.id))
    if licensee is not None:
        query = query.where(GrantRow.licensee == licensee)
    return tuple(to_grant(row) for row in tx.session.exec(query.limit(limit).offset(offset)))


def of_party(tx: Tx, asset: AssetId, licensee: PartyId) -> tuple[Grant, ...]:
    """The licences of one tile that a party holds, oldest first."""
    query = select(GrantRow).where(GrantRow.asset == asset, GrantRow.licensee == licensee)
    return tuple(
        to_grant(row) for row in tx.session.exec(query.order_by(col(GrantRow.granted_at), col(GrantRow.id)))
    )


def newest_of(tx: Tx, asset: AssetId, licensee: PartyId) -> LicenceId | None:
    """The newest licence of one tile that a party holds."""
    query = select(GrantRow.id).where(GrantRow.asset == asset, GrantRow.licensee == licensee)
    newest = query.order_by(col(GrantRow.granted_at).desc(), col(GrantRow.id).desc()).limit(1)
    found = tx.session.exec(newest).first()
    return LicenceId(found) if found else None


def grants_named(tx: Tx, licences: Sequence[LicenceId]) -> tuple[Grant, ...]:
    """Those of `licences` that there are."""
    return tuple(known_grant(row) for row in tx.ask_of(_GRANTS, licences))


def grants_of_collection(tx: Tx, collection: CollectionId, licensee: PartyId) -> tuple[Grant, ...]:
    query = select(GrantRow).join(AssetRow, col(AssetRow.id) == col(GrantRow.asset))
    query = query.where(AssetRow.collection == collection, GrantRow.licensee == licensee)
    return tuple(to_grant(row) for row in tx.session.exec(query.order_by(col(GrantRow.id))))


def add_usage(tx: Tx, usage: Usage) -> None:
    tx.session.add(
        UsageRow(
            id=usage.id,
            licence=usage.licence,
            use=dump(use_to_dict(usage.use)),
            reported_on=usage.reported_on.isoformat(),
        )
    )
    tx.session.flush()
    counts.add(tx, usage, _upwards(tx, usage.licence))


def _upwards(tx: Tx, licence: LicenceId) -> tuple[Grant, ...]:
    """A licence and all above it; itself alone where those do not end, as in `Book.ancestors`."""
    found = [get_grant(tx, licence)]
    while (parent := found[-1].parent) is not None:
        if len(found) > MAX_DEPTH:
            return (found[0],)
        found.append(get_grant(tx, parent))
    return tuple(found)


def find_usage(tx: Tx, usage: UsageId) -> Usage | None:
    row = tx.session.get(UsageRow, usage)
    return _usage(row) if row else None


def told_under(tx: Tx, usages: Sequence[UsageId]) -> frozenset[LicenceId]:
    """The licences under which those of `usages` that there are were reported."""
    return frozenset(LicenceId(licence) for (licence,) in tx.ask_of(_TOLD, usages))


def usages(tx: Tx, licence: LicenceId) -> tuple[Usage, ...]:
    query = select(UsageRow).where(UsageRow.licence == licence).order_by(col(UsageRow.id))
    return tuple(_usage(row) for row in tx.session.exec(query))


def to_offer(row: OfferRow | Any) -> Offer:
    return Offer(
        id=OfferId(row.id),
        asset=AssetId(row.asset),
        licensee=PartyId(row.licensee),
        use=parse_use(load(row.use), kept=True),
        terms_hash=row.terms_hash,
        price=money(row.price_minor, row.currency),
        made_at=row.made_at,
    )


def units_reported(tx: Tx, collection: CollectionId) -> dict[LicenceId, int]:
    """Pieces reported so far under each licence and sublicence by itself."""
    query = select(UsageRow).join(GrantRow, col(GrantRow.id) == col(UsageRow.licence))
    query = query.join(AssetRow, col(AssetRow.id) == col(GrantRow.asset))
    query = query.where(AssetRow.collection == collection)
    found: dict[LicenceId, int] = {}
    for row in tx.session.exec(query.order_by(col(UsageRow.licence), col(UsageRow.id))):
        usage = _usage(row)
        if usage.use.action is Action.REPRODUCE:
            found[usage.licence] = found.get(usage.licence, 0) + usage.use.units
    return found


def below(tx: Tx, licence: LicenceId, limit: int | None = None, offset: int = 0) -> tuple[Grant, ...]:
    """The sublicences right below a licence."""
    query = select(GrantRow).where(GrantRow.parent == licence).order_by(col(GrantRow.id))
    return tuple(to_grant(row) for row in tx.session.exec(query.limit(limit).offset(offset)))


@lru_cache(maxsize=KNOWN)
def known_grant(row: Any) -> Grant:
    """`to_grant` for all columns of a row as `Tx.ask` gives them: the same columns are the same licence."""
    return to_grant(row)


def to_grant(row: GrantRow | Any) -> Grant:
    """A licence from its row, or the columns of one."""
    return Grant(
        id=LicenceId(row.id),
        offer=OfferId(row.offer) if row.offer else None,
        asset=AssetId(row.asset),
        licensee=PartyId(row.licensee),
        action=Action(row.action),
        terms=read_terms(row.terms),
        terms_hash=row.terms_hash,
        granted_at=row.granted_at,
        invoice=InvoiceId(row.invoice) if row.invoice else None,
        tx=row.tx,
        gas=row.gas,
        units=row.units,
        parent=LicenceId(row.parent) if row.parent else None,
        state=GrantState(row.state),
        reference=row.reference,
        earlier=_earlier(row),
    )


def _earlier(row: GrantRow | Any) -> tuple[PartyId, ...]:
    return tuple(PartyId(party) for party in load(row.earlier)) if row.earlier else ()


def _usage(row: UsageRow) -> Usage:
    return Usage(
        UsageId(row.id),
        LicenceId(row.licence),
        parse_use(load(row.use), kept=True),
        date.fromisoformat(row.reported_on),
    )
