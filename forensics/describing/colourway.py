"""How the colours of a tile changed: ink by ink, and in one word.

Each ink of the registered tile is looked up where it stands in the suspect; its seen colour is solved
for there. Then the simplest change that explains them wins: the same under some light, grey, inverted,
channels exchanged, the hue turned, one curve of lightness, and else each ink exchanged for another.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from forensics.describing.inks import Inks, hexed, inks, to_lab
from forensics.describing.laying import Laid
from forensics.describing.plane import Image, Plane
from forensics.describing.unrolled import plane_of, rolled_out
from forensics.traits import ColourChange, Colourway, Ink

_SMALLEST_SIDE, _LARGEST_SIDE = 64, 224
_FEWEST_PIXELS = 12
_SOFTNESS_PX = 0.6
_TRUSTED = 0.8
_NEAR = 9.0
_CLEARLY_BETTER = 1.6
_COLOURLESS = 7.0
_HUE_STEP = 5
_EXCHANGED = ((2, 1, 0), (1, 0, 2), (0, 2, 1))  # the other two turn the hue by 120 and 240 degrees
_LIGHTER, _DARKER = 1.7, 0.45


@dataclass(frozen=True)
class _Seen:
    """Registered and seen colours of the inks that were found, (k, 3) RGB, and their shares (k,)."""

    registered: Plane
    seen: Plane
    shares: Plane

    def left(self, made: Plane) -> float:
        """Mean Lab distance from the seen colours, after the best change of exposure."""
        lit = _exposed(made, self.seen, self.shares)
        apart = np.linalg.norm(to_lab(lit) - to_lab(self.seen), axis=-1)
        weights = np.sqrt(self.shares)  # a small ink tells as much of the change as the ground
        return float((apart * weights).sum() / weights.sum())


def colourway(pixels: Image, laid: Laid, tile: Image) -> Colourway:
    """What became of the tile's colours where it is laid over the suspect."""
    colours = inks(tile)
    seen, kept = _looked_up(pixels, laid, tile, colours)
    if len(kept) == 0:
        return Colourway(ColourChange.UNKNOWN)
    table = _Seen(colours.colours[kept], seen, colours.shares[kept])
    pairs = tuple(
        Ink(hexed(old), hexed(new), round(float(share), 3))
        for old, new, share in zip(table.registered, table.seen, table.shares, strict=True)
    )
    return _named(table, pairs)


def _looked_up(pixels: Image, laid: Laid, tile: Image, colours: Inks) -> tuple[Plane, list[int]]:
    """The colour seen of each ink, and which inks were seen.

    Fine inks mix in a small picture, so the colours are solved for: each pixel is the sum of its inks'
    colours by their share in it (least squares, twice, the second time without what fits badly).
    """
    side = int(np.clip(laid.period_px, _SMALLEST_SIDE, _LARGEST_SIDE))
    flat, within = rolled_out(pixels, laid, tile, side)
    number = len(colours.colours)
    shares = np.stack([_share(colours, k, laid, side)[within] for k in range(number)], 1)
    kept = [k for k in range(number) if shares[:, k].sum() >= _FEWEST_PIXELS]
    if not kept:
        return np.zeros((0, 3), np.float32), []
    solved = _solved(shares[:, kept], flat[within])
    return np.clip(solved, 0.0, 255.0).astype(np.float32), kept


def _share(colours: Inks, number: int, laid: Laid, side: int) -> Plane:
    """How much of each pixel an ink covers, softened as a picture is."""
    mask = cv2.resize(
        (colours.labels == number).astype(np.float32), (side, side), interpolation=cv2.INTER_AREA
    )
    plane = np.asarray(plane_of(np.asarray(mask), laid, side), np.float32)
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), _SOFTNESS_PX), np.float32)


def _solved(shares: Plane, seen: Plane) -> Plane:
    """(k, 3) from shares (n, k) and colours (n, 3)."""
    ridge = 1e-3 * len(shares) * np.eye(shares.shape[1])
    solved = np.linalg.solve(shares.T @ shares + ridge, shares.T @ seen + ridge @ _typical(shares, seen))
    rest = np.abs(seen - shares @ solved).sum(1)
    good = rest <= np.quantile(rest, _TRUSTED)
    shares, seen = shares[good], seen[good]
    again = np.linalg.solve(shares.T @ shares + ridge, shares.T @ seen + ridge @ solved)
    return np.asarray(again, np.float32)


