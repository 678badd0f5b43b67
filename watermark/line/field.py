"""The keyed displacement field: which way the line moves, everywhere on the torus, for one mark id.

Both components of the field (down, right) are sums of cosines over the integer frequencies of the half
annulus INNER..OUTER cycles per tile, all of one amplitude, every phase drawn from SHAKE-256 of the key and
the mark id. Below INNER a displacement cannot be told from the residual misalignment of a photograph or a
cloth; above OUTER blurring the picture straightens the line.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from watermark.errors import MarkKeyError

INNER, OUTER = 10, 44
SHORTEST_KEY = 16
_DOMAIN = b"org.selvage.line.1"

Integers = NDArray[np.intp]
Phases = NDArray[np.complex64]


class KeyedField:
    """Frequencies (fy, fx) of the components, and the phases each mark id gives them."""

    def __init__(self, key: bytes) -> None:
        if not isinstance(key, bytes) or len(key) < SHORTEST_KEY:
            raise MarkKeyError(f"key: expected at least {SHORTEST_KEY} secret bytes; use token_bytes(32)")
        self._key = key
        self.fy, self.fx = band()

    @cached_property
    def count(self) -> int:
        """Components per axis."""
        return len(self.fy)

    def phases(self, mark_id: int) -> Phases:
        """(2, count) unit complex numbers of one mark id: axis 0 is down, axis 1 is right."""
        seed = _DOMAIN + len(self._key).to_bytes(4, "big") + self._key + mark_id.to_bytes(8, "big")
        draws = np.frombuffer(hashlib.shake_256(seed).digest(8 * self.count), "<u4")
        turns = draws.reshape(2, self.count) / 2.0**32
        return np.asarray(np.exp(2j * np.pi * turns), np.complex64)

    def displacement(self, mark_id: int, side: int) -> NDArray[np.float32]:
        """(2, side, side) displacement, each component of unit root mean square; side >= 2 * OUTER + 2."""
        half = np.zeros((2, side, side // 2 + 1), np.complex64)
        phases = self.phases(mark_id)
        half[:, self.fy % side, self.fx] = phases
        edge = self.fx == 0
        half[:, -self.fy[edge] % side, 0] = phases[:, edge].conj()
        field = fft.irfft2(half, (side, side)) * (side * side / np.sqrt(2 * self.count))
        return np.asarray(field, np.float32)


def band() -> tuple[Integers, Integers]:
    """Frequencies (fy, fx) of the components, in cycles per tile: the same for every key."""
    axis = np.arange(-OUTER, OUTER + 1)
    fy, fx = np.meshgrid(axis, axis, indexing="ij")
    radius = np.hypot(fy, fx)
    chosen = ((fx > 0) | ((fx == 0) & (fy > 0))) & (radius >= INNER) & (radius <= OUTER)
    return fy[chosen], fx[chosen]
