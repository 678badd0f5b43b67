"""LineMark: the mark that lives in the line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from watermark.errors import MarkError, PictureError
from watermark.line.field import KeyedField
from watermark.pictures import Pixels, Plane, check_mark_id

if TYPE_CHECKING:
    from watermark.line.motion import Motion

AMPLITUDE = 0.3
LOUDEST_DB = 46.0
SMALLEST = 128

Picture = TypeVar("Picture", Pixels, Plane)


class LineMark:
    """A 48-bit id in the micro-displacement of a tile's edges. Algorithm org.selvage.line.1.

    key: at least 16 secret bytes. amplitude: the largest root mean square displacement of an edge along its
    normal, in px of a tile whose shorter side is 512 px. loudest_db: the PSNR no tile falls below; it is what
    limits tiles with many or strong edges.
    """

    algorithm = "org.selvage.line.1"
    bits = 48

    def __init__(self, key: bytes, *, amplitude: float = AMPLITUDE, loudest_db: float = LOUDEST_DB) -> None:
        if not 0 < amplitude <= 2:
            raise MarkError(f"amplitude: {amplitude} is outside 0 .. 2 px; leave it at {AMPLITUDE}")
        self.field = KeyedField(key)
        self._amplitude, self._loudest_db = amplitude, loudest_db

    def displace(self, pixels: Picture, mark_id: int, *, loudest_db: float | None = None) -> Picture:
        """A copy of an (H, W, 3) uint8 or float32 tile whose line is moved by the field of `mark_id`.

        The type stays: float32 in, float32 out, not rounded, for another mark to be added. `loudest_db`
        overrides the budget of this instance.
        """
        from watermark.line.warp import displaced

        check_shape(pixels, "pixels")
        checked = check_mark_id(mark_id, self.bits)
        budget = self._loudest_db if loudest_db is None else loudest_db
        return displaced(pixels, self.field, checked, self._amplitude, budget)

    def evidence(
        self, seen: Plane, weight: Plane, drawn: Pixels, mark_ids: Sequence[int]
    ) -> NDArray[np.float64]:
        """(n,) z of every asked mark id; see `watermark.line.pvalue` for what a z is worth.

        seen: (S, S, 3) float32 suspect, 0..255, laid on the drawn tile's torus, within about 2 px and
        smoothly. weight: (S, S), 0 where nothing was seen, else how many repeats were averaged. drawn: the
        (H, W, 3) uint8 tile before any mark.
        """
        return self.motion(seen, weight, drawn).evidence(self.field, mark_ids)

    def motion(self, seen: Plane, weight: Plane, drawn: Pixels) -> Motion:
        """How the suspect's line moved against the drawn one: no key needed, ask it for any number of ids."""
        from watermark.line.motion import observe

        check_shape(seen, "seen")
        check_shape(drawn, "drawn")
        if weight.shape != seen.shape[:2]:
            raise PictureError(
                f"weight: shape {weight.shape} is not that of seen, {seen.shape[:2]}; pass one per px"
            )
        return observe(seen, weight, drawn)


def check_shape(pixels: Pixels | Plane, name: str) -> None:
    """Raise PictureError unless the array is (H, W, 3) with sides of SMALLEST px or more."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or min(pixels.shape[:2]) < SMALLEST:
        raise PictureError(f"{name}: shape {pixels.shape}; pass (H, W, 3) of {SMALLEST} px or more")
