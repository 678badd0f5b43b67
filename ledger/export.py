"""A tile as a file for a permitted use: in the format asked for, with its licence in it twice.

The pixels of a PNG, WebP or TIFF are those of the licensed copy, so its watermark names the licensee; a JPEG
has quality 95. The XMP packet is written before the file is signed, so the signature covers it. The manifest
names the registered tile as its parent, and holds that one's manifest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger import confirming, copies, entering
from ledger.context import Ledger
from ledger.domain.ids import AssetId, LicenceId, MarkId
from ledger.domain.licence import Grant
from ledger.domain.odrl import to_odrl
from ledger.domain.terms_text import terms_hash
from ledger.domain.words import ANY, ORIGINAL
from ledger.encoding import encoded
from ledger.making import claim_of, packet, sign
from ledger.store import assets, collections, colourways, rights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ledger.domain.assets import Asset, Collection
    from ledger.domain.colourways import Colourway
    from ledger.domain.terms import Terms
    from provenance.confirmation import Confirmation

    Pixels = NDArray[np.uint8]

FORMATS = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff"}


def export(
    ledger: Ledger, asset: AssetId, licence: LicenceId | None, form: str, word: str = ORIGINAL
) -> tuple[bytes, str]:
    """The file of a tile in the format `form`, one of FORMATS, and its media type.

    With a licence it has that licensee's own mark, and the manifest names the licence; without one (a use
    that the terms give away) it is the tile. `word` is the colourway whose inks it has, as `asked_for` finds
    it. Raises UnknownError, MarkError, ProvenanceError, StorageError.
    """
    from forensics import decode_image

    made = asked_for(ledger, asset, word)
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        collection = collections.get(tx, tile.collection)
        terms = collections.terms(tx, tile.collection)
        grant = rights.get_grant(tx, licence) if licence else None
    if made is not None:
        tile = _recoloured(tile, made)
    number, digest = tile.mark, tile.signed.sha256
    if grant is not None:
        copy = copies.copy(ledger, grant.id)
        number, digest, terms = copy.mark, digest if made else copy.sha256, grant.terms
    pixels = _marked(ledger, made, number) if made and grant else decode_image(ledger.blobs.get(digest))
    data = _signed(ledger, tile, collection, terms, grant, number, pixels, FORMATS[form], made)
    entering.exported(ledger, asset, data, FORMATS[form])
    return data, FORMATS[form]


def asked_for(ledger: Ledger, asset: AssetId, word: str) -> Colourway | None:
    """The colourway of a use, None for the tile as it was made. UnknownError names those there are."""
    if word in (ORIGINAL, ANY):
        return None
    with ledger.store.reading() as tx:
        assets.get(tx, asset)
        return colourways.get(tx, asset, word)


def _recoloured(tile: Asset, made: Colourway) -> Asset:
    """The tile as its colourway: whose file the new one comes from, whose mark and inks it has."""
    marked = tile.signed.marked
    recipe = {**marked.draft.recipe, "palette": list(made.palette)}
    draft = replace(marked.draft, mark=made.mark, recipe=recipe)
    return replace(tile, signed=replace(tile.signed, sha256=made.sha256, marked=replace(marked, draft=draft)))


def _marked(ledger: Ledger, made: Colourway, number: MarkId) -> Pixels:
    """A colourway's pixels with a licensee's mark instead of its own."""
    from forensics import decode_image
    from watermark import mark

    return mark(ledger.engines.watermarker, decode_image(ledger.blobs.get(made.drawn)), int(number))


def _signed(
    ledger: Ledger,
    tile: Asset,
    collection: Collection,
    terms: Terms,
    grant: Grant | None,
    number: MarkId,
    pixels: Pixels,
    mime: str,
    made: Colourway | None,
) -> bytes:
    from forensics import fingerprint

    draft, at = tile.signed.marked.draft, ledger.now()
    facts = claim_of(ledger, draft, number, collection, terms, fingerprint(pixels), at)
    title = f"{facts.title} {made.word}" if made else facts.title
    stated, original = policy(ledger, tile, terms, grant), (title, facts.mime)
    facts = replace(facts, title=title, mime=mime, licence=stated, parent=original)
    facts = replace(facts, confirmation=_confirmed(ledger, tile, facts.registration))
    data = encoded(pixels, mime, packet(ledger, facts, terms))
    parent = ledger.blobs.get(tile.signed.sha256)
    return sign(ledger, data, facts, parent, pixels)


def _confirmed(ledger: Ledger, tile: Asset, registration: str | None) -> Confirmation | None:
    """The transaction of the registration: in what is not kept, so that a withdrawal reaches all of ours."""
    with ledger.store.reading() as tx:
        said = confirming.of_collection(tx, tile.collection)
    return said if said is not None and said.is_of(registration) else None


def policy(ledger: Ledger, tile: Asset, terms: Terms, grant: Grant | None) -> dict[str, Any]:
    """The terms as an offer, or as the agreement that the licence is."""
    offer = to_odrl(terms, tile.id, _owner(ledger))
    if grant is None:
        return offer
    return {
        **offer,
        "@type": "Agreement",
        "uid": f"urn:selvage:licence:{grant.id}",
        "assignee": f"urn:selvage:party:{grant.licensee}",
        "selvage:termsHash": terms_hash(terms),
    }


def _owner(ledger: Ledger) -> str:
    return f"urn:selvage:ledger:{ledger.id}"
