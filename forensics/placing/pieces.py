"""Registered tiles of which a suspect may show a piece: no whole repeat, so nothing to fold it by.

The suspect is laid on the edge maps kept of the tiles, in every place and orientation and at ten sizes of the
tile, its longer side from 1.1 to .4 of the tile's. Plain art has too few details to be voted for and still
lies in one place only. The edge maps are of the tiles as drawn, so being found owes nothing to the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.index import Reference
from forensics.placing.blocks import Plane
from forensics.placing.known import coarse_edges, details, orientation_spectra

if TYPE_CHECKING:
    from forensics.placing.candidates import Case, Fold

REPEATS = 0.5
LEAST_LIKE_A_PIECE = 0.5  # one of 12 mock-ups of the tuning half has a stranger, a tartan, reach it
MOST_PIECES = 2
_SIDES = 1.12 ** np.arange(-1, 9)
_LEAST_SEEN = 100
_LEAST_ENERGY = 0.02


def found_as_pieces(case: Case, references: Sequence[Reference]) -> list[tuple[Reference, Fold]]:
    """At most two references the suspect looks like a piece of, likest first, with the fold by their side.

    None where the suspect repeats itself: it is then folded by that. About 6 ms a reference.
    """
    if not references or any(fold.lattice.score >= REPEATS for fold in case.folds[1:]):
        return []
    spectra, energies = _transforms([details(reference).edges for reference in references])
    likeness = np.zeros((len(_SIDES), len(references)), np.float32)
    folds = [case.piece(float(side) * max(case.pixels.shape[:2])) for side in _SIDES]
    for k, fold in enumerate(folds):
        laid = _piece(fold)
        if laid is not None:
            likeness[k] = list(_heights(*laid, spectra, energies))
    best = likeness.max(0)
    order = np.argsort(-best, kind="stable")[:MOST_PIECES]
    return [(references[n], folds[likeness[:, n].argmax()]) for n in order if best[n] >= LEAST_LIKE_A_PIECE]


def _transforms(edges: Sequence[Plane]) -> tuple[NDArray[np.complex64], NDArray[np.complex64]]:
    """Conjugate half spectra of the tiles' edges and of their squares, (n, 64, 33) each."""
    from scipy import fft

    kept = np.stack(edges)
    return fft.rfft2(kept).conj().astype(np.complex64), fft.rfft2(kept**2).conj().astype(np.complex64)


def _piece(fold: Fold) -> tuple[Plane, Plane] | None:
    """Edges (64, 64) of a fold, zero mean and unit norm where anything was seen, and that mask."""
    edges = coarse_edges(fold.edges)
    seen = np.ones_like(edges)
    if fold.seen is not None:
        small = cv2.resize(fold.seen, edges.shape[::-1], interpolation=cv2.INTER_AREA)
        seen = np.asarray(small > 0.5, np.float32)
    if seen.sum() < _LEAST_SEEN:
        return None
    inside = (edges - (edges * seen).sum() / seen.sum()) * seen
    return np.asarray(inside / (np.sqrt((inside**2).sum()) + 1e-9), np.float32), seen


def _heights(
    edges: Plane, seen: Plane, spectra: NDArray[np.complex64], energies: NDArray[np.complex64]
) -> Iterator[float]:
    """Of each tile the largest correlation with what is seen, over all shifts and orientations."""
    from scipy import fft

    turned, mask = orientation_spectra(edges), orientation_spectra(seen)
    for tile, squared in zip(spectra, energies, strict=True):
        energy = np.maximum(fft.irfft2(mask * squared, edges.shape), _LEAST_ENERGY)
        yield float((fft.irfft2(turned * tile, edges.shape) / np.sqrt(energy)).max())
