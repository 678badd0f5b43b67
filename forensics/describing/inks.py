"""The inks of a tile: its few dominant colours and which pixel holds which."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import scipy.fft
from numpy.typing import NDArray

from forensics.describing.plane import Image, Plane, Window
from forensics.describing.repeats import Laying

Labels = NDArray[np.intp]

SIDE = 256
_FINEST = 512
_INSIDE = 0.4
_GRAIN = 2.0
_PACKED = np.array([1 << 20, 1 << 10, 1], np.int64)
_RARE = 0.002
MOST_INKS = 8
_ROUNDS = 12
_APART = 12.0
_SMALLEST_SHARE = 0.01


@dataclass(frozen=True)
class Inks:
    """``colours`` (k, 3) RGB 0..255, largest first; ``shares`` (k,); ``labels`` (256, 256): whose pixel.

    ``solid`` (256, 256): pixels inside a shape, where an ink stands pure.
    """

    colours: Plane
    shares: Plane
    labels: Labels
    solid: NDArray[np.bool_]


def inks(tile: Image) -> Inks:
    """At most eight inks of a tile (n, m, 3) uint8, none nearer than 12 (Lab) to another.

    k-means in Lab from the most unlike colours, without chance; only pixels inside of shapes choose the inks,
    so that the edges' mixtures are none.
    """
    centres = _chosen(tile)
    small = np.asarray(cv2.resize(tile, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.float32)
    lab = to_lab(small)
    labels = _nearest(lab.reshape(-1, 3), centres)
    shares = np.bincount(labels, minlength=len(centres)) / labels.size
    order = np.argsort(-shares, kind="stable")
    place = np.argsort(order, kind="stable")
    return Inks(
        from_lab(centres[order]),
        shares[order].astype(np.float32),
        place[labels].reshape(SIDE, SIDE),
        _steps(lab) < _APART,
    )


def _chosen(tile: Image) -> Plane:
    """Lab centres (k, 3): settled over the tile's distinct colours, each weighing as often as it stands."""
    step = max(1, -(-max(tile.shape[:2]) // _FINEST))
    lab = to_lab(np.ascontiguousarray(tile[::step, ::step]).astype(np.float32))
    steps = _steps(lab)
    inside = lab[steps <= max(_APART / 2, float(np.quantile(steps, _INSIDE)))]
    grains = np.round(inside / _GRAIN).astype(np.int64) + 256
    _, first, counts = np.unique(grains @ _PACKED, return_index=True, return_counts=True)
    colours, weights = (
        (grains[first] - 256).astype(np.float32) * np.float32(_GRAIN),
        counts.astype(np.float32),
    )
    return _merged(_settled(colours, weights, _strewn(colours, weights)), colours, weights)


def to_lab(rgb: Plane) -> Plane:
    """RGB 0..255 (..., 3) float32 -> CIE Lab."""
    flat = np.ascontiguousarray(rgb.reshape(-1, 1, 3) / 255.0, np.float32)
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2LAB), np.float32).reshape(rgb.shape)


def from_lab(lab: Plane) -> Plane:
    """The inverse of ``to_lab``, clipped to 0..255."""
    flat = np.ascontiguousarray(lab.reshape(-1, 1, 3), np.float32)
    rgb = np.asarray(cv2.cvtColor(flat, cv2.COLOR_LAB2RGB), np.float32).reshape(lab.shape)
    return np.clip(rgb, 0.0, 1.0) * np.float32(255.0)


def hexed(colour: NDArray[np.floating]) -> str:
    """RGB 0..255 as "#rrggbb"."""
    red, green, blue = (int(v) for v in np.clip(np.rint(colour), 0, 255))
    return f"#{red:02x}{green:02x}{blue:02x}"


