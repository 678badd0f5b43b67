"""What each kind of durable job does, step by step. Nothing here knows how steps are made durable.

A step may run twice after a crash, so each one is a verb that is idempotent by its ids. What a step returns
is plain JSON, kept with the job; the code between steps must do the same every time it is run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from ledger import (
    bill,
    copies,
    create,
    handing,
    license,
    paying,
    refunding,
    register,
    replay,
    rescan,
    restoring,
    scan,
    settle,
    standing,
    sweeping,
    tally,
)
from ledger.context import Ledger
from ledger.domain.brief_text import parse_sighting
from ledger.domain.errors import FieldError
from ledger.domain.ids import (
    AssetId,
    CollectionId,
    InvoiceId,
    LicenceId,
    OfferId,
    PartyId,
    ScanId,
    parse_id,
    parse_party,
)
from ledger.domain.invoice import Payout
from ledger.domain.licence import Grant
from ledger.store import assets, collections, findings, money
from ledger.workflows import licence_kinds

SCAN_CHUNK = 8
T = TypeVar("T")


class Run(Protocol):
    """One run of a job. `step` does `work`, keeps what it returned, then shows `done` of `total`."""

    @property
    def ledger(self) -> Ledger: ...

    def step(self, message: str, work: Callable[[], T], done: int, total: int) -> T: ...


@dataclass(frozen=True)
class Kind:
    """`queue` says with whom it takes turns; `work` returns the result that is shown."""

    queue: str
    work: Callable[[Run, Mapping[str, Any]], dict[str, Any]]


def generate(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Make every planned tile of `collection`."""
    name = CollectionId(_id(arguments, "collection"))
    waiting, made = run.step("reading the plan", partial(_planned, run.ledger, name), 0, 0)
    total = made + len(waiting)
    for index, asset in enumerate(waiting):
        at = made + index + 1
        run.step(f"made tile {at} of {total}", partial(_make, run.ledger, asset), at, total)
    return {"collection": name, "size": total}


