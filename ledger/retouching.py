"""A tile that a person edited takes the place of the one drawn; what people did goes into manifests.

An edited tile is marked with the tile's own number and signed with the file before it as its parent, so the
manifest says what was made by the model and what by whom. The bytes before stay in the blob store.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ledger import shared_index
from ledger.choosing import decisions, open_tile, write
from ledger.context import Ledger
from ledger.domain.assets import Asset, Collection
from ledger.domain.choices import Choice, Decided, check_who
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.origins import origin
from ledger.domain.terms import Terms
from ledger.making import claim_of, drawn_pixels, finished, label, sign, tile_file
from ledger.store import Tx, assets, collections
from ledger.uploads import OFFER, separated

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from forensics import Fingerprint

    Pixels = NDArray[np.uint8]

BORDER_PX = 12  # what a repair takes of the tile as it was drawn
# Which part of an oblong picture is the repeat nobody here can tell, and the wrong part would be a new tile.
NOT_CUT = "cut it to the whole repeat, or edit what selvage export gives; a repair cuts nothing off"


def retouch(
    ledger: Ledger, asset: AssetId, data: bytes, by: str, why: str = "", *, repair: bool = False
) -> Asset:
    """Put the edited tile `data` in the place of `asset`; the same pixels again change nothing.

    It is checked for size, inks and seam: with `repair` it is resized, its colours go to the nearest inks,
    and a border that does not meet itself is taken from the tile as it was. Raises UnknownError,
    OrderError, PictureError, FieldError that names what is wrong and offers the repair, MarkError,
    ProvenanceError and StorageError.
    """
    check_who(by, why)
    with ledger.store.reading() as tx:
        tile = open_tile(tx, asset)
        _require_a_model(tile)
        collection, terms = collections.get(tx, tile.collection), collections.terms(tx, tile.collection)
        before = _untold(tx, tile)
    pixels, screens, changed = _checked(ledger, tile, data, repair=repair)
    if changed == 0:
        return tile
    made = Decided(Choice.RETOUCHED, by, ledger.now(), why, changed=f"{changed:.4f}")
    edited = _edited(ledger, tile, collection, terms, (pixels, screens), (*before, made))
    with ledger.store.transaction() as tx:
        open_tile(tx, asset)
        signed = {"sha256": edited.signed.sha256, "was": tile.signed.sha256}
        entry = write(ledger, tx, tile, made, signed)
        assets.retouch(tx, edited, entry)
        shared_index.replace(tx, asset, edited.fingerprint)
        return assets.get(tx, asset)


def finish(ledger: Ledger, asset: AssetId) -> None:
    """Sign a tile again with what people decided about it, unless its manifest says so already."""
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        collection, terms = collections.get(tx, tile.collection), collections.terms(tx, tile.collection)
        made = _untold(tx, tile)
    if tile.decided == tile.told:
        return
    from forensics import Fingerprint, decode_image

    pixels = decode_image(ledger.blobs.get(tile.signed.sha256))
    prints = Fingerprint.from_dict(tile.fingerprint)
    data = _signed(ledger, tile, collection, terms, pixels, prints, made, ledger.now())
    signed = replace(tile.signed, sha256=ledger.blobs.put(data), manifest=label(ledger, data))
    with ledger.store.transaction() as tx:
        if assets.get(tx, asset) == tile:
            body = {"sha256": signed.sha256, "was": tile.signed.sha256, "decisions": len(made)}
            tx.append("tile-signed", asset, body, ledger.now())
            assets.sign(tx, asset, signed)


def unfinished(ledger: Ledger, collection: CollectionId) -> tuple[AssetId, ...]:
    """The tiles to be registered whose manifests do not say yet what people decided."""
    with ledger.store.reading() as tx:
        return tuple(tile.id for tile in assets.of_collection(tx, collection) if tile.decided != tile.told)


def _require_a_model(tile: Asset) -> None:
    """A certificate is about one file: what was drawn is drawn again and certified again."""
    if origin(tile.signed.marked.draft.recipe).by is not None:
        raise OrderError(
            f"asset {tile.id} is certified as drawn; have the edited tile certified, and import it"
        )


def _untold(tx: Tx, tile: Asset) -> tuple[Decided, ...]:
    """What was decided since the manifest of a tile was written; its parents tell the rest."""
    return tuple(made for made in decisions(tx, tile.id) if made.entry > (tile.told or 0))


def _edited(
    ledger: Ledger,
    tile: Asset,
    collection: Collection,
    terms: Terms,
    drawn: tuple[Pixels, Pixels],
    made: tuple[Decided, ...],
) -> Asset:
    """The tile with what is `drawn`, its pixels and their index map, in the place of what it had."""

    def signed(marked: Pixels, prints: Fingerprint, at: str) -> bytes:
        return _signed(ledger, tile, collection, terms, marked, prints, made, at)

    new = finished(ledger, tile.signed.marked.draft, drawn, signed)
    return replace(
        tile, signed=new.signed, fingerprint=new.fingerprint, generic=new.generic, details=new.details
    )


def _signed(
    ledger: Ledger,
    tile: Asset,
    collection: Collection,
    terms: Terms,
    pixels: Pixels,
    prints: Fingerprint,
    made: tuple[Decided, ...],
    at: str,
) -> bytes:
    """The file of a tile with the one before it as its parent, and what was decided as its actions."""
    from provenance import HumanAction

    draft = tile.signed.marked.draft
    facts = claim_of(ledger, draft, draft.mark, collection, terms, prints, at)
    actions = tuple(HumanAction(each.choice.value, each.at, each.by, each.why) for each in made)
    facts = replace(facts, parent=(facts.title, facts.mime), human=actions, human_oversight="human_validated")
    parent = ledger.blobs.get(tile.signed.sha256)
    return sign(ledger, tile_file(ledger, pixels, facts, terms), facts, parent, pixels)


def _checked(ledger: Ledger, tile: Asset, data: bytes, *, repair: bool) -> tuple[Pixels, Pixels, float]:
    """(pixels in exactly the tile's inks, their index map at twice the size, the share that changed)."""
    import numpy as np

    from forensics import decode_image
    from generator.critic import separations

    before = drawn_pixels(ledger, tile)
    palette = tile.signed.marked.draft.recipe["palette"]
    upload = _sized(decode_image(data), before.shape[0], repair=repair)
    if np.array_equal(upload, before):
        return before, before[..., 0], 0.0
    known = separations(before, palette).inks
    pixels, screens = separated(upload, palette, partial(_closed, before=known) if repair else None)
    return pixels, screens, float((np.abs(pixels.astype(int) - before).max(2) > 24).mean())


def _sized(pixels: Pixels, edge: int, *, repair: bool) -> Pixels:
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    if (height, width) == (edge, edge):
        return pixels
    if height != width:
        raise FieldError("file", f"is {width} x {height} px; a tile is square; {NOT_CUT}")
    if not repair:
        raise FieldError(
            "file", f"is {width} px wide and the tile {edge}; give {edge} x {edge} px, or {OFFER}"
        )
    return np.asarray(cv2.resize(pixels, (edge, edge), interpolation=cv2.INTER_AREA), np.uint8)


def _closed(screens: Pixels, before: Pixels) -> Pixels:
    """The screens with the border of the tile as it was, which meets itself."""
    import numpy as np

    known = np.repeat(np.repeat(before, 2, 0), 2, 1)
    border, inner = known.copy(), slice(2 * BORDER_PX, -2 * BORDER_PX)
    border[inner, inner] = screens[inner, inner]
    return border
