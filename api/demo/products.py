"""Drawn product photographs with a pattern on them: cushion, mug, tote bag, papered wall, notebook.

Each takes a tile (n, n, 3) uint8 and a random generator and returns a photograph, uint8 RGB. The pattern is
sampled through the product's own surface, so it bends, foreshortens and shades as printed goods do.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from api.demo import studio
from api.demo.cloth import Image, sample
from api.demo.studio import Mask, Picture


def cushion(tile: Image, rng: np.random.Generator) -> Image:
    """A plump cushion on a linen sofa, slightly turned."""
    size = (900, 820)
    scene = _sofa(size, rng)
    u, v = _turned_plane(size, (450, 420), 285, rng.uniform(-9, 9))
    bulge = 1.0 - 0.10 * (1 - np.clip(u, -1, 1) ** 2) * (1 - np.clip(v, -1, 1) ** 2)
    pinch = 1.0 + 0.075 * (np.abs(u) ** 3 + np.abs(v) ** 3 - 1.6 * np.abs(u * v) ** 1.5)
    body = _soft_edge(np.maximum(np.abs(u), np.abs(v)) * pinch, 1.0, 285)
    creases = studio.clouds(rng, size, 150) * 0.012
    repeat = rng.uniform(1.75, 2.1)
    across, down = (u * bulge + creases) * repeat / 2, (v * bulge - creases) * repeat / 2
    print_ = sample(tile, _f32(across), _f32(down), scale=570 / (repeat * tile.shape[0])).astype(np.float32)
    height = np.sqrt(np.clip(1 - u**4, 0.02, 1) * np.clip(1 - v**4, 0.02, 1))
    light = _relief(height + 0.07 * studio.clouds(rng, size, 80), 110.0) * _weave(size)
    scene = studio.shadow(scene, body, blur=28, offset=(16, 34), depth=0.55)
    scene = studio.over(scene, studio.lit(print_, light), body)
    piping = np.clip(body - _soft_edge(np.maximum(np.abs(u), np.abs(v)) * pinch, 0.972, 285), 0, 1)
    scene = studio.over(scene, print_.mean((0, 1)) * 0.62, _f32(piping * 0.85))
    return studio.photographed(scene, rng)


def mug(tile: Image, rng: np.random.Generator) -> Image:
    """A printed mug on a table by a window."""
    size = (860, 860)
    scene = studio.backdrop(size, (226, 228, 226), (206, 204, 198))
    table = studio.polygon(size, np.array([[0, 610], [860, 610], [860, 860], [0, 860]], float))
    scene = studio.over(scene, _wood(size, rng, (186, 150, 112)), table)
    left, right, top, bottom, lip = 205.0, 605.0, 190.0, 690.0, 46.0
    middle, radius = (left + right) / 2, (right - left) / 2
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    turn = np.arcsin(np.clip((x - middle) / radius, -0.9999, 0.9999))
    sag = lip * np.cos(turn)
    body = _body(size, (left, right, top, bottom), lip)
    repeat = 330.0
    across = turn * radius / repeat + rng.uniform(0, 1)
    down = (y - sag) / repeat + rng.uniform(0, 1)
    print_ = sample(tile, _f32(across), _f32(down), scale=repeat / tile.shape[0]).astype(np.float32)
    light = 0.42 + 0.62 * np.clip(np.cos(turn + 0.55), 0, 1) ** 0.8
    glaze = 70 * np.exp(-(((turn + 0.62) / 0.07) ** 2)) + 26 * np.exp(-(((turn - 0.75) / 0.12) ** 2))
    scene = _handle(scene, size, (right, (top + bottom) / 2 - 10))
    scene = studio.shadow(scene, body, blur=22, offset=(46, 30), depth=0.4)
    surface = studio.lit(print_, _f32(light)) + glaze[..., None]
    scene = studio.over(scene, _f32(surface), body)
    scene = _rim(scene, size, (middle, top), (radius, lip))
    return studio.photographed(scene, rng)


def tote(tile: Image, rng: np.random.Generator) -> Image:
    """A cotton tote bag hanging on a plastered wall."""
    size = (800, 960)
    scene = studio.backdrop(size, (214, 205, 194), (196, 186, 174))
    scene = scene * (1 + 0.012 * studio.clouds(rng, size, 9) + 0.02 * studio.clouds(rng, size, 90))[..., None]
    corners = np.array([[178, 372], [626, 360], [652, 880], [146, 886]], float)
    u, v = _quad_plane(size, corners)
    folds = studio.clouds(rng, size, 170)
    sway = 0.010 * folds
    repeat = rng.uniform(1.5, 1.8)
    across, down = (u + sway) * repeat, (v + 0.6 * sway) * repeat * 1.12
    print_ = sample(tile, _f32(across), _f32(down), scale=470 / (repeat * tile.shape[0])).astype(np.float32)
    body = studio.polygon(size, corners)
    light = _relief(0.30 * folds - 0.5 * (u - 0.5) ** 2, 60.0) * _weave(size)
    straps = [_strap(size, x, 330.0) for x in ((250.0, 560.0), (272.0, 538.0))]
    for strap, tone in zip(straps, (0.72, 0.9), strict=True):
        scene = studio.shadow(scene, strap, blur=9, offset=(10, 12), depth=0.3)
        scene = studio.over(scene, (226 * tone, 214 * tone, 190 * tone), strap)
    scene = studio.shadow(scene, body, blur=24, offset=(22, 26), depth=0.5)
    scene = studio.over(scene, studio.lit(print_, _f32(light * (1 - 0.16 * np.clip(v, 0, 1)))), body)
    hem = studio.stroke(size, corners[:2] + np.array([0, 10]), 3)
    return studio.photographed(studio.over(scene, (60, 54, 48), _f32(hem * 0.35)), rng)


def wall(tile: Image, rng: np.random.Generator) -> Image:
    """A room with one papered wall seen at a slight angle, a sideboard and a lamp."""
    size = (1080, 820)
    scene = _wood(size, rng, (168, 132, 98))
    corners = np.array([[0, -90], [1080, -30], [1080, 596], [0, 650]], float)
    u, v = _quad_plane(size, corners)
    repeat = rng.uniform(2.1, 2.5)
    across, down = u * repeat * 1.7, v * repeat
    print_ = sample(tile, _f32(across), _f32(down), scale=620 / (repeat * tile.shape[0])).astype(np.float32)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    glow = np.exp(-(((x - 852) / 260) ** 2 + ((y - 300) / 230) ** 2))
    light = 0.70 + 0.16 * (x / size[0]) + 0.30 * glow - 0.05 * (y / size[1])
    scene = studio.over(scene, studio.lit(print_, _f32(light)), studio.polygon(size, corners))
    skirting = np.array([[0, 628], [1080, 576], [1080, 600], [0, 656]], float)
    scene = studio.over(scene, (238, 235, 228), studio.polygon(size, skirting))
    scene = _sideboard(scene, size)
    return studio.photographed(_lamp(scene, size), rng)


def notebook(tile: Image, rng: np.random.Generator) -> Image:
    """A clothbound notebook with a label, lying on a desk."""
    size = (960, 760)
    scene = _wood(size, rng, (150, 116, 84))
    corners = np.array([[262, 118], [742, 152], [768, 664], [176, 622]], float)
    u, v = _quad_plane(size, corners)
    repeat = rng.uniform(1.5, 1.8)
    print_ = sample(tile, _f32(u * repeat), _f32(v * repeat), scale=520 / (repeat * tile.shape[0]))
    pages = studio.polygon(size, corners + np.array([[0, 0], [15, 11], [15, 15], [0, 15]]))
    cover = studio.polygon(size, corners)
    scene = studio.shadow(scene, pages, blur=20, offset=(18, 24), depth=0.6)
    scene = studio.over(scene, (232, 226, 210), pages)
    spine = 1 - 0.35 * np.exp(-(((u - 0.055) / 0.013) ** 2))
    light = (1.08 - 0.22 * u - 0.06 * v) * spine
    scene = studio.over(scene, studio.lit(print_.astype(np.float32), _f32(light)), cover)
    label = (np.abs(u - 0.55) < 0.17) & (np.abs(v - 0.30) < 0.085)
    scene = studio.over(scene, (243, 238, 226), _blurred(label, 0.8))
    lines = label & (np.abs(u - 0.55) < 0.12) & (np.abs(np.abs(v - 0.305) - 0.022) < 0.0035)
    scene = studio.over(scene, (92, 84, 78), _blurred(lines, 0.7))
    scene = studio.over(scene, (36, 34, 38), _blurred((np.abs(u - 0.90) < 0.013) & (v > 0) & (v < 1), 0.7))
    return studio.photographed(scene, rng)


def _f32(values: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.asarray(values, np.float32)


def _blurred(mask: NDArray[np.bool_], sigma: float) -> Mask:
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma), np.float32)


def _soft_edge(distance: NDArray[np.generic], at: float, px: float) -> Mask:
    """1 inside, 0 outside of distance == at, one pixel wide when ``px`` pixels are one unit."""
    return _f32(np.clip((at - np.asarray(distance)) * px + 0.5, 0, 1))


def _turned_plane(
    size: tuple[int, int], centre: tuple[float, float], half: float, degrees: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
    cosine, sine = float(np.cos(np.deg2rad(degrees))), float(np.sin(np.deg2rad(degrees)))
    x, y = (x - centre[0]) / half, (y - centre[1]) / half
    return _f32(cosine * x + sine * y), _f32(-sine * x + cosine * y)


def _quad_plane(
    size: tuple[int, int], corners: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Coordinates 0..1 on a plane whose corners appear at four pixels (clockwise from top left)."""
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    inverse = cv2.getPerspectiveTransform(corners.astype(np.float32), unit)
    y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float64)
    u, v, w = inverse @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    return _f32((u / w).reshape(x.shape)), _f32((v / w).reshape(x.shape))


