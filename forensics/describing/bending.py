"""Follow cloth that bulges: a plane placement bent, block by block, until the tile lies on the suspect.

Quarter-tile blocks are looked for close to where the bend so far expects them; what is found is smoothed,
carried on a little beyond, and looked for again, so that agreement grows outwards from where it began.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.describing.plane import Image, Matrix, Plane, Window, best_move, edges_of, rectify
from forensics.describing.repeats import Laying
from forensics.placing.blocks import edge_map

_CANVAS_PX = 1100
_LARGEST_SIDE, _SMALLEST_SIDE = 128, 48
_FEW_CELLS = 6
_REACH = 0.055
_CONTEXT = 0.25
_ROUNDS = 6
_STILL = 0.004
_NEAR, _FAR = 1.0, 3.0
_ASTRAY = 0.03
_SEEN = 0.8
_FLAT = 0.05
_FEWEST = 10
_TRUSTED = 0.33
_FAINT = 0.02
_STIFFNESS = 1e-6


def bend(
    pixels: Image, unit: Matrix, cells: Window, laying: Laying, tile: Image, begun: tuple[Plane, Plane]
) -> tuple[Plane, Plane]:
    """Likeness (rows, columns) and moves (rows, columns, 2), in tiles, of quarter-tile blocks.

    ``begun``: the same of half-tile blocks. Pictures with more than six tiles a side keep half-tile blocks.
    """
    parts = 4 if max(cells.size) <= _FEW_CELLS else 2
    side = int(np.clip(_CANVAS_PX // max(cells.size), _SMALLEST_SIDE, _LARGEST_SIDE)) // parts * parts
    flat, seen = rectify(pixels, unit, cells, side)
    edges, expected = edge_map(flat), over_cells(edges_of(tile, side), laying, cells)
    size = (cells.size[0] * parts, cells.size[1] * parts)
    first = _smooth(begun[1], begun[0])
    moves = np.asarray(cv2.resize(first, size, interpolation=cv2.INTER_LINEAR), np.float32)
    likeness, trusted = np.zeros(size[::-1], np.float32), 0
    for _ in range(_ROUNDS):
        found, steps = _looked_for(
            _pulled(edges, moves, side), _pulled(seen, moves, side), expected, (side, parts)
        )
        if (found > _TRUSTED).sum() < trusted:
            break
        likeness, trusted = found, int((found > _TRUSTED).sum())
        if not trusted:
            break
        stray = np.median(np.abs(steps[found > _TRUSTED]))
        moves = _smooth(moves + steps, likeness)
        if stray < _STILL and trusted > 0.8 * (found > 0).sum():
            break
    return likeness, moves


def over_cells(tile: NDArray[Any], laying: Laying, cells: Window) -> NDArray[Any]:
    """A tile (n, n, ...) repeated over whole cells of the plane as it is laid."""
    turned = {turn: turn.of(tile) for line in laying.cells for turn in line}
    rows = [
        np.concatenate([turned[laying.turn(x, y)] for x in range(cells.left, cells.right)], axis=1)
        for y in range(cells.top, cells.bottom)
    ]
    return np.concatenate(rows, axis=0)


def _pulled(plane: Plane, moves: Plane, side: int) -> Plane:
    """The plane with the bend so far taken out."""
    height, width = plane.shape[:2]
    flow = np.asarray(cv2.resize(moves * side, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    pulled = cv2.remap(plane, x - flow[..., 0], y - flow[..., 1], cv2.INTER_LINEAR)
    return np.asarray(pulled, np.float32)


def _looked_for(edges: Plane, seen: Plane, expected: Plane, grid: tuple[int, int]) -> tuple[Plane, Plane]:
    """Likeness of each block, with some of its surroundings, and the step that improves it, in tiles."""
    side, block = grid[0], grid[0] // grid[1]
    context = max(2, round(_CONTEXT * block))
    reach = max(2, round(_REACH * side))
    rim = context + reach
    around = cv2.copyMakeBorder(expected, rim, rim, rim, rim, cv2.BORDER_REFLECT_101)
    own = cv2.copyMakeBorder(edges, context, context, context, context, cv2.BORDER_REFLECT_101)
    whole = np.asarray(
        cv2.resize(seen, (seen.shape[1] // block, seen.shape[0] // block), interpolation=cv2.INTER_AREA)
    )
    likeness, steps = np.zeros(whole.shape, np.float32), np.zeros((*whole.shape, 2), np.float32)
    size = block + 2 * context
    for row, column in np.argwhere(whole > _SEEN):
        y, x = row * block, column * block
        piece = own[y : y + size, x : x + size]
        if piece.std() < _FLAT:
            continue
        place = around[y : y + size + 2 * reach, x : x + size + 2 * reach]
        found, move = best_move(np.asarray(piece, np.float32), np.asarray(place, np.float32), reach, _TRUSTED)
        likeness[row, column], steps[row, column] = found, np.array(move) / side
    return likeness, steps


def _smooth(moves: Plane, likeness: Plane) -> Plane:
    """Moves averaged with their neighbours by trust; beyond them, as a curved sheet goes on."""
    trust = np.where(likeness > _TRUSTED, likeness**2, 0.0).astype(np.float32)
    if not trust.any():
        return np.zeros_like(moves)
    sheet = _sheet(moves, trust)
    rough = _averaged(moves, trust, _FAR, sheet)
    astray = np.linalg.norm(moves - rough, axis=-1) > _ASTRAY
    return _averaged(moves, np.where(astray, trust * 0.02, trust).astype(np.float32), _NEAR, rough)


def _sheet(moves: Plane, trust: Plane) -> Plane:
    """The curved sheet (third order in x and y) nearest to the trusted moves; flat while these are few."""
    known = trust > 0
    middle = np.median(moves[known], axis=0)
    if known.sum() < _FEWEST:
        return np.broadcast_to(middle, moves.shape).astype(np.float32)
    y, x = np.indices(trust.shape) / max(trust.shape) - 0.5
    terms = np.stack([x**i * y**j for i in range(4) for j in range(4 - i)], -1)
    weights = np.where(np.linalg.norm(moves - middle, axis=-1) < 4 * _ASTRAY, trust, trust * 0.05)
    for _ in range(2):
        rows = terms[known] * weights[known][:, None]
        ridge = np.diag([0.0] + [_STIFFNESS] * (terms.shape[-1] - 1)) * weights[known].sum()
        factors = np.linalg.solve(terms[known].T @ rows + ridge, rows.T @ (moves[known] - middle))
        sheet = terms @ factors + middle
        weights = np.where(np.linalg.norm(moves - sheet, axis=-1) < _ASTRAY, trust, trust * 0.02)
    return np.asarray(sheet, np.float32)


def _averaged(moves: Plane, trust: Plane, sigma: float, beyond: Plane) -> Plane:
    """The moves' difference from what lies beyond, averaged by trust, fading out where nothing is trusted."""
    border = cv2.BORDER_REPLICATE
    weight = np.asarray(cv2.GaussianBlur(trust, (0, 0), sigma, borderType=border))[..., None]
    own = np.asarray((moves - beyond) * trust[..., None], np.float32)
    total = np.asarray(cv2.GaussianBlur(own, (0, 0), sigma, borderType=border))
    return np.asarray(beyond + total / (weight + np.float32(_FAINT)), np.float32)
