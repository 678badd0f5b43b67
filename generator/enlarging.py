"""A larger index map of the same design: smooth borders for every separation, not larger squares."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.draft import SUPERSAMPLING
from generator.errors import BriefError

MAX_EDGE = 16_384
_MARGIN = 16
_REACH = 6.0


def enlarged(separations: NDArray[np.uint8], edge: int) -> NDArray[np.uint8]:
    """The index map (N, N) redrawn at (edge, edge), edge >= N, on the torus.

    Every ink is a level set: its signed distance to its own border is interpolated, and a sample takes the
    ink that lies deepest around it. Borders stay where they were, within half a sample of the source, and no
    ink appears that was not there. The same arguments give the same bytes; the same edge gives the same map.
    Raises BriefError for an edge below the source's or above MAX_EDGE.
    """
    source = separations.shape[0]
    if separations.shape != (source, source) or separations.dtype != np.uint8:
        raise BriefError("separations", "are no square index map", "give uint8 of shape (N, N)")
    if not source <= edge <= MAX_EDGE:
        raise BriefError("size", f"{edge} samples", f"give an edge in {source}..{MAX_EDGE}")
    if edge == source:
        return separations.copy()
    best = np.full((edge, edge), -np.inf, dtype=np.float32)
    chosen = np.zeros((edge, edge), dtype=np.uint8)
    for ink in np.unique(separations):
        depth = _resampled(_depth(separations == ink), edge)
        deeper = depth > best
        best[deeper] = depth[deeper]
        chosen[deeper] = ink
    return chosen


def production_map(separations: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """The index map of a tile of `size` pixels: what `enlarged` makes for SUPERSAMPLING samples a pixel."""
    return enlarged(separations, SUPERSAMPLING * size)


def _depth(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Signed distance to the mask's border in samples, positive inside, with a wrapped margin round it.

    Smoothed by a small Gaussian, which rounds off the stairs of the sampling and nothing that is wider.
    """
    wrapped = np.pad(mask.astype(np.uint8), _MARGIN, mode="wrap")
    inside = cv2.distanceTransform(wrapped, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    outside = cv2.distanceTransform(1 - wrapped, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    # Half a sample each way puts the border between samples; far from it the distance does not matter.
    signed = np.where(wrapped > 0, inside - 0.5, 0.5 - outside).clip(-_REACH, _REACH)
    return np.asarray(cv2.GaussianBlur(signed.astype(np.float32), (0, 0), 0.9), dtype=np.float32)


def _resampled(field: NDArray[np.float32], edge: int) -> NDArray[np.float32]:
    """The field without its margin at (edge, edge), by cubic interpolation."""
    source = field.shape[0] - 2 * _MARGIN
    axis = ((np.arange(edge) + 0.5) * source / edge - 0.5 + _MARGIN).astype(np.float32)
    found = np.empty((edge, edge), dtype=np.float32)
    for top in range(0, edge, 512):  # in strips: the coordinates of a whole map would outweigh it
        across, down = np.meshgrid(axis, axis[top : top + 512])
        found[top : top + 512] = cv2.remap(field, across, down, cv2.INTER_CUBIC)
    return found
