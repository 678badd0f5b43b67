"""Buying for a party whose key is on this machine: within the caps, and once however often asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api import reads
from api.errors import InputError
from api.jobs import result_of, working
from api.mcp.inputs import BuyInput, UseInput
from api.views.base import MoneyView
from api.views.rights import DecisionView
from ledger.domain.brief_text import parse_use
from ledger.domain.decision import Reading
from ledger.domain.ids import AssetId, InvoiceId, OfferId
from ledger.domain.licence import licence_id
from ledger.errors import KeyMissingError, UnknownError
from ledger.signed import decide
from ledger.store import rights

if TYPE_CHECKING:
    from api.mcp.desk import Desk
    from ledger.domain.licence import Offer
    from ledger.domain.money import Money
    from ledger.workflows import Jobs


def buy(desk: Desk, asked: BuyInput) -> dict[str, Any]:
    """The licence of an offer, or the one that a use needs. What is held already is not bought again.

    Raises SpendingError before anything is signed, InputError when the answer is deny, and what paying
    raises. An offer that was paid before is not paid again, whoever paid it and however it ended.
    """
    with desk.buying:
        if asked.offer is not None:
            return _take(desk, _own_offer(desk, asked.offer))
        if asked.asset is None or asked.use is None:
            raise InputError("asset: give an asset with its use, or an offer", field="asset")
        return _buy_for(desk, AssetId(asked.asset), asked.use)


def decided(
    desk: Desk, asset: str, use: UseInput, reading: str = "lenient"
) -> tuple[DecisionView, Offer | None]:
    """The decision for the party of this server, signed, and its offer."""
    wanted = parse_use(use.plain(desk.ledger.today()))
    made = decide(desk.ledger, AssetId(asset), desk.party, wanted, Reading(reading))
    return DecisionView.signed_of(made, asset, desk.party, wanted), made.offer


def _buy_for(desk: Desk, asset: AssetId, use: UseInput) -> dict[str, Any]:
    view, offer = decided(desk, asset, use)
    if offer is not None:
        return _take(desk, offer)
    if view.outcome == "permit":
        held = reads.licence(desk.ledger, view.licence).to_json() if view.licence else None
        return {"bought": False, "paid": None, "licence": held, "reason": view.reason, **_left(desk)}
    changes = "; ".join(view.changes) or "nothing would; use another pattern"
    raise InputError(f"use: not to be had, {view.reason}; what would change it: {changes}", field="use")


def _own_offer(desk: Desk, name: str) -> Offer:
    with desk.ledger.store.reading() as tx:
        found = rights.get_offer(tx, OfferId(name))
    if found.licensee != desk.party:
        raise UnknownError("offer", name, "ask for a decision first, which makes the offer")
    return found


def _take(desk: Desk, offer: Offer) -> dict[str, Any]:
    """Accept, pay, be granted; each only if it was not done before."""
    from ledger.license import grant

    with desk.ledger.store.reading() as tx:
        known = rights.find_grant(tx, licence_id(offer.id))
    paid = None if known is not None else _pay(desk, offer)
    licence = reads.licence(desk.ledger, grant(desk.ledger, offer.id).id).to_json()
    shown = MoneyView.of(paid).to_json() if paid else None
    reason = "bought now" if known is None else "this offer was taken before; nothing was paid now"
    return {"bought": known is None, "paid": shown, "licence": licence, "reason": reason, **_left(desk)}


def _pay(desk: Desk, offer: Offer) -> Money | None:
    from ledger import settle

    if offer.price.minor:
        _require_key(desk)
        desk.spending.check(offer.id, offer.price, desk.ledger.today())
    with working(desk.settings, desk.ledger) as jobs:
        billed = _run(desk, jobs, "license", {"offer": offer.id}, offer.id)
        if not billed.get("invoice"):
            return None
        invoice = InvoiceId(str(billed["invoice"]))
        if reads.invoice(desk.ledger, invoice).state == "settled":
            return None
        desk.spending.count(offer.id, offer.price, desk.ledger.today())
        signed = settle.sign(desk.ledger, invoice).to_dict()
        _run(desk, jobs, "settle", {"invoice": invoice, "authorization": signed}, invoice)
    return offer.price


def _require_key(desk: Desk) -> None:
    """Before an invoice is issued that could not be paid from here."""
    if not (desk.ledger.keys / f"{desk.party}.key").exists():
        raise KeyMissingError(
            f"the key of {desk.party} is not kept on this machine; have a person pay with "
            "selvage license where the key is"
        )


def _run(desk: Desk, jobs: Jobs, kind: str, arguments: Mapping[str, Any], key: str) -> dict[str, Any]:
    ended = jobs.wait(jobs.submit(kind, arguments, key), timeout=desk.settings.operation_timeout_seconds)
    return result_of(ended)


def _left(desk: Desk) -> dict[str, Any]:
    return {"left_today": MoneyView.of(desk.spending.left(desk.ledger.today())).to_json()}
