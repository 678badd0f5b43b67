"""Eight families of the held-out half: each draws a seamless (size, size, 3) tile from a random generator."""

from __future__ import annotations

import math

import numpy as np

from bench.repeat_forensics import pencil
from bench.repeat_forensics.pencil import Ink, Pixels, Plane, Points, Sheet

_PALETTES = tuple(
    pencil.inks(codes)
    for codes in (
        "efe6dc 8c4a3a c97b5a 5a6b5d 3d3a38",
        "fff3b0 1d3557 e63946 2a9d8f f4a261",
        "f7f1e3 2f4b7c 8fa7c4 c8553d e2b77a",
        "10312b f0e4cc d9a441 b5483a 7fa99b",
        "fbf8f3 5b3256 caa86a e08e79 7a9e7e",
    )
)


def _palette(rng: np.random.Generator) -> tuple[Ink, ...]:
    return _PALETTES[int(rng.integers(len(_PALETTES)))]


def tartan(size: int, rng: np.random.Generator) -> Pixels:
    """Crossing bands of the same sett, woven in a two-and-two twill."""
    colours = np.array(_palette(rng), np.float32)
    sett = np.zeros(size, int)
    for _ in range(int(rng.integers(6, 9))):
        middle, half = rng.uniform(), float(rng.choice([0.008, 0.02, 0.05, 0.1]))
        away = np.abs((np.arange(size) / size - middle + 0.5) % 1 - 0.5)
        sett[away < half] = int(rng.integers(1, 5))
    threads = colours[sett]
    y, x = np.mgrid[0:size, 0:size]
    over = ((x + y) // 2 % 2)[..., None]
    mean = (threads[None] + threads[:, None]) / 2
    woven = np.where(over > 0, threads[None], threads[:, None])
    return pencil.rounded(np.asarray(0.65 * mean + 0.35 * woven, np.float32))


def candy(size: int, rng: np.random.Generator) -> Pixels:
    """Slanting stripes of one width or two."""
    colours = np.array(_palette(rng), np.float32)
    count, lean = int(rng.choice([3, 4, 6])), int(rng.choice([-1, 1]))
    second = float(rng.uniform(0.06, 0.14))
    axis = (np.arange(3 * size) + 0.5) / (3 * size)
    place = (axis[None, :] - lean * axis[:, None]) * count % 1
    inks = np.where(place < 0.38, 1, np.where((place > 0.6) & (place < 0.6 + second), 2, 0))
    large = colours[inks].reshape(size, 3, size, 3, 3)
    return pencil.rounded(np.asarray(large.mean(axis=(1, 3)), np.float32))


def polka(size: int, rng: np.random.Generator) -> Pixels:
    """Round dots on a staggered grid; some tiles have a second ink among them."""
    colours = _palette(rng)
    sheet = Sheet(size, colours[0])
    count, reach = int(rng.choice([4, 5, 6])), float(rng.uniform(0.13, 0.26))
    accents = rng.uniform() < 0.6
    for row in range(2 * count):
        for column in range(count):
            at = np.array([(column + row % 2 / 2) / count, row / (2 * count)])
            other = accents and rng.uniform() < 0.2
            sheet.disc(at, reach / count, colours[2 if other else 1])
    return sheet.pixels()


def quilt(size: int, rng: np.random.Generator) -> Pixels:
    """Half-square triangles pieced from all the inks."""
    colours = _palette(rng)
    sheet = Sheet(size, colours[0])
    count = int(rng.choice([5, 6, 8]))
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
    for row in range(count):
        for column in range(count):
            at = np.array([column, row], np.float64)
            turn = int(rng.integers(4))
            for first in (turn, turn + 2):
                picked = corners[[first % 4, (first + 1) % 4, (first + 2) % 4]]
                sheet.fill((at + picked) / count, colours[int(rng.integers(5))])
    return sheet.pixels()


def toile(size: int, rng: np.random.Generator) -> Pixels:
    """Line drawing: winding stems with outlined leaves and blossoms."""
    colours = _palette(rng)
    ground, line = colours[0], colours[1]
    sheet = Sheet(size, ground)
    for at in pencil.scatter(rng, int(rng.integers(9, 14))):
        path, heading = _stem(at, rng)
        sheet.stroke(path, 0.0055, line)
        for k in range(4, len(path) - 4, 6):
            for side in (-1.0, 1.0):
                leaf = pencil.blade(0.062, 0.03, heading[k] + side)
                sheet.fill(path[k] + leaf, line)
                sheet.fill(path[k] + 0.006 * _unit(heading[k] + side) + leaf * 0.78, ground)
        _blossom(sheet, path[-1], float(heading[-1]), (ground, line))
    return sheet.pixels()


def _unit(angle: float) -> Points:
    return np.array([math.cos(angle), math.sin(angle)])


def _stem(at: Points, rng: np.random.Generator) -> tuple[Points, Points]:
    bends = np.cumsum(rng.normal(0, 0.12, 34)) + float(rng.uniform(0, 2 * math.pi))
    steps = 0.0085 * np.stack([np.cos(bends), np.sin(bends)], axis=1)
    return at + np.cumsum(steps, axis=0), bends


def _blossom(sheet: Sheet, at: Points, turn: float, pair: tuple[Ink, Ink]) -> None:
    ground, line = pair
    for k in range(6):
        petal = pencil.blade(0.055, 0.038, turn + k * math.pi / 3)
        sheet.fill(at + petal, line)
        sheet.fill(at + petal * 0.82, ground)
    sheet.disc(at, 0.014, line)


def tweed(size: int, rng: np.random.Generator) -> Pixels:
    """Herringbone of two yarns with flecks: a texture with a fine order of its own."""
    colours = np.array(_palette(rng), np.float32)
    y, x = np.mgrid[0:size, 0:size]
    column = int(rng.choice([16, 32]))
    fold = np.abs(x % (2 * column) - column)
    over = ((fold + y) // 4 % 2)[..., None]
    cloth = np.where(over > 0, 0.75 * colours[3] + 40, 0.75 * colours[4] + 30)
    flecks = pencil.noise(size, rng, 0.2) > 2.4
    cloth = cloth + 9 * pencil.noise(size, rng, 0.25)[..., None] + 5 * pencil.noise(size, rng, 1.1)[..., None]
    cloth[flecks] = 0.5 * cloth[flecks] + 0.5 * colours[2]
    return pencil.rounded(np.asarray(cloth, np.float32))


def bouquet(size: int, rng: np.random.Generator) -> Pixels:
    """Watercolour flowers: soft petals with uneven pigment and darker rims."""
    colours = np.array(_palette(rng), np.float32)
    light = np.argmax(colours.sum(axis=1))
    painted = np.tile(colours[light], (size, size, 1)).astype(np.float32)
    pigment = pencil.noise(size, rng, 1.1)
    others = [k for k in range(5) if k != light]
    for number, at in enumerate(pencil.scatter(rng, 16)):
        stencil = Sheet(size, (0, 0, 0))
        _soft_motif(stencil, at, number, rng)
        painted = _washed(painted, stencil, colours[others[number % 4]], pigment, rng)
    return pencil.rounded(np.asarray(painted + 2.0 * pencil.noise(size, rng, 0.2)[..., None], np.float32))


def _soft_motif(stencil: Sheet, at: Points, number: int, rng: np.random.Generator) -> None:
    turn, white = float(rng.uniform(0, 2 * math.pi)), (255, 255, 255)
    if number % 3 == 0:
        stencil.fill(at + pencil.blade(0.2, 0.07, turn), white)
        stencil.fill(at + pencil.blade(0.15, 0.06, turn + 1.1), white)
        return
    reach = float(rng.uniform(0.07, 0.11))
    for k in range(5):
        stencil.fill(at + pencil.blade(reach, reach * 0.72, turn + k * 2 * math.pi / 5), white)


def _washed(painted: Plane, stencil: Sheet, colour: Plane, pigment: Plane, rng: np.random.Generator) -> Plane:
    size = painted.shape[0]
    mask = np.asarray(stencil.pixels()[..., 0] / 255.0, np.float32)
    wobble = size / 90
    mask = pencil.softened(mask, size / 300)
    mask = pencil.warped(mask, wobble * pencil.noise(size, rng, 2.0), wobble * pencil.noise(size, rng, 2.0))
    cover = np.clip(mask * (0.58 + 0.16 * pigment) + 1.3 * mask * (1 - mask), 0, 1)[..., None]
    return np.asarray(painted * (1 - cover) + colour * cover, np.float32)


def leopard(size: int, rng: np.random.Generator) -> Pixels:
    """Broken rosettes around darker hearts."""
    colours = _palette(rng)
    sheet = Sheet(size, colours[0])
    angle = np.linspace(0, 2 * math.pi, 32, endpoint=False)
    for at in pencil.scatter(rng, int(rng.integers(44, 64))):
        lobes = (
            1 + 0.22 * np.sin(2 * angle + rng.uniform(0, 6)) + 0.12 * np.sin(3 * angle + rng.uniform(0, 6))
        )
        heart = 0.032 * lobes[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        sheet.fill(at + heart, colours[2])
        start = float(rng.uniform(0, 6))
        for k in range(3):
            arc = start + np.linspace(2.1 * k, 2.1 * k + 1.5, 14)
            reach = 0.036 * np.interp(arc % (2 * math.pi), angle, lobes)
            path = at + reach[:, None] * np.stack([np.cos(arc), np.sin(arc)], axis=1)
            sheet.stroke(path, 0.009 + 0.012 * np.sin(np.linspace(0.2, 2.9, 14)), colours[1])
    return sheet.pixels()


FAMILIES = {
    "tartan": tartan,
    "toile": toile,
    "candy": candy,
    "bouquet": bouquet,
    "polka": polka,
    "quilt": quilt,
    "tweed": tweed,
    "leopard": leopard,
}
