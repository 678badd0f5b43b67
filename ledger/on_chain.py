"""Where a licence of our book stands in LicenceBook, and its terms in the words of the chain.

Both sides make the same id of the same parts. Territories and products are bits, dates are seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from ledger import witness
from ledger.chain import LicenceRecord, keccak
from ledger.context import Ledger
from ledger.domain.book import EVERYTHING, NO_END, WORLDWIDE, territory_bits
from ledger.domain.countries import CODES
from ledger.domain.errors import OrderError
from ledger.domain.licence import Grant
from ledger.domain.terms import Products, Terms, Window, Worldwide
from ledger.store import Tx, assets, collections, rights

if TYPE_CHECKING:
    from ledger.chain import Chain

_DAY = 86_400


def record(ledger: Ledger, grant: Grant) -> LicenceRecord | None:
    """What the chain keeps of `grant`; None for a licence of the first book, which this one does not know.

    Raises ChainError.
    """
    with ledger.store.reading() as tx:
        name = licence_word(tx, grant)
    return witness.ready(ledger).licence(name)


def licence_word(tx: Tx, grant: Grant) -> bytes:
    """The id of `grant` in LicenceBook: keccak(collection, or parent's id; its reference)."""
    if grant.parent is not None:
        scope = licence_word(tx, rights.get_grant(tx, grant.parent))
    else:
        found = collections.get(tx, assets.get(tx, grant.asset).collection).registration
        if found is None:
            raise OrderError("the collection is not registered yet; register it first")
        scope = int(found.token).to_bytes(32, "big")
    return keccak(scope + reference(grant))


def reference(grant: Grant) -> bytes:
    """What its grantor calls it on chain: our id, but for what was bought by a signed order."""
    return bytes.fromhex(grant.reference) if grant.reference else witness.word(grant.id)


def territories(terms: Terms) -> int:
    """Bits of the countries."""
    if isinstance(terms.territory, Worldwide):
        return WORLDWIDE
    return territory_bits(code for code in CODES if terms.territory.holds(code))


def products(ledger: Ledger, chain: Chain, terms: Terms) -> int:
    """Bits of the products; words that have none on the chain yet get theirs first."""
    if not isinstance(terms.products, Products):
        return EVERYTHING
    words, manager = sorted(terms.products.names), witness.manager(ledger)
    numbered = chain.number_products(manager, words)
    if numbered is not None:
        with ledger.store.transaction() as tx:
            witness.record(tx, numbered, f"products of {manager.address}")
    return chain.product_bits(manager.address, words)


def first_second(window: Window) -> int:
    """Unix second at which the first day begins (UTC); 0 without one."""
    return int(datetime.combine(window.start, time.min, UTC).timestamp()) if window.start else 0


def end_second(window: Window) -> int:
    """First Unix second after the last day (UTC); NO_END without one."""
    return int(datetime.combine(window.end, time.min, UTC).timestamp()) + _DAY if window.end else NO_END
