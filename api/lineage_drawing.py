"""A drawing of what a tile came from: a box for each source, the file on the left, lines for influences.

The thickness of a line is the weight. Every word in it is somebody else's: all of them are escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from provenance.lineage import Source

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 270, 64, 70, 14, 16
LONGEST = 38  # characters in a box
COLOURS = {
    **{"file": "#1b2a49", "parent": "#1b2a49", "model": "#6b4e9b", "adapter": "#9b4e7d"},
    **{"base-pattern": "#2c6e49", "style-source": "#8a6100", "recipe-source": "#1f6f78"},
}
OTHER = "#666666"


@dataclass(frozen=True)
class _Box:
    source: Source
    x: int
    y: float


def drawing(source: Source) -> str:
    """The graph as an SVG document."""
    boxes: list[_Box] = []
    lines: list[str] = []
    rows = _place(source, 0, 0, boxes, lines)
    deepest = max(box.x for box in boxes) + WIDTH + MARGIN
    height = MARGIN + rows * (HEIGHT + GAP_Y)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {deepest} {height}" width="{deepest}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="12" role="img" '
        f"aria-label={quoteattr('Lineage of ' + _clean(source.title))}>"
    )
    ground = f'<rect width="{deepest}" height="{height}" fill="#faf9f6"/>'
    return "\n".join([head, ground, *lines, *map(_drawn, boxes), "</svg>\n"])


def _place(source: Source, depth: int, row: int, boxes: list[_Box], lines: list[str]) -> int:
    """Place a source beside the middle of its own; the number of rows that they take."""
    x = MARGIN + depth * (WIDTH + GAP_X)
    taken, below = 0, []
    for each in source.sources:
        first = len(boxes)
        taken += _place(each, depth + 1, row + taken, boxes, lines)
        below.append((each, boxes[first:]))
    middle = row + (max(taken, 1) - 1) / 2
    y = MARGIN + middle * (HEIGHT + GAP_Y)
    for each, placed in below:
        box = next(one for one in placed if one.source is each)
        lines.append(_line(x + WIDTH, y, box, each.weight))
    boxes.append(_Box(source, x, y))
    return max(taken, 1)


def _line(x: int, y: float, box: _Box, weight: str | None) -> str:
    begin, end, half = y + HEIGHT / 2, box.y + HEIGHT / 2, x + GAP_X / 2
    thick = 1 + 4 * float(weight or 0.25)
    path = f"M{x} {begin:g} C{half:g} {begin:g} {half:g} {end:g} {box.x} {end:g}"
    return f'<path d="{path}" fill="none" stroke="#b8b2a6" stroke-width="{thick:.2f}"/>'


def _drawn(box: _Box) -> str:
    source, colour = box.source, COLOURS.get(box.source.kind, OTHER)
    weight = f" · weight {source.weight}" if source.weight else ""
    rights = source.rights or ("signed by " + source.signer if source.signer else "rights not stated")
    whom = f" · {source.attribution}" if source.attribution else ""
    told = source.attribution if source.kind == "person" else rights + whom
    doubt = "" if source.trusted in (True, None) else " · NOT trusted"
    doubt = doubt or ("" if source.bound is not False else " · of other bytes")
    rows = [(_short(source.title), 600), (source.kind + weight + doubt, 400), (_short(told), 400)]
    texts = "".join(
        f'<text x="{box.x + 12}" y="{box.y + 18 + 18 * place:g}" font-weight="{bold}" fill="#222">'
        f"{escape(_clean(text))}</text>"
        for place, (text, bold) in enumerate(rows)
    )
    hint = escape(_clean(f"{source.title} | {source.rights} | {source.attribution} | {source.sha256 or ''}"))
    return (
        f'<g><title>{hint}</title><rect x="{box.x}" y="{box.y:g}" width="{WIDTH}" height="{HEIGHT}" rx="6" '
        f'fill="#ffffff" stroke="{colour}" stroke-width="1.5"/>{texts}</g>'
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _clean(text: str) -> str:
    """What XML cannot hold, replaced."""
    return "".join(each if each.isprintable() else "?" for each in text)
