"""Colour arithmetic: sRGB, CIE Lab, OKLab, luminance, contrast, differences and colour-blind sight.

sRGB is IEC 61966-2-1; Lab is CIE 1976 under D50, as colour books print it, brought to D65 by Bradford; OKLab
is Ottosson 2020; contrast is WCAG 2.2, definition "contrast ratio"; the difference is CIEDE2000 (Sharma, Wu
and Dalal 2005); sight without one cone type is the matrix of severity 1 of Machado, Oliveira and Fernandes
2009 (IEEE TVCG 15, 6), on linear light.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from generator.palette import ink_rgb

Colours = NDArray[np.float64]  # (..., 3)
Lab = tuple[float, float, float]

_TO_XYZ = np.array(
    [[0.4123908, 0.3575843, 0.1804808], [0.2126390, 0.7151687, 0.0721923], [0.0193308, 0.1191948, 0.9505322]]
)
_D65_TO_D50 = np.array(
    [
        [1.0479298, 0.0229468, -0.0501922],
        [0.0296278, 0.9904345, -0.0170738],
        [-0.0092430, 0.0150552, 0.7518743],
    ]
)
_D50 = np.array([0.9642956, 1.0, 0.8251046])
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27

DEFICIENCIES: dict[str, Colours] = {
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(rgb: Colours) -> Colours:
    """Linear light of sRGB values, both 0..1."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def encoded(light: Colours) -> Colours:
    """sRGB values of linear light, both 0..1; light outside is clipped."""
    inside = np.clip(light, 0.0, 1.0)
    return np.where(inside <= 0.0031308, inside * 12.92, 1.055 * inside ** (1 / 2.4) - 0.055)


def light_of(ink: str) -> Colours:
    """Linear light (3,) of an ink written as #rrggbb."""
    return linear(np.array(ink_rgb(ink), dtype=np.float64) / 255.0)


def ink_of(light: Colours) -> str:
    """The ink nearest to linear light (3,), as #rrggbb."""
    red, green, blue = (int(value) for value in np.floor(encoded(light) * 255.0 + 0.5))
    return f"#{red:02x}{green:02x}{blue:02x}"


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two inks, 1 (equal) to 21 (black on white)."""
    one, other = (float(_TO_XYZ[1] @ light_of(ink)) for ink in (first, second))
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def lab_of(light: Colours) -> Lab:
    """Lab under D50 of linear light (3,)."""
    ratio = (_D65_TO_D50 @ (_TO_XYZ @ light)) / _D50
    x, y, z = np.where(ratio > _EPSILON, np.cbrt(ratio), (_KAPPA * ratio + 16.0) / 116.0)
    return float(116.0 * y - 16.0), float(500.0 * (x - y)), float(200.0 * (y - z))


def light_of_lab(lab: Lab) -> Colours:
    """Linear light (3,) of Lab under D50; a colour that sRGB cannot show is outside 0..1."""
    y = (lab[0] + 16.0) / 116.0
    parts = np.array([y + lab[1] / 500.0, y, y - lab[2] / 200.0])
    ratio = np.where(parts**3 > _EPSILON, parts**3, (116.0 * parts - 16.0) / _KAPPA)
    return np.asarray(np.linalg.solve(_TO_XYZ, np.linalg.solve(_D65_TO_D50, ratio * _D50)))


def oklab(light: Colours) -> Colours:
    """OKLab of linear light (..., 3)."""
    return np.asarray(np.cbrt(light @ _TO_CONES.T) @ _TO_OKLAB.T)


def light_of_oklab(values: Colours) -> Colours:
    """Linear light (..., 3) of OKLab."""
    cones = np.linalg.solve(_TO_OKLAB, values.reshape(-1, 3).T) ** 3
    return np.asarray(np.linalg.solve(_TO_CONES, cones).T.reshape(values.shape))


def seen(ink: str, deficiency: str) -> Colours:
    """Linear light (3,) of an ink as somebody without one type of cones sees it, 0..1."""
    return np.clip(DEFICIENCIES[deficiency] @ light_of(ink), 0.0, 1.0)


def difference(first: str, second: str, deficiency: str | None = None) -> float:
    """CIEDE2000 of two inks, as anybody sees them or as with one of DEFICIENCIES."""
    return ciede2000(_lab(first, deficiency), _lab(second, deficiency))


@lru_cache(maxsize=4096)
def _lab(ink: str, deficiency: str | None) -> Lab:
    return lab_of(light_of(ink) if deficiency is None else seen(ink, deficiency))


def ciede2000(first: Lab, second: Lab) -> float:
    """The difference of two Lab colours, all parametric factors 1."""
    mean_chroma = (math.hypot(*first[1:]) + math.hypot(*second[1:])) / 2.0
    stretch = 1.0 + 0.5 * (1.0 - math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7)))
    chroma = [math.hypot(stretch * each[1], each[2]) for each in (first, second)]
    hue = [math.degrees(math.atan2(each[2], stretch * each[1])) % 360.0 for each in (first, second)]
    turn = _turn(hue[0], hue[1]) if chroma[0] * chroma[1] else 0.0
    lightness, middle = second[0] - first[0], (first[0] + second[0]) / 2.0
    mean = (chroma[0] + chroma[1]) / 2.0
    angle = _mean_hue(hue[0], hue[1]) if chroma[0] * chroma[1] else hue[0] + hue[1]
    across = 2.0 * math.sqrt(chroma[0] * chroma[1]) * math.sin(math.radians(turn / 2.0))
    light_part = lightness / (1.0 + 0.015 * (middle - 50.0) ** 2 / math.sqrt(20.0 + (middle - 50.0) ** 2))
    chroma_part = (chroma[1] - chroma[0]) / (1.0 + 0.045 * mean)
    hue_part = across / (1.0 + 0.015 * mean * _hue_weight(angle))
    square = light_part**2 + chroma_part**2 + hue_part**2
    return math.sqrt(max(0.0, square + _rotation(mean, angle) * chroma_part * hue_part))


def _turn(first: float, second: float) -> float:
    """From one hue to the other the short way, degrees."""
    turn = second - first
    return turn - 360.0 if turn > 180.0 else turn + 360.0 if turn < -180.0 else turn


def _mean_hue(first: float, second: float) -> float:
    total = first + second
    if abs(first - second) <= 180.0:
        return total / 2.0
    return (total + 360.0) / 2.0 if total < 360.0 else (total - 360.0) / 2.0


def _hue_weight(angle: float) -> float:
    return (
        1.0
        - 0.17 * math.cos(math.radians(angle - 30.0))
        + 0.24 * math.cos(math.radians(2.0 * angle))
        + 0.32 * math.cos(math.radians(3.0 * angle + 6.0))
        - 0.20 * math.cos(math.radians(4.0 * angle - 63.0))
    )


def _rotation(mean: float, angle: float) -> float:
    spread = 2.0 * math.sqrt(mean**7 / (mean**7 + 25.0**7))
    return -spread * math.sin(math.radians(60.0 * math.exp(-(((angle - 275.0) / 25.0) ** 2))))
