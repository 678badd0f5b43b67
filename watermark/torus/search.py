"""The blind search: look at the suspect in one way after the other until a mark is proven.

Effort is counted in views, so that a search gives the same answer on every machine; the limit on CPU time is
a safety valve that a sound picture never meets, and a reading that met it says so.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import chain

import numpy as np

from watermark.pictures import Pixels
from watermark.protocol import Reading
from watermark.torus.decode import Decoded
from watermark.torus.flat import flattened_views
from watermark.torus.keyring import Keyring
from watermark.torus.sync import SYMMETRIES
from watermark.torus.views import Looks, View, first_views, other_views

SAFETY_SECONDS = 60.0


def search(
    suspect: Pixels | Looks, ring: Keyring, budget_seconds: float = SAFETY_SECONDS, *, fast: bool = False
) -> Reading:
    """Try the views of a suspect until one proves a mark or they run out. `fast`: only the first lane.

    budget_seconds: CPU time of this thread, checked between views.
    """
    started, spent = time.monotonic(), time.thread_time()
    looks = suspect if isinstance(suspect, Looks) else Looks(suspect)
    best_z, cut_short = 0.0, False
    everything = chain(first_views(looks), other_views(looks), flattened_views(looks))
    views = first_views(looks) if fast else everything
    for folds, view in enumerate(views, start=1):
        enough = ring.threshold(folds, view.orientations)
        decoded = ring.decode(view.seen, view.orientations, enough)
        if decoded is not None:
            best_z = max(best_z, decoded.z)
            if decoded.checks and decoded.z >= enough:
                bound = ring.bound(decoded.z, folds, view.orientations)
                return _proven(decoded, looks, view, bound, time.monotonic() - started)
        if time.thread_time() - spent > budget_seconds:
            cut_short = True
            break
    return Reading(None, 1.0, time.monotonic() - started, best_z, cut_short=cut_short)


def _proven(decoded: Decoded, looks: Looks, view: View, bound: float, seconds: float) -> Reading:
    tile = np.clip(np.rint(looks.fold(view.lattice)[0]), 0, 255).astype(np.uint8)
    lattice = replace(view.lattice, orientation=decoded.alignment.orientation % len(SYMMETRIES))
    return Reading(decoded.mark_id, bound, seconds, decoded.z, lattice, tile, key_id=decoded.key_id)
