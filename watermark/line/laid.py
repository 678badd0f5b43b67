"""How the pixels of a suspect lie on the drawn tile: what is needed to look at the line where it was seen.

A suspect that was brought to a few inks holds the mark in which of its pixels changed sides. Resampling it to
the tile smears just that, so it is left as it is: the artwork is brought to the suspect's pixels instead, and
only what they say is carried back to the tile. Repeats that fall on the pixels in unlike ways each add to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.line.warp import GRID
from watermark.pictures import Plane, wrap

_MARGIN = 4
_NEARLY_WHOLE = 0.98
_SMALLEST = 16

Flow = NDArray[np.float32]


@dataclass(frozen=True)
class Laid:
    """Where every pixel of a suspect (H, W) lies.

    ``places`` (2, H, W) float32: down and right on the drawn tile at (512, 512), cyclic. ``turns``
    (2, 2, H, W): how a place changes, [down or right on the tile, down or right in the suspect].
    ``mask`` (H, W): 1 where the suspect shows the tile, else 0.
    """

    places: NDArray[np.float32]
    turns: NDArray[np.float32]
    mask: Plane

    @property
    def scale(self) -> float:
        """Suspect px per px of the tile."""
        (a, b), (c, d) = self.turns[..., self.mask.shape[0] // 2, self.mask.shape[1] // 2].astype(float)
        return float(1 / np.sqrt(abs(a * d - b * c) + 1e-9))

    def moved(self, flow: Flow) -> Laid:
        """Every px shows what was taken to lie `flow` (2, H, W) px of the suspect further, down and right."""
        further = np.einsum("abyx,byx->ayx", self.turns, flow)
        return replace(self, places=np.asarray(self.places + further, np.float32))

    def turned(self, matrix: NDArray[np.intp], shift: tuple[int, int]) -> Laid:
        """Every place p exchanged for ``matrix`` p - shift, for artwork that resembles itself."""
        turn = matrix.astype(np.float32)
        places = np.einsum("ab,byx->ayx", turn, self.places) - np.array(shift, np.float32)[:, None, None]
        turns = np.einsum("ab,bcyx->acyx", turn, self.turns)
        return Laid(np.asarray(places, np.float32), np.asarray(turns, np.float32), self.mask)

    def showing(self, artwork: Plane) -> Plane:
        """(H, W, 3) the artwork (512, 512, 3), 0..255, as it lies in the suspect, reduced where that is."""
        side = max(_SMALLEST, round(GRID * self.scale)) if self.scale < _NEARLY_WHOLE else GRID
        if side < GRID:
            artwork = np.asarray(cv2.resize(artwork, (side, side), interpolation=cv2.INTER_AREA), np.float32)
        down, right = ((self.places % GRID + 0.5) * (side / GRID) - 0.5 + _MARGIN).astype(np.float32)
        shown = cv2.remap(wrap(artwork, _MARGIN), right, down, cv2.INTER_CUBIC)
        return np.asarray(np.clip(shown, 0, 255), np.float32)

    def carried(self, plane: NDArray[np.float32]) -> NDArray[np.float32]:
        """(2, 512, 512): a plane (2, H, W) of covectors, down and right, summed where its pixels lie."""
        (a, b), (c, d) = self.turns
        unit = 1 / (a * d - b * c)
        towards = ((d * plane[0] - c * plane[1]) * unit, (a * plane[1] - b * plane[0]) * unit)
        rows, columns = np.rint(self.places).astype(np.intp) % GRID
        at = (rows * GRID + columns).ravel()
        sums = [np.bincount(at, each.ravel(), GRID * GRID).reshape(GRID, GRID) for each in towards]
        return np.asarray(np.stack(sums), np.float32)
