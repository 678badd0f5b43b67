"""Whether a tile is one of those that the weights were trained on: its nearest of them, at any phase.

What prints and what is ground, at 64 x 64, is held against every training tile of the family as normalised
correlation over all shifts of the torus (Lewis 1995): 1 is the same drawing, in whatever inks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.motifs.sampling import any_tile

EDGE = 64
COPY = 0.95  # from here on two drawings differ by little more than the raster
Ground = NDArray[np.float32]
_RENDERED = 3 * EDGE


def ground(inks: NDArray[np.uint8]) -> Ground:
    """The share of ground (EDGE, EDGE) of an index map whose edge is a multiple of EDGE."""
    block = inks.shape[0] // EDGE
    share = (inks == 0).reshape(EDGE, block, EDGE, block).mean(axis=(1, 3))
    return np.asarray(share, np.float32)


@dataclass(frozen=True)
class Known:
    """Spectra (N, EDGE, EDGE / 2 + 1) of the training tiles by family."""

    spectra: dict[str, NDArray[np.complex64]]

    @classmethod
    def rendered(cls, count: int, wide: int = 0) -> Known:
        """Archive tiles 0 to `count`, and 0 to `wide` of two training units, drawn again, some 6 ms each."""
        tiles = (
            any_tile(number, _RENDERED, span=span)
            for span, many in ((1, count), (2, wide))
            for number in range(many)
        )
        return cls.of((words.family, ground(inks)) for words, inks in tiles)

    @classmethod
    def of(cls, tiles: Iterable[tuple[str, Ground]]) -> Known:
        """From families and grounds."""
        found: dict[str, list[NDArray[np.complex64]]] = {}
        for family, each in tiles:
            found.setdefault(family, []).append(_spectrum(each))
        return cls({family: np.stack(each) for family, each in found.items()})

    def likeness(self, family: str, tile: Ground) -> float:
        """The highest correlation (-1..1) with a training tile of the family, over all and all shifts."""
        product = self.spectra[family] * np.conj(_spectrum(tile))
        return float(np.fft.irfft2(product, s=(EDGE, EDGE)).max())


def told(known: Known, families: Sequence[str], grounds: Sequence[Ground]) -> dict[str, float]:
    """Median, 99th percentile and highest likeness of some tiles, and the share that reach COPY."""
    found = np.array([known.likeness(*pair) for pair in zip(families, grounds, strict=True)])
    return {
        "median": round(float(np.median(found)), 3),
        "p99": round(float(np.quantile(found, 0.99)), 3),
        "most": round(float(found.max()), 3),
        "copies": round(float(np.mean(found >= COPY)), 3),
    }


def _spectrum(tile: Ground) -> NDArray[np.complex64]:
    """The transform of a tile of mean 0 and length 1; a flat one is 0 throughout."""
    centred = tile - tile.mean()
    length = float(np.linalg.norm(centred))
    found = np.fft.rfft2(centred / length if length > 1e-6 else np.zeros_like(centred))
    return np.asarray(found, np.complex64)
