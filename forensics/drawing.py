"""The evidence as a picture for a person: the repeat drawn over the suspect, beside it what was compared."""

from __future__ import annotations

import cv2
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from forensics.blocks import SIDE, BlockReference, edge_map
from forensics.report import Evidence
from forensics.straighten import straighten
from forensics.unfold import Cell, repeats

PANEL_PX = 480
_GAP_PX = 8
_SMALL_PX = (PANEL_PX - _GAP_PX) // 2
_ALIGN_SIDE = 128
_LIGHT_WEIGHT = np.float32(0.5)
_MIN_SHARE = 0.2
_SUBPIXEL_BITS = 4
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
        if reference_tile is not None:
            registered = _resized(reference_tile, (SIDE, SIDE)).astype(np.float32)
            unit = unit @ alignment(fold_visible(pixels, unit, None)[0], registered)
            folded, cells = fold_visible(pixels, unit, BlockReference(registered))
        else:
            folded, cells = fold_visible(pixels, unit, None)
        small.append(np.clip(np.rint(folded), 0, 255).astype(np.uint8))
        panel = _with_repeats(panel, np.diag([scale, scale, 1.0]) @ unit, cells)
    if reference_tile is not None:
        small.append(reference_tile)
    return _composed(panel, small)


def fold_visible(
    pixels: Image, unit: Matrix, reference: BlockReference | None
) -> tuple[NDArray[np.float32], list[Cell]]:
    """Mean of the visible repeats, float32 (512, 512, 3), and their cells, nearest to the middle first.

    ``unit`` maps unit tile coordinates to pixels. With a reference only what looks like the registered tile
    counts, as long as any of it does.
    """
    total, weight = np.zeros((SIDE, SIDE, 3), np.float32), np.zeros((SIDE, SIDE, 1), np.float32)
    cells: list[Cell] = []
    for cell, patch, seen in repeats(pixels, unit @ np.diag([1 / SIDE, 1 / SIDE, 1.0])):
        mask = seen
        if reference is not None:
            straight = straighten(patch, seen, reference)
            patch, mask = straight.patch, straight.mask
        if mask.mean() > _MIN_SHARE * seen.mean():
            cells.append(cell)
            total += patch * mask[..., None]
            weight += mask[..., None]
    if reference is not None and not cells:
        return fold_visible(pixels, unit, None)
    seen_mean = total.sum((0, 1)) / max(float(weight.sum()), 1.0)
    return np.where(weight > 0, total / np.maximum(weight, 1e-6), seen_mean).astype(np.float32), cells


def alignment(folded: NDArray[np.float32], registered: NDArray[np.float32]) -> Matrix:
    """3x3 from unit coordinates of the registered tile to those of the fold: a symmetry and a shift."""
    wanted, seen = _maps(registered), _maps(folded)
    best, matrix = -np.inf, np.eye(3)
    for turn in _symmetries():
        surface = np.add(*(_over_all_shifts(_turned(a, turn), b) for a, b in zip(seen, wanted, strict=True)))
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


def _maps(tile: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Edges place the tile in any colourway; lightness, which weighs less, tells repeated motifs apart."""
    small = np.asarray(cv2.resize(tile, (_ALIGN_SIDE, _ALIGN_SIDE), interpolation=cv2.INTER_AREA), np.float32)
    edges, light = edge_map(small), small.mean(-1)
    return _unit(edges), _LIGHT_WEIGHT * _unit(light)


def _unit(values: NDArray[np.float32]) -> NDArray[np.float32]:
    centred = values - values.mean()
    return np.asarray(centred / (np.sqrt((centred**2).sum()) + 1e-6), np.float32)


def _over_all_shifts(values: NDArray[np.float32], wanted: NDArray[np.float32]) -> NDArray[np.float32]:
    product = scipy.fft.rfft2(values) * scipy.fft.rfft2(wanted).conj()
    return np.asarray(scipy.fft.irfft2(product, values.shape), np.float32)


def _with_repeats(panel: Image, unit: Matrix, cells: list[Cell]) -> Image:
    """Every repeat outlined, the one nearest to the middle tinted."""
    outlines = [_outline(unit, cell) for cell in cells]
    if not outlines:
        return panel
    layer = panel.copy()
    cv2.fillPoly(layer, outlines[:1], _ACCENT, cv2.LINE_AA, _SUBPIXEL_BITS)
    mixed = np.asarray(cv2.addWeighted(layer, 0.22, panel, 0.78, 0.0), np.uint8)
    for colour, thickness in ((_SHADOW, 3), (_LINE, 1)):
        cv2.polylines(mixed, outlines, True, colour, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
    cv2.polylines(mixed, outlines[:1], True, _ACCENT, 4, cv2.LINE_AA, _SUBPIXEL_BITS)
    return mixed


def _outline(unit: Matrix, cell: Cell) -> NDArray[np.int32]:
    corners = (np.array(cell) + np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64))[None]
    placed = np.clip(cv2.perspectiveTransform(corners, unit)[0], -20_000, 20_000)
    return np.asarray(np.round(placed * 2**_SUBPIXEL_BITS), np.int32)


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
