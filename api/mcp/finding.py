"""Patterns by words, collection or colour, and by what a picture shows. Only registered collections."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.errors import InputError, TooLargeError
from api.mcp.inputs import FindInput
from ledger.domain.ids import AssetId, CollectionId
from ledger.domain.origins import origin
from ledger.domain.words import holds_words
from ledger.store import assets, collections

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.domain.assets import Asset, Collection
    from ledger.store import Tx

MAX_PICTURE_BYTES = 18 * 1024 * 1024
NEAR = 90.0  # distance of two sRGB colours, of 441 at most
CHUNK = 500


def find(ledger: Ledger, asked: FindInput) -> dict[str, Any]:
    """The patterns asked for, or those that a picture shows. Changes nothing, keeps no picture.

    Raises UnknownError (unknown-collection), InputError for what is no picture, TooLargeError.
    """
    data = _picture(asked)
    if data is not None:
        return _shown(ledger, data)
    with ledger.store.reading() as tx:
        found = _by_words(tx, asked)
        if asked.colour is not None:
            found = iter(_by_colour(found, asked.colour))
        page = list(islice(found, asked.offset, asked.offset + asked.limit + 1))
    more = asked.offset + asked.limit if len(page) > asked.limit else None
    return {"patterns": page[: asked.limit], "next": more}


def _by_words(tx: Tx, asked: FindInput) -> Iterator[dict[str, Any]]:
    for collection in _registered(tx, asked.collection):
        for tile in _tiles(tx, collection.id):
            text = f"{collection.brief.name} {tile.signed.marked.draft.recipe.get('prompt', '')}"
            if holds_words(text, asked.words or ""):
                yield _described(tile, collection)


def _registered(tx: Tx, name: str | None) -> Iterator[Collection]:
    if name is not None:
        found = collections.get(tx, CollectionId(name))
        yield from (found,) if found.registration else ()
        return
    offset = 0
    while page := collections.every(tx, CHUNK, offset):
        yield from (each for each in page if each.registration)
        offset += CHUNK


def _tiles(tx: Tx, collection: CollectionId) -> Iterator[Asset]:
    offset = 0
    while page := assets.page(tx, collection, CHUNK, offset):
        yield from page
        offset += CHUNK


def _described(tile: Asset, collection: Collection) -> dict[str, Any]:
    draft = tile.signed.marked.draft
    return {
        "asset": tile.id,
        "name": collection.title_of(draft),
        "collection": collection.id,
        "collection_name": collection.brief.name,
        "prompt": str(draft.recipe.get("prompt", "")),
        "origin": origin(draft.recipe).label,
        "inks": [str(ink) for ink in draft.recipe.get("palette", ())],
        "terms_hash": collection.registration.terms_hash if collection.registration else None,
    }


def _by_colour(found: Iterator[dict[str, Any]], colour: str) -> list[dict[str, Any]]:
    wanted = _rgb(colour)
    near = [
        (min((math.dist(_rgb(ink), wanted) for ink in tile["inks"]), default=NEAR + 1), tile)
        for tile in found
    ]
    ordered = sorted(near, key=lambda pair: pair[0])
    return [each for distance, each in ordered if distance <= NEAR]


def _rgb(ink: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(ink.removeprefix("#")))


def _picture(asked: FindInput) -> bytes | None:
    if asked.picture_base64 is not None:
        try:
            return base64.b64decode(asked.picture_base64, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InputError(
                "picture_base64: not base64; send the bytes of the file in base64, without line breaks",
                field="picture_base64",
            ) from error
    return None if asked.picture_file is None else _read(Path(asked.picture_file))


def _read(file: Path) -> bytes:
    problem = "is no file; name a picture on this machine"
    try:
        if file.is_file():
            with file.open("rb") as opened:
                data = opened.read(MAX_PICTURE_BYTES + 1)
            if len(data) > MAX_PICTURE_BYTES:
                raise TooLargeError(f"picture_file: over {MAX_PICTURE_BYTES} bytes; send a smaller picture")
            return data
    except OSError as error:
        problem = f"cannot be read ({error.strerror}); name a picture on this machine"
    except ValueError:  # a NUL in the name
        problem = "is no file name; name a picture on this machine"
    raise InputError(f"picture_file: {problem}", field="picture_file")


def _shown(ledger: Ledger, data: bytes) -> dict[str, Any]:
    from forensics import examine_bytes
    from ledger.searching import manifest_hint, register

    searched = register(ledger)
    report = examine_bytes(
        data,
        searched.index,
        ledger.engines.watermarker,
        partial(manifest_hint, ledger),
        budget_seconds=ledger.engines.scan_seconds,
        negatives=searched.negatives,
    )
    found = [
        {"asset": each.asset_id, "verdict": each.verdict.value, "p_value": f"{each.p_value:.3g}"}
        for each in report.found
        if each.asset_id is not None and each.verdict.value != "none"
    ]
    with ledger.store.reading() as tx:
        patterns = [{**described, **each} for each in found if (described := _registered_tile(tx, each))]
    lost = list(report.not_comparable)
    return {"patterns": patterns, "next": None, "cut_short": report.cut_short, "not_comparable": lost}


def _registered_tile(tx: Tx, found: dict[str, Any]) -> dict[str, Any] | None:
    tile = assets.get(tx, AssetId(found["asset"]))
    collection = collections.get(tx, tile.collection)
    return _described(tile, collection) if collection.registration else None
