"""The blind search: fold the suspect by one repeat hypothesis after the other until a mark is proven.

Cheap hypotheses come first: the picture is itself one tile; then the recovered repeats as they are; then the
best of them with perspective.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from watermark.lattice.folding import fold, whole
from watermark.lattice.recovery import recover
from watermark.pictures import Pixels, Plane
from watermark.protocol import Lattice, Reading
from watermark.torus.decode import Decoded, Decoder
from watermark.torus.pvalue import false_match_bound, threshold
from watermark.torus.spectrum import CANVAS, Prefilter, residual, spectrum
from watermark.torus.sync import SHEARED, SYMMETRIES

MOST_LATTICES = 20


@dataclass(frozen=True)
class View:
    """One way to look at the suspect: folded by a lattice, its artwork taken out by a prefilter."""

    lattice: Lattice
    tile: Plane
    prefilter: Prefilter

    @property
    def orientations(self) -> int:
        """How many orientations are tried; an oblique repeat may have been drawn in a sheared basis."""
        u, v = np.array(self.lattice.u), np.array(self.lattice.v)
        oblique = abs(u @ v) > 0.2 * np.hypot(*u) * np.hypot(*v)
        return len(SHEARED) if oblique else len(SYMMETRIES)


def search(pixels: Pixels, decoder: Decoder, budget_seconds: float) -> Reading:
    """Try the views of a suspect until one proves a mark, they run out, or the budget does."""
    started = time.monotonic()
    best_z = 0.0
    for folds, view in enumerate(views(pixels), start=1):
        enough = threshold(folds, view.orientations, decoder.band.code.payload)
        seen = spectrum(residual(view.tile, view.prefilter), float(np.sqrt(view.lattice.area)))
        decoded = decoder.decode(seen, view.orientations, enough)
        if decoded is not None:
            best_z = max(best_z, decoded.z)
            if decoded.checks and decoded.z >= enough:
                bound = false_match_bound(decoded.z, folds, view.orientations, decoder.band.code.payload)
                return _proven(decoded, view, bound, time.monotonic() - started)
        if time.monotonic() - started > budget_seconds:
            break
    return Reading(None, 1.0, time.monotonic() - started, best_z)


def views(pixels: Pixels) -> Iterator[View]:
    """The views of a suspect, cheapest and likeliest first."""
    itself = whole(pixels)
    yield View(itself, fold(pixels, itself, CANVAS)[0], "bilateral")
    lattices = recover(pixels, MOST_LATTICES)
    for lattice in lattices:
        yield View(lattice, fold(pixels, lattice, CANVAS)[0], "bilateral")


def _proven(decoded: Decoded, view: View, bound: float, seconds: float) -> Reading:
    lattice = replace(view.lattice, orientation=decoded.alignment.orientation % len(SYMMETRIES))
    tile = np.clip(np.rint(view.tile), 0, 255).astype(np.uint8)
    return Reading(decoded.mark_id, bound, seconds, decoded.z, lattice, tile)


