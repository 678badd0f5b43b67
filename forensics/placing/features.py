"""Local features (SIFT, Lowe 2004, with the root normalisation of Arandjelovic and Zisserman 2012).

A registered tile's features are taken on the torus: it is wrapped before detection, so a motif cut by the
edge of the tile is found once and whole, and their coordinates are modulo the tile.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import BlockReference, edge_map

TILE_SIDE = 512
PICTURE_SIDE = 1000
_TILE_FEATURES = 1000
_PICTURE_FEATURES = 2000
_CONTRAST = 0.015
_EDGE_GAIN = 60.0
_CELLS, _DIRECTIONS, _LENGTH = 4, 8, 128


@dataclass(frozen=True)
class Features:
    """n keypoints: ``points`` (n, 2) x, y and ``sizes`` (n,) in px, ``angles`` (n,) in radians."""

    points: NDArray[np.float64]
    sizes: NDArray[np.float64]
    angles: NDArray[np.float64]
    descriptors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.points)

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Features:
        """The keypoints that ``keep`` selects: a mask (n,) or indices."""
        return Features(self.points[keep], self.sizes[keep], self.angles[keep], self.descriptors[keep])


class View(StrEnum):
    """Ways to look at a suspect: SIFT minds both a flip and a colourway that exchanges light and dark."""

    PLAIN = "plain"
    EDGES = "edges"
    MIRRORED = "mirrored"
    MIRRORED_EDGES = "mirrored-edges"
    INVERTED = "inverted"
    MIRRORED_INVERTED = "mirrored-inverted"

    @property
    def mirrored(self) -> bool:
        """Whether the view is the suspect seen in a mirror."""
        return self in (View.MIRRORED, View.MIRRORED_EDGES, View.MIRRORED_INVERTED)

    @property
    def edges(self) -> bool:
        """Whether the view shows the strength of colour edges, which a new colourway mostly leaves alone."""
        return self in (View.EDGES, View.MIRRORED_EDGES)

    @property
    def inverted(self) -> bool:
        """Whether light and dark are exchanged."""
        return self in (View.INVERTED, View.MIRRORED_INVERTED)


class TileViews:
    """A registered tile resampled to 512 x 512: its ``edges`` (``edge_map``) and its features, made once."""

    def __init__(self, tile: NDArray[np.uint8]) -> None:
        small = np.asarray(cv2.resize(tile, (TILE_SIDE, TILE_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
        self.edges = edge_map(small.astype(np.float32))
        self.blocks = BlockReference(small.astype(np.float32))
        self._grey = _grey(small)

    def features(self, view: View) -> Features:
        """What features of a suspect in this view are to be matched with."""
        return self._edges if view.edges else self._plain

    @cached_property
    def _plain(self) -> Features:
        return _detect_cyclic(self._grey)

    @cached_property
    def _edges(self) -> Features:
        return _detect_cyclic(_as_image(self.edges))


class SuspectViews:
    """Features of a suspect, reduced to at most 1000 px a side, in each view when asked for.

    Only two detections are ever made, on luminance and on edges: what a mirror or a negative shows follows
    from them exactly, see ``mirrored`` and ``inverted``.
    """

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        height, width = pixels.shape[:2]
        self._scale = min(1.0, PICTURE_SIDE / max(height, width))
        size = (max(1, round(width * self._scale)), max(1, round(height * self._scale)))
        self._pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        self._made: dict[View, Features] = {}

    def features(self, view: View) -> Features:
        """Features of one view, in pixels of that view."""
        if view not in self._made:
            self._made[view] = self._make(view)
        return self._made[view]

    def to_suspect(self, view: View) -> NDArray[np.float64]:
        """3x3 matrix from pixels of a view to pixels of the suspect."""
        mirror = np.eye(3)
        if view.mirrored:
            mirror[0] = (-1.0, 0.0, self._pixels.shape[1] - 1.0)
        return np.asarray(np.diag([1 / self._scale, 1 / self._scale, 1.0]) @ mirror, np.float64)

    def _make(self, view: View) -> Features:
        if view.mirrored:
            straight = {View.MIRRORED: View.PLAIN, View.MIRRORED_EDGES: View.EDGES}.get(view, View.INVERTED)
            return mirrored(self.features(straight), self._pixels.shape[1])
        if view.inverted:
            return inverted(self.features(View.PLAIN))
        image = _as_image(edge_map(self._pixels.astype(np.float32))) if view.edges else _grey(self._pixels)
        return _detect(image, _PICTURE_FEATURES)


def mirrored(features: Features, width: int) -> Features:
    """The features of the same picture, ``width`` px wide, in a mirror (left and right exchanged)."""
    cells = features.descriptors.reshape(-1, _CELLS, _CELLS, _DIRECTIONS)
    turned = cells[:, ::-1, :, (-np.arange(_DIRECTIONS)) % _DIRECTIONS].reshape(-1, _LENGTH)
    points = np.stack([width - 1.0 - features.points[:, 0], features.points[:, 1]], axis=1)
    return Features(points, features.sizes, np.pi - features.angles, np.ascontiguousarray(turned))


def inverted(features: Features) -> Features:
    """The features of the negative of the same picture: every gradient points the other way."""
    cells = features.descriptors.reshape(-1, _CELLS, _CELLS, _DIRECTIONS)
    turned = np.ascontiguousarray(cells[:, ::-1, ::-1].reshape(-1, _LENGTH))
    return Features(features.points, features.sizes, features.angles + np.pi, turned)


def _as_image(edges: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(edges * _EDGE_GAIN, 0, 255), np.uint8)


def _detect_cyclic(grey: NDArray[np.uint8]) -> Features:
    pad = TILE_SIDE // 4
    wrapped = np.asarray(cv2.copyMakeBorder(grey, pad, pad, pad, pad, cv2.BORDER_WRAP), np.uint8)
    found = _detect(wrapped, _TILE_FEATURES * 9 // 4)
    points = found.points - pad
    inside = np.flatnonzero(((points >= 0) & (points < TILE_SIDE)).all(1))
    return Features(points, found.sizes, found.angles, found.descriptors).where(inside)


def _grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def _detect(grey: NDArray[np.uint8], limit: int) -> Features:
    # cv2's type stubs do not know SIFT
    sift = cv2.SIFT_create(limit, contrastThreshold=_CONTRAST)  # type: ignore[attr-defined]
    keypoints, raw = sift.detectAndCompute(grey, None)
    if raw is None or not len(keypoints):
        return Features(np.zeros((0, 2)), np.zeros(0), np.zeros(0), np.zeros((0, 128), np.float32))
    table = np.array([(*k.pt, k.size, np.deg2rad(k.angle)) for k in keypoints], np.float64)
    rooted = np.sqrt(raw / (raw.sum(1, keepdims=True) + 1e-9)).astype(np.float32)
    return Features(table[:, :2], table[:, 2], table[:, 3], rooted)
