"""An index map as SVG: one layer for each ink, borders shared by the inks that meet there, true at the seam.

The border between two inks is one line of lattice points, each moved towards the middle of its neighbours
along the border and part of the way back, a few times (Taubin 1995): that smooths and shrinks nothing. Both
inks are drawn along these same points, so nothing shows between them; on the torus the points do not know
where the tile ends, so it meets itself exactly. Points where three inks meet stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from generator.draft import Pixels
from generator.palette import parse_palette

UNITS = 16  # of the drawing to one sample
_PAD = 4  # samples beyond the tile: what is cut there lies outside the view box
_SHARES = (0.5, -0.53) * 3
_STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))  # (row, column), clockwise from the right
Point = tuple[int, int]


def to_svg(
    separations: Pixels, palette: Sequence[str], names: Sequence[str], width_mm: str, title: str
) -> str:
    """The drawing of an index map (N, N) in these inks, `width_mm` wide, as one group for each ink.

    A group's id is `ink-` and its place; its label (Inkscape's, and a title) is its name and hex. Shapes have
    crisp edges, so that inks meet without a pale line. Raises BriefError for what is no palette.
    """
    inks, edge = parse_palette(palette), separations.shape[0]
    moved = _moved(separations)
    view = UNITS * edge
    size = f'width="{width_mm}mm" height="{width_mm}mm" viewBox="0 0 {view} {view}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'{size} shape-rendering="crispEdges" fill-rule="evenodd">',
        f"<title>{escape(title)}</title>",
    ]
    for place, (ink, name) in enumerate(zip(inks, names, strict=True)):
        label = quoteattr(f"{name} {ink}")
        lines.append(f'<g id="ink-{place}" inkscape:groupmode="layer" inkscape:label={label} fill="{ink}">')
        lines.append(f"<title>{escape(f'{name} {ink}')}</title>")
        if place == 0:  # the ground is under everything, as it is in print
            lines.append(f'<rect width="{view}" height="{view}"/>')
        else:
            drawn = "".join(_path(outline) for outline in _outlines(separations, place, moved))
            lines.append(f'<path d="{drawn}"/>')  # one path: outlines inside others are holes
        lines.append("</g>")
    return "\n".join([*lines, "</svg>", ""])


def _moved(separations: Pixels) -> NDArray[np.int64]:
    """(N, N, 2): where each lattice point of the torus lies, in UNITS from its own place, down and right."""
    across = separations != np.roll(separations, 1, axis=0)  # a border from the point to the one on its right
    along = separations != np.roll(separations, 1, axis=1)  # and to the one below
    borders = (across, along, np.roll(across, 1, axis=1), np.roll(along, 1, axis=0))
    simple = (sum(each.astype(np.uint8) for each in borders) == 2)[..., None]
    moved = np.zeros((*separations.shape, 2), np.float64)
    for share in _SHARES:
        middle = np.zeros_like(moved)  # of the two neighbours
        for border, step in zip(borders, _STEPS, strict=True):
            neighbour = np.roll(moved, (-step[0], -step[1]), axis=(0, 1)) + step
            middle += border[..., None] * neighbour / 2.0
        moved = np.where(simple, moved + share * (middle - moved), 0.0)
    return np.asarray(np.rint(moved * UNITS), np.int64)


def _outlines(separations: Pixels, ink: int, moved: NDArray[np.int64]) -> Iterator[list[Point]]:
    """Closed outlines of an ink, in UNITS, the ink on their right."""
    edge = separations.shape[0]
    mask = np.pad(np.pad(separations == ink, _PAD, mode="wrap"), 1)
    ways = _ways(mask)
    while ways:
        corner, first = next((corner, steps[0]) for corner, steps in ways.items())
        path = _walk(ways, corner, first)
        outline = []
        for row, column in path:
            y, x = row - _PAD - 1, column - _PAD - 1
            down, right = moved[y % edge, x % edge].tolist()
            outline.append((UNITS * x + right, UNITS * y + down))
        yield outline


def _ways(mask: NDArray[np.bool_]) -> dict[Point, list[int]]:
    """From each lattice point the directions (of _STEPS) of borders with the ink on their right."""
    above, left = np.roll(mask, 1, axis=0), np.roll(mask, 1, axis=1)
    corner = np.roll(above, 1, axis=1)
    found = (
        mask & ~above,  # rightwards: ink below
        left & ~mask,  # downwards: ink to the left
        corner & ~left,  # leftwards: ink above
        above & ~corner,  # upwards: ink to the right
    )
    ways: defaultdict[Point, list[int]] = defaultdict(list)
    for step, places in enumerate(found):
        for row, column in np.argwhere(places).tolist():
            ways[row, column].append(step)
    return dict(ways)


def _walk(ways: dict[Point, list[int]], start: Point, first: int) -> list[Point]:
    """The closed border from a point; its steps are taken out of `ways`. At a crossing it turns right, so
    that samples of an ink that only meet at a corner stay two shapes."""
    path, place, step = [], start, first
    while True:
        path.append(place)
        ways[place].remove(step)
        if not ways[place]:
            del ways[place]
        place = (place[0] + _STEPS[step][0], place[1] + _STEPS[step][1])
        if place not in ways or (place == start and (step + 1) % 4 not in ways[place]):
            return path
        right = (step + 1) % 4
        step = right if right in ways[place] else ways[place][0]


def _path(outline: Sequence[Point]) -> str:
    """A closed path by relative steps; equal steps in a row are one."""
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(outline)]
    joined: list[Point] = []
    for step in steps:
        if joined and _same_way(joined[-1], step):
            joined[-1] = (joined[-1][0] + step[0], joined[-1][1] + step[1])
        elif step != (0, 0):
            joined.append(step)
    if len(joined) < 2:  # it came down to nothing, and a path without steps cannot be read
        return ""
    (x, y), drawn = outline[0], " ".join(f"{right} {down}" for right, down in joined)
    return f"M{x} {y}l{drawn}z"


def _same_way(one: Point, other: Point) -> bool:
    return one[0] * other[1] == one[1] * other[0] and one[0] * other[0] + one[1] * other[1] > 0
