"""The evidence as a picture for a person: the repeat drawn over the suspect, beside it what was compared."""

from __future__ import annotations

import cv2
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from forensics.report import Evidence
from forensics.straighten import SIDE, edge_map
from forensics.unfold import repeats

PANEL_PX = 480
_GAP_PX = 8
_SMALL_PX = (PANEL_PX - _GAP_PX) // 2
_ALIGN_SIDE = 128
_MOST_LINES = 60
_PAPER = (250, 249, 246)
_LINE = (255, 255, 255)
_SHADOW = (30, 30, 34)
_ACCENT = (233, 66, 66)

Image = NDArray[np.uint8]
Matrix = NDArray[np.float64]


def draw(pixels: Image, evidence: Evidence, reference_tile: Image | None) -> Image:
    """RGB uint8 (480, W <= 724, 3): the suspect with its repeats outlined, its fold, the registered tile.

    One repeat is tinted. The fold is turned and shifted to lie as the registered tile does. Without an
    overlay only the suspect and the tile are shown; ``reference_tile`` is None for an unknown asset.
    """
    scale = PANEL_PX / max(pixels.shape[:2])
    panel = _resized(pixels, (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale))))
    small: list[Image] = []
    if evidence.overlay is not None:
        unit = np.array(evidence.overlay.homography, np.float64).reshape(3, 3)
        folded = fold_visible(pixels, unit)
        if reference_tile is not None:
            unit = unit @ alignment(folded, _resized(reference_tile, (SIDE, SIDE)).astype(np.float32))
            folded = fold_visible(pixels, unit)
        small.append(np.clip(np.rint(folded), 0, 255).astype(np.uint8))
        panel = _with_repeats(panel, np.diag([scale, scale, 1.0]) @ unit)
    if reference_tile is not None:
        small.append(reference_tile)
    return _composed(panel, small)


def fold_visible(pixels: Image, unit: Matrix) -> NDArray[np.float32]:
    """Mean of the visible repeats, float32 (512, 512, 3); ``unit`` maps unit tile coordinates to pixels."""
    total = np.zeros((SIDE, SIDE, 3), np.float32)
    weight = np.full((SIDE, SIDE, 1), 1e-6, np.float32)
    for patch, seen in repeats(pixels, unit @ np.diag([1 / SIDE, 1 / SIDE, 1.0])):
        total += patch * seen[..., None]
        weight += seen[..., None]
    return (total / weight).astype(np.float32)


def alignment(folded: NDArray[np.float32], registered: NDArray[np.float32]) -> Matrix:
    """3x3 from unit coordinates of the registered tile to those of the fold: a symmetry and a shift."""
    wanted = scipy.fft.rfft2(_edges(registered))
    edges = _edges(folded)
    best, matrix = -np.inf, np.eye(3)
    for turn in _symmetries():
        surface = scipy.fft.irfft2(scipy.fft.rfft2(_turned(edges, turn)) * wanted.conj())
        peak = int(surface.argmax())
        if surface.flat[peak] > best:
            best = float(surface.flat[peak])
            down, across = divmod(peak, _ALIGN_SIDE)
            matrix = np.eye(3)
            matrix[:2, :2] = turn
            matrix[:2, 2] = turn @ (np.array([across, down]) / _ALIGN_SIDE)
    return matrix


def _symmetries() -> list[Matrix]:
    flips = [np.diag([a, b]).astype(np.float64) for a in (1, -1) for b in (1, -1)]
    return flips + [flip @ np.array([[0.0, 1.0], [1.0, 0.0]]) for flip in flips]


def _turned(values: NDArray[np.float32], turn: Matrix) -> NDArray[np.float32]:
    """values'(p) = values(turn p) on the torus, p = (x, y)."""
    y, x = np.mgrid[0:_ALIGN_SIDE, 0:_ALIGN_SIDE]
    source = (turn.astype(int) @ np.stack([x.ravel(), y.ravel()])) % _ALIGN_SIDE
    return np.asarray(values[source[1], source[0]], np.float32).reshape(_ALIGN_SIDE, _ALIGN_SIDE)


def _edges(tile: NDArray[np.float32]) -> NDArray[np.float32]:
    small = cv2.resize(tile, (_ALIGN_SIDE, _ALIGN_SIDE), interpolation=cv2.INTER_AREA)
    edges = edge_map(np.asarray(small, np.float32))
    return np.asarray(edges - edges.mean(), np.float32)


def _with_repeats(panel: Image, unit: Matrix) -> Image:
    """The grid of repeats over the panel, one repeat tinted."""
    height, width = panel.shape[:2]
    frame = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    on_tile = cv2.perspectiveTransform(frame, np.linalg.inv(unit))[0]
    low, high = np.floor(on_tile.min(0)).astype(int), np.ceil(on_tile.max(0)).astype(int)
    if (high - low).max() > _MOST_LINES:
        return panel
    panel = _tinted(panel, unit, np.floor(on_tile.mean(0)))
    ends = [((i, low[1]), (i, high[1])) for i in range(low[0], high[0] + 1)]
    ends += [((low[0], j), (high[0], j)) for j in range(low[1], high[1] + 1)]
    placed = cv2.perspectiveTransform(np.array(ends, np.float64).reshape(1, -1, 2), unit)[0].reshape(-1, 2, 2)
    for colour, thickness in ((_SHADOW, 3), (_LINE, 1)):
        for start, end in np.clip(placed, -20_000, 20_000):
            _line(panel, start, end, colour, thickness)
    return panel


def _tinted(panel: Image, unit: Matrix, cell: NDArray[np.float64]) -> Image:
    corners = (cell + np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64))[None]
    placed = np.round(cv2.perspectiveTransform(corners, unit)[0]).astype(np.int32)
    layer = panel.copy()
    cv2.fillPoly(layer, [placed], _ACCENT)
    mixed = np.asarray(cv2.addWeighted(layer, 0.22, panel, 0.78, 0.0), np.uint8)
    cv2.polylines(mixed, [placed], True, _ACCENT, 5, cv2.LINE_AA)
    return mixed


def _line(
    panel: Image,
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    colour: tuple[int, int, int],
    thickness: int,
) -> None:
    first, second = (int(start[0]), int(start[1])), (int(end[0]), int(end[1]))
    cv2.line(panel, first, second, colour, thickness, cv2.LINE_AA)


def _composed(panel: Image, small: list[Image]) -> Image:
    width = panel.shape[1] + (_GAP_PX + _SMALL_PX if small else 0)
    canvas: Image = np.full((PANEL_PX, width, 3), _PAPER, np.uint8)
    top = (PANEL_PX - panel.shape[0]) // 2
    canvas[top : top + panel.shape[0], : panel.shape[1]] = panel
    for row, tile in enumerate(small):
        y = row * (_SMALL_PX + _GAP_PX)
        canvas[y : y + _SMALL_PX, panel.shape[1] + _GAP_PX :] = _resized(tile, (_SMALL_PX, _SMALL_PX))
    return canvas


def _resized(image: Image, size: tuple[int, int]) -> Image:
    smaller = size[0] * size[1] < image.shape[0] * image.shape[1]
    interpolation = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.array(cv2.resize(image, size, interpolation=interpolation), np.uint8)
