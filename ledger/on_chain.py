"""Where a licence of our book stands in LicenceBook, and its terms in the words of the chain.

Both sides make the same id of the same parts. Territories and products are bits, dates are seconds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from ledger import witness
from ledger.chain import NO_INVOICE, Leaf, LicenceRecord, keccak
from ledger.context import Ledger
from ledger.domain import merkle
from ledger.domain.book import EVERYTHING, NO_END, WORLDWIDE, territory_bits
from ledger.domain.countries import CODES
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId
from ledger.domain.licence import Grant, most_units
from ledger.domain.right_clauses import paid_units
from ledger.domain.sublicence import depth_of
from ledger.domain.terms import (
    Exclusive,
    Products,
    ProductScope,
    Run,
    Terms,
    Territory,
    Transferable,
    Window,
    Worldwide,
    exclusive_scope,
)
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import Use
from ledger.register import leaves
from ledger.store import Tx, assets, collections, rights

if TYPE_CHECKING:
    from ledger.chain import Chain, Licence

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


def guard(ledger: Ledger, chain: Chain, licence: Licence, terms: Terms) -> Licence | None:
    """The licence that shuts others out on chain where `licence` itself cannot: None where nothing has to.

    A licence has one scope on chain. Where its terms are exclusive in a narrower one, its licensee gets a
    second licence, exclusive there, which takes no more of the run than the one piece that a run has to have.
    An exclusivity for some colourways only would refuse too much, and has none; nor has one that is over. Nor
    has a licence that can be handed on: on chain such a one is in everybody's way, its own guard's too.
    """
    own, where = terms.exclusive, exclusive_scope(terms)
    if licence.exclusive or where is None or not isinstance(own, Exclusive) or own.colourways is not None:
        return None
    if licence.transferable:
        return None
    if end_second(where.window) <= chain.clock():
        return None
    return replace(
        licence,
        reference=guard_reference(licence.reference),
        start=first_second(where.window),
        until=end_second(where.window),
        territories=territories(where.territory),
        products=products(ledger, chain, where.products),
        run=1,
        depth=0,
        exclusive=True,
        overage=False,
        invoice_id=NO_INVOICE,
    )


def guard_of(chain: Chain, licence: Licence) -> LicenceRecord | None:
    """The guard of a granted licence, as the chain has it."""
    return chain.licence(replace(licence, reference=guard_reference(licence.reference)).id)


def guard_reference(reference: bytes) -> bytes:
    """What the guard of the licence called so is called."""
    return keccak(b"exclusive" + reference)


def reference(grant: Grant) -> bytes:
    """What its grantor calls it on chain: our id, but for what was bought by a signed order."""
    return bytes.fromhex(grant.reference) if grant.reference else witness.word(grant.id)


def scope(terms: Terms, use: Use, product_bits: int) -> dict[str, Any]:
    """What a licence under `terms`, bought for `use`, gives: fields of the chain's `Licence`."""
    most = most_units(terms, paid_units(terms, use))
    return {
        "terms_hash": bytes.fromhex(terms_hash(terms)),
        "start": first_second(terms.window),
        "until": end_second(terms.window),
        "territories": territories(terms.territory),
        "products": product_bits,
        "run": 0 if most is None else max(1, most),  # 0 is no limit, so a licence for none says 1
        "depth": depth_of(terms.sublicensing),
        "exclusive": terms.exclusive == Exclusive(),
        "transferable": isinstance(terms.transfer, Transferable),
        "overage": isinstance(terms.run, Run) and terms.run.overage is not None,
    }


def leaf_and_proof(tx: Tx, asset: AssetId) -> tuple[Leaf, merkle.Proof]:
    """A tile as a member of its registered collection, and the way to its root."""
    tile = assets.get(tx, asset)
    leaf = Leaf(int(tile.id, 16), tile.content, int(tile.mark))
    return leaf, merkle.prove(keccak, leaves(assets.of_collection(tx, tile.collection)), leaf.hash)


def territories(given: Territory) -> int:
    """Bits of the countries."""
    if isinstance(given, Worldwide):
        return WORLDWIDE
    return territory_bits(code for code in CODES if given.holds(code))


def products(ledger: Ledger, chain: Chain, given: ProductScope) -> int:
    """Bits of the products; words that have none on the chain yet get theirs first."""
    if not isinstance(given, Products):
        return EVERYTHING
    words, manager = sorted(given.names), witness.manager(ledger)
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
