"""New colourways: from a turned hue to a redraw in new inks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from api.demo.cloth import gradient_mapped, greyed, hue_turned
from bench.repeat_forensics import pencil
from bench.repeat_forensics.attacks.attack import Step
from bench.repeat_forensics.pencil import Pixels, Plane

_MONOTONE = ("140f32 965a5a faead0", "0c2f3d 1a787c 8ec4b2 f6f2e2", "1b1b1b 8a2846 f2b8a0 fff8ee")
_NON_MONOTONE = (
    "14143c f0c878 781e3c fafaf0 0a463c",
    "e8dcc8 23395b d1495b f4e285 2a9d8f",
    "fdf6ec 5b3256 66a182 102a43",
)
_APART = 55.0
_ONE_INK = 24.0


def hue(degrees: float) -> Step:
    """Every hue turned."""
    return Step(f"hue turned by {degrees:g} degrees", lambda p, _rng: hue_turned(p, degrees))


def grey() -> Step:
    """Without colour."""
    return Step("grey", lambda p, _rng: greyed(p))


def inverted() -> Step:
    """The negative."""
    return Step("inverted", lambda p, _rng: np.asarray(255 - p, np.uint8))


def permuted() -> Step:
    """Channels exchanged in a cycle."""
    return Step("channels exchanged", lambda p, _rng: p[..., [2, 0, 1]])


def toned(monotone: bool) -> Step:
    """Lightness mapped to one of three runs of colours, of rising lightness or not."""
    runs = _MONOTONE if monotone else _NON_MONOTONE

    def change(picture: Pixels, rng: np.random.Generator) -> Pixels:
        return gradient_mapped(picture, list(pencil.inks(runs[int(rng.integers(len(runs)))])))

    return Step(f"{'monotone' if monotone else 'non-monotone'} gradient map", change)


def soft_palette(count: int) -> Step:
    """The main colours replaced; every pixel keeps its distance from its colour."""

    def change(picture: Pixels, rng: np.random.Generator) -> Pixels:
        old, number = main_colours(picture, count, rng)
        shown = fresh_inks(count, rng)[number] + picture.reshape(-1, 3) - old[number]
        return np.asarray(np.clip(np.rint(shown), 0, 255), np.uint8).reshape(picture.shape)

    return Step(f"{count} main colours replaced, soft", change)


def hard_palette(fewest: int, most: int) -> Step:
    """Every pixel becomes one of a few new inks: posterised."""

    def change(picture: Pixels, rng: np.random.Generator) -> Pixels:
        count = int(rng.integers(fewest, most + 1))
        _, number = main_colours(picture, count, rng)
        return np.asarray(np.rint(fresh_inks(count, rng)), np.uint8)[number].reshape(picture.shape)

    return Step(f"hard palette of {fewest} to {most} new inks", change)


def index_recolour(count: int) -> Step:
    """Every ink replaced, flat, with the mixtures along the edges kept: the same separations reprinted."""

    def change(picture: Pixels, rng: np.random.Generator) -> Pixels:
        old, _ = apart(picture, *main_colours(picture, count, rng))
        new = fresh_inks(len(old), rng)
        first, second, share = _mixture(np.asarray(picture.reshape(-1, 3), np.float32), old)
        shown = new[first] * (1 - share) + new[second] * share
        return np.asarray(np.clip(np.rint(shown), 0, 255), np.uint8).reshape(picture.shape)

    return Step(f"every ink (at most {count}) replaced, edges kept", change)


def redrawn(count: int) -> Step:
    """Quantised, contours smoothed and redrawn as if in vectors, filled with new inks."""

    def change(picture: Pixels, rng: np.random.Generator) -> Pixels:
        old, number = apart(picture, *main_colours(picture, count, rng))
        labels = cv2.medianBlur(number.reshape(picture.shape[:2]).astype(np.uint8), 5)
        size = (2 * picture.shape[1], 2 * picture.shape[0])
        best = np.full(size[::-1], -1.0, np.float32)
        owner = np.zeros(size[::-1], np.intp)
        for ink in range(len(old)):
            shape = cv2.resize((labels == ink).astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
            shape = cv2.GaussianBlur(shape, (0, 0), 2.4)
            owner[shape > best] = ink
            best = np.maximum(best, shape)
        large = np.asarray(np.rint(fresh_inks(len(old), rng)), np.uint8)[owner]
        half = (picture.shape[1], picture.shape[0])
        return np.asarray(cv2.resize(large, half, interpolation=cv2.INTER_AREA), np.uint8)

    return Step(f"redrawn as at most {count} smooth-edged layers in new inks", change)


def main_colours(picture: Pixels, count: int, rng: np.random.Generator) -> tuple[Plane, NDArray[np.intp]]:
    """(count, 3) main colours by k-means, and the number of the nearest for every pixel, row by row."""
    flat = picture.reshape(-1, 3).astype(np.float32)
    cv2.setRNGSeed(int(rng.integers(1 << 31)))
    some = np.ascontiguousarray(flat[rng.choice(len(flat), min(len(flat), 20_000), replace=False)])
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
    _, _, centres = cv2.kmeans(some, count, np.zeros(0, np.int32), stop, 2, cv2.KMEANS_PP_CENTERS)
    inks = np.asarray(centres, np.float32)
    return inks, _distances(flat, inks).argmin(axis=1)


def apart(picture: Pixels, colours: Plane, number: NDArray[np.intp]) -> tuple[Plane, NDArray[np.intp]]:
    """Only colours that differ, commonest first: k-means with too many splits a flat ink in two."""
    common = np.argsort(-np.bincount(number, minlength=len(colours)), kind="stable")
    kept = [colours[common[0]]]
    for colour in colours[common[1:]]:
        if np.linalg.norm(np.array(kept) - colour, axis=1).min() > _ONE_INK:
            kept.append(colour)
    if len(kept) == 1:
        return colours, number
    inks = np.asarray(kept, np.float32)
    return inks, _distances(picture.reshape(-1, 3).astype(np.float32), inks).argmin(axis=1)


def _distances(flat: Plane, centres: Plane) -> Plane:
    squares = (flat**2).sum(axis=1)[:, None] + (centres**2).sum(axis=1)[None] - 2 * flat @ centres.T
    return np.asarray(np.maximum(squares, 0), np.float32)


def _mixture(flat: Plane, old: Plane) -> tuple[NDArray[np.intp], NDArray[np.intp], Plane]:
    """Every pixel as first * (1 - share) + second * share of the pair of inks it lies best between."""
    first = _distances(flat, old).argmin(axis=1)
    best = np.full(len(flat), np.inf, np.float32)
    second, share = first.copy(), np.zeros((len(flat), 1), np.float32)
    for ink in range(len(old)):
        span = old[ink] - old[first]
        length = np.maximum((span**2).sum(axis=1), 1e-6)
        along = np.clip(((flat - old[first]) * span).sum(axis=1) / length, 0, 0.5)
        away = ((flat - old[first] - along[:, None] * span) ** 2).sum(axis=1)
        nearer = away < best - 1e-3
        best[nearer], second[nearer], share[nearer, 0] = away[nearer], ink, along[nearer]
    share[share < 0.12] = 0
    return first, second, share


def fresh_inks(count: int, rng: np.random.Generator) -> Plane:
    """(count, 3) inks that can be told from each other."""
    chosen = rng.uniform(20, 235, (1, 3))
    while len(chosen) < count:
        one = rng.uniform(20, 235, 3)
        if np.linalg.norm(chosen - one, axis=1).min() > _APART:
            chosen = np.vstack([chosen, one])
    return np.asarray(chosen, np.float32)
