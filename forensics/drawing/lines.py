"""The repeat drawn over a suspect: its lines, bent as the cloth is, and one tile tinted."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.describing.laying import Laid
from forensics.describing.plane import Image, Matrix
from forensics.drawing.sheet import ACCENT, SHADOW, WHITE

_STEPS = 24
_TINT = 0.14
_SHADE = 0.45
_SUBPIXEL_BITS = 4

Points = NDArray[np.float64]


def lattice_over(picture: Image, unit: Matrix, laid: Laid, within: NDArray[np.bool_]) -> Image:
    """The lines of the repeat over the picture, where ``within`` (height, width) says so.

    ``unit``: tile coordinates -> px of this picture; the laying is that of ``laid``.
    """
    drawn = picture.copy()
    tinted = _most_within(unit, laid, within)
    if tinted is not None:
        layer = drawn.copy()
        cv2.fillPoly(layer, [_fixed(tinted)], ACCENT, cv2.LINE_AA, _SUBPIXEL_BITS)
        drawn = np.asarray(cv2.addWeighted(layer, _TINT, drawn, 1 - _TINT, 0.0), np.uint8)
    lines = [_fixed(_bent(line, unit, laid)) for line in _lines(laid)]
    shade = drawn.copy()
    cv2.polylines(shade, lines, False, SHADOW, 3, cv2.LINE_AA, _SUBPIXEL_BITS)
    drawn = np.asarray(cv2.addWeighted(shade, _SHADE, drawn, 1 - _SHADE, 0.0), np.uint8)
    cv2.polylines(drawn, lines, False, WHITE, 1, cv2.LINE_AA, _SUBPIXEL_BITS)
    if tinted is not None:
        cv2.polylines(drawn, [_fixed(tinted)], True, ACCENT, 2, cv2.LINE_AA, _SUBPIXEL_BITS)
    soft = np.asarray(cv2.GaussianBlur(within.astype(np.float32), (0, 0), 0.8))[..., None]
    return np.clip(np.rint(drawn * soft + picture * (1 - soft)), 0, 255).astype(np.uint8)


def _lines(laid: Laid) -> list[Points]:
    """Edges of all cells in tile coordinates: an offset laying breaks the lines across its columns."""
    cells, along = laid.cells, np.linspace(0.0, 1.0, _STEPS)
    lines = []
    for x in range(cells.left, cells.right):
        for y in range(cells.top, cells.bottom):
            turn = laid.laying.turn(x, y)
            across = np.stack([x + along, np.full(_STEPS, y + 0.5 * turn.half_y)], 1)
            down = np.stack([np.full(_STEPS, x + 0.5 * turn.half_x), y + along], 1)
            lines += [across, down]
    return lines


def _most_within(unit: Matrix, laid: Laid, within: NDArray[np.bool_]) -> Points | None:
    """Outline of the tile that lies most within, the most central of equals."""
    best: tuple[float, float] | None = None
    chosen = None
    height, width = within.shape
    for x in range(laid.cells.left, laid.cells.right):
        for y in range(laid.cells.top, laid.cells.bottom):
            outline = _bent(_outline(x, y, laid), unit, laid)
            mask = np.zeros(within.shape, np.uint8)
            cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], (1,))
            whole = abs(float(cv2.contourArea(outline.astype(np.float32)))) + 1e-6
            share = round(min(1.0, float((mask.astype(bool) & within).sum()) / whole), 1)
            away = float(np.hypot(*(outline.mean(0) - np.array([width / 2, height / 2]))))
            if best is None or (share, -away) > best:
                best, chosen = (share, -away), outline
    return chosen


def _outline(x: int, y: int, laid: Laid) -> Points:
    turn = laid.laying.turn(x, y)
    left, top = x + 0.5 * turn.half_x, y + 0.5 * turn.half_y
    run = np.linspace(0.0, 1.0, _STEPS)[:-1]
    nil, one = np.zeros_like(run), np.ones_like(run)
    sides = ((run, nil), (one, run), (1 - run, one), (nil, 1 - run))
    around = np.concatenate([np.stack(side, 1) for side in sides])
    return np.asarray(around + np.array([left, top]), np.float64)


def _bent(points: Points, unit: Matrix, laid: Laid) -> Points:
    """Tile coordinates -> px, the moves of the cloth taken in."""
    cells = laid.cells
    parts = laid.moves.shape[1] / cells.size[0]
    at = ((points - np.array([cells.left, cells.top])) * parts - 0.5).astype(np.float32)
    moves = cv2.remap(
        laid.moves, at[None, :, 0], at[None, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cv2.perspectiveTransform((points - np.asarray(moves)[0])[None], unit)[0], np.float64)


def _fixed(points: Points) -> NDArray[np.int32]:
    return np.asarray(np.round(np.clip(points, -20_000, 20_000) * 2**_SUBPIXEL_BITS), np.int32)
