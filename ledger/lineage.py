"""What an asset came from and what was made from it: its manifests, with what the ledger knows of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ledger.context import Ledger
from ledger.domain.ids import AssetId
from ledger.errors import UnknownError
from ledger.store import Tx, assets, collections, colourways

if TYPE_CHECKING:
    from provenance.lineage import Source


@dataclass(frozen=True)
class Made:
    """A colourway made from the asset: `name` is its word, `sha256` its signed file."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Lineage:
    """Where an asset came from (`source`) and what came from it (`made`)."""

    source: Source
    made: tuple[Made, ...]


def of_asset(ledger: Ledger, asset: AssetId) -> Lineage:
    """The graph of a made tile. Raises UnknownError, ProvenanceError and StorageError."""
    from provenance.lineage import lineage

    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        made = tuple(Made(each.word, each.sha256) for each in colourways.of_asset(tx, asset))
    found = lineage(ledger.blobs.get(tile.signed.sha256), tile.signed.mime, ledger.engines.trust)
    return Lineage(named(ledger, replace(found, sha256=tile.signed.sha256)), made)


def named(ledger: Ledger, found: Source) -> Source:
    """The graph with the names and rights that this ledger has for its own assets."""
    with ledger.store.reading() as tx:
        return _named(tx, found)


def _named(tx: Tx, found: Source) -> Source:
    below = tuple(_named(tx, each) for each in found.sources)
    if found.asset_id is None or found.rights:
        return replace(found, sources=below)
    return replace(found, sources=below, rights=_rights(tx, AssetId(found.asset_id)))


def _rights(tx: Tx, asset: AssetId) -> str:
    """The terms that an asset of this ledger is licensed under; empty for one of another."""
    try:
        tile = assets.get(tx, asset)
    except UnknownError:
        return ""
    return f"terms {collections.terms(tx, tile.collection).name}"
