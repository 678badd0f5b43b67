"""The terms now in force for a tile, in the languages of others."""

from __future__ import annotations

from ledger.context import Ledger
from ledger.domain.ids import AssetId
from ledger.domain.odrl import asset_uri
from ledger.domain.projections import Subject, project
from ledger.domain.terms import Terms
from ledger.store import assets, collections


def publish(ledger: Ledger, asset: AssetId, form: str, **addresses: str | None) -> str:
    """The text of `form` (projections.FORMS) for a tile; `addresses` are those of projections.Subject.

    Raises UnknownError, OrderError while the tile is only planned, and ProjectionError for what is no address
    or an address that the form needs.
    """
    terms, title = _found(ledger, asset)
    owner = f"urn:selvage:ledger:{ledger.id}"
    return project(terms, Subject(asset_uri(asset), owner, title, ledger.studio, **addresses), form)


def _found(ledger: Ledger, asset: AssetId) -> tuple[Terms, str]:
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        collection = collections.get(tx, tile.collection)
        title = f"{collection.brief.name} {tile.signed.marked.draft.index + 1:02d}"
        return collections.terms(tx, tile.collection), title
