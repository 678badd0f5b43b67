"""Matched features between a suspect and a tile, and the placement of the tile that most of them agree on.

A match says where one detail of the suspect lies *modulo the tile*: every repeat of the pattern votes for
the same placement. One match fixes position, turn and size (a keypoint has all three), so hypotheses are
tried one match at a time instead of in random quadruples; the best is then widened step by step to a
homography with RANSAC of few samples (cv2's MAGSAC++ can take 20 s over points that lie nearly on a line).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.features import TILE_SIDE, Features

RATIO = 0.85
NEAR = 0.45
MAX_MATCHES = 900
MAX_HYPOTHESES = 300
MIN_MATCHES = 8
_ANGLE_GATE = np.deg2rad(18.0)
_SIZE_GATE = 0.35
FINAL_TOLERANCE_PX = 5.0
_MOST_SAMPLES = 500

# (reach in tiles, tolerance in tiles, whether with perspective)
Steps = tuple[tuple[float, float, bool], ...]
_NEAR_STEPS: Steps = ((0.5, 0.035, False), (1.0, 0.035, False))
_FAR_STEPS: Steps = ((2.0, 0.02, False), (9.0, 0.02, False), (9.0, 0.015, True), (9.0, 0.01, True))

Matrix = NDArray[np.float64]
Indices = NDArray[np.intp]
_NONE = np.zeros(0, np.intp)


@dataclass(frozen=True)
class Matches:
    """n pairs of keypoints, best first: ``suspect`` row i looks like ``tile`` row i."""

    suspect: Features
    tile: Features

    def __len__(self) -> int:
        return len(self.suspect)


@dataclass(frozen=True)
class Agreement:
    """``homography`` maps tile px (512 a repeat) to suspect px; ``inliers`` of ``matches`` agree.

    ``details`` counts the different details of the tile among them: the one corner of a chevron, found again
    in every zigzag of the suspect, is one detail, and says as little as the chevron is common. ``local``: the
    placement around ``focus`` (suspect px x, y), where most agree, which on draped cloth is another.
    """

    homography: Matrix
    inliers: int
    details: int
    matches: int
    hypotheses: int
    focus: tuple[float, float]
    local: Matrix


def match(suspect: Features, tile: Features) -> Matches:
    """Nearest tile feature of each suspect feature where the second nearest is clearly worse (ratio 0.85)."""
    if len(suspect) < 2 or len(tile) < 2:
        return _picked(suspect, tile, _NONE, _NONE)
    likeness = suspect.descriptors @ tile.descriptors.T
    rows = np.arange(len(suspect))
    nearest = likeness.argmax(1)
    first = likeness[rows, nearest].copy()
    likeness[rows, nearest] = -1.0
    ratio = _distance(first) / (_distance(likeness.max(1)) + 1e-9)
    order = np.argsort(ratio, kind="stable")
    order = order[ratio[order] < RATIO][:MAX_MATCHES]
    return _picked(suspect, tile, order, nearest[order])


def match_repeating(suspect: Features, tile: Features) -> Matches:
    """The three nearest tile features of each suspect feature, if near: for tiles that repeat a motif."""
    if len(suspect) < 2 or len(tile) < 4:
        return _picked(suspect, tile, _NONE, _NONE)
    likeness = suspect.descriptors @ tile.descriptors.T
    rows = np.arange(len(suspect))
    nearest = np.empty((len(suspect), 3), np.intp)
    closeness = np.empty((len(suspect), 3), np.float32)
    for k in range(3):
        nearest[:, k] = likeness.argmax(1)
        closeness[:, k] = likeness[rows, nearest[:, k]]
        likeness[rows, nearest[:, k]] = -1.0
    distance = _distance(closeness).ravel()
    order = np.argsort(distance, kind="stable")
    order = order[distance[order] < NEAR][: 2 * MAX_MATCHES]
    return _picked(suspect, tile, order // 3, nearest.ravel()[order])


def _picked(suspect: Features, tile: Features, rows: Indices, columns: Indices) -> Matches:
    return Matches(suspect.where(rows), tile.where(columns))


def _distance(likeness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Euclidean distance of unit vectors from their inner product."""
    return np.asarray(np.sqrt(np.maximum(2.0 - 2.0 * likeness, 0.0)), np.float32)


def agree(matches: Matches) -> Agreement | None:
    """The placement of the tile most matches agree on, modulo the tile; None when there is none."""
    if len(matches) < MIN_MATCHES:
        return None
    tried = min(len(matches), MAX_HYPOTHESES)
    start = max((_vote(matches, i) for i in range(tried)), key=lambda vote: vote[0])
    local = _widened(matches, start[1], start[2], _NEAR_STEPS)
    local = start[1] if local is None or not plausible(local) else local
    homography = _widened(matches, local, start[2], _FAR_STEPS)
    if homography is None or not plausible(homography):
        homography = local
    if not plausible(homography):
        return None
    error, _, _ = _residual(matches, homography)
    agreeing = error < FINAL_TOLERANCE_PX
    details = _unlike(matches.tile.descriptors[agreeing])
    inliers = _distinct(matches, agreeing)
    x, y, _ = start[1] @ np.array([*start[2], 1.0])
    return Agreement(homography, inliers, details, len(matches), tried, (float(x), float(y)), local)


