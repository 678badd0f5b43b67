"""What terms would mean before they are published: do they meet what has been granted?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ledger.context import Ledger
from ledger.domain.conflicts import MOST, Conflict, conflicts
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.terms import Terms
from ledger.store import Tx, assets, collections, rights


def check(ledger: Ledger, terms: Terms, collection: CollectionId) -> tuple[tuple[AssetId, Conflict], ...]:
    """Where `terms` for the tiles of a collection would meet licences granted before, 20 at most.

    Changes nothing. Raises UnknownError.
    """
    with ledger.store.reading() as tx:
        collections.get(tx, collection)
        return tuple(islice(_found(ledger, tx, terms, collection), MOST))


def _found(
    ledger: Ledger, tx: Tx, terms: Terms, collection: CollectionId
) -> Iterator[tuple[AssetId, Conflict]]:
    for tile in assets.of_collection(tx, collection):
        for conflict in conflicts(terms, rights.book(tx, tile.id), ledger.today()):
            yield tile.id, conflict