def _relief(height: NDArray[np.generic], steepness: float) -> Mask:
    """Light from the upper left on a height map."""
    field = _f32(height)
    down, across = np.gradient(field)
    slope = steepness * (down * 0.8 + across * 0.6)
    return _f32(np.clip(0.98 + 0.30 * np.tanh(slope), 0.35, 1.25))


def _weave(size: tuple[int, int]) -> Mask:
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    return _f32(1 + 0.018 * np.sin(x * 1.9) + 0.018 * np.sin(y * 1.9))


def _wood(size: tuple[int, int], rng: np.random.Generator, colour: studio.Colour) -> Picture:
    grain = 0.05 * studio.streaks(rng, size, 60) + 0.05 * studio.clouds(rng, size, 220)
    board = 1.0 - 0.25 * (np.mgrid[0 : size[1], 0 : size[0]][0] % 128 < 2)
    return _f32(np.array(colour, np.float32) * ((1 + grain) * board)[..., None])


def _sofa(size: tuple[int, int], rng: np.random.Generator) -> Picture:
    scene = studio.backdrop(size, (150, 160, 158), (122, 133, 131))
    threads = 0.03 * studio.streaks(rng, size, 6) + 0.03 * studio.streaks(rng, size[::-1], 6).T
    scene = studio.lit(scene, _f32(1 + threads + 0.03 * studio.clouds(rng, size, 200)))
    y = np.mgrid[0 : size[1], 0 : size[0]][0]
    seam = np.exp(-(((y - 640) / 5.0) ** 2)) * 0.5 + 0.18 * (y > 640)
    return studio.lit(scene, _f32(1 - 0.6 * seam))


