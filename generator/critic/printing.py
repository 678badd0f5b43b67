"""What a screen printer asks of a tile, measured on its separations: how many inks, how fine a line, a seam.

Everything is measured on the torus: the tile meets itself on every side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.palette import ink_rgb

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

NEAR_INK = 6.0  # RGB distance at which a pixel is an ink, for files that were saved with some loss
OFF_LINE = 12.0  # how far from the line between two inks a blended edge may lie
EDGE_PX = 2  # how far from their inks the blended pixels of a corner lie
WIDEST_PX = 8  # the widest pen that is tried
LOST = 0.02  # the share of a screen that may be finer: the tips of leaves
BREAK_MARGIN, CUT_MARGIN = 0.25, 0.1  # how much more of the edge may break than of any line inside
_MATCH_ROWS = 2
_FEWEST = 16  # changes along a line, as a part of it, below which a single one counts for little


@dataclass(frozen=True, eq=False)
class Separations:
    """`inks` is uint8 (H, W): which ink of the palette prints where.

    `foreign` is the share of pixels that are neither an ink nor a blend of two, as an anti-aliased edge is,
    nor a blend of three where inks meet.
    """

    inks: Pixels
    foreign: float


def separations(pixels: Pixels, palette: Sequence[str]) -> Separations:
    """The screens of a tile (H, W, 3) in a palette: blended edges go to the ink that is next to them."""
    inks = np.array([ink_rgb(ink) for ink in palette], np.float32)
    colours, back = _colours(pixels)
    apart = np.linalg.norm(colours[:, None, :] - inks, axis=2)
    nearest, pure = apart.argmin(1).astype(np.uint8)[back], (apart.min(1) <= NEAR_INK)[back]
    foreign = _off(colours, inks)[back] & ~pure
    if foreign.any():
        foreign &= ~(_blend(colours, inks)[back] & _edge(nearest, pure, len(inks)))
    return Separations(_spread(nearest, pure) if pure.any() else nearest, float(foreign.mean()))


def _colours(pixels: Pixels) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Every colour (N, 3) once, and the number (H, W) of each pixel's: one number a colour is sorted fast."""
    red, green, blue = np.moveaxis(pixels.astype(np.uint32), -1, 0)
    found, back = np.unique(red << 16 | green << 8 | blue, return_inverse=True)
    parts = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    return parts.astype(np.float32), back.reshape(pixels.shape[:2])


def coverage(inks: Pixels, count: int) -> list[float]:
    """The share of the tile that each ink prints."""
    return [float(share) for share in np.bincount(inks.ravel(), minlength=count)[:count] / inks.size]


def finest(mask: Mask) -> int:
    """The widest pen in whole pixels, up to WIDEST_PX, that draws all of the mask but LOST of it.

    An opening by a disc, on the torus.
    """
    wrapped = np.pad(mask, WIDEST_PX, mode="wrap").astype(np.uint8)
    inner = (slice(WIDEST_PX, -WIDEST_PX),) * 2
    printed = int(mask.sum())
    for width in range(2, WIDEST_PX + 1):
        kept = cv2.morphologyEx(wrapped, cv2.MORPH_OPEN, _pen(width))[inner]
        if printed - int(kept.sum()) > LOST * printed:
            return width - 1
    return WIDEST_PX


def _pen(width: int) -> Pixels:
    """A disc of `width` pixels across."""
    place = np.arange(width) - (width - 1) / 2
    return np.asarray(np.add.outer(place**2, place**2) <= (width / 2) ** 2, np.uint8)


def _off(colours: NDArray[np.float32], inks: NDArray[np.float32]) -> Mask:
    """Which colours (N, 3) are far from every line between two inks."""
    nearest = np.full(len(colours), np.inf, np.float32)
    for i, a in enumerate(inks):
        for b in inks[i + 1 :]:
            along = b - a
            place = ((colours - a) @ along / max(float(along @ along), 1.0)).clip(0, 1)
            nearest = np.minimum(nearest, np.linalg.norm(colours - a - place[:, None] * along, axis=1))
    return np.asarray(nearest > OFF_LINE)


def _blend(colours: NDArray[np.float32], inks: NDArray[np.float32]) -> Mask:
    """Which colours (N, 3) are inside a triangle of three inks, OFF_LINE from its plane at most."""
    found = np.zeros(len(colours), np.bool_)
    for a, b, c in combinations(inks, 3):
        sides = np.stack([b - a, c - a], 1)
        parts = (colours - a) @ np.linalg.pinv(sides).T
        inside = (parts >= 0).all(1) & (parts.sum(1) <= 1)
        found |= inside & (np.linalg.norm(colours - a - parts @ sides.T, axis=1) <= OFF_LINE)
    return found


def _edge(nearest: Pixels, pure: Mask, count: int) -> Mask:
    """Pixels that have at least two inks within EDGE_PX."""
    reach = np.ones((2 * EDGE_PX + 1,) * 2, np.uint8)
    near = np.zeros(pure.shape, np.int64)
    for ink in range(count):
        wrapped = np.pad(pure & (nearest == ink), EDGE_PX, mode="wrap").astype(np.uint8)
        near += cv2.dilate(wrapped, reach)[EDGE_PX:-EDGE_PX, EDGE_PX:-EDGE_PX] > 0
    return np.asarray(near >= 2)


def _spread(nearest: Pixels, pure: Mask) -> Pixels:
    """Every other pixel takes the ink of the nearest pure one."""
    margin = 8
    wrapped = np.pad(pure, margin, mode="wrap")
    _, labels = cv2.distanceTransformWithLabels(
        (~wrapped).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    inks = np.pad(nearest, margin, mode="wrap")
    table = np.zeros(int(labels.max()) + 1, np.uint8)
    table[labels[wrapped]] = inks[wrapped]
    return np.ascontiguousarray(table[labels][margin:-margin, margin:-margin])


def seam(inks: Pixels) -> tuple[float, float]:
    """(how much of the tile's edge breaks, how much of it may), shares of the edge.

    Along two neighbouring lines of a drawing, where one changes ink so does the other, two pixels away at
    most, and inks differ across them only there, unless a straight border runs between them. Where a tile
    does not meet itself, neither holds. Of both directions and signs, the one is told that is worst.
    """
    found = [pair for each in (inks, inks.T) for pair in _breaks(each)]
    return max(found, key=lambda pair: pair[0] - pair[1])


def _breaks(inks: Pixels) -> tuple[tuple[float, float], ...]:
    """Changes without a counterpart, then inks that differ between changes; at the edge and inside."""
    after = np.roll(inks, -1, axis=1)
    changes, following = (each != np.roll(each, 1, axis=0) for each in (inks, after))
    alone = (changes & ~_near(following)).sum(0) / np.maximum(changes.sum(0), inks.shape[0] / _FEWEST)
    cut = ((inks != after) & ~_near(changes | following)).mean(0)
    most = float(np.percentile(alone[:-1], 99)) + BREAK_MARGIN, float(cut[:-1].max()) + CUT_MARGIN
    return (float(alone[-1]), most[0]), (float(cut[-1]), most[1])


def _near(changes: Mask) -> Mask:
    """Where something changes at most _MATCH_ROWS away along the line."""
    near = changes.copy()
    for shift in range(1, _MATCH_ROWS + 1):
        near |= np.roll(changes, shift, axis=0) | np.roll(changes, -shift, axis=0)
    return np.asarray(near)
