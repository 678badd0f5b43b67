"""Confirm a registration: once its transaction lies deep enough, the files of the tiles say which one it was.

The manifest of a tile names its token before the token exists. When the chain has it, an update manifest over
that one names transaction, block and log. The file that was registered stays as it is, and its digest is what
the book and the Merkle tree hold: a tile with its update is another file, with an entry of its own, and the
registered one is in it byte for byte. A registration that the chain took back is withdrawn: what is handed
out says no more of it, until it is confirmed anew.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger import witness
from ledger.context import Ledger
from ledger.domain.assets import Asset, Registration
from ledger.domain.chain_event import ChainEvent
from ledger.domain.entries import Entry
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, CollectionId
from ledger.follow import follow
from ledger.store import Tx, assets, chain_events, collections, entries, manifests

if TYPE_CHECKING:
    from provenance.confirmation import Confirmation

CONFIRMED, WITHDRAWN, TOLD = "registration-confirmed", "registration-withdrawn", "tile-confirmed"
REGISTRY, EVENT = "PatternRegistry", "CollectionRegistered"


@dataclass(frozen=True)
class Told:
    """A tile with its update: `file` is the SHA-256 of that file, `store` of the manifest store in it."""

    file: str
    store: str
    manifest: str


def confirm(ledger: Ledger, collection: CollectionId, confirmations: int) -> Confirmation | None:
    """Where the chain has the registration, as the book says from now on; None where it is not deep enough.

    Raises UnknownError, OrderError where it is not registered, ChainError.
    """
    with ledger.store.reading() as tx:
        registration = collections.registration(tx, collection)
    followed = follow(ledger.store, witness.ready(ledger), confirmations)
    with ledger.store.transaction() as tx:
        known = of_collection(tx, collection)
        found = _deep(_events(tx, registration), followed.head - confirmations, registration)
        if found != known and known is not None:
            tx.append(WITHDRAWN, collection, {"confirmation": known.to_dict()}, ledger.now())
        if found != known and found is not None:
            tx.append(CONFIRMED, collection, {"confirmation": found.to_dict()}, ledger.now())
    return found


def of_collection(tx: Tx, collection: CollectionId) -> Confirmation | None:
    """The confirmation that stands in the book."""
    from provenance.confirmation import from_dict

    said = _standing(entries.about(tx, [collection]))
    return from_dict(said) if said else None


def due(ledger: Ledger) -> tuple[CollectionId, ...]:
    """The registered collections of which the book says something else than the chain that was read."""
    with ledger.store.reading() as tx:
        cursor = chain_events.cursor(tx)
        told = [*entries.of_kind(tx, CONFIRMED), *entries.of_kind(tx, WITHDRAWN)]
        events = chain_events.events(tx, REGISTRY, EVENT)
        registered = [(each.id, each.registration) for each, _ in collections.published(tx)]
    if cursor is None:
        return ()
    said, found = defaultdict[str, list[Entry]](list), defaultdict[str, list[ChainEvent]](list)
    for entry in sorted(told, key=lambda each: each.sequence):
        said[entry.subject].append(entry)
    for event in events:
        found[event.subject].append(event)
    return tuple(
        collection
        for collection, where in registered
        if where and _body(_deep(found[_topic(where)], cursor.block, where)) != _standing(said[collection])
    )


def tell(ledger: Ledger, asset: AssetId) -> Told:
    """Make the file of a tile with its update manifest; the same again is the same file.

    Raises UnknownError, OrderError where its registration is not confirmed, ProvenanceError, StorageError.
    """
    from provenance.detached import MIME

    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        assets.require_kept(asset, tile.choice)
        said = of_collection(tx, tile.collection)
        known = _told(tx, tile, said)
    if known is not None:
        return known
    if said is None:
        raise OrderError(f"the registration of tile {asset} is not confirmed; selvage confirm looks again")
    made = _made(ledger, tile, said)
    with ledger.store.transaction() as tx:
        known = _told(tx, tile, said)
        if known is None:
            at, where = ledger.now(), said.to_dict()
            body = {**vars(made), "of": tile.signed.sha256, "confirmation": where}
            tx.append(TOLD, asset, body, at)
            manifests.note(tx, made.manifest, made.store, MIME, asset, at)
        return known or made


def file(ledger: Ledger, asset: AssetId) -> bytes:
    """The signed file of a tile, with its update manifest where the book has one that stands.

    Raises UnknownError, OrderError, StorageError.
    """
    from provenance.embedding import with_store

    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        known = _told(tx, tile, of_collection(tx, tile.collection))
    data = ledger.blobs.get(tile.signed.sha256)
    return data if known is None else with_store(data, tile.signed.mime, ledger.blobs.get(known.store))


def _made(ledger: Ledger, tile: Asset, said: Confirmation) -> Told:
    from provenance.embedding import store_of, with_store
    from provenance.jumbf import parse_store

    registered, mime = ledger.blobs.get(tile.signed.sha256), tile.signed.mime
    store = store_of(ledger.engines.signer.sign_update(registered, mime, said), mime)
    data = with_store(registered, mime, store)
    return Told(hashlib.sha256(data).hexdigest(), ledger.blobs.put(store), parse_store(store).active)


def _told(tx: Tx, tile: Asset, said: Confirmation | None) -> Told | None:
    """What was made of this tile for just this confirmation."""
    if said is None:
        return None
    wanted = (tile.signed.sha256, said.to_dict())
    for entry in reversed(entries.about(tx, [tile.id])):
        body = entry.body
        if entry.kind == TOLD and (body["of"], body["confirmation"]) == wanted:
            return Told(str(body["file"]), str(body["store"]), str(body["manifest"]))
    return None


def _standing(told: Iterable[Entry]) -> dict[str, Any] | None:
    """What the last of these entries leaves."""
    last = [entry for entry in told if entry.kind in (CONFIRMED, WITHDRAWN)][-1:]
    return next((dict(each.body["confirmation"]) for each in last if each.kind == CONFIRMED), None)


def _body(found: Confirmation | None) -> dict[str, Any] | None:
    return found.to_dict() if found else None


def _events(tx: Tx, registration: Registration) -> tuple[ChainEvent, ...]:
    return chain_events.events(tx, REGISTRY, EVENT, subject=_topic(registration))


def _deep(events: Iterable[ChainEvent], deepest: int, registration: Registration) -> Confirmation | None:
    """The last of `events` that is not above block `deepest`."""
    from provenance.confirmation import Confirmation

    last = [each for each in events if each.block <= deepest][-1:]
    found = [
        Confirmation(
            chain_id=registration.chain_id,
            contract=registration.registry,
            collection=registration.token,
            transaction=each.transaction,
            block=each.block,
            block_hash=each.block_hash,
            log_index=each.index,
        )
        for each in last
    ]
    return found[0] if found else None


def _topic(registration: Registration) -> str:
    return f"0x{int(registration.token):064x}"
