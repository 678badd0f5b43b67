"""The keyed band: which frequencies of a tile carry the mark, with which phase, for which bit.

A tile is a signal on the torus, so its spectrum lives on integer frequencies (cycles per tile). Half of the
annulus INNER..OUTER carries the mark (the other half is its conjugate). Every frequency gets a secret uniform
phase; SYNC_SHARE of them always carry +1 (to find the circular shift), the others are dealt evenly to the
coded bits. Phases and deal come from SHAKE-256 of the key, not from a random generator, so that they
stay the same in every version of every library.
"""

from __future__ import annotations

import hashlib
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from watermark.keys import check_key
from watermark.torus.code import MarkCode

INNER, OUTER = 18.0, 128
SYNC_SHARE = 0.3
TILT = -0.8
_DOMAIN = b"org.selvage.torus.1"

Integers = NDArray[np.intp]


class KeyedBand:
    """Frequencies (fy, fx), phases, and the coded bit each frequency carries (-1: synchronisation)."""

    def __init__(self, key: bytes) -> None:
        self.code = MarkCode()
        self.fy, self.fx = _half_annulus()
        self.count = len(self.fy)
        self.radius = np.hypot(self.fy, self.fx)
        draws = _draws(check_key(key), 2 * self.count)
        self.phases = np.exp(2j * np.pi * draws[: self.count] / 2.0**64)
        self.bit = self._deal(draws[self.count :])
        self.sync = self.bit < 0
        self.amplitude = (self.radius / 64.0) ** TILT

    def _deal(self, draws: NDArray[np.uint64]) -> Integers:
        order = np.argsort(draws, kind="stable")
        bit = np.full(self.count, -1, np.intp)
        carriers = order[int(SYNC_SHARE * self.count) :]
        bit[carriers] = np.arange(len(carriers)) % self.code.length
        return bit

    @cached_property
    def sync_share(self) -> float:
        """Share of the frequencies that carry +1."""
        return float(self.sync.mean())

    def signs(self, mark_id: int) -> NDArray[np.float64]:
        """(count,) +1 or -1: what every frequency carries for this mark id."""
        coded = 1.0 - 2.0 * self.code.encode(mark_id)
        return np.where(self.sync, 1.0, coded[self.bit])


def _half_annulus() -> tuple[Integers, Integers]:
    axis = np.arange(-OUTER, OUTER + 1)
    fy, fx = np.meshgrid(axis, axis, indexing="ij")
    radius = np.hypot(fy, fx)
    chosen = ((fy > 0) | ((fy == 0) & (fx > 0))) & (radius >= INNER) & (radius <= OUTER)
    return fy[chosen], fx[chosen]


def _draws(key: bytes, count: int) -> NDArray[np.uint64]:
    stream = hashlib.shake_256(_DOMAIN + b"\0" + key).digest(8 * count)
    return np.frombuffer(stream, "<u8").astype(np.uint64)