def plausible(homography: Matrix) -> bool:
    """Whether the tile keeps a sane size and form: convex, sides within a factor of three, no fold-over."""
    corners = np.array([[[0, 0], [TILE_SIDE, 0], [TILE_SIDE, TILE_SIDE], [0, TILE_SIDE]]], np.float64)
    if not np.isfinite(homography).all():
        return False
    placed = cv2.perspectiveTransform(corners, homography)[0].astype(np.float32)
    if not np.isfinite(placed).all() or not cv2.isContourConvex(placed):
        return False
    sides = np.linalg.norm(np.roll(placed, -1, axis=0) - placed, axis=1)
    area = cv2.contourArea(placed) / TILE_SIDE**2
    return bool(0.003 < area < 25.0 and sides.max() < 3.0 * sides.min())


def _vote(matches: Matches, i: int) -> tuple[float, Matrix, NDArray[np.float64]]:
    """Weight of the matches that agree with match i, its similarity tile -> suspect, its tile point."""
    s, t = matches.suspect, matches.tile
    scale, turn = s.sizes[i] / t.sizes[i], s.angles[i] - t.angles[i]
    rotation = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    apart = s.points - s.points[i]
    error = _modulo(apart @ np.linalg.inv(rotation).T + t.points[i] - t.points)
    reach = np.linalg.norm(apart, axis=1) / scale
    tolerance = 0.012 * TILE_SIDE + 0.06 * np.minimum(reach, TILE_SIDE)
    sizes = np.abs(np.log(s.sizes / t.sizes / scale)) < _SIZE_GATE
    angles = np.abs((s.angles - t.angles - turn + np.pi) % (2 * np.pi) - np.pi) < _ANGLE_GATE
    agreeing = (np.linalg.norm(error, axis=1) < tolerance) & sizes & angles
    similarity = np.eye(3)
    similarity[:2, :2] = rotation
    similarity[:2, 2] = s.points[i] - rotation @ t.points[i]
    return float((agreeing / (1.0 + reach / TILE_SIDE)).sum()), similarity, t.points[i]


def _widened(matches: Matches, homography: Matrix, seed: NDArray[np.float64], steps: Steps) -> Matrix | None:
    """From a similarity around one feature to a homography over all repeats, reaching further each step."""
    for reach, tolerance, perspective in steps:
        error, unwrapped, on_tile = _residual(matches, homography)
        near = np.linalg.norm(on_tile - seed, axis=1) < reach * TILE_SIDE
        use = (error < tolerance * TILE_SIDE) & near
        if use.sum() < 6:
            if reach <= 1.0:
                continue
            return None
        fitted = _fit(unwrapped[use], matches.suspect.points[use], perspective)
        if fitted is None:
            return None
        homography = fitted
    return homography


def _fit(source: Matrix, target: Matrix, perspective: bool) -> Matrix | None:
    if perspective:
        found, _ = cv2.findHomography(source, target, cv2.RANSAC, 3.0, maxIters=_MOST_SAMPLES)
        return None if found is None else np.asarray(found, np.float64)
    affine, _ = cv2.estimateAffine2D(source, target, ransacReprojThreshold=4.0)
    if affine is None or abs(np.linalg.det(affine[:, :2])) < 1e-4:
        return None
    return np.vstack([affine, [0.0, 0.0, 1.0]])


def _residual(matches: Matches, homography: Matrix) -> tuple[NDArray[np.float64], Matrix, Matrix]:
    """Error of each match modulo the tile, its tile point unwrapped, its suspect point; tile px."""
    points = np.hstack([matches.suspect.points, np.ones((len(matches), 1))]) @ np.linalg.inv(homography).T
    on_tile = points[:, :2] / np.where(np.abs(points[:, 2:]) < 1e-9, 1e-9, points[:, 2:])
    error = _modulo(on_tile - matches.tile.points)
    return np.linalg.norm(error, axis=1), on_tile - error, on_tile


def _modulo(offset: Matrix) -> Matrix:
    return offset - TILE_SIDE * np.round(offset / TILE_SIDE)


def _distinct(matches: Matches, agreeing: NDArray[np.bool_]) -> int:
    """Agreeing matches at different places: several keypoints on one corner are one witness."""
    cells = np.round(matches.suspect.points[agreeing] / 4.0).astype(np.int64)
    return len(np.unique(cells, axis=0))


def _unlike(descriptors: NDArray[np.float32]) -> int:
    """How many of them are left when each that looks like an earlier one is dropped."""
    alike = descriptors @ descriptors.T > 1.0 - NEAR**2 / 2.0  # unit vectors: |a - b| < NEAR
    left = np.ones(len(descriptors), bool)
    for i in range(len(descriptors)):
        if left[i]:
            left[i + 1 :] &= ~alike[i, i + 1 :]
    return int(left.sum())
