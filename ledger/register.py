"""Register a collection: one Merkle root on chain stands for every tile of it."""

from __future__ import annotations

from collections.abc import Sequence

from ledger import guardrails, retouching, witness
from ledger.chain import keccak
from ledger.choosing import decisions
from ledger.context import Ledger
from ledger.domain import merkle
from ledger.domain.assets import Asset, Collection, Registration
from ledger.domain.choices import vouched
from ledger.domain.errors import OrderError
from ledger.domain.ids import CollectionId
from ledger.domain.odrl import collection_uri
from ledger.domain.terms import Terms
from ledger.domain.terms_text import terms_hash
from ledger.store import Tx, assets, collections, journal

ANCHOR = "?+book="


def register(ledger: Ledger, collection: CollectionId) -> Collection:
    """The collection with its registration; a registered one is returned as it is.

    Raises UnknownError, OrderError while a tile is not made, or where one imitates a protected picture and
    nobody said why it is kept, FieldError for a protected picture that is none, and ChainError.
    """
    with ledger.store.reading() as tx:
        found = collections.get(tx, collection)
        if found.registration is not None:
            return found
        _require_made(tx, collection)
    require_allowed(ledger, collection)
    for tile in retouching.unfinished(ledger, collection):
        retouching.finish(ledger, tile)
    with ledger.store.reading() as tx:
        made, terms = _all_made(tx, collection), collections.terms(tx, collection)
    registration = _witness(ledger, collection, made, terms)
    with ledger.store.transaction() as tx:
        if collections.get(tx, collection).registration is None:
            collections.register(tx, collection, registration)
            body = collections.registration_to_dict(registration)
            tx.append("collection-registered", collection, body, ledger.now())
        return collections.get(tx, collection)


def require_allowed(ledger: Ledger, collection: CollectionId) -> None:
    """Raise OrderError for tiles that imitate a protected picture, unless a person selected them, saying why,
    when it was protected already.

    Nothing is asked of a collection that is registered. Raises UnknownError, and FieldError for a protected
    picture that is none.
    """
    with ledger.store.reading() as tx:
        if collections.get(tx, collection).registration is not None:
            return
        made = assets.of_collection(tx, collection)
    unsaid = [(tile.id, found) for tile in made if (found := _imitated(ledger, tile))]
    if unsaid:
        tile, (protected, *_) = unsaid[0]
        more = f", and {len(unsaid) - 1} more tiles imitate protected pictures" if len(unsaid) > 1 else ""
        remedy = "reject it, or have a person select it and say why it may be (select --why)"
        late = "; what was said before it was protected does not stand for it"
        near = f"{protected.near} {protected.name}, which is protected"
        raise OrderError(f"tile {tile} is {near}{more}; {remedy}{late}")


def leaves(made: Sequence[Asset]) -> list[bytes]:
    """The leaf of each tile: asset id, SHA-256 of its signed file, mark id."""
    return [merkle.leaf(keccak, asset.id, asset.content, asset.mark) for asset in made]


def _anchored(ledger: Ledger, collection: CollectionId) -> str:
    """The collection's URI; its resolution part (RFC 8141) names the last page of the journal, so that the
    chain vouches for all that was written before."""
    with ledger.store.reading() as tx:
        place = journal.place(tx)
    return collection_uri(collection) + (f"{ANCHOR}{place.page}" if place else "")


def _imitated(ledger: Ledger, tile: Asset) -> tuple[guardrails.Imitated, ...]:
    """The protected pictures that a tile imitates, without those for which a person vouches."""
    found = guardrails.imitated(ledger, tile)
    if not found:
        return ()
    with ledger.store.reading() as tx:
        known = vouched(decisions(tx, tile.id))
    return tuple(each for each in found if each.sha256 not in known)


def _require_made(tx: Tx, collection: CollectionId) -> None:
    made, every = assets.count(tx, collection)
    if made < every:
        raise OrderError(f"{every - made} of {every} tiles are not made yet; generate the collection first")


def _all_made(tx: Tx, collection: CollectionId) -> tuple[Asset, ...]:
    found = assets.of_collection(tx, collection)
    if not found:
        raise OrderError("every tile of the collection was rejected; select one first")
    return found


def _witness(ledger: Ledger, collection: CollectionId, made: Sequence[Asset], terms: Terms) -> Registration:
    chain, account = witness.ready(ledger), witness.manager(ledger)
    root = merkle.root(keccak, leaves(made))
    sent = chain.register_collection(
        account,
        root=root,
        size=len(made),
        terms_hash=bytes.fromhex(terms_hash(terms)),
        royalty_receiver=account.address,
        royalty_bps=terms.resale_bps,
        uri=_anchored(ledger, collection),
    )
    with ledger.store.transaction() as tx:
        witness.record(tx, sent, collection)
    from ledger.chain import collection_id

    return Registration(
        chain_id=chain.chain_id,
        registry=chain.deployment["PatternRegistry"],
        token=str(collection_id(account.address, root)),
        root=f"0x{root.hex()}",
        terms_hash=f"0x{terms_hash(terms)}",
        tx=sent.hash,
        gas=sent.gas,
    )
