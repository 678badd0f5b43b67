"""The jobs that take, count, return and pay out money. See `kind.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from ledger import bill, license, paying, refunding, restoring, settle, sweeping, tally
from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.domain.ids import CollectionId, InvoiceId, OfferId, PartyId
from ledger.domain.invoice import Payout
from ledger.store import money
from ledger.workflows.kind import Run, id_of, party_of


def settle_invoice(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Relay the `authorization` for `invoice`; then the licences it pays for are granted, come what may."""
    invoice = InvoiceId(id_of(arguments, "invoice"))
    signed = arguments.get("authorization")
    offers = run.step("paid on chain", partial(_settle, run.ledger, invoice, signed), 1, 3)
    granted = run.step("granted what was paid for", partial(_grant, run.ledger, offers), 2, 3)
    run.step("emptied their tills", partial(_tidy, run.ledger, offers), 3, 3)
    return {"invoice": invoice, "licences": granted}


def take_payment(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Take the `payment` that a buyer signed for `offer` (x402), and grant its licence."""
    offer = OfferId(id_of(arguments, "offer"))
    run.step("paid on chain", partial(_collect, run.ledger, offer, arguments.get("payment")), 1, 2)
    return run.step(
        "granted what was paid for", partial(_take, run.ledger, offer, arguments.get("payment")), 2, 2
    )


def sweep_tills(run: Run, _arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Empty every till: what came for an offer buys it, all else goes back."""
    return {"swept": run.step("emptied the tills", partial(_sweep, run.ledger), 1, 1)}


def restore_offer(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Make the payment of `offer` again, whose block was taken back, or suspend its licence."""
    offer = OfferId(id_of(arguments, "offer"))
    state = run.step("settled again", lambda: restoring.restore(run.ledger, offer).state.value, 1, 1)
    return {"offer": offer, "state": state}


def refund_offer(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Pay back the money of `offer`, which could not be granted."""
    offer = OfferId(id_of(arguments, "offer"))
    return run.step("paid back", lambda: asdict(refunding.refund(run.ledger, offer)), 1, 1)


def tally_units(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Count on chain what was reported under the licences of `collection`."""
    collection = CollectionId(id_of(arguments, "collection"))
    counted = run.step("counted the reports on chain", partial(_tally, run.ledger, collection), 1, 1)
    return {"collection": collection, "counted": counted}


def bill_party(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Bill `payer` for everything of `collection` not billed yet."""
    payer, collection = party_of(arguments, "payer"), CollectionId(id_of(arguments, "collection"))
    return run.step("issued the invoice", partial(_bill, run.ledger, payer, collection), 1, 1)


def pay_out(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Withdraw what `payee` has in the vault."""
    payee = party_of(arguments, "payee")
    before = run.step("asked the vault", lambda: settle.credit(run.ledger, payee).minor, 0, 1)
    return run.step("paid out", partial(_withdraw, run.ledger, payee, bool(before)), 1, 1)


def _settle(ledger: Ledger, invoice: InvoiceId, signed: Any) -> list[str]:
    from ledger.chain import Authorization

    if signed is not None and not isinstance(signed, Mapping):
        raise FieldError("authorization", "is not a signature; send what signing the payment request gave")
    authorization = None if signed is None else Authorization.from_dict(signed)
    settled = settle.settle(ledger, invoice, authorization)
    return list(money.offers_of(settled))


def _grant(ledger: Ledger, offers: Sequence[str]) -> list[str]:
    return [license.grant(ledger, OfferId(offer)).id for offer in offers]


def _tidy(ledger: Ledger, offers: Sequence[str]) -> list[dict[str, Any]]:
    """Empty the tills of what was just granted; where the chain is away meanwhile, a later sweep does."""
    from ledger.chain import ChainError

    try:
        swept = [sweeping.sweep_till(ledger, OfferId(offer)) for offer in offers]
    except ChainError:
        return []
    return [asdict(each) for each in swept if each]


def _collect(ledger: Ledger, offer: OfferId, payment: Any) -> str:
    return paying.collect(ledger, offer, payment).id


def _take(ledger: Ledger, offer: OfferId, payment: Any) -> dict[str, Any]:
    return vars(paying.pay(ledger, offer, payment))


def _sweep(ledger: Ledger) -> list[dict[str, Any]]:
    return [asdict(each) for each in sweeping.sweep(ledger)]


def _tally(ledger: Ledger, collection: CollectionId) -> list[dict[str, Any]]:
    return [asdict(each) for each in tally.tally(ledger, collection)]


def _bill(ledger: Ledger, payer: PartyId, collection: CollectionId) -> dict[str, Any]:
    found = bill.bill(ledger, payer, collection)
    return {"payer": payer, "collection": collection, "invoice": found.id if found else None}


def _withdraw(ledger: Ledger, payee: PartyId, had_credit: bool) -> dict[str, Any]:
    paid = settle.withdraw(ledger, payee)
    if paid is None and had_credit:
        # This step ran before and died after writing the payout down.
        with ledger.store.reading() as tx:
            paid = money.payouts(tx, payee)[-1]
    return {"payee": payee, "payout": _payout(paid) if paid else None}


def _payout(paid: Payout) -> dict[str, Any]:
    return {"amount_minor": str(paid.amount.minor), "currency": paid.amount.currency, "tx": paid.tx}
