"""Report usage, and bill it together with what was found without a licence."""

from __future__ import annotations

from datetime import date

from ledger import usage, vault
from ledger.context import Ledger
from ledger.domain.billing import (
    first_of_each_use,
    guarantee_id,
    make_invoice,
    royalty_lines,
    unlicensed_line,
)
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, CollectionId, LicenceId, PartyId
from ledger.domain.invoice import Invoice, Line
from ledger.domain.licence import Grant, Usage
from ledger.domain.rights import covers
from ledger.domain.use import Use
from ledger.errors import ConflictError
from ledger.store import Tx, assets, books, collections, findings, holdings, money, parties, rights


def report(ledger: Ledger, licence: LicenceId, use: Use, key: str) -> Usage:
    """Write down pieces made under a licence; the same `key` reports once.

    Raises UnknownError, ConflictError when `key` reported something else, and OrderError when the licence
    does not cover the use: it then needs another licence.
    """
    with ledger.store.transaction() as tx:
        held = rights.get_grant(tx, licence)
        known = rights.find_usage(tx, usage.usage_id(ledger, licence, key))
        return _same(known, use) if known else usage.enter(ledger, tx, held, use, key)


def licence_for(ledger: Ledger, asset: AssetId, licensee: PartyId, use: Use, key: str) -> LicenceId:
    """The licence that a report under `key` is for, when only the tile and the licensee are named.

    It is the one the report was made under before, else the first that covers the use, else the newest, which
    `report` then refuses with the reason. Raises OrderError when the licensee holds none of this tile.
    """
    with ledger.store.reading() as tx:
        assets.get(tx, asset)
        parties.get(tx, licensee)
        held = rights.of_party(tx, asset, licensee)
        told = rights.told_under(tx, [usage.usage_id(ledger, grant.id, key) for grant in held])
        reaching = told or holdings.of(tx, asset, licensee).reaching(use)
        near = (grant for grant in held if grant.id in reaching)
        found = next((grant for grant in near if told or _covers(tx, grant, use)), None)
    if not held:
        raise OrderError(f"{licensee} holds no licence of asset {asset}; take one first: selvage license")
    return (found or held[-1]).id


def bill(ledger: Ledger, payer: PartyId, collection: CollectionId) -> Invoice | None:
    """The invoice, issued in the vault, over everything of a collection that a party was not yet billed for.

    With nothing new, the invoice over usage and findings that is still unpaid; None when all is paid.
    Raises UnknownError and ChainError; evidence is billed once, also when a crash came in between.
    """
    with ledger.store.transaction() as tx:
        parties.get(tx, payer)
        drawn = _unissued(tx, payer, collection) or _draw_up(ledger, tx, payer, collection)
    if drawn is None:
        with ledger.store.reading() as tx:
            return _unpaid(tx, payer, collection)
    return vault.issue(ledger, drawn.id)


def owed(tx: Tx, payer: PartyId, collection: CollectionId, at: date) -> tuple[Line, ...]:
    """What `bill` would bill now: royalties of reported usage, and each proven use without a licence once."""
    terms = collections.terms(tx, collection)
    royalties = [
        line
        for grant in rights.grants_of_collection(tx, collection, payer)
        for line in unbilled(tx, grant, at)
    ]
    seen = first_of_each_use(findings.of_collection(tx, collection, payer))
    unlicensed = [unlicensed_line(finding, terms) for finding in seen]
    paid_before = money.billed(tx, [line.evidence for line in unlicensed])
    return (*royalties, *(line for line in unlicensed if line.evidence not in paid_before))


def unbilled(tx: Tx, grant: Grant, at: date) -> tuple[Line, ...]:
    """Royalties of what was reported under one licence and not billed yet."""
    usages = rights.usages(tx, grant.id)
    evidence = [*(usage.id for usage in usages), guarantee_id(grant.id)]
    return royalty_lines(grant, usages, money.charged(tx, evidence), at)


def _draw_up(ledger: Ledger, tx: Tx, payer: PartyId, collection: CollectionId) -> Invoice | None:
    lines = owed(tx, payer, collection, ledger.today())
    if not lines:
        return None
    drawn = make_invoice(
        ledger.id,
        payer,
        collection,
        lines,
        collections.terms(tx, collection).split,
        made_at=ledger.now(),
        due_on=vault.due_on(ledger),
    )
    vault.keep(tx, drawn)
    return drawn


def _unissued(tx: Tx, payer: PartyId, collection: CollectionId) -> Invoice | None:
    return next((i for i in money.open_bills(tx, payer, collection) if i.issued_tx is None), None)


def _unpaid(tx: Tx, payer: PartyId, collection: CollectionId) -> Invoice | None:
    return next(iter(money.open_bills(tx, payer, collection)), None)


def _covers(tx: Tx, held: Grant, use: Use) -> bool:
    return all(check.holds for check in covers(held, use, books.of_licence(tx, held)))


def _same(known: Usage, use: Use) -> Usage:
    if known.use != use:
        raise ConflictError("key", "reported another use before; give each report a key of its own")
    return known
