"""Look again at everything that was seen before a collection was searched as it is now.

It may have been out there before it was made; and while its tiles were left out of scans, or a picture was
known not to be ours, it was not reported.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.context import Ledger
from ledger.domain.errors import OrderError
from ledger.domain.finding import Verdict
from ledger.domain.ids import CollectionId, derive
from ledger.domain.rulings import searched_anew
from ledger.scan import NO_BYTES, open_scan
from ledger.store import Tx, assets, banks, collections, findings
from ledger.store.findings import Picture, Scan


def rescan(ledger: Ledger, collection: CollectionId) -> Scan | None:
    """A scan over every picture of an earlier scan in which nothing is proven, once for each `key`.

    Its pictures are handed in; examining them is the job `scan`. None when there is nothing to look at again.
    Raises UnknownError, and OrderError while tiles of the collection are still to be made.
    """
    with ledger.store.reading() as tx:
        named = collections.get(tx, collection)
        made, planned = assets.count(tx, collection)
        anew = _anew(tx, collection)
        waiting = _unproven(findings.seen_before(tx, anew or assets.last_entry(tx, collection)))
    if made < planned:
        raise OrderError(f"{planned - made} tiles of {collection} are not made yet; generate it first")
    if not waiting:
        return None
    scan = open_scan(ledger, _key(ledger, collection, anew), label=f"again, for {named.brief.name}")
    with ledger.store.transaction() as tx:
        for picture in waiting:
            again = Picture(scan.id, f"{picture.scan}/{picture.name}", picture.sha256, picture.sighting)
            if findings.find_picture(tx, scan.id, again.name) is None:
                findings.add_picture(tx, again)
    return scan


def key(ledger: Ledger, collection: CollectionId) -> str:
    """What names a rescan: the same until a ruling that kept tiles from being reported is taken back."""
    with ledger.store.reading() as tx:
        return _key(ledger, collection, _anew(tx, collection))


def _key(ledger: Ledger, collection: CollectionId, anew: int | None) -> str:
    return derive("rescan", ledger.id, collection, *(() if anew is None else (anew,)))


def _anew(tx: Tx, collection: CollectionId) -> int | None:
    return searched_anew(assets.last_entry(tx, collection), *banks.last_return(tx, collection))


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
