"""Which file of ours some bytes are, beside the registered tiles: a licensed copy, a colourway."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ledger.context import Ledger
from ledger.domain.ids import AssetId, MarkId
from ledger.store import Tx, colourways, copies


@dataclass(frozen=True)
class Issued:
    """A file that the book names by its digest. `mark` is what it carries, `told` what it is."""

    asset: AssetId
    mark: MarkId
    told: str


def find(ledger: Ledger, data: bytes) -> Issued | None:
    """What these very bytes are."""
    digest = hashlib.sha256(data).hexdigest()
    with ledger.store.reading() as tx:
        return _copy(tx, digest) or _colourway(tx, digest)


def _copy(tx: Tx, digest: str) -> Issued | None:
    copy = copies.by_content(tx, digest)
    if copy is None:
        return None
    return Issued(copy.asset, copy.mark, f"the copy made for {copy.licensee} under licence {copy.licence}")


def _colourway(tx: Tx, digest: str) -> Issued | None:
    made = colourways.by_content(tx, digest)
    return Issued(made.asset, made.mark, f"the colourway {made.word} of the tile") if made else None
