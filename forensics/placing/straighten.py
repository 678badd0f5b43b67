"""One repeat of a suspect laid straight on its registered tile, block by block.

Cloth bulges and paper curls, so even the best plane placement is some pixels off somewhere. Blocks of the
repeat's edges are matched with the tile's within a few pixels; the smoothed displacements warp the repeat.
How much a place counts follows the blocks around it: where the tile has edges and the suspect shows others,
there is a backdrop, a label or a hand. Flat ground between agreeing blocks counts as they do.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forensics.placing.blocks import COUNT, LIKE, SIDE, BlockReference, Feature, Moves, Plane

_SMOOTHING = 0.9
_LEAST_TRUST = 0.25
_TURNS = 2
_FAR_PX = 4.0


@dataclass(frozen=True)
class Straightened:
    """``patch`` (512, 512, 3) warped onto the tile, ``mask`` 0..1 how much it counts, and its ``moves``."""

    patch: NDArray[np.float32]
    mask: Plane
    moves: Moves


def straighten(
    patch: NDArray[np.float32], seen: Plane, reference: BlockReference, feature: Feature = Feature.EDGES
) -> Straightened:
    """Lay one rectified repeat (512, 512, 3), seen (512, 512) 0 or 1, straight on the registered tile."""
    flow = np.zeros((COUNT, COUNT, 2), np.float32)
    warped, inside = patch, seen
    for turn in range(_TURNS):
        found = reference.compare(_halved(warped), _halved(inside), feature)
        if not found.agreeing.any():
            return Straightened(warped, np.zeros_like(seen), found)
        step = _smooth(found)
        flow = np.asarray(flow + step, np.float32)
        warped, inside = _warped(patch, flow), _carried(seen, flow)
        if turn or _settled(found, step):
            break
    return Straightened(warped, np.asarray(inside * _counting(found), np.float32), found)


def _settled(found: Moves, step: NDArray[np.float32]) -> bool:
    """Whether a second turn would find nothing new: small moves, and hardly a block that does not agree."""
    far = float(np.quantile(np.linalg.norm(step[found.agreeing], axis=-1), 0.9)) > _FAR_PX
    return not far and float(found.agreeing.sum()) > 0.9 * float(found.told.sum())


def _halved(values: NDArray[np.float32]) -> NDArray[np.float32]:
    size = (SIDE // 2, SIDE // 2)
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _warped(patch: NDArray[np.float32], flow: NDArray[np.float32]) -> NDArray[np.float32]:
    x, y = _sources(flow)
    return np.asarray(cv2.remap(patch, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT), np.float32)


def _carried(seen: Plane, flow: NDArray[np.float32]) -> Plane:
    x, y = _sources(flow)
    eroded = cv2.erode(seen, np.ones((5, 5), np.uint8), borderValue=1.0)
    return np.asarray(cv2.remap(eroded, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _sources(flow: NDArray[np.float32]) -> tuple[Plane, Plane]:
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    large = _enlarged(flow)
    return x - large[..., 0], y - large[..., 1]


def _counting(found: Moves) -> Plane:
    """(512, 512) 0..1: the share of agreeing blocks among those around that can be told."""
    agreeing = np.where(found.agreeing, found.likeness, 0.0).astype(np.float32)
    strange = (found.told & ~found.agreeing).astype(np.float32)
    everywhere = float(agreeing.sum() / (agreeing.sum() + LIKE * strange.sum()))
    yes, no = _blurred(agreeing), _blurred(strange) * np.float32(LIKE)
    share = np.asarray((yes + 0.02 * everywhere) / (yes + no + 0.02), np.float32)
    share[strange > 0] = np.minimum(share[strange > 0], 0.5)
    large = np.clip(_enlarged(share), 0.0, 1.0)
    return np.where(large > _LEAST_TRUST, large, 0.0).astype(np.float32)


def _smooth(found: Moves) -> NDArray[np.float32]:
    """Moves averaged with their neighbours by trust, after dropping those that stray from the neighbours."""
    trust = np.where(found.agreeing, found.likeness**2, 0.0).astype(np.float32)
    moves = found.moves
    first = _averaged(moves, trust)
    away = np.linalg.norm(moves - first, axis=-1)
    strays = away > max(_FAR_PX, 3.0 * float(np.median(away[trust > 0])))
    return _averaged(moves, np.where(strays, trust * 0.02, trust).astype(np.float32))


def _averaged(moves: NDArray[np.float32], trust: Plane) -> NDArray[np.float32]:
    weight = _blurred(trust) + np.float32(1e-6)
    return np.asarray(_blurred(moves * trust[..., None]) / weight[..., None], np.float32)


def _blurred(values: NDArray[np.float32]) -> NDArray[np.float32]:
    blurred = cv2.GaussianBlur(values, (0, 0), _SMOOTHING, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float32)


def _enlarged(values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(values, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.float32)