def coarse(inks: Inks, side: int) -> Labels:
    """The labels at ``side`` px per tile, a divisor of 256: the middle one of each square."""
    step = SIDE // side
    return inks.labels[step // 2 :: step, step // 2 :: step]


def planes(laying: Laying, cells: Window, labels: Labels) -> Labels:
    """The labels laid over whole cells of the plane."""
    turned = {turn: turn.of(labels) for line in laying.cells for turn in line}
    rows = range(cells.top, cells.bottom)
    columns = range(cells.left, cells.right)
    return np.block([[turned[laying.turn(column, row)] for column in columns] for row in rows])


def explained(flat: Plane, within: NDArray[np.bool_], labels: Labels) -> float:
    """Share 0..1 of the variance of the colours (h, w, 3) that one colour per label explains."""
    if within.sum() < 2:
        return 0.0
    whole = float(((flat[within] - flat[within].mean(0)) ** 2).sum())
    left = float(unexplained(flat, within, labels)[within].sum())
    return 1.0 - left / max(whole, 1e-6)


def explained_over_shifts(fold: Plane, labels: Labels) -> Plane:
    """Share of the variance of a fold (n, n, 3) that the labels (n, n) explain at every shift (y, x).

    The labels shifted by (y, x) are labels[(p + (y, x)) mod n] at p.
    """
    centred = fold - fold.mean((0, 1))
    spectra = scipy.fft.rfft2(centred, axes=(0, 1))
    between = np.zeros(labels.shape, np.float64)
    for number in range(int(labels.max()) + 1):
        mask = (labels == number).astype(np.float32)
        if mask.any():
            sums = scipy.fft.irfft2(
                spectra.conj() * scipy.fft.rfft2(mask)[..., None], labels.shape, axes=(0, 1)
            )
            between += (sums**2).sum(-1) / mask.sum()
    return np.asarray(between / max(float((centred**2).sum()), 1e-6), np.float32)


def unexplained(flat: Plane, within: NDArray[np.bool_], labels: Labels) -> Plane:
    """Squared difference (h, w) of each pixel from the mean colour of its label within the mask."""
    number = int(labels.max()) + 1
    chosen, colours = labels[within], flat[within]
    count = np.maximum(np.bincount(chosen, minlength=number), 1)
    means = np.stack([np.bincount(chosen, colours[:, c], number) for c in range(3)], 1) / count[:, None]
    return np.asarray(((flat - means[labels]) ** 2).sum(-1), np.float32)


def _steps(lab: Plane) -> Plane:
    """How much the colour changes across each pixel, on the torus."""
    across = np.linalg.norm(np.roll(lab, -1, 1) - np.roll(lab, 1, 1), axis=-1)
    down = np.linalg.norm(np.roll(lab, -1, 0) - np.roll(lab, 1, 0), axis=-1)
    return np.asarray(np.maximum(across, down), np.float32)


def _strewn(colours: Plane, weights: Plane) -> Plane:
    """The commonest colour, then again and again the one farthest from all chosen, rare ones left out."""
    common = colours[weights >= _RARE * weights.sum()]
    chosen = [colours[weights.argmax()]]
    away = np.linalg.norm(common - chosen[0], axis=1)
    while len(chosen) < MOST_INKS and len(common) and away.max() > _APART:
        chosen.append(common[away.argmax()])
        away = np.minimum(away, np.linalg.norm(common - chosen[-1], axis=1))
    return np.asarray(chosen, np.float32)


def _settled(colours: Plane, weights: Plane, centres: Plane) -> Plane:
    for _ in range(_ROUNDS):
        labels = _nearest(colours, centres)
        count = np.bincount(labels, weights, len(centres))
        sums = np.stack([np.bincount(labels, weights * colours[:, c], len(centres)) for c in range(3)], 1)
        kept = count > 0
        moved = (sums[kept] / count[kept, None]).astype(np.float32)
        if moved.shape == centres.shape and np.abs(moved - centres).max() < 0.05:
            break
        centres = moved
    return centres


def _merged(centres: Plane, colours: Plane, weights: Plane) -> Plane:
    """Without inks of under 1 % of the area and without the smaller of two that are near."""
    count = np.bincount(_nearest(colours, centres), weights, len(centres)) / weights.sum()
    kept: list[NDArray[np.float32]] = []
    for k in np.argsort(-count, kind="stable"):
        near = any(np.linalg.norm(centres[k] - other) < _APART for other in kept)
        if not kept or (count[k] >= _SMALLEST_SHARE and not near):
            kept.append(centres[k])
    return _settled(colours, weights, np.asarray(kept, np.float32))


def _nearest(colours: Plane, centres: Plane) -> Labels:
    squares = [((colours - centre) ** 2).sum(-1) for centre in centres]
    return np.asarray(np.argmin(squares, axis=0), np.intp)
