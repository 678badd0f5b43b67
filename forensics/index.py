"""The register to search: references by mark id and by nearness of their fingerprints.

Brute force over every reference is the truth; a faster index must answer the same to replace it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from forensics.prints import Fingerprint
from forensics.shape import distances, spectra, unpack


@dataclass(frozen=True)
class Reference:
    """One registered tile.

    ``tile`` loads its registered pixels, uint8 (H, W, 3), when they are needed; ``drawn`` those before the
    mark went in (None: not kept). ``copies`` are the mark ids of its licensed copies, each of which names
    its licensee. ``generic``: how common the motif is, 0 (one of a kind) to 1 (a gingham is a gingham).
    ``size_mm``: width of the tile as registered, None when nobody said.
    """

    asset_id: str
    mark_id: int
    fingerprint: Fingerprint
    tile: Callable[[], NDArray[np.uint8]]
    drawn: Callable[[], NDArray[np.uint8]] | None = None
    copies: tuple[int, ...] = ()
    generic: float = 0.0
    size_mm: float | None = None


class Index(Protocol):
    """What ``examine`` asks of a register."""

    def __len__(self) -> int: ...

    def nearest(self, fingerprint: Fingerprint, k: int) -> list[tuple[Reference, float]]:
        """The k references with the smallest shape distance in [0, 1], nearest first."""
        ...

    def nearest_copies(self, fingerprint: Fingerprint, k: int) -> list[tuple[Reference, int]]:
        """The k references with the smallest Hamming distance of the 64-bit pHash, nearest first."""
        ...

    def by_mark(self, mark_id: int) -> Reference | None:
        """The reference that carries this mark id, itself or in a licensed copy; None when none does."""
        ...


class BruteForceIndex:
    """Every comparison made, in memory. 4 KiB a reference."""

    def __init__(self, references: Iterable[Reference]) -> None:
        self._references = tuple(references)
        self._by_mark = {mark: r for r in self._references for mark in (*r.copies, r.mark_id)}
        maps = [unpack(r.fingerprint.shape) for r in self._references]
        self._spectra = spectra(np.stack(maps)) if maps else None
        self._hashes = np.array([r.fingerprint.phash for r in self._references], np.uint64)

    def __len__(self) -> int:
        return len(self._references)

    def nearest(self, fingerprint: Fingerprint, k: int) -> list[tuple[Reference, float]]:
        """The k references with the smallest shape distance in [0, 1], nearest first; ties in given order."""
        if self._spectra is None:
            return []
        found = distances(unpack(fingerprint.shape), self._spectra)
        order = np.argsort(found, kind="stable")[: max(k, 0)]
        return [(self._references[i], float(found[i])) for i in order]

    def nearest_copies(self, fingerprint: Fingerprint, k: int) -> list[tuple[Reference, int]]:
        """The k references with the smallest Hamming distance of the 64-bit pHash, nearest first."""
        found = np.bitwise_count(self._hashes ^ np.uint64(fingerprint.phash))
        order = np.argsort(found, kind="stable")[: max(k, 0)]
        return [(self._references[i], int(found[i])) for i in order]

    def by_mark(self, mark_id: int) -> Reference | None:
        """The reference that carries this mark id, itself or in a licensed copy; None when none does."""
        return self._by_mark.get(mark_id)
