"""The register to search: references by mark id and by nearness of their fingerprints.

Brute force over every reference is the truth; a faster index must answer the same to replace it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forensics.errors import ReferenceTileError
from forensics.fingerprints.pdq import RADIUS
from forensics.fingerprints.prints import Fingerprint
from forensics.fingerprints.shape import distances, spectra, unpack
from forensics.indexes.details import DetailSearch
from forensics.placing.features import SuspectViews

BITS = 256
PHASH_RADIUS = 6
MOST_DESCRIBED_LATE = 2000


@dataclass(frozen=True)
class Reference:
    """One registered tile.

    ``tile`` loads its registered pixels, uint8 (H, W, 3), when they are needed; ``drawn`` those before the
    mark went in (None: not kept). ``copies`` are the mark ids of its licensed copies, each of which names
    its licensee. ``details``: what ``placing.known.described`` made of the drawn tile, kept so that nobody
    has to do it again (None: not kept; a call that gives None: lost).
    ``generic``: how common the motif is, 0 (one of a kind) to 1 (a gingham is a gingham).
    ``size_mm``: width of the tile as registered, None when nobody said.
    """

    asset_id: str
    mark_id: int
    fingerprint: Fingerprint
    tile: Callable[[], NDArray[np.uint8]]
    drawn: Callable[[], NDArray[np.uint8]] | None = None
    copies: tuple[int, ...] = ()
    details: Callable[[], bytes | None] | None = None
    generic: float = 0.0
    size_mm: float | None = None


@dataclass(frozen=True)
class NearCopy:
    """A registered tile whose picture is nearly the suspect's, turned or mirrored perhaps. Never evidence.

    ``bits`` of the 256 of PDQ differ, at most 31. A tile without PDQ is compared by pHash instead: then
    ``phash`` is true and at most 6 of 64 bits differ.
    """

    reference: Reference
    bits: int
    phash: bool = False


class Index(Protocol):
    """What ``examine`` asks of a register."""

    def __len__(self) -> int: ...

    def prepare(self) -> None:
        """Build what is otherwise built when first asked for, so that no picture's budget pays for it.

        Done once; nobody has to ask for it.
        """
        ...

    def lost(self) -> tuple[str, ...]:
        """The assets that ``alike`` cannot find: neither their details nor what they are made of is there."""
        ...

    def nearest(self, fingerprint: Fingerprint, k: int) -> list[tuple[Reference, float]]:
        """The k references with the smallest shape distance in [0, 1], nearest first."""
        ...

    def copies(self, fingerprint: Fingerprint) -> list[NearCopy]:
        """Every reference within 31 bits of any of the fingerprint's eight PDQ hashes, nearest first.

        Then those without PDQ that are within 6 bits of its pHash.
        """
        ...

    def alike(self, suspect: SuspectViews, k: int) -> list[tuple[Reference, float]]:
        """The k references with the most details in common with a suspect in one turn and scale, most first.

        Only those with some; see ``details_of`` for references whose details nobody kept.
        """
        ...

    def by_mark(self, mark_id: int) -> Reference | None:
        """The reference that carries this mark id, itself or in a licensed copy; None when none does."""
        ...

    def by_asset(self, asset_id: str) -> Reference | None:
        """The reference of this asset; None when it is not searched."""
        ...


class BruteForceIndex:
    """Every comparison made, in memory, 12 KiB a reference: the truth. For registers of some thousands."""

    def __init__(self, references: Iterable[Reference]) -> None:
        self._references = tuple(references)
        self._by_mark = {mark: r for r in self._references for mark in (*r.copies, r.mark_id)}
        self._by_asset = {r.asset_id: r for r in self._references}
        maps = [unpack(r.fingerprint.shape) for r in self._references]
        self._spectra = spectra(np.stack(maps)) if maps else None

    def __len__(self) -> int:
        return len(self._references)

    def prepare(self) -> None:
        """Build what is otherwise built when first asked for, here the search by details."""
        _ = self._details

    def lost(self) -> tuple[str, ...]:
        """The assets whose details are lost and cannot be made again."""
        return self._kept.lost

    def nearest(self, fingerprint: Fingerprint, k: int) -> list[tuple[Reference, float]]:
        """The k references with the smallest shape distance in [0, 1], nearest first; ties in given order."""
        if self._spectra is None:
            return []
        found = distances(unpack(fingerprint.shape), self._spectra)
        order = np.argsort(found, kind="stable")[: max(k, 0)]
        return [(self._references[i], float(found[i])) for i in order]

    def copies(self, fingerprint: Fingerprint) -> list[NearCopy]:
        """Every reference that may be the same picture, nearest first; see ``Index``."""
        found = [near for r in self._references if (near := near_copy(fingerprint, r)) is not None]
        return sorted(found, key=lambda near: (near.phash, near.bits))

    def alike(self, suspect: SuspectViews, k: int) -> list[tuple[Reference, float]]:
        """The k references with the most details in common with a suspect, most first."""
        return [(self._references[i], votes) for i, votes in self._details.rank(suspect, k)]

    @cached_property
    def _kept(self) -> KeptDetails:
        return details_of(self._references)

    @cached_property
    def _details(self) -> DetailSearch:
        return DetailSearch(self._kept.each, exhaustive=True)

    def by_mark(self, mark_id: int) -> Reference | None:
        """The reference that carries this mark id, itself or in a licensed copy; None when none does."""
        return self._by_mark.get(mark_id)

    def by_asset(self, asset_id: str) -> Reference | None:
        """The reference of this asset; None when it is not searched."""
        return self._by_asset.get(asset_id)


@dataclass(frozen=True)
class KeptDetails:
    """``each``: the details of every reference, empty where there are none. ``lost``: see ``Index.lost``."""

    each: list[bytes]
    lost: tuple[str, ...]


def details_of(references: Iterable[Reference]) -> KeptDetails:
    """The details of each reference (``fingerprints.details``), as kept when it was registered.

    Where they were not kept, or are lost or damaged, they are made here, half a second each, for the first
    2,000 such tiles.
    """
    from forensics.placing.known import details, kept

    found: list[bytes] = []
    lost: list[str] = []
    late = 0
    for reference in references:
        stored = kept(reference)
        late += stored is None
        if stored is None and late <= MOST_DESCRIBED_LATE:
            try:
                stored = details(reference)
            except ReferenceTileError:  # one lost file must not stop every scan
                lost.append(reference.asset_id)
        found.append(b"" if stored is None else stored.details)
    return KeptDetails(found, tuple(lost))


def near_copy(fingerprint: Fingerprint, reference: Reference) -> NearCopy | None:
    """What comparing the hashes of a suspect and of one reference says; None when they are too far apart."""
    registered = reference.fingerprint
    if registered.pdq:
        own = int.from_bytes(registered.pdq[0])
        bits = min(((own ^ int.from_bytes(each)).bit_count() for each in fingerprint.pdq), default=BITS)
        return NearCopy(reference, bits) if bits <= RADIUS else None
    bits = (registered.phash ^ fingerprint.phash).bit_count()
    return NearCopy(reference, bits, phash=True) if bits <= PHASH_RADIUS else None
