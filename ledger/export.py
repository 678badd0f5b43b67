"""A tile as a file for a permitted use: in the format asked for, with its licence in it twice.

The pixels of a PNG, WebP or TIFF are those of the licensed copy, so its watermark names the licensee; a JPEG
has quality 95. The XMP packet is written before the file is signed, so the signature covers it. The manifest
names the registered tile as its parent, and holds that one's manifest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger import copies
from ledger.context import Ledger
from ledger.domain.ids import AssetId, LicenceId, MarkId
from ledger.domain.licence import Grant
from ledger.domain.odrl import to_odrl
from ledger.domain.terms_text import terms_hash
from ledger.encoding import encoded
from ledger.making import claim_of, packet, sign
from ledger.store import assets, collections, rights

if TYPE_CHECKING:
    from ledger.domain.assets import Asset, Collection
    from ledger.domain.terms import Terms

FORMATS = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff"}


def export(ledger: Ledger, asset: AssetId, licence: LicenceId | None, form: str) -> tuple[bytes, str]:
    """The file of a tile in the format `form`, one of FORMATS, and its media type.

    With a licence it is that licensee's own copy, and the manifest names the licence; without one (a use that
    the terms give away) it is the tile. Raises UnknownError, MarkError, ProvenanceError, StorageError.
    """
    with ledger.store.reading() as tx:
        tile = assets.get(tx, asset)
        collection = collections.get(tx, tile.collection)
        terms = collections.terms(tx, tile.collection)
        grant = rights.get_grant(tx, licence) if licence else None
    number, digest = tile.mark, tile.signed.sha256
    if grant is not None:
        made = copies.copy(ledger, grant.id)
        number, digest, terms = made.mark, made.sha256, grant.terms
    return _signed(ledger, tile, collection, terms, grant, number, digest, FORMATS[form]), FORMATS[form]


def _signed(
    ledger: Ledger,
    tile: Asset,
    collection: Collection,
    terms: Terms,
    grant: Grant | None,
    number: MarkId,
    digest: str,
    mime: str,
) -> bytes:
    from forensics import decode_image, fingerprint

    pixels = decode_image(ledger.blobs.get(digest))
    draft, at = tile.signed.marked.draft, ledger.now()
    facts = claim_of(ledger, draft, number, collection, terms, fingerprint(pixels), at)
    original = (facts.title, facts.mime)
    facts = replace(facts, mime=mime, licence=policy(ledger, tile, terms, grant), parent=original)
    data = encoded(pixels, mime, packet(ledger, facts, terms))
    parent = ledger.blobs.get(tile.signed.sha256)
    return sign(ledger, data, facts, parent, pixels)


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
