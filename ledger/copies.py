"""Make the copy of a tile that a licensee gets: one mark id per licence, so that a leak names its source."""

from __future__ import annotations

from functools import partial

from ledger.context import Ledger
from ledger.domain.copies import Copy, copy_mark
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, LicenceId, PartyId
from ledger.store import assets, collections, copies, rights


def copy(ledger: Ledger, licence: LicenceId) -> Copy:
    """The licensed copy of a grant, marked, signed and kept; asked for again it is the same file.

    Raises UnknownError (no such licence), MarkError, ProvenanceError and StorageError.
    """
    from ledger.making import make_copy

    with ledger.store.reading() as tx:
        made = copies.find(tx, licence)
        if made is not None:
            return made
        grant = rights.get_grant(tx, licence)
        tile = assets.get(tx, grant.asset)
        collection = collections.get(tx, tile.collection)
        number = assets.free_mark(tx, partial(copy_mark, ledger.id, licence))
    made = make_copy(ledger, tile, collection, grant, number)
    with ledger.store.transaction() as tx:
        known = copies.find(tx, licence)
        if known is not None:
            return known
        entry = tx.append("copy-made", licence, _body(made), made.made_at)
        copies.add(tx, made, entry.sequence)
    return made


def newest_licence(ledger: Ledger, asset: AssetId, licensee: PartyId) -> LicenceId:
    """The newest licence of a tile that a licensee holds. UnknownError, OrderError when there is none."""
    with ledger.store.reading() as tx:
        assets.get(tx, asset)
        held = rights.newest_of(tx, asset, licensee)
    if held is None:
        raise OrderError(f"{licensee} holds no licence of asset {asset}; take one first: selvage license")
    return held


def _body(made: Copy) -> dict[str, object]:
    return {
        "asset": made.asset,
        "licensee": made.licensee,
        "mark": f"{made.mark:012x}",
        "sha256": made.sha256,
    }
