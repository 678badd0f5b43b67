"""Find to a few hundredths of a pixel how a suspect lies on the drawn tile.

First as Lucas and Kanade (1981) do, with the artwork recoloured as the suspect is. That leaves about a tenth
of a pixel where a palette made steps of slopes, and a tenth is as much as the mark itself. So where the inks
are known the likelihood of the labels (``watermark.line.flips``) is climbed: at its top no border as a whole
lies to one side of where it should. What is fitted is a polynomial of the second degree over the whole
suspect, far too slow to follow the mark; no key is involved.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.line import recolour
from watermark.line.flips import sides
from watermark.line.laid import Laid
from watermark.line.palette import Palette
from watermark.line.slope import noise_levels, slopes
from watermark.pictures import Plane, blur_torus

# Of every pass: blur in px of the suspect, degree of the polynomial, whether to recolour the artwork anew.
_PASSES = ((3.0, 1, True), (1.5, 2, True), (0.7, 2, False))
_ROUNDS, _DEGREE = 3, 1
_EDGE_NOISE = 0.05
_STIFFNESS = 1e-3
_EVERY = 2

Waves = NDArray[np.float32]


def aligned(laid: Laid, artwork: Plane, seen: Plane) -> Laid:
    """The suspect (H, W, 3: luma, chroma, chroma) laid better, from within about 2 px."""
    guess = seen
    for sigma, degree, anew in _PASSES:
        shown = laid.showing(artwork)
        guess = recolour.local(shown, seen, laid.mask) if anew else guess
        laid = laid.moved(_step(guess, seen, laid.mask, sigma, degree))
    return laid


def aligned_by_inks(laid: Laid, artwork: Plane, seen: Plane, palette: Palette) -> Laid:
    """The same suspect laid as its inks say, from within about a quarter of a pixel."""
    waves = _polynomials(laid.mask.shape, _DEGREE)
    flat = waves.reshape(len(waves), -1)
    for _ in range(_ROUNDS):
        found = sides(laid.showing(artwork), seen, laid.mask, palette)
        slow = flat[:, found.at]
        towards = np.concatenate([slow * found.gradient[0], slow * found.gradient[1]])
        laid = laid.moved(_solved((towards * found.information) @ towards.T, towards @ found.score, waves))
    return laid


def _step(guess: Plane, seen: Plane, mask: Plane, sigma: float, degree: int) -> NDArray[np.float32]:
    """(2, H, W) how far the suspect is moved against the artwork recoloured, down and right."""
    soft, soft_seen = blur_torus(guess, sigma), blur_torus(seen, sigma)
    middle = np.asarray((soft + soft_seen) * np.float32(0.5), np.float32)
    some = slice(None, None, _EVERY), slice(None, None, _EVERY)
    down, right = (slope[some] for slope in slopes(middle))
    residual, kept = (soft_seen - soft)[some], mask[some]
    steep = down**2 + right**2
    weight = kept[..., None] / (noise_levels(residual, steep, kept) + _EDGE_NOISE * steep)
    dd, dr, rr, rd, rs = (
        np.einsum("yxc,yxc,yxc->yx", weight, a, b).ravel()
        for a, b in ((down, down), (down, right), (right, right), (residual, down), (residual, right))
    )
    waves = _polynomials(mask.shape, degree)
    slow = waves[:, some[0], some[1]].reshape(len(waves), -1)
    across = (slow * dr) @ slow.T
    normal = np.block([[(slow * dd) @ slow.T, across], [across, (slow * rr) @ slow.T]])
    return _solved(normal, np.concatenate([slow @ rd, slow @ rs]), waves)


def _solved(normal: NDArray[np.floating], wanted: NDArray[np.floating], waves: Waves) -> NDArray[np.float32]:
    """(2, H, W) flow whose coefficients solve the normal equations, held a little towards none."""
    stiffness = _STIFFNESS * max(float(np.trace(normal)), 1.0) / len(normal)
    found = np.linalg.solve(normal + stiffness * np.eye(len(normal)), wanted)
    return np.asarray(np.tensordot(found.reshape(2, -1), waves, 1), np.float32)


def _polynomials(shape: tuple[int, ...], degree: int) -> Waves:
    """(n, H, W) products of Chebyshev polynomials of the two sides, up to a total degree."""
    down, across = (np.linspace(-1, 1, size, dtype=np.float32) for size in shape)
    rows, columns = (np.polynomial.chebyshev.chebvander(axis, degree) for axis in (down, across))
    pairs = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    return np.asarray([np.outer(rows[:, i], columns[:, j]) for i, j in pairs], np.float32)
