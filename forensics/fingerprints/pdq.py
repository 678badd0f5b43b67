"""PDQ: 256 bits that a near-identical copy of a picture shares, in each of its eight orientations.

Source: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook, 2019), written
anew because the package of its reference code, ``pdqhash``, has to be compiled where it is installed; what
that makes of some pictures is among the test vectors. Two pictures at most 31 bits apart are the same picture
by the convention of those who exchange such hashes; unrelated ones are about 128 apart.

The picture is first reduced to 576 x 576. 576 is an odd multiple of 64, so PDQ samples the centre of each
of its 64 x 64 cells and a turned picture gives turned hashes: measured, 2 bits off instead of 24.

A bit says whether a coefficient is above the median. Where most coefficients are near it (stripes, dots and
other strictly periodic tiles) the bits are noise, and a hash that JPEG alone would move by 100 bits is not
given at all.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BYTES = 32
ORIENTATIONS = 8
RADIUS = 31
SIDE = 576
MIN_QUALITY = 50
UNDECIDED = 1.0
MOST_UNDECIDED = 0.4

_CELLS, _WAVES = 64, 16
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_WINDOW = (SIDE + 2 * _CELLS - 1) // (2 * _CELLS)
_MIDDLES = ((np.arange(_CELLS) + 0.5) * SIDE / _CELLS).astype(int)
_COSINES = np.sqrt(2 / _CELLS) * np.cos(
    np.pi / (2 * _CELLS) * np.outer(np.arange(1, _WAVES + 1), 2 * np.arange(_CELLS) + 1)
)

_SIGNS = np.where(np.arange(16) % 2, 1.0, -1.0)  # a DCT's odd waves change sign in the mirror; it starts at 1


def hashes(pixels: NDArray[np.uint8]) -> tuple[bytes, ...]:
    """The PDQ hashes of a uint8 (H, W, 3) RGB picture and of its seven turned and mirrored versions.

    32 bytes each, the picture as it is first. Empty when the picture has too little in it to tell: PDQ
    quality under 50, or more than 40 % of the coefficients within one unit of the median.
    """
    reduced = np.asarray(cv2.resize(pixels, (SIDE, SIDE), interpolation=_interpolation(pixels)), np.float32)
    cells = _boxed(_boxed(reduced @ _LUMA))[np.ix_(_MIDDLES, _MIDDLES)]
    waves = (_COSINES @ cells @ _COSINES.T).astype(np.float32)
    quality = _quality(cells)
    if quality < MIN_QUALITY or np.mean(np.abs(waves - np.median(waves)) < UNDECIDED) > MOST_UNDECIDED:
        return ()
    return tuple(_bits(turned) for turned in _orientations(waves))


def _boxed(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean over a window that is cut off at the border, as the reference code has it."""
    window = (_WINDOW, _WINDOW)
    total = cv2.boxFilter(plane, -1, window, normalize=False, borderType=cv2.BORDER_CONSTANT)
    ones = np.ones_like(plane)
    count = cv2.boxFilter(ones, -1, window, normalize=False, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(total / count, np.float32)


def _quality(cells: NDArray[np.float32]) -> int:
    """0..100: how much the cells differ from their neighbours, in hundredths of full range, cut to whole."""
    steps = (np.abs((np.diff(cells, axis=axis) * 100 / 255).astype(int)).sum() for axis in (0, 1))
    return min(100, int(sum(steps)) // 90)


def _interpolation(pixels: NDArray[np.uint8]) -> int:
    return cv2.INTER_AREA if min(pixels.shape[:2]) > SIDE else cv2.INTER_LINEAR


def _orientations(waves: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Coefficients (16, 16) of the eight orientations: mirroring changes signs, turning also transposes."""
    across, down = _SIGNS[None, :].astype(np.float32), _SIGNS[:, None].astype(np.float32)
    mirrored = [w for m in (waves, waves * across) for w in (m, m * down)]
    return mirrored + [each.T for each in mirrored]


def _bits(waves: NDArray[np.float32]) -> bytes:
    """The lower median is the threshold, as in the reference code; last coefficient first."""
    flat = waves.ravel()
    threshold = np.partition(flat, 127)[127]
    return np.packbits((flat > threshold)[::-1]).tobytes()
