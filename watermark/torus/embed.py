"""Put both channels of the mark into a tile, inside one budget of quality.

The line moves first, then luma is added on top. Their errors are unrelated, so mean squares and losses of
structural similarity add up, and each channel can be given its share beforehand. Luma takes what the tile can
hide (see `allowance`) until the similarity is spent: flat inks pay most for it. What luma leaves of the error
goes to the line, but always LINE_PSNR and never more than LOUDEST_LINE_PSNR.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from watermark.pictures import Picture, Plane, luma, strips
from watermark.quality import mean_similarity, ssim
from watermark.torus.allowance import allowance
from watermark.torus.band import KeyedBand
from watermark.torus.pattern import Pattern, ShapedPattern

AIMED_PSNR, WORST_PSNR = 42.15, 40.3
AIMED_SSIM, WORST_SSIM = 0.987, 0.986
LINE_PSNR, LOUDEST_LINE_PSNR = 47.0, 45.5
LINE_SHARE_OF_SSIM = 0.3


class Line(Protocol):
    """What moves the line: `watermark.line.LineMark`."""

    def displace(self, pixels: Picture, mark_id: int, *, loudest_db: float | None = None) -> Picture:
        """The tile with its line moved, at `loudest_db` dB of PSNR or better."""
        ...


@dataclass(frozen=True)
class Budget:
    """What may be lost altogether: mean squared error in grey levels**2, and 1 - SSIM."""

    error: float
    dissimilarity: float

    @classmethod
    def of(cls, strength: float) -> Budget:
        """A mark `strength` times as loud may lose more, down to the WORST values and not below."""
        loudest = max(WORST_PSNR, AIMED_PSNR - 20 * float(np.log10(strength)))
        return cls(_error(loudest), min(1 - WORST_SSIM, (1 - AIMED_SSIM) * strength**2))


def add_mark(tile: Picture, band: KeyedBand, line: Line, mark_id: int, strength: float) -> Picture:
    """A marked copy of a uint8 or float32 (0..255) RGB tile, of the same type.

    `strength` scales the amplitudes, and the budget with them.
    """
    height, width = tile.shape[:2]
    signal = ShapedPattern(Pattern(band, height, width, mark_id), allowance(tile))
    budget = Budget.of(strength)
    error, dissimilarity = _cost(tile, signal)
    gain = _gain(strength, (error, budget.error - _error(LINE_PSNR)), (dissimilarity, budget.dissimilarity))
    moved, lost = _moved(tile, line, mark_id, budget, budget.error - gain**2 * error)
    gain = min(gain, _gain(gain, (dissimilarity, budget.dissimilarity - lost)))
    return _added(moved, signal, gain, tile.dtype)


def _error(psnr: float) -> float:
    return float(255.0**2 * 10 ** (-psnr / 10))


def _gain(wanted: float, *costs: tuple[float, float]) -> float:
    """The largest gain up to `wanted` at which no cost (at gain 1, allowed) is more than allowed."""
    return min(wanted, *(float(np.sqrt(allowed / max(cost, 1e-12))) for cost, allowed in costs))


def _cost(tile: Picture, signal: ShapedPattern) -> tuple[float, float]:
    """(mean squared error, 1 - SSIM) of adding the signal as it is."""
    height, width = tile.shape[:2]
    total = sum(float(np.square(signal.rows(rows)).sum(dtype=np.float64)) for rows in strips(height))
    similarity = mean_similarity(
        (height, width), lambda rows: luma(tile[rows]), lambda rows: luma(tile[rows]) + signal.rows(rows)
    )
    return total / (height * width), 1 - similarity


def _moved(tile: Picture, line: Line, mark_id: int, budget: Budget, error: float) -> tuple[Plane, float]:
    """(the tile with its line moved, float32; what that loses of SSIM), for a mean squared error of `error`.

    Soft artwork has no line to speak of; there the motion costs structure and is held back.
    """
    loudest = float(np.clip(10 * np.log10(255.0**2 / error), LOUDEST_LINE_PSNR, LINE_PSNR))
    original = tile.astype(np.float32, copy=False)
    moved = line.displace(original, mark_id, loudest_db=loudest)
    lost, allowed = 1 - ssim(tile, moved), LINE_SHARE_OF_SSIM * budget.dissimilarity
    if lost > allowed:
        del moved
        moved = line.displace(original, mark_id, loudest_db=loudest + 10 * float(np.log10(lost / allowed)))
        lost = allowed
    return moved, lost


def _added(moved: Plane, signal: ShapedPattern, gain: float, dtype: np.dtype[Any]) -> NDArray[Any]:
    """`moved` plus the signal, of type `dtype`; in place where that is the type of `moved`."""
    marked = moved if dtype == moved.dtype else np.empty(moved.shape, dtype)
    for rows in strips(moved.shape[0]):
        strip = moved[rows] + np.float32(gain) * signal.rows(rows)[..., None]
        marked[rows] = np.clip(np.rint(strip) if dtype.kind == "u" else strip, 0, 255)
    return marked
