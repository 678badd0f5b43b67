"""The register searched in PostgreSQL, one index for every machine, instead of in each one's memory.

Rows are written in the transaction of the asset (`keep`), so what is registered is what is searched. Copies
are exact; shapes are shortlisted by the database and compared exactly here, as `MemoryIndex` does. Only where
the database has pgvector (`available`); elsewhere search in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from ledger.domain.ids import AssetId, MarkId
from ledger.store import Store, Tx, assets, colourways, copies, prints
from ledger.store.prints import TilePrint, Within

if TYPE_CHECKING:
    from forensics import Fingerprint, Reference
    from forensics.index import NearCopy
    from forensics.indexes.details import DetailSearch
    from forensics.placing.features import SuspectViews

REFERENCES_KEPT = 4096
EVERYTHING = Within()


def available(store: Store) -> bool:
    """Whether this ledger's database can search its register."""
    with store.reading() as tx:
        return prints.available(tx)


def keep(tx: Tx, asset: AssetId, fingerprint: Mapping[str, str]) -> None:
    """Make a tile searchable, in the transaction that makes it; nothing to do where there is no index."""
    if prints.available(tx):
        prints.keep(tx, [_print(asset, fingerprint)])


def replace(tx: Tx, asset: AssetId, fingerprint: Mapping[str, str]) -> None:
    """Search a tile by another picture from now on."""
    if prints.available(tx):
        prints.drop(tx, asset)
        prints.keep(tx, [_print(asset, fingerprint)])


def fill(store: Store) -> int:
    """Make searchable what was made before the index was there; how many tiles that were."""
    done = 0
    while True:
        with store.transaction() as tx:
            waiting = prints.missing(tx) if prints.available(tx) else []
            prints.keep(tx, [_print(asset, fingerprint) for asset, fingerprint in waiting])
        done += len(waiting)
        if not waiting:
            return done


class PgVectorIndex:
    """Implements `forensics.index.Index`. `load` gives the reference of an asset; 4096 of them are kept.
    `walk` gives those of all assets `within`, oldest first.

    Searched is the register `within`: as it stood before an entry of the book, without excluded assets. Make
    another index when the register has grown: `alike` knows the tiles there were when it was first asked.
    """

    def __init__(
        self,
        store: Store,
        load: Callable[[AssetId], Reference],
        walk: Callable[[], Iterable[Reference]],
        within: Within = EVERYTHING,
    ) -> None:
        self._store, self._walk, self._within = store, walk, within
        self._load = lru_cache(REFERENCES_KEPT)(load)

    def __len__(self) -> int:
        with self._store.reading() as tx:
            return prints.count(tx, self._within)

    def prepare(self) -> None:
        """Build what is otherwise built when first asked for, here the search by details."""
        _ = self._details

    def lost(self) -> tuple[str, ...]:
        """The assets whose details are lost and cannot be made again."""
        return self._details[2]

    def nearest(self, fingerprint: Fingerprint, k: int) -> list[tuple[Reference, float]]:
        """The k references with the smallest shape distance in [0, 1] of those shortlisted, nearest first."""
        import numpy as np

        from forensics.fingerprints.shape import distances, spectra, unpack, unpack_all
        from forensics.indexes.codes import shortlist_size, turned

        shape = unpack(fingerprint.shape)
        with self._store.reading() as tx:
            size = shortlist_size(prints.count(tx, self._within))
            rows = prints.near_codes(tx, turned(shape).tolist(), size, self._within)
        if not rows or k < 1:
            return []
        kept = np.frombuffer(b"".join(each for _, each in rows), np.uint8).reshape(len(rows), -1)
        found = distances(shape, spectra(unpack_all(kept)))
        order = np.argsort(found, kind="stable")[:k]
        return [(self._load(AssetId(rows[i][0])), float(found[i])) for i in order]

    def copies(self, fingerprint: Fingerprint) -> list[NearCopy]:
        """Every reference that may be the same picture, nearest first; see `Index`."""
        from forensics.fingerprints.pdq import RADIUS
        from forensics.index import PHASH_RADIUS, NearCopy

        with self._store.reading() as tx:
            by_pdq = prints.near_pdq(tx, fingerprint.pdq, RADIUS, self._within) if fingerprint.pdq else []
            by_phash = prints.near_phash(tx, _phash(fingerprint), PHASH_RADIUS, self._within)
        exact = [NearCopy(self._load(AssetId(asset)), bits) for asset, bits in by_pdq]
        return exact + [NearCopy(self._load(AssetId(asset)), bits, phash=True) for asset, bits in by_phash]

    def alike(self, suspect: SuspectViews, k: int) -> list[tuple[Reference, float]]:
        """The k references with the most details in common with a suspect, most first.

        Details are read once, 13 KB a tile: nothing but a search in memory counts votes fast enough.
        """
        names, search, _ = self._details
        return [(self._load(AssetId(names[i])), votes) for i, votes in search.rank(suspect, k)]

    @cached_property
    def _details(self) -> tuple[list[str], DetailSearch, tuple[str, ...]]:
        """(the assets searched, the search among them, those that are lost)."""
        from forensics.index import details_of
        from forensics.indexes.details import DetailSearch

        references = list(self._walk())
        kept = details_of(references)
        return [each.asset_id for each in references], DetailSearch(kept.each), kept.lost

    def by_mark(self, mark_id: int) -> Reference | None:
        """The reference that carries this mark id, itself, in a licensed copy or a colourway, or None."""
        mark = MarkId(mark_id)
        with self._store.reading() as tx:
            tile = assets.by_mark(tx, mark)
            other = None if tile is not None else copies.by_mark(tx, mark) or colourways.by_mark(tx, mark)
        asset = tile.id if tile is not None else other.asset if other is not None else None
        found = None if asset is None else self.by_asset(asset)
        return found if found is not None and mark_id in (found.mark_id, *found.copies) else None

    def by_asset(self, asset_id: str) -> Reference | None:
        """The reference of this asset; None when it is not searched."""
        with self._store.reading() as tx:
            searched = prints.holds(tx, asset_id, self._within)
        return self._load(AssetId(asset_id)) if searched else None


def _print(asset: AssetId, fingerprint: Mapping[str, str]) -> TilePrint:
    from forensics import Fingerprint
    from forensics.fingerprints.shape import unpack
    from forensics.indexes.codes import codes

    read = Fingerprint.from_dict(fingerprint)
    code = codes(unpack(read.shape)[None])[0].tolist()
    pdq = read.pdq[0] if read.pdq else None
    return TilePrint(asset, pdq, _phash(read), read.shape, tuple(code))


def _phash(fingerprint: Fingerprint) -> bytes:
    return fingerprint.phash.to_bytes(8, "big")