def register_collection(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Register `collection` on chain."""
    name = CollectionId(_id(arguments, "collection"))
    return run.step("registered the root on chain", partial(_register, run.ledger, name), 1, 1)


def license_offer(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Have `offer` invoiced; an offer without a price is granted at once."""
    offer = OfferId(_id(arguments, "offer"))
    return run.step("issued the invoice", partial(_license, run.ledger, offer), 1, 1)


def settle_invoice(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Relay the `authorization` for `invoice`; then the licences it pays for are granted, come what may."""
    invoice = InvoiceId(_id(arguments, "invoice"))
    signed = arguments.get("authorization")
    offers = run.step("paid on chain", partial(_settle, run.ledger, invoice, signed), 1, 3)
    granted = run.step("granted what was paid for", partial(_grant, run.ledger, offers), 2, 3)
    run.step("emptied their tills", partial(_tidy, run.ledger, offers), 3, 3)
    return {"invoice": invoice, "licences": granted}


def take_payment(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Take the `payment` that a buyer signed for `offer` (x402), and grant its licence."""
    offer = OfferId(_id(arguments, "offer"))
    run.step("paid on chain", partial(_collect, run.ledger, offer, arguments.get("payment")), 1, 2)
    return run.step(
        "granted what was paid for", partial(_take, run.ledger, offer, arguments.get("payment")), 2, 2
    )


def sweep_tills(run: Run, _arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Empty every till: what came for an offer buys it, all else goes back."""
    return {"swept": run.step("emptied the tills", partial(_sweep, run.ledger), 1, 1)}


def restore_offer(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Make the payment of `offer` again, whose block was taken back, or suspend its licence."""
    offer = OfferId(_id(arguments, "offer"))
    state = run.step("settled again", lambda: restoring.restore(run.ledger, offer).state.value, 1, 1)
    return {"offer": offer, "state": state}


def refund_offer(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Pay back the money of `offer`, which could not be granted."""
    offer = OfferId(_id(arguments, "offer"))
    return run.step("paid back", lambda: asdict(refunding.refund(run.ledger, offer)), 1, 1)


def scan_pictures(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Examine every picture that was handed in for `scan`, and those in `uploads`, then close it."""
    name = ScanId(_id(arguments, "scan"))
    for upload in arguments.get("uploads", ()):
        work = partial(_hand_in, run.ledger, name, upload, arguments.get("sightings", {}))
        run.step(f"read {upload['name']}", work, 0, 0)
    waiting, done = run.step("reading the pictures", partial(_unseen, run.ledger, name), 0, 0)
    total = done + len(waiting)
    for start in range(0, len(waiting), SCAN_CHUNK):
        part = waiting[start : start + SCAN_CHUNK]
        at = done + start + len(part)
        run.step(f"examined {at} of {total}", partial(_examine, run.ledger, name, part), at, total)
    return run.step("closed the scan", partial(_close, run.ledger, name), total, total)


def rescan_collection(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Look for the tiles of `collection` in everything that was scanned before they were made."""
    collection = CollectionId(_id(arguments, "collection"))
    opened = run.step("gathered what was seen before", partial(_rescan, run.ledger, collection), 0, 0)
    if opened is None:
        return {"collection": collection, "scan": None, "pictures": 0}
    return {"collection": collection, **scan_pictures(run, {"scan": opened})}


def replay_scan(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Examine the pictures of `scan` again, and compare what is found byte for byte."""
    name = ScanId(_id(arguments, "scan"))
    waiting = run.step("reading the pictures", partial(_examined, run.ledger, name), 0, 0)
    differing: list[dict[str, str]] = []
    for start in range(0, len(waiting), SCAN_CHUNK):
        part = waiting[start : start + SCAN_CHUNK]
        at = start + len(part)
        message = f"replayed {at} of {len(waiting)}"
        differing += run.step(message, partial(_replay, run.ledger, name, part), at, len(waiting))
    return {"scan": name, "pictures": len(waiting), "same": not differing, "differing": differing}


def make_copy(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Make the copy of a tile that goes with `licence`."""
    licence = LicenceId(_id(arguments, "licence"))
    return run.step("made the copy", partial(_copy, run.ledger, licence), 1, 1)


def suspend_licence(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Put `licence` out of force; `why` is for the book."""
    return _become(run, arguments, "suspended", standing.suspend)


def resume_licence(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Put `licence` back in force; `why` is for the book."""
    return _become(run, arguments, "resumed", standing.resume)


def revoke_licence(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """End `licence` for good; `why` is for the book."""
    return _become(run, arguments, "revoked", standing.revoke)


def tally_units(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Count on chain what was reported under the licences of `collection`."""
    collection = CollectionId(_id(arguments, "collection"))
    counted = run.step("counted the reports on chain", partial(_tally, run.ledger, collection), 1, 1)
    return {"collection": collection, "counted": counted}


def bill_party(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Bill `payer` for everything of `collection` not billed yet."""
    payer, collection = _party(arguments, "payer"), CollectionId(_id(arguments, "collection"))
    return run.step("issued the invoice", partial(_bill, run.ledger, payer, collection), 1, 1)


def pay_out(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Withdraw what `payee` has in the vault."""
    payee = _party(arguments, "payee")
    before = run.step("asked the vault", lambda: settle.credit(run.ledger, payee).minor, 0, 1)
    return run.step("paid out", partial(_withdraw, run.ledger, payee, bool(before)), 1, 1)


KINDS: Mapping[str, Kind] = {
    "generate": Kind("tiles", generate),
    "copy": Kind("tiles", make_copy),
    "scan": Kind("pictures", scan_pictures),
    "rescan": Kind("pictures", rescan_collection),
    "replay": Kind("pictures", replay_scan),
    "register": Kind("chain", register_collection),
    "license": Kind("chain", license_offer),
    "settle": Kind("chain", settle_invoice),
    "suspend": Kind("chain", suspend_licence),
    "resume": Kind("chain", resume_licence),
    "revoke": Kind("chain", revoke_licence),
    "tally": Kind("chain", tally_units),
    "sublicense": Kind("chain", licence_kinds.give_sublicence),
    "open-desk": Kind("chain", licence_kinds.open_orders),
    "complete-order": Kind("chain", licence_kinds.complete_order),
    "x402": Kind("chain", take_payment),
    "sweep": Kind("chain", sweep_tills),
    "refund": Kind("chain", refund_offer),
    "restore": Kind("chain", restore_offer),
    "bill": Kind("chain", bill_party),
    "payout": Kind("chain", pay_out),
}
QUEUES = tuple(dict.fromkeys(kind.queue for kind in KINDS.values()))


def _id(arguments: Mapping[str, Any], name: str) -> str:
    return parse_id(name, str(arguments.get(name)))


def _party(arguments: Mapping[str, Any], name: str) -> PartyId:
    return parse_party(name, str(arguments.get(name)))


def _planned(ledger: Ledger, collection: CollectionId) -> tuple[list[str], int]:
    with ledger.store.reading() as tx:
        collections.get(tx, collection)
        waiting = assets.drafts(tx, collection, made=False)
        return [draft.id for draft in waiting], assets.count(tx, collection)[0]


def _make(ledger: Ledger, asset: str) -> str:
    return create.make(ledger, AssetId(asset)).signed.sha256


def _register(ledger: Ledger, collection: CollectionId) -> dict[str, Any]:
    registration = register.register(ledger, collection).registration
    found = collections.registration_to_dict(registration) if registration else {}
    return {"collection": collection, **{name: found[name] for name in ("root", "token", "tx", "gas")}}


def _license(ledger: Ledger, offer: OfferId) -> dict[str, Any]:
    if license.is_free(ledger, offer):
        return {"offer": offer, "invoice": None, "licence": license.grant(ledger, offer).id}
    return {"offer": offer, "invoice": license.invoice(ledger, offer).id, "licence": None}


def _settle(ledger: Ledger, invoice: InvoiceId, signed: Any) -> list[str]:
    from ledger.chain import Authorization

    if signed is not None and not isinstance(signed, Mapping):
        raise FieldError("authorization", "is not a signature; send what signing the payment request gave")
    authorization = None if signed is None else Authorization.from_dict(signed)
    settled = settle.settle(ledger, invoice, authorization)
    return list(money.offers_of(settled))


def _grant(ledger: Ledger, offers: Sequence[str]) -> list[str]:
    return [license.grant(ledger, OfferId(offer)).id for offer in offers]


def _become(
    run: Run, arguments: Mapping[str, Any], done: str, verb: Callable[[Ledger, LicenceId, str], Grant]
) -> dict[str, Any]:
    licence, why = LicenceId(_id(arguments, "licence")), str(arguments.get("why"))
    state = run.step(f"{done} the licence", lambda: verb(run.ledger, licence, why).state.value, 1, 1)
    return {"licence": licence, "state": state}


def _tally(ledger: Ledger, collection: CollectionId) -> list[dict[str, Any]]:
    return [asdict(each) for each in tally.tally(ledger, collection)]


def _collect(ledger: Ledger, offer: OfferId, payment: Any) -> str:
    return paying.collect(ledger, offer, payment).id


def _take(ledger: Ledger, offer: OfferId, payment: Any) -> dict[str, Any]:
    return vars(paying.pay(ledger, offer, payment))


def _sweep(ledger: Ledger) -> list[dict[str, Any]]:
    return [asdict(each) for each in sweeping.sweep(ledger)]


def _tidy(ledger: Ledger, offers: Sequence[str]) -> list[dict[str, Any]]:
    """Empty the tills of what was just granted; where the chain is away meanwhile, a later sweep does."""
    from ledger.chain import ChainError

    try:
        swept = [sweeping.sweep_till(ledger, OfferId(offer)) for offer in offers]
    except ChainError:
        return []
    return [asdict(each) for each in swept if each]


def _hand_in(ledger: Ledger, name: ScanId, upload: Mapping[str, str], sightings: Mapping[str, Any]) -> int:
    seen = {picture: parse_sighting(value) for picture, value in sightings.items()}
    data = ledger.blobs.get(upload["sha256"])
    return handing.hand_in(ledger, name, data, name=upload["name"], sightings=seen)


def _unseen(ledger: Ledger, name: ScanId) -> tuple[list[str], int]:
    with ledger.store.reading() as tx:
        findings.get_scan(tx, name)
        pictures = findings.pictures(tx, name)
    waiting = [picture.name for picture in pictures if picture.outcome is None]
    return waiting, len(pictures) - len(waiting)


def _examine(ledger: Ledger, name: ScanId, pictures: Sequence[str]) -> int:
    return sum(_side_by_side(lambda picture: len(scan.examine(ledger, name, picture)), pictures))


def _side_by_side(work: Callable[[str], T], pictures: Sequence[str]) -> list[T]:
    """Pictures on every core: what takes long lets go of the interpreter's lock."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, pictures))


def _examined(ledger: Ledger, name: ScanId) -> list[str]:
    return [picture.name for picture in replay.pictures(ledger, name)]


def _replay(ledger: Ledger, name: ScanId, pictures: Sequence[str]) -> list[dict[str, str]]:
    seen = _side_by_side(lambda picture: replay.replay(ledger, name, picture), pictures)
    return [{"picture": each.picture, "why": each.why} for each in seen if not each.same]


def _rescan(ledger: Ledger, collection: CollectionId) -> str | None:
    opened = rescan.rescan(ledger, collection)
    return opened.id if opened else None


def _copy(ledger: Ledger, licence: LicenceId) -> dict[str, Any]:
    made = copies.copy(ledger, licence)
    return {"licence": licence, "asset": made.asset, "mark": f"{made.mark:012x}", "sha256": made.sha256}


def _close(ledger: Ledger, name: ScanId) -> dict[str, Any]:
    scan.close(ledger, name)
    with ledger.store.reading() as tx:
        found, pictures = findings.of_scan(tx, name), findings.pictures(tx, name)
    verdicts: dict[str, int] = {"proven": 0, "likely": 0}
    for finding in found:
        verdicts[finding.verdict.value] += 1
    unreadable = sum(bool((picture.outcome or {}).get("problem")) for picture in pictures)
    held = sum(finding.held is not None for finding in found)
    return {"scan": name, "pictures": len(pictures), "unreadable": unreadable, "held": held, **verdicts}


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