def _body(size: tuple[int, int], box: tuple[float, float, float, float], lip: float) -> Mask:
    """The outline of a cylinder seen from above: box is left, right, top, bottom; lip the ellipse."""
    left, right, top, bottom = box
    angle = np.linspace(0, np.pi, 90)
    middle, radius = (left + right) / 2, (right - left) / 2
    low = np.stack([middle + radius * np.cos(angle), bottom + lip * np.sin(angle)], axis=1)
    return studio.polygon(size, np.vstack([[[left, top], [right, top]], low]))


def _handle(scene: Picture, size: tuple[int, int], at: tuple[float, float]) -> Picture:
    angle = np.linspace(-1.35, 1.35, 60)
    arc = np.stack([at[0] - 14 + 118 * np.cos(angle), at[1] + 150 * np.sin(angle)], axis=1)
    scene = studio.shadow(scene, studio.stroke(size, arc, 36), blur=16, offset=(30, 26), depth=0.3)
    for width, tone in ((38, 176), (28, 212), (12, 240)):
        scene = studio.over(scene, (tone, tone, tone - 4), studio.stroke(size, arc - width * 0.06, width))
    return scene


def _rim(
    scene: Picture, size: tuple[int, int], centre: tuple[float, float], radii: tuple[float, float]
) -> Picture:
    scene = studio.over(scene, (246, 245, 241), studio.ellipse(size, centre, radii))
    inner = (radii[0] - 13, radii[1] - 8)
    scene = studio.over(scene, (178, 175, 168), studio.ellipse(size, centre, inner))
    drink = (centre[0], centre[1] + 10)
    return studio.over(scene, (74, 46, 30), studio.ellipse(size, drink, (inner[0] - 12, inner[1] - 12)))


def _strap(size: tuple[int, int], ends: tuple[float, float], rise: float) -> Mask:
    t = np.linspace(0, 1, 60)
    x = ends[0] + (ends[1] - ends[0]) * (0.5 - 0.5 * np.cos(np.pi * t)) * 1.0
    y = 380 - rise * np.sin(np.pi * t) ** 0.8
    return studio.stroke(size, np.stack([x, y], axis=1), 22)


def _sideboard(scene: Picture, size: tuple[int, int]) -> Picture:
    front = np.array([[590, 500], [1040, 484], [1040, 668], [590, 704]], float)
    top = np.array([[576, 488], [1052, 472], [1052, 488], [576, 506]], float)
    legs = [
        np.array([[x, 660], [x + 12, 660], [x + 9, y], [x + 3, y]], float)
        for x, y in ((616, 760), (1010, 726))
    ]
    whole = studio.polygon(size, front)
    scene = studio.shadow(scene, whole, blur=26, offset=(-18, 34), depth=0.5)
    for leg in legs:
        scene = studio.over(scene, (64, 46, 34), studio.polygon(size, leg))
    scene = studio.over(scene, (122, 84, 56), whole)
    scene = studio.over(scene, (146, 104, 72), studio.polygon(size, top))
    for x in (740.0, 890.0):
        seam = np.array([[x, 498], [x, 690]], float)
        scene = studio.over(scene, (84, 56, 38), studio.stroke(size, seam, 3))
    return scene


def _lamp(scene: Picture, size: tuple[int, int]) -> Picture:
    stem = np.array([[852, 480], [852, 330]], float)
    scene = studio.over(scene, (196, 160, 96), studio.stroke(size, stem, 7))
    scene = studio.over(scene, (176, 140, 80), studio.ellipse(size, (852, 480), (38, 8)))
    shade = np.array([[806, 232], [898, 232], [930, 348], [774, 348]], float)
    return studio.over(scene, (252, 238, 204), studio.polygon(size, shade))
