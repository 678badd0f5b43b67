"""Which file of ours some bytes are beside the tiles: a licensed copy, a colourway, a produced file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ledger.context import Ledger
from ledger.domain.ids import AssetId, MarkId
from ledger.store import Tx, colourways, copies, productions

PICTURES = ("image/png", "image/tiff")


@dataclass(frozen=True)
class Issued:
    """A file that the book names by its digest. `mark` is what it carries, `told` what it is.

    `signed` is whether it holds a manifest, `marked` whether it carries a mark, `blind` whether that is read
    without the original.
    """

    asset: AssetId
    mark: MarkId
    told: str
    signed: bool = True
    blind: bool = True
    marked: bool = True


def find(ledger: Ledger, data: bytes) -> Issued | None:
    """What these very bytes are."""
    digest = hashlib.sha256(data).hexdigest()
    with ledger.store.reading() as tx:
        return _copy(tx, digest) or _produced(tx, digest) or _colourway(tx, digest)


def _copy(tx: Tx, digest: str) -> Issued | None:
    copy = copies.by_content(tx, digest)
    if copy is None:
        return None
    return Issued(copy.asset, copy.mark, f"the copy made for {copy.licensee} under licence {copy.licence}")


def _colourway(tx: Tx, digest: str) -> Issued | None:
    made = colourways.by_content(tx, digest)
    if made is None:
        return None
    since = ", as it was before the tile was retouched" if made.former else ""
    return Issued(made.asset, made.mark, f"the colourway {made.word} of the tile{since}")


def _produced(tx: Tx, digest: str) -> Issued | None:
    found = productions.by_content(tx, digest)
    if found is None:
        return None
    made, file = found
    told = f"{file.name} of production {made.id}"
    blind = file.mime in PICTURES and file.ink is None  # a screen, and a drawing, is marked in its line
    return Issued(made.asset, made.mark, told, file.signed, blind, file.algorithm is not None)
