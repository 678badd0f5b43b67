"""Look again, after a collection was made, at everything that was seen before: it may have been out there."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.context import Ledger
from ledger.domain.errors import OrderError
from ledger.domain.finding import Verdict
from ledger.domain.ids import CollectionId, derive
from ledger.scan import NO_BYTES, open_scan
from ledger.store import assets, collections, findings
from ledger.store.findings import Picture, Scan


def rescan(ledger: Ledger, collection: CollectionId) -> Scan | None:
    """A scan over every picture of an earlier scan in which nothing is proven, once for each collection.

    Its pictures are handed in; examining them is the job `scan`. None when there is nothing to look at again.
    Raises UnknownError, and OrderError while tiles of the collection are still to be made.
    """
    with ledger.store.reading() as tx:
        named = collections.get(tx, collection)
        made, planned = assets.count(tx, collection)
        waiting = _unproven(findings.seen_before(tx, assets.last_entry(tx, collection)))
    if made < planned:
        raise OrderError(f"{planned - made} tiles of {collection} are not made yet; generate it first")
    if not waiting:
        return None
    key = derive("rescan", ledger.id, collection)
    scan = open_scan(ledger, key, label=f"again, for {named.brief.name}")
    with ledger.store.transaction() as tx:
        for picture in waiting:
            again = Picture(scan.id, f"{picture.scan}/{picture.name}", picture.sha256, picture.sighting)
            if findings.find_picture(tx, scan.id, again.name) is None:
                findings.add_picture(tx, again)
    return scan


def _unproven(seen: Iterable[Picture]) -> list[Picture]:
    """Each different picture, with whom it was seen, in which no scan proved anything."""
    first: dict[tuple[str, str], Picture] = {}
    settled = set()
    for picture in seen:
        if picture.sha256 == NO_BYTES:
            continue
        what = (picture.sha256, repr(picture.sighting))
        first.setdefault(what, picture)
        outcome = picture.outcome or {}
        if outcome.get("verdict") == Verdict.PROVEN or outcome.get("problem"):
            settled.add(what)
    return [picture for what, picture in first.items() if what not in settled]
