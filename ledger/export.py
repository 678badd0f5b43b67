"""A tile as a file for a permitted use: in the format asked for, with its licence in it twice.

The pixels of a PNG, WebP or TIFF are those of the licensed copy, so its watermark names the licensee; a JPEG
has quality 95. The XMP packet is written before the file is signed, so the signature covers it. The manifest
names the registered tile as its parent, and holds that one's manifest.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ledger import copies
from ledger.context import Ledger
from ledger.domain.ids import AssetId, LicenceId, MarkId
from ledger.domain.licence import Grant
from ledger.domain.odrl import asset_uri, to_odrl
from ledger.domain.projections.plus import to_xmp
from ledger.domain.projections.subject import Subject
from ledger.domain.terms_text import terms_hash
from ledger.making import claim_of, sign
from ledger.store import assets, collections, rights

if TYPE_CHECKING:
    from PIL.Image import Image

    from ledger.domain.assets import Asset, Collection
    from ledger.domain.terms import Terms

FORMATS = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff"}
XMP_KEYWORD = "XML:com.adobe.xmp"  # XMP specification part 3, PNG
XMP_TAG = 700  # and TIFF


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
    from PIL import Image

    from forensics import decode_image, fingerprint

    pixels = decode_image(ledger.blobs.get(digest))
    draft, at = tile.signed.marked.draft, ledger.now()
    facts = claim_of(ledger, draft, number, collection, terms, fingerprint(pixels), at)
    original = (facts.title, facts.mime)
    facts = replace(facts, mime=mime, licence=policy(ledger, tile, terms, grant), parent=original)
    subject = Subject(asset_uri(tile.id), _owner(ledger), facts.title, ledger.studio)
    data = _encoded(Image.fromarray(pixels), mime, to_xmp(terms, subject))
    parent = ledger.blobs.get(tile.signed.sha256)
    return sign(ledger, data, facts, parent)


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


def _encoded(picture: Image, mime: str, packet: str) -> bytes:
    from PIL.PngImagePlugin import PngInfo

    file, xmp = io.BytesIO(), packet.encode()
    if mime == "image/png":
        told = PngInfo()
        told.add_itxt(XMP_KEYWORD, packet)
        picture.save(file, "PNG", compress_level=6, pnginfo=told)
    elif mime == "image/jpeg":
        picture.save(file, "JPEG", quality=95, subsampling=0, xmp=xmp)
    elif mime == "image/webp":
        picture.save(file, "WEBP", lossless=True, xmp=xmp)
    else:
        picture.save(file, "TIFF", compression="tiff_lzw", tiffinfo={XMP_TAG: xmp})
    return file.getvalue()
