"""Where a licence of our book stands in LicenceBook: one id, made of the same parts by both."""

from __future__ import annotations

from ledger import witness
from ledger.chain import LicenceRecord, keccak
from ledger.context import Ledger
from ledger.domain.errors import OrderError
from ledger.domain.licence import Grant
from ledger.store import Tx, assets, collections, rights


def record(ledger: Ledger, grant: Grant) -> LicenceRecord | None:
    """What the chain keeps of `grant`; None for a licence of the first book, which this one does not know.

    Raises ChainError.
    """
    with ledger.store.reading() as tx:
        name = licence_word(tx, grant)
    return witness.ready(ledger).licence(name)


def licence_word(tx: Tx, grant: Grant) -> bytes:
    """The id of `grant` in LicenceBook: keccak(collection, or parent's id; our id)."""
    if grant.parent is not None:
        scope = licence_word(tx, rights.get_grant(tx, grant.parent))
    else:
        found = collections.get(tx, assets.get(tx, grant.asset).collection).registration
        if found is None:
            raise OrderError("the collection is not registered yet; register it first")
        scope = int(found.token).to_bytes(32, "big")
    return keccak(scope + witness.word(grant.id))
