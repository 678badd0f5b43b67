"""Where in the picture a tile is really seen, as a polygon; and the picture without it, to look for more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.describing.laying import Laid
from forensics.describing.plane import Image, picture
from forensics.describing.unrolled import AGREEMENT_SIDE, agreement, bent
from forensics.report import Region

Mask = NDArray[np.bool_]

_WORK_PX = 512
_ROUND = 0.03
_SIMPLE = 0.006
_MOST_CORNERS = 60
_NEARLY_ALL = 0.9
_ALL = 0.97
_MOSTLY = 0.5
_LEAST_LEFT = 0.06


def region(pixels: Image, laid: Laid, tile: Image) -> Region:
    """The outline of the largest part of the suspect that agrees with the tile, clockwise, in its px."""
    height, width = pixels.shape[:2]
    shrink = min(1.0, _WORK_PX / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    bulged = bent(agreement(pixels, laid, tile), laid, AGREEMENT_SIDE)
    agrees = picture(bulged, np.diag([shrink, shrink, 1.0]) @ laid.unit, laid.cells, AGREEMENT_SIDE, size)
    soft = cv2.GaussianBlur(agrees, (0, 0), _ROUND * shrink * laid.period_px + 0.5)
    agreeing = np.asarray(soft) > 0.5
    if agreeing.mean() > _ALL:
        agreeing[:] = True
    return outline(agreeing, 1 / shrink, (width, height))


def outline(mask: Mask, scale: float, size: tuple[int, int]) -> Region:
    """The outline of a mask's largest part, its points times ``scale``, within a picture of ``size``."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return ()
    largest = max(contours, key=cv2.contourArea)
    tolerance = _SIMPLE * (mask.shape[0] + mask.shape[1])
    simple = cv2.approxPolyDP(largest, tolerance, True)[:, 0, :].astype(np.float64)
    while len(simple) > _MOST_CORNERS:
        tolerance *= 1.5
        simple = cv2.approxPolyDP(largest, tolerance, True)[:, 0, :].astype(np.float64)
    if len(simple) < 3:
        return ()
    # a contour runs through pixel middles; the outermost ones reach to the border of the picture
    last = np.array([mask.shape[1] - 1, mask.shape[0] - 1])
    points = (simple + 0.5) * scale - 0.5
    points = np.where(simple <= 0, 0.0, np.where(simple >= last, np.array(size) - 1.0, points))
    if _turning(points) < 0:
        points = points[::-1]
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in points)


def _turning(points: NDArray[np.float64]) -> float:
    """Twice the signed area: positive when clockwise as seen (y points down)."""
    after = np.roll(points, -1, axis=0)
    return float((points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]).sum())


def area(region: Region) -> float:
    """Area of a polygon in square px."""
    return abs(_turning(np.array(region, np.float64))) / 2 if len(region) > 2 else 0.0


def filled(region: Region, size: tuple[int, int]) -> Mask:
    """The polygon as a mask (height, width) of a picture of ``size`` (width, height)."""
    mask = np.zeros(size[::-1], np.uint8)
    if len(region) > 2:
        cv2.fillPoly(mask, [np.round(np.array(region)).astype(np.int32)], (1,))
    return np.asarray(mask > 0, np.bool_)


def overlap(one: Region, other: Region, size: tuple[int, int]) -> float:
    """Share of the smaller of two regions that lies in the other."""
    a, b = filled(one, size), filled(other, size)
    smaller = min(int(a.sum()), int(b.sum()))
    return float((a & b).sum()) / smaller if smaller else 0.0


def without(pixels: Image, regions: Sequence[Region]) -> Image:
    """The picture with the regions laid over by the mean colour of what is left."""
    size = (pixels.shape[1], pixels.shape[0])
    covered = np.zeros(pixels.shape[:2], np.bool_)
    for each in regions:
        covered |= filled(each, size)
    rest = pixels.copy()
    if covered.any() and not covered.all():
        rest[covered] = np.round(pixels[~covered].mean(0)).astype(np.uint8)
    return rest


@dataclass(frozen=True)
class Place:
    """A box of the suspect to look at: ``box`` (x0, y0, x1, y1) in px; ``hidden`` is laid over before."""

    box: tuple[int, int, int, int]
    words: str
    hidden: tuple[Region, ...] = ()

    @classmethod
    def whole(cls, pixels: Image) -> Place:
        """The whole picture."""
        return cls((0, 0, pixels.shape[1], pixels.shape[0]), "whole picture")

    @property
    def corner(self) -> tuple[float, float]:
        """Its first pixel (x, y)."""
        return float(self.box[0]), float(self.box[1])

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]

    def cut(self, pixels: Image) -> Image:
        """Its pixels."""
        x0, y0, x1, y1 = self.box
        return np.ascontiguousarray(without(pixels, self.hidden)[y0:y1, x0:x1])


def uncovered(pixels: Image, taken: Sequence[Region], scale: float) -> float:
    """Share of the suspect that none of the regions, in px of the picture given, covers."""
    covered = np.zeros(pixels.shape[:2], np.bool_)
    for each in taken:
        covered |= filled(_scaled(each, scale), (pixels.shape[1], pixels.shape[0]))
    return 1.0 - float(covered.mean())


def places(pixels: Image, taken: Sequence[Region], scale: float) -> list[Place]:
    """Where in the suspect another pattern may be, those ``taken`` laid over: largest first.

    The regions of one repeat each that ``watermark.lattice.regions`` tells apart, and what is left over when
    it tells none apart.
    """
    hidden = tuple(_scaled(each, scale) for each in taken)
    found = _repeating(without(pixels, hidden), hidden)
    return found or (_left_over(pixels, hidden) if hidden else [])


def _repeating(rest: Image, hidden: tuple[Region, ...]) -> list[Place]:
    from watermark import lattice

    told_apart = getattr(lattice, "regions", None)
    size = (rest.shape[1], rest.shape[0])
    found: list[Place] = []
    for each in told_apart(rest) if told_apart is not None else ():
        x0, y0, x1, y1 = (int(v) for v in each.box)
        polygon = tuple((float(x), float(y)) for x, y in each.polygon)
        covered = max((overlap(polygon, other, size) for other in hidden), default=0.0)
        everything = (x1 - x0) * (y1 - y0) > _NEARLY_ALL * size[0] * size[1]
        if covered < _MOSTLY and not everything:
            found.append(Place((x0, y0, x1, y1), f"region {len(found) + 1}", hidden))
    return found


def _left_over(pixels: Image, hidden: tuple[Region, ...]) -> list[Place]:
    """Boxes around the parts of the picture that nothing covers."""
    height, width = pixels.shape[:2]
    covered = np.zeros((height, width), np.bool_)
    for each in hidden:
        covered |= filled(each, (width, height))
    bare = cv2.erode((~covered).astype(np.uint8), np.ones((9, 9), np.uint8))
    _, _, parts, _ = cv2.connectedComponentsWithStats(np.asarray(bare, np.uint8))
    order = sorted(range(1, len(parts)), key=lambda k: -int(parts[k][cv2.CC_STAT_AREA]))
    boxes = [tuple(int(v) for v in parts[k][:4]) for k in order if parts[k][4] > _LEAST_LEFT * height * width]
    return [
        Place((x, y, x + w, y + h), f"rest {number}", hidden)
        for number, (x, y, w, h) in enumerate(boxes, start=1)
    ]


def _scaled(place: Region, scale: float) -> Region:
    return tuple((x * scale, y * scale) for x, y in place)
