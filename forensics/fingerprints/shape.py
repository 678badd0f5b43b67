"""org.selvage.torusprint: the shape of a tile on the torus, compared over every shift and orientation.

The map is the strength of colour edges of the tile, evened out against its surroundings, at 32 x 32: how
strong an edge is depends on the colourway, where it is hardly does. Two maps are compared by the largest
normalised correlation over all circular shifts (one FFT) and the eight flips and quarter turns, so phase,
orientation, scale and colour of the suspect do not matter. Edges are taken cyclically: a tile has no
border.

This retrieves candidates. It is no evidence: distinct tiles of generic motifs come out near.
"""

from __future__ import annotations

import cv2
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from forensics.errors import FingerprintFormatError
from watermark.pictures import over_channels

SIDE = 32
SHAPE_BYTES = SIDE * SIDE
_WORK = 128
_FINE_SIGMA = 0.7
_SURROUND_SIGMA = 14.0
_QUANTUM = 24.0


def shape_map(pixels: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Evened edge map of a tile, (H, W, 3) uint8 -> (32, 32) int8, zero mean up to rounding."""
    small_tile = cv2.resize(pixels, (_WORK, _WORK), interpolation=cv2.INTER_AREA)
    tile = blur_cyclic(small_tile.astype(np.float32), _FINE_SIGMA)
    across = np.roll(tile, -1, 1) - np.roll(tile, 1, 1)
    down = np.roll(tile, -1, 0) - np.roll(tile, 1, 0)
    edges: NDArray[np.float32] = np.sqrt(over_channels(across**2 + down**2))
    edges /= blur_cyclic(edges, _SURROUND_SIGMA) + 1.5
    small = np.asarray(cv2.resize(edges, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
    small -= small.mean()
    quantised: NDArray[np.int8] = np.clip(np.round(small * _QUANTUM), -127, 127).astype(np.int8)
    return quantised


def blur_cyclic(values: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Gaussian blur on the torus; sigma in pixels."""
    pad = int(3.5 * sigma) + 2
    wrapped = cv2.copyMakeBorder(values, pad, pad, pad, pad, cv2.BORDER_WRAP)
    return np.asarray(cv2.GaussianBlur(wrapped, (0, 0), sigma), np.float32)[pad:-pad, pad:-pad]


def unpack(shape: bytes) -> NDArray[np.float32]:
    """Bytes of a fingerprint -> (32, 32) float map of zero mean and unit norm (all zero for a flat tile)."""
    if len(shape) != SHAPE_BYTES:
        raise FingerprintFormatError(
            f"shape: {len(shape)} bytes instead of {SHAPE_BYTES}; compute the fingerprint again from the tile"
        )
    only: NDArray[np.float32] = unpack_all(np.frombuffer(shape, np.uint8)[None])[0]
    return only


def unpack_all(shapes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """``unpack`` of many: bytes (n, 1024) -> (n, 32, 32)."""
    values = shapes.view(np.int8).astype(np.float32)
    values -= values.mean(1, keepdims=True)
    norms = np.sqrt((values**2).sum(1, keepdims=True))
    unit: NDArray[np.float32] = np.divide(values, norms, out=np.zeros_like(values), where=norms > 0)
    return unit.reshape((-1, SIDE, SIDE))


def orientations(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The eight flips and quarter turns of a square map, (8, n, n)."""
    return np.stack([np.rot90(v, k) for v in (values, values[:, ::-1]) for k in range(4)])


def spectra(maps: NDArray[np.float32]) -> NDArray[np.complex64]:
    """Half spectra of unit maps, (n, 32, 32) -> (n, 32, 17): what the index keeps of its references."""
    result: NDArray[np.complex64] = scipy.fft.rfft2(maps.astype(np.float32)).astype(np.complex64)
    return result


def distances(query: NDArray[np.float32], kept: NDArray[np.complex64]) -> NDArray[np.float32]:
    """1 - largest correlation of the unit map with each kept spectrum, over all shifts and orientations.

    Shape (n,), in [0, 1]; 0 for the same tile however placed. Symmetric up to rounding.
    """
    best = np.full(len(kept), 0.0, np.float32)
    for turned in spectra(orientations(query)):
        surface = scipy.fft.irfft2(kept * turned.conj(), (SIDE, SIDE))
        best = np.maximum(best, surface.reshape(len(kept), -1).max(1))
    result: NDArray[np.float32] = np.clip(1.0 - best, 0.0, 1.0).astype(np.float32)
    return result
