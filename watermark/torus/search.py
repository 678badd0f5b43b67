"""The blind search: fold the suspect by one repeat hypothesis after the other until a mark is proven.

Cheap hypotheses come first: the picture is itself one tile; then the recovered repeats as they are; then the
best of them with perspective.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from watermark.pictures import Pixels
from watermark.protocol import Reading
from watermark.torus.decode import Decoded
from watermark.torus.keyring import Keyring
from watermark.torus.spectrum import residual, spectrum
from watermark.torus.sync import SYMMETRIES
from watermark.torus.views import View, views


def search(pixels: Pixels, ring: Keyring, budget_seconds: float) -> Reading:
    """Try the views of a suspect until one proves a mark, they run out, or the budget does."""
    started = time.monotonic()
    best_z = 0.0
    for folds, view in enumerate(views(pixels), start=1):
        enough = ring.threshold(folds, view.orientations)
        seen = spectrum(residual(view.tile, view.prefilter), float(np.sqrt(view.lattice.area)))
        decoded = ring.decode(seen, view.orientations, enough)
        if decoded is not None:
            best_z = max(best_z, decoded.z)
            if decoded.checks and decoded.z >= enough:
                bound = ring.bound(decoded.z, folds, view.orientations)
                return _proven(decoded, view, bound, time.monotonic() - started)
        if time.monotonic() - started > budget_seconds:
            break
    return Reading(None, 1.0, time.monotonic() - started, best_z)


def _proven(decoded: Decoded, view: View, bound: float, seconds: float) -> Reading:
    lattice = replace(view.lattice, orientation=decoded.alignment.orientation % len(SYMMETRIES))
    tile = np.clip(np.rint(view.tile), 0, 255).astype(np.uint8)
    return Reading(decoded.mark_id, bound, seconds, decoded.z, lattice, tile, key_id=decoded.key_id)
