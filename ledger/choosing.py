"""People decide about tiles: select, reject, arrange. (Retouching is in `ledger/retouching.py`.)

A decision is an entry of the book with a statement that the ledger's claim key signed: who, when, what,
about which bytes. It can be made until the collection is registered; rejected tiles are not registered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.context import Ledger
from ledger.domain.assets import MAX_ASSETS, Asset
from ledger.domain.canonical import canonical
from ledger.domain.choices import (
    Choice,
    Contribution,
    Decided,
    adds_a_reason,
    body_of,
    check_who,
    contribution,
    decided,
)
from ledger.domain.entries import Entry
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.ids import AssetId, CollectionId
from ledger.guardrails import imitated
from ledger.store import Tx, assets, collections, entries, operations

MOST = 1000  # tiles in one decision
FORMAT = 1
FOR_EVER = "9999-12-31T23:59:59Z"  # that somebody decided so stays true


def decide(
    ledger: Ledger, tiles: Sequence[AssetId], choice: str, by: str, why: str = ""
) -> tuple[Asset, ...]:
    """`choose` or `arrange`, by the word for it."""
    if choice == Choice.ARRANGED:
        return arrange(ledger, tiles, by, why)
    return choose(ledger, tiles, Choice(choice), by, why)


def choose(
    ledger: Ledger, tiles: Sequence[AssetId], choice: Choice, by: str, why: str = ""
) -> tuple[Asset, ...]:
    """Select or reject tiles; one of which this was decided last is left as it is, but for a new reason.

    A selection with a reason names the protected pictures that the tile imitates now: it stands for these.
    Raises UnknownError, FieldError, and OrderError for a tile that is not made or is registered. All or none.
    """
    if choice not in (Choice.SELECTED, Choice.REJECTED):
        raise FieldError("choice", f"{choice!r} is another verb; use selected or rejected")
    check_who(by, why)
    at = ledger.now()
    like = _imitated(ledger, tiles) if choice is Choice.SELECTED and why else {}
    with ledger.store.transaction() as tx:
        for tile in _open(tx, tiles):
            made = Decided(choice, by, at, why, protected=like.get(tile.id, ()))
            if tile.choice != choice or adds_a_reason(decisions(tx, tile.id), made):
                entry = write(ledger, tx, tile, made)
                assets.choose(tx, tile.id, choice, entry)
        return tuple(assets.get(tx, tile) for tile in tiles)


def arrange(ledger: Ledger, tiles: Sequence[AssetId], by: str, why: str = "") -> tuple[Asset, ...]:
    """Give the tiles of one collection their places, 1 and up, in this order; its others have none.

    Raises as `choose`, and FieldError for tiles of several collections, rejected ones, or one named twice.
    """
    check_who(by, why)
    at = ledger.now()
    with ledger.store.transaction() as tx:
        found = _open(tx, tiles)
        if len({tile.collection for tile in found}) > 1:
            raise FieldError("tiles", "are of several collections; arrange one at a time")
        if any(tile.choice == Choice.REJECTED for tile in found):
            raise FieldError("tiles", "one was rejected; select it first, or leave it out")
        assets.clear_places(tx, found[0].collection, but=[tile.id for tile in found])
        for place, tile in enumerate(found, start=1):
            if tile.place != place:
                entry = write(ledger, tx, tile, Decided(Choice.ARRANGED, by, at, why, place))
                assets.arrange(tx, tile.id, place, entry)
        return tuple(assets.get(tx, tile) for tile in tiles)


def decisions(tx: Tx, tile: AssetId) -> tuple[Decided, ...]:
    """What people decided about a tile, in order."""
    return decided(entries.about(tx, [tile]))


def contributed(ledger: Ledger, collection: CollectionId) -> Contribution:
    """What people decided about the made tiles of a collection, rejected ones too. UnknownError."""
    with ledger.store.reading() as tx:
        collections.get(tx, collection)
        return contribution(made for _, made in _all(tx, collection))


def each_decision(ledger: Ledger, collection: CollectionId) -> tuple[tuple[AssetId, Decided], ...]:
    """(tile, decision) of a collection in the order they were made. UnknownError."""
    with ledger.store.reading() as tx:
        collections.get(tx, collection)
        found = [(tile, one) for tile, made in _all(tx, collection) for one in made]
    return tuple(sorted(found, key=lambda pair: pair[1].entry))


def write(ledger: Ledger, tx: Tx, tile: Asset, made: Decided, more: dict[str, Any] | None = None) -> int:
    """Write a decision into the book with its signed statement; the number of its entry."""
    body = {**body_of(made), **(more or {})}
    statement = {
        **{"format": FORMAT, "ledger": ledger.id, "asset": tile.id, "collection": tile.collection},
        **{"choice": made.choice.value, "decided_at": made.at, "valid_until": FOR_EVER},
        **{"about": tile.signed.sha256, **body},
    }
    signed = ledger.engines.statements.sign(canonical(statement))
    return tx.append(
        made.choice.entry, tile.id, {**body, "about": tile.signed.sha256, "jws": signed}, made.at
    ).sequence


def open_tile(tx: Tx, tile: AssetId) -> Asset:
    """A made tile about which people may still decide. UnknownError, OrderError."""
    found = assets.get(tx, tile)
    if collections.get(tx, found.collection).registration is not None:
        raise OrderError(f"the collection of {tile} is registered: what was registered stays as it is")
    for work in operations.unfinished(tx):
        if work.kind == "register" and work.arguments.get("collection") == found.collection:
            raise OrderError(f"the collection of {tile} is being registered; decide before that")
    return found


def _all(tx: Tx, collection: CollectionId) -> list[tuple[AssetId, tuple[Decided, ...]]]:
    tiles = [tile.id for tile in assets.page(tx, collection, MAX_ASSETS)]
    told: dict[str, list[Entry]] = {tile: [] for tile in tiles}
    for start in range(0, len(tiles), assets.CHUNK):
        for entry in entries.about(tx, tiles[start : start + assets.CHUNK]):
            told[entry.subject].append(entry)
    return [(tile, decided(told[tile])) for tile in tiles]


def _imitated(ledger: Ledger, tiles: Sequence[AssetId]) -> dict[AssetId, tuple[str, ...]]:
    """The protected pictures that each tile imitates, by SHA-256."""
    with ledger.store.reading() as tx:
        found = _open(tx, tiles)
    return {tile.id: tuple(sorted({each.sha256 for each in imitated(ledger, tile)})) for tile in found}


def _open(tx: Tx, tiles: Sequence[AssetId]) -> tuple[Asset, ...]:
    if not 1 <= len(tiles) <= MOST or len(set(tiles)) < len(tiles):
        raise FieldError("tiles", f"names {len(tiles)}, each once; give 1 to {MOST} different tiles")
    return tuple(open_tile(tx, tile) for tile in tiles)