def _typical(shares: Plane, seen: Plane) -> Plane:
    weights = shares**2
    return np.asarray((weights.T @ seen) / (weights.sum(0)[:, None] + 1e-6), np.float32)


def _named(table: _Seen, pairs: tuple[Ink, ...]) -> Colourway:
    left = {
        ColourChange.SAME: table.left(table.registered),
        ColourChange.GREY: _grey(table),
        ColourChange.INVERTED: table.left(255.0 - table.registered),
    }
    exchanged = {p: table.left(table.registered[:, p]) for p in _EXCHANGED}
    channels = min(exchanged, key=lambda p: exchanged[p])
    left[ColourChange.CHANNELS] = exchanged[channels]
    turned = {d: table.left(_turned(table.registered, d)) for d in range(15, 346, _HUE_STEP)}
    degrees = min(turned, key=lambda d: turned[d])
    left[ColourChange.HUE] = turned[degrees]
    best = min(left.values())
    change = _simplest(left, best) if best < _NEAR else _curve(table)
    return Colourway(
        change,
        pairs,
        hue_deg=float(degrees) if change is ColourChange.HUE else None,
        channels="".join("rgb"[c] for c in channels) if change is ColourChange.CHANNELS else None,
        left=round(left[change], 1) if change in left else None,
    )


def _simplest(left: dict[ColourChange, float], best: float) -> ColourChange:
    """The first in order of simplicity that is nearly as good as the best."""
    return next(each for each, rest in left.items() if rest <= max(best * _CLEARLY_BETTER, best + 1.5))


def _curve(table: _Seen) -> ColourChange:
    """MONOTONE when the seen lightness follows the registered, rising or falling, else REINKED."""
    if len(table.shares) < 3:
        return ColourChange.REINKED
    order = np.argsort(to_lab(table.registered)[:, 0], kind="stable")
    steps = np.diff(to_lab(table.seen)[order, 0])
    one_way = bool((steps > 0).all() or (steps < 0).all())
    return ColourChange.MONOTONE if one_way else ColourChange.REINKED


def _grey(table: _Seen) -> float:
    """How far the seen colours are from the registered without their colour; 99 unless all are colourless."""
    lab = to_lab(table.seen)
    light = to_lab(_exposed(_luma(table.registered), table.seen, table.shares))
    tinted = np.hypot(lab[:, 1] - np.median(lab[:, 1]), lab[:, 2] - np.median(lab[:, 2]))
    chroma = np.hypot(*to_lab(table.registered)[:, 1:].T)
    if tinted.max() > _COLOURLESS or chroma.max() < 2 * _COLOURLESS:
        return 99.0
    return float(np.abs(light[:, 0] - lab[:, 0]).mean())


def _luma(colours: Plane) -> Plane:
    return np.repeat((colours @ np.array([0.299, 0.587, 0.114], np.float32))[:, None], 3, axis=1)


def _turned(colours: Plane, degrees: float) -> Plane:
    flat = np.ascontiguousarray(colours[:, None, :] / 255.0, np.float32)
    hsv = np.asarray(cv2.cvtColor(flat, cv2.COLOR_RGB2HSV), np.float32)
    hsv[..., 0] = (hsv[..., 0] + degrees) % 360.0
    rgb = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB) * 255.0
    return np.asarray(rgb, np.float32).reshape(-1, 3)


def _exposed(made: Plane, seen: Plane, shares: Plane) -> Plane:
    """``made`` under the light of ``seen``: one gain and one offset for all channels, within reason."""
    weight = np.repeat(shares, 3)
    x, y = made.ravel(), seen.ravel()
    middle_x, middle_y = np.average(x, weights=weight), np.average(y, weights=weight)
    spread = float((weight * (x - middle_x) ** 2).sum())
    gain = float((weight * (x - middle_x) * (y - middle_y)).sum()) / max(spread, 1e-6)
    gain = float(np.clip(gain, _DARKER, _LIGHTER)) if spread > 1.0 else 1.0
    offset = float(np.clip(middle_y - gain * middle_x, -70.0, 70.0))
    return np.asarray(np.clip(gain * made + offset, 0.0, 255.0), np.float32)
