"""Where in a picture does something repeat? One region per pattern: a page of swatches, a cushion in a room.

Repeats are looked for in several windows, because the strongest repeat of a whole picture drowns the others.
A repeat then shows its own extent: its region is where the picture looks like itself one period further on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.lattice.basis import Basis, area, distinct, is_square, reduced
from watermark.lattice.correlation import Autocorrelation
from watermark.lattice.features import artwork
from watermark.lattice.panels import Box, panels
from watermark.lattice.recovery import lattice_of
from watermark.lattice.support import fitted, support
from watermark.pictures import Pixels, Plane, luma
from watermark.protocol import Lattice, Point

MOST_REGIONS = 6
MOST_PANELS = 24
_UNKNOWN = 0.6
_LONGEST_SIDE = 480
_PEAKS = 8
_SHORTEST = 14.0
_ALIKE = 0.5
_ENOUGH = 0.04
_ALL = 0.8
_LEAST_SUPPORT = 0.3

Likeness = NDArray[np.float32]


@dataclass(frozen=True)
class Region:
    """A part of a picture that repeats in one way.

    polygon: its outline, pixels (x, y) of the picture; box: (left, top, right, bottom) around it, right and
    bottom exclusive; lattices: its repeat in pixels of the picture, rough; empty where nothing repeats.
    """

    polygon: tuple[Point, ...]
    box: Box
    lattices: tuple[Lattice, ...] = ()


def regions(pixels: Pixels) -> list[Region]:
    """The regions of a uint8 (H, W, 3) picture that repeat, largest first; at most MOST_REGIONS.

    A picture that is one repeat, or shows none, is one region: itself.
    """
    height, width = pixels.shape[:2]
    shrink = min(1.0, _LONGEST_SIDE / max(height, width))
    small = pixels
    if shrink < 1:
        reduced_size = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        small = np.asarray(reduced_size, np.uint8)
    boxes = panels(luma(small))
    if boxes:
        return [_panel(small, box, width / small.shape[1], pixels) for box in boxes[:MOST_PANELS]]
    features = np.asarray(cv2.GaussianBlur(_planes(small), (0, 0), 1.0), np.float32)
    found = _separated(features, _bases(small))
    if not found or found[0][1].mean() > _ALL:
        return [_everything(pixels, [basis / shrink for basis, _ in found[:1]])]
    scale = np.array([width / small.shape[1], height / small.shape[0]])
    return [_region(basis * scale, mask, scale, (height, width)) for basis, mask in found[:MOST_REGIONS]]


def _panel(small: Pixels, box: Box, scale: float, pixels: Pixels) -> Region:
    """One panel of a page, a little inside its edges, with its own repeat."""
    left, top, right, bottom = box
    bases = [fitted_basis(small[top:bottom, left:right])]
    height, width = pixels.shape[:2]
    x0, y0 = round((left + 1) * scale), round((top + 1) * scale)
    x1, y1 = min(width, round((right - 1) * scale)), min(height, round((bottom - 1) * scale))
    corners = tuple((float(x), float(y)) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    lattices = [lattice_of(basis * scale, (height, width), "content") for basis in bases if basis is not None]
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    return Region(corners, (x0, y0, x1, y1), tuple(replace(lattice, origin=middle) for lattice in lattices))


def _everything(pixels: Pixels, bases: list[Basis]) -> Region:
    height, width = pixels.shape[:2]
    corners = ((0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height)))
    lattices = tuple(lattice_of(basis, (height, width), "content") for basis in bases)
    return Region(corners, (0, 0, width, height), lattices)


def _planes(pixels: Pixels) -> Plane:
    features = artwork(pixels)
    return np.stack([features.real, features.imag], axis=-1)


def _bases(pixels: Pixels) -> list[Basis]:
    """The repeat of each window that shows one; in pixels of the picture given."""
    windows = _windows(pixels.shape[0], pixels.shape[1])
    found = [fitted_basis(pixels[top:bottom, left:right]) for left, top, right, bottom in windows]
    return distinct([basis for basis in found if basis is not None])


def fitted_basis(pixels: Pixels) -> Basis | None:
    """The best supported repeat of a picture, fine ones first among equals; None if there is none."""
    correlation = Autocorrelation(artwork(pixels))
    places, _ = correlation.peaks(_PEAKS, shortest=_SHORTEST)
    rated: list[tuple[float, Basis]] = []
    for i, j in combinations(range(len(places)), 2):
        basis = reduced(np.array([places[i], places[j]]))
        if np.hypot(*basis.T).min() < _SHORTEST:
            continue
        held = support(basis, correlation)
        score = held.mean + 0.03 * is_square(basis) - 0.02 * np.log2(area(basis))
        if held.points >= 2 and held.mean > _LEAST_SUPPORT:
            rated.append((float(score), basis))
    return fitted(max(rated, key=lambda pair: pair[0])[1], correlation, 1) if rated else None


def _windows(height: int, width: int) -> Iterator[Box]:
    """The whole, the middle, and four quarters, (left, top, right, bottom)."""
    yield 0, 0, width, height
    yield width // 4, height // 4, width - width // 4, height - height // 4
    for left in (0, width // 2):
        for top in (0, height // 2):
            yield left, top, left + width // 2, top + height // 2


def _separated(features: Plane, bases: list[Basis]) -> list[tuple[Basis, NDArray[np.bool_]]]:
    """Repeats with the part of the picture each explains best, largest part first, parts disjoint."""
    maps = [(basis, _likeness(features, basis)) for basis in bases]
    free = np.ones(features.shape[:2], bool)
    found: list[tuple[Basis, NDArray[np.bool_]]] = []
    while maps and len(found) < MOST_REGIONS:
        parts = [_largest_part(_closed(likeness > _ALIKE, basis) & free) for basis, likeness in maps]
        sizes = [float((likeness * part).sum()) for (_, likeness), part in zip(maps, parts, strict=True)]
        best = int(np.argmax(sizes))
        if parts[best].mean() < _ENOUGH:
            break
        found.append((maps[best][0], parts[best]))
        free &= ~parts[best]
    return found


def _likeness(features: Plane, basis: Basis) -> Likeness:
    """(H, W) how much the surroundings of each pixel look like those one period away, in both directions."""
    reach = int(np.clip(0.8 * np.sqrt(area(basis)), 12, 60)) | 1
    least = np.full(features.shape[:2], 1.0, np.float32)
    for step in np.rint(basis).astype(int):
        product = np.zeros(features.shape[:2], np.float32)
        energy = np.full_like(product, 1e-3)
        for dx, dy in (step, -step):
            moved = _moved(features, int(dx), int(dy))
            seen = (moved != 0).any(axis=2)
            product += (features * moved).sum(axis=2)
            energy += ((features**2).sum(axis=2) + (moved**2).sum(axis=2)) / 2 * seen
        window = (reach, reach)
        likeness = cv2.blur(product, window) / cv2.blur(energy, window)
        unseen = cv2.blur(np.asarray(energy <= 1e-3, np.float32), window) > 0.5
        least = np.minimum(least, np.where(unseen, _UNKNOWN, likeness))
    return np.asarray(least, np.float32)


def _moved(features: Plane, dx: int, dy: int) -> Plane:
    """The features as seen (dx, dy) further on; zero beyond the border."""
    shift = np.array([[1, 0, -dx], [0, 1, -dy]], np.float32)
    size = (features.shape[1], features.shape[0])
    return np.asarray(cv2.warpAffine(features, shift, size, flags=cv2.INTER_NEAREST), np.float32)


def _closed(mask: NDArray[np.bool_], basis: Basis) -> NDArray[np.bool_]:
    """What lies between a place and its like one period on belongs to the same pattern."""
    across, down = (int(side) // 2 for side in np.abs(basis).max(0))
    kernel = np.ones((2 * (down // 2) + 1, 2 * (across // 2) + 1), np.uint8)
    margin = max(kernel.shape)
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), *(margin,) * 4, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, kernel)
    return np.asarray(closed[margin:-margin, margin:-margin] > 0, bool)


def _largest_part(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return np.zeros_like(mask)
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])), bool)


def _region(basis: Basis, mask: NDArray[np.bool_], scale: Basis, size: tuple[int, int]) -> Region:
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    hull = cv2.convexHull(max(outlines, key=cv2.contourArea))
    outline = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True).reshape(-1, 2) * scale
    low = np.maximum(np.floor(outline.min(0)), 0).astype(int)
    high = np.minimum(np.ceil(outline.max(0) + scale), [size[1], size[0]]).astype(int)
    middle = outline.mean(0)
    lattice = replace(lattice_of(basis, size, "content"), origin=(float(middle[0]), float(middle[1])))
    polygon = tuple((float(x), float(y)) for x, y in outline)
    return Region(polygon, (int(low[0]), int(low[1]), int(high[0]), int(high[1])), (lattice,))
