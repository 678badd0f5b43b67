"""Eight families of the tuning half: each draws a seamless (size, size, 3) tile from a random generator."""

from __future__ import annotations

import math

import cv2
import numpy as np

from bench.repeat_forensics import pencil
from bench.repeat_forensics.pencil import Ink, Pixels, Points, Sheet

_PALETTES = tuple(
    pencil.inks(codes)
    for codes in (
        "f6e9e4 c4456a 6d8f5a 8a2846 f2b8a0",
        "16233f e9d8a6 d98f6b 94b0c2 f3efe4",
        "dff2e8 24605a f4a261 4fa58b e76f51",
        "fdf6ec 2d4666 d1495b edae49 66a182",
        "2b2d42 ef8354 bfc0c0 f7f3ea 7fb7be",
    )
)


def _palette(rng: np.random.Generator) -> tuple[Ink, ...]:
    return _PALETTES[int(rng.integers(len(_PALETTES)))]


def gingham(size: int, rng: np.random.Generator) -> Pixels:
    """Checks of two crossing bands, with a twill in the half tones."""
    ground, colour = np.array(_palette(rng)[:2], np.float32)
    count = int(rng.choice([4, 6, 8]))
    place = (np.arange(size) + 0.5) / size * count % 1
    band = np.clip((0.25 - np.abs(place - 0.5)) * size / count + 0.5, 0, 1).astype(np.float32)
    both = (band[:, None] + band[None, :]) / 2
    y, x = np.mgrid[0:size, 0:size]
    twill = np.where((both > 0.25) & (both < 0.75), 0.06 * ((x + y) // 2 % 2) - 0.03, 0)
    share = np.clip(both + twill, 0, 1)[..., None]
    return pencil.rounded(np.asarray(ground * (1 - share) + colour * share, np.float32))


def ticking(size: int, rng: np.random.Generator) -> Pixels:
    """Upright stripes: fine lines beside broad ones, nothing else."""
    colours = _palette(rng)
    sheet = Sheet(size, colours[0])
    place = float(rng.uniform())
    end = place + 0.97
    while place < end:
        width = float(rng.choice([0.008, 0.012, 0.03, 0.055]))
        if place + width > end:
            break
        corners = np.array([[place, -0.1], [place + width, -0.1], [place + width, 1.1], [place, 1.1]])
        sheet.fill(corners, colours[int(rng.integers(1, 4))])
        place += width + float(rng.uniform(0.012, 0.05))
    return sheet.pixels()


def ditsy(size: int, rng: np.random.Generator) -> Pixels:
    """Very small flowers scattered wide on a plain ground."""
    colours = _palette(rng)
    sheet = Sheet(size, colours[0])
    for at in pencil.scatter(rng, int(rng.integers(34, 56))):
        turn = float(rng.uniform(0, 2 * math.pi))
        for side in (-0.5, 0.5):
            sheet.fill(at + pencil.blade(0.042, 0.016, turn + side), colours[2])
        petals = 5
        for k in range(petals):
            out = turn + 2 * math.pi * k / petals
            sheet.disc(
                at + 0.013 * np.array([math.cos(out), math.sin(out)]),
                0.0095,
                colours[int(rng.choice([1, 4]))],
            )
        sheet.disc(at, 0.0065, colours[3])
    return sheet.pixels()


def hexagons(size: int, rng: np.random.Generator) -> Pixels:
    """Hexagons in hexagons on a grid, their inks taking turns."""
    colours = _palette(rng)
    sheet = Sheet(size, colours[0])
    count = int(rng.choice([3, 4, 5]))
    offsets = rng.permutation(len(colours) - 1)
    for row in range(2 * count):
        for column in range(count):
            at = np.array([(column + row % 2 / 2) / count, row / (2 * count)])
            turn = int(rng.integers(3)) if rng.uniform() < 0.35 else row % 3
            for step, reach in enumerate((0.47, 0.33, 0.18)):
                colour = colours[1 + int(offsets[(step + turn) % len(offsets)])]
                sheet.fill(at + pencil.ellipse(reach / count, 0.62 * reach / count, 0.0, 6), colour)
    return sheet.pixels()


def damask(size: int, rng: np.random.Generator) -> Pixels:
    """Mirrored scrolling ornament in two tones with an outline, in half-drop."""
    colours = _palette(rng)
    ground, light, line = (colours[int(k)] for k in rng.permutation(5)[:3])
    large = 2 * size
    field = pencil.softened(pencil.noise(large, rng, 0.4), large / 42)
    field = field + field[:, ::-1]
    field = np.asarray(field + np.roll(field, (large // 2, large // 2), (0, 1)))
    field = field / field.std()
    painted = np.full((large, large, 3), ground, np.float32)
    painted[np.abs(field + 0.35) < 0.14] = line
    painted[field > 0.3] = light
    painted[np.abs(field - 1.05) < 0.16] = line
    return pencil.rounded(np.asarray(cv2.resize(painted, (size, size), interpolation=cv2.INTER_AREA)))


def linen(size: int, rng: np.random.Generator) -> Pixels:
    """Plain weave with slubs: a texture without motif."""
    base = np.array(_palette(rng)[int(rng.choice([0, 2, 4]))], np.float32) * 0.8 + 30
    threads = pencil.noise(size, rng, 0.3, (1, 9)) + pencil.noise(size, rng, 0.3, (9, 1))
    y, x = np.mgrid[0:size, 0:size]
    weave = np.where((x // 2 + y // 2) % 2 == 0, 5.0, -5.0)
    shade = 12 * threads + weave + 5 * pencil.noise(size, rng, 1.2)
    return pencil.rounded(np.asarray(base + shade[..., None], np.float32))


def wash(size: int, rng: np.random.Generator) -> Pixels:
    """Watercolour: soft clouds of pigment with darker rims and the grain of paper."""
    colours = _palette(rng)
    cloud, other = pencil.noise(size, rng, 1.6), pencil.noise(size, rng, 1.9)
    painted = pencil.run_of((colours[0], colours[4], colours[2], colours[1]), 0.45 + 0.2 * cloud)
    rim = np.exp(-((np.abs(other - 0.3) / 0.05) ** 2))
    grain = pencil.noise(size, rng, 0.3)
    return pencil.rounded(np.asarray(painted - 34 * rim[..., None] + 3.5 * grain[..., None], np.float32))


def paisley(size: int, rng: np.random.Generator) -> Pixels:
    """Curled drops, outlined, filled with dots and a row of petals."""
    colours = _palette(rng)
    sheet = Sheet(size, colours[0])
    for at in pencil.scatter(rng, int(rng.integers(7, 11))):
        turn, reach = float(rng.uniform(0, 2 * math.pi)), float(rng.uniform(0.12, 0.17))
        for share, number in ((1.0, 1), (0.86, 0), (0.72, 2), (0.5, 3)):
            sheet.fill(at + _drop(reach * share, turn), colours[number])
        for k in range(9):
            out = at + pencil.turned(np.array([[0.3 * reach, 0]]), turn + k * 0.7)[0]
            sheet.disc(out, reach * 0.05, colours[0])
        sheet.disc(at, reach * 0.13, colours[4])
    for at in pencil.scatter(rng, 40):
        sheet.disc(at, 0.006, colours[1])
    return sheet.pixels()


def _drop(reach: float, turn: float) -> Points:
    angle = np.linspace(0, 2 * math.pi, 64, endpoint=False)
    tail = np.exp(-((angle - math.pi) ** 2) / 0.35)
    radius = reach * (0.55 + 0.75 * tail)
    bent = angle + 0.5 * tail
    return pencil.turned(np.stack([radius * np.cos(bent), radius * np.sin(bent)], axis=1), turn)


FAMILIES = {
    "gingham": gingham,
    "paisley": paisley,
    "ticking": ticking,
    "wash": wash,
    "ditsy": ditsy,
    "hexagons": hexagons,
    "linen": linen,
    "damask": damask,
}
