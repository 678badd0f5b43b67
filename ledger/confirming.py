"""Confirm a registration: once its transaction lies deep enough, the files of the tiles say which one it was.

The manifest of a tile names its token before the token exists. When the chain has it, an update manifest over
that one names transaction, block and log. The file that was registered stays as it is, and its digest is what
the book and the Merkle tree hold: a tile with its update is another file, with an entry of its own, and the
registered one is in it byte for byte. A registration that the chain took back is withdrawn: the files
of the tiles say no more of it, and their updates are given out no more, until it is confirmed anew.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger import witness
from ledger.context import Ledger
from ledger.domain.assets import Asset, Registration
from ledger.domain.chain_event import ChainEvent
from ledger.domain.entries import Entry
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, CollectionId
from ledger.follow import follow
from ledger.store import Tx, assets, chain_events, collections, confirmations, entries, manifests

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

    What the book said stands as long as the chain has it, however many confirmations are asked for now.

    Raises UnknownError, OrderError where it is not registered, ChainError.
    """
    with ledger.store.reading() as tx:
        registration = collections.registration(tx, collection)
    followed = follow(ledger.store, witness.ready(ledger), confirmations)
    with ledger.store.transaction() as tx:
        standing = _standing(entries.about(tx, [collection]))
        known = _said(standing)
        found = _found(known, _events(tx, registration), followed.head - confirmations, registration)
        if found != known and standing is not None:
            _withdraw(tx, standing, ledger.now())
        if found != known and found is not None:
            tx.append(CONFIRMED, collection, {"confirmation": found.to_dict()}, ledger.now())
    return found


def of_collection(tx: Tx, collection: CollectionId) -> Confirmation | None:
    """The confirmation that stands in the book."""
    return _said(_standing(entries.about(tx, [collection])))


def due(ledger: Ledger) -> tuple[CollectionId, ...]:
    """The registered collections that are to be confirmed, or to be withdrawn, or have tiles not told yet."""
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
    standing = {collection: _said(_standing(said[collection])) for collection, _ in registered}
    chain = {
        collection: _found(standing[collection], found[_topic(where)], cursor.block, where)
        for collection, where in registered
        if where
    }
    same = [each for each, what in chain.items() if what is not None and what == standing[each]]
    with ledger.store.reading() as tx:
        left = confirmations.untold(tx, TOLD, CONFIRMED, same)
    return tuple(each for each, what in chain.items() if what != standing[each] or each in left)


def tell(ledger: Ledger, asset: AssetId) -> Told:
    """Make the file of a tile with its update manifest; the same again is the same file.

    Raises UnknownError, OrderError where its registration is not confirmed, or taken back meanwhile,
    ProvenanceError, StorageError.
    """
    from provenance.detached import MIME

    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        assets.require_kept(asset, tile.choice)
        standing, known = _known(tx, tile)
    if known is not None:
        return known
    said = _said(standing)
    if said is None:
        raise _unconfirmed(asset)
    made = _made(ledger, tile, said)
    with ledger.store.transaction() as tx:
        now, known = _known(tx, tile)
        if now != standing:
            raise _unconfirmed(asset)
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
    return _file(ledger, *_tile(ledger, asset))


def confirmed(ledger: Ledger, asset: AssetId) -> bytes:
    """The file of a tile with its update manifest. Raises as `file`; OrderError where there is none."""
    tile, known = _tile(ledger, asset)
    if known is None:
        raise _unconfirmed(asset)
    return _file(ledger, tile, known)


def registered(ledger: Ledger, asset: AssetId) -> bytes:
    """The file that was registered, which book and proofs name. Raises as `file`."""
    return ledger.blobs.get(_tile(ledger, asset)[0].signed.sha256)


def require_registered(ledger: Ledger, collection: CollectionId) -> None:
    """Raise UnknownError, or OrderError for a collection that is not registered."""
    with ledger.store.reading() as tx:
        collections.registration(tx, collection)


def _tile(ledger: Ledger, asset: AssetId) -> tuple[Asset, Told | None]:
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        return tile, _known(tx, tile)[1]


def _file(ledger: Ledger, tile: Asset, known: Told | None) -> bytes:
    from provenance.embedding import with_store

    data = ledger.blobs.get(tile.signed.sha256)
    return data if known is None else with_store(data, tile.signed.mime, ledger.blobs.get(known.store))


def _made(ledger: Ledger, tile: Asset, said: Confirmation) -> Told:
    from provenance.embedding import store_of, with_store
    from provenance.jumbf import parse_store

    registered, mime = ledger.blobs.get(tile.signed.sha256), tile.signed.mime
    store = store_of(ledger.engines.signer.sign_update(registered, mime, said), mime)
    data = with_store(registered, mime, store)
    return Told(hashlib.sha256(data).hexdigest(), ledger.blobs.put(store), parse_store(store).active)


def _unconfirmed(asset: AssetId) -> OrderError:
    return OrderError(f"the registration of tile {asset} is not confirmed; selvage confirm looks again")


def _withdraw(tx: Tx, standing: Entry, at: str) -> None:
    """Say that the chain took `standing` back, and give the updates that name it to nobody any more."""
    collection = CollectionId(standing.subject)
    entry = tx.append(WITHDRAWN, collection, {"confirmation": dict(standing.body["confirmation"])}, at)
    for each in confirmations.told(tx, TOLD, collection, standing.sequence):
        manifests.remove(tx, str(each.body["manifest"]), entry.sequence)


def _known(tx: Tx, tile: Asset) -> tuple[Entry | None, Told | None]:
    """The confirmation that stands, and what was made of this tile since."""
    standing = _standing(entries.about(tx, [tile.collection]))
    if standing is None:
        return None, None
    for entry in reversed(entries.about(tx, [tile.id])):
        body, later = entry.body, entry.sequence > standing.sequence
        if entry.kind == TOLD and later and body["of"] == tile.signed.sha256:
            return standing, Told(str(body["file"]), str(body["store"]), str(body["manifest"]))
    return standing, None


def _standing(told: Iterable[Entry]) -> Entry | None:
    """The one of these entries that confirms, unless it was withdrawn."""
    last = [entry for entry in told if entry.kind in (CONFIRMED, WITHDRAWN)][-1:]
    return next((each for each in last if each.kind == CONFIRMED), None)


def _said(standing: Entry | None) -> Confirmation | None:
    from provenance.confirmation import from_dict

    return from_dict(dict(standing.body["confirmation"])) if standing else None


def _events(tx: Tx, registration: Registration) -> tuple[ChainEvent, ...]:
    return chain_events.events(tx, REGISTRY, EVENT, subject=_topic(registration))


def _found(
    known: Confirmation | None, events: Iterable[ChainEvent], deepest: int, registration: Registration
) -> Confirmation | None:
    """`known` while it is among the events, else the last of them that is not above block `deepest`."""
    seen = [_of(each, registration) for each in events]
    if known in seen:
        return known
    return next((each for each in reversed(seen) if each.block <= deepest), None)


def _of(event: ChainEvent, registration: Registration) -> Confirmation:
    from provenance.confirmation import Confirmation

    return Confirmation(
        chain_id=registration.chain_id,
        contract=registration.registry,
        collection=registration.token,
        transaction=event.transaction,
        block=event.block,
        block_hash=event.block_hash,
        log_index=event.index,
    )


def _topic(registration: Registration) -> str:
    return f"0x{int(registration.token):064x}"
