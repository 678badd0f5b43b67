"""The page on which people look at a collection: every tile with its checklist, the picked ones first."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING

from ledger.critique import Curation
from ledger.domain.origins import origin
from ledger.making import drawn_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.context import Ledger
    from ledger.domain.assets import Asset
    from ledger.domain.critiques import Critique, Point

THUMBNAIL_PX, QUALITY = 200, 82
MOST = 600  # tiles on one page
STYLE = """
body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#222;background:#faf9f6}
h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .6rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr));gap:1.2rem}
figure{margin:0;background:#fff;border:1px solid #ddd;padding:10px}img{width:100%;display:block}
figcaption{margin-top:.5rem}ul{margin:.4rem 0 0;padding:0;list-style:none;font-size:12px}
.pass{color:#2c6e49}.warn{color:#8a6100}.fail{color:#a4161a;font-weight:600}
code{font-size:11px;color:#666;overflow-wrap:anywhere}
"""
# Colour alone tells nothing to whom it is one grey, and nothing on a printed sheet.
MARKS = {"pass": "\u2713", "warn": "! look:", "fail": "\u2717 fails:", "unknown": "?"}


def page(ledger: Ledger, curation: Curation) -> str:
    """One HTML page with its pictures inside; it loads nothing from elsewhere."""
    judged = {row[0].id: row for row in curation.checklist()}
    rest = [asset for asset in judged if asset not in curation.picked]
    shown = rest[: max(0, MOST - len(curation.picked))]
    name = escape(curation.collection.brief.name)
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{name}</title>",
        f"<meta name=viewport content='width=device-width,initial-scale=1'><style>{STYLE}</style>",
        f"<main><h1>{name}</h1><ul>{''.join(map(_point, curation.points))}</ul>",
        _section("To look at first", [_figure(ledger, *judged[asset]) for asset in curation.picked]),
        _section("The others", [_figure(ledger, *judged[asset]) for asset in shown]),
        f"<p>{len(rest) - len(shown)} more are not shown.</p>" if len(shown) < len(rest) else "",
    ]
    return "\n".join(parts) + "\n</main></html>\n"


def _section(title: str, figures: list[str]) -> str:
    return f"<h2>{title}</h2><div class=tiles>{''.join(figures)}</div>" if figures else ""


def _figure(ledger: Ledger, tile: Asset, critique: Critique, checklist: Sequence[Point]) -> str:
    draft = tile.signed.marked.draft
    made = escape(origin(draft.recipe).label)
    told = (
        f"<b>{draft.index + 1}</b> {escape(draft.recipe['prompt'])}<br>{made}<br>score {critique.score:.2f}"
    )
    points = "".join(map(_point, checklist))
    picture = f'<img alt="tile {draft.index + 1}" src="data:image/jpeg;base64,{_thumbnail(ledger, tile)}">'
    caption = f"<figcaption>{told}<br><code>{tile.id}</code></figcaption>"
    return f"<figure>{picture}{caption}<ul>{points}</ul></figure>"


def _point(point: Point) -> str:
    reason = f" - {escape(point.reason)}" if point.reason else ""
    told = f"{MARKS[point.state]} {escape(point.name)}: {escape(point.measure)}{reason}"
    return f"<li class={point.state}>{told}</li>"


def _thumbnail(ledger: Ledger, tile: Asset) -> str:
    from PIL import Image

    file = io.BytesIO()
    small = Image.fromarray(drawn_pixels(ledger, tile))
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    small.save(file, "JPEG", quality=QUALITY)
    return base64.b64encode(file.getvalue()).decode("ascii")
