"""What the chain vouches for, item by item: does a book say the same as the events that were followed?

Where `ledger.audit` asks whether something is there on both sides, this asks whether it is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.audit import ALL, Disagreement, forms
from ledger.chain import keccak
from ledger.domain import merkle
from ledger.domain.chain_event import ChainEvent
from ledger.domain.ids import LicenceId
from ledger.domain.licence import Grant
from ledger.domain.terms_text import terms_hash
from ledger.on_chain import licence_word
from ledger.register import leaves
from ledger.store import Tx, assets, chain_events, collections, entries, money, parties, rights

TODO = "one of them was changed: believe the chain"
WHOLE = f"{0:032x}"  # in place of an asset, in a licence for a whole collection
COUNTED = "units-counted"


def vouched(tx: Tx, later: set[str]) -> Iterator[Disagreement]:
    """Every difference between a book and its events. What `later` names is of blocks not followed yet."""
    yield from _collections(tx)
    yield from _licences(tx)
    yield from _invoices(tx)
    yield from _payouts(tx, later)
    yield from _counters(tx, later)


def _collections(tx: Tx) -> Iterator[Disagreement]:
    said = {
        log.arguments["collectionId"]: log for log in _events(tx, "PatternRegistry", "CollectionRegistered")
    }
    latest = {log.arguments["collectionId"]: log for log in _events(tx, "PatternRegistry", "TermsPublished")}
    for each in collections.every(tx, ALL):
        log = said.get(each.registration.token) if each.registration else None
        if log is None:
            continue
        made = assets.of_collection(tx, each.id)
        root = f"0x{merkle.root(keccak, leaves(made)).hex()}" if made else "no tiles"
        terms = f"0x{terms_hash(collections.terms(tx, each.id))}"
        on_offer = latest.get(each.registration.token, log) if each.registration else log
        pairs = (("root", root, log.arguments["root"]), ("terms", terms, on_offer.arguments["termsHash"]))
        yield from _differing("collection-differs", each.id, pairs)


def _licences(tx: Tx) -> Iterator[Disagreement]:
    said = {log.subject: log for log in _events(tx, "LicenceBook", "LicenceGranted")}
    moved = {log.subject: log.arguments["to"] for log in _events(tx, "LicenceBook", "LicenceTransferred")}
    for grant in rights.grants(tx, limit=ALL):
        name = _name(tx, grant)
        log = said.get(name) if name else None
        if log is None:
            continue
        said_terms, asset = log.arguments["termsHash"], int(log.arguments["assetId"])
        holder = moved.get(log.subject, log.arguments["licensee"])
        pairs = (
            ("licensee", parties.get(tx, grant.licensee).address, holder),
            ("terms", f"0x{grant.terms_hash}", said_terms),
            ("terms in full", f"0x{terms_hash(grant.terms)}", said_terms),
            ("asset", grant.asset if asset else WHOLE, f"{asset:032x}"),
        )
        yield from _differing("licence-differs", grant.id, pairs)


def _invoices(tx: Tx) -> Iterator[Disagreement]:
    said = {log.arguments["key"]: log for log in _events(tx, "RoyaltyVault", "InvoiceIssued")}
    for each in money.page(tx, limit=ALL):
        own, through = (said.get(f"0x{int(name, 16):064x}") for name in forms(each))
        for log in (own, through):
            if log is not None:
                amounts = [("amount", str(each.total.minor), log.arguments["amount"])]
                payer = [("payer", parties.get(tx, each.payer).address, log.arguments["payer"])]
                yield from _differing("invoice-differs", each.id, amounts + (payer if log is own else []))


def _payouts(tx: Tx, later: set[str]) -> Iterator[Disagreement]:
    said = {log.transaction: log for log in _events(tx, "RoyaltyVault", "Withdrawn")}
    for each in money.payouts(tx):
        log = said.get(each.tx)
        if log is None:
            if each.tx not in later:
                why = f"paid out in {each.tx} by the book; the vault does not have it"
                yield Disagreement(
                    "payout-gone", each.payee, why, "its block was taken back: pay it out again"
                )
            continue
        pairs = (
            ("payee", parties.get(tx, each.payee).address, log.arguments["payee"]),
            ("amount", str(each.amount.minor), log.arguments["amount"]),
        )
        yield from _differing("payout-differs", each.tx, pairs)


def _counters(tx: Tx, later: set[str]) -> Iterator[Disagreement]:
    """Units counted on chain: every count of the book is one of the chain's, with as many left."""
    said = {(log.transaction, log.subject): log for log in _events(tx, "LicenceBook", "UnitsReported")}
    for entry in entries.walk(tx):
        grant = rights.find_grant(tx, LicenceId(entry.subject)) if entry.kind == COUNTED else None
        if grant is None or entry.body["tx"] in later:
            continue
        log = said.get((entry.body["tx"], _name(tx, grant) or ""))
        there = log.arguments if log else {"units": "0", "left": "unknown"}
        pairs = [(name, str(entry.body[name]), there[name]) for name in ("units", "left")]
        yield from _differing("counter-differs", grant.id, pairs)


def _differing(code: str, subject: str, pairs: Iterable[tuple[str, str, str]]) -> Iterator[Disagreement]:
    for name, here, there in pairs:
        if here.lower() != there.lower():
            yield Disagreement(code, subject, f"{name} is {here} in the book, {there} on chain", TODO)


def _name(tx: Tx, grant: Grant) -> str | None:
    """The id of a licence on chain; None where its collection is not registered."""
    from ledger.domain.errors import OrderError

    try:
        return f"0x{licence_word(tx, grant).hex()}"
    except OrderError:
        return None


def _events(tx: Tx, contract: str, name: str) -> tuple[ChainEvent, ...]:
    return chain_events.events(tx, contract, name)
