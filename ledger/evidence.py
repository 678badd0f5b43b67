"""What forensics measured, as plain data for the record: numbers as text, because entries hold no floats.

Nothing in it depends on a clock or a machine: the same picture against the same register is the same record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forensics import Colourway, Evidence, Found, Overlay, Repeat


def written(number: float) -> str:
    """Four significant digits, enough for a probability or a measure."""
    return f"{number:.4g}"


def evidence_to_dict(found: Found) -> dict[str, Any]:
    """The signals that speak for one pattern, and what was done to it."""
    return {
        "signals": [_signal(each) for each in found.evidence],
        "region": [[written(x), written(y)] for x, y in found.region],
        "repeat": _repeat(found.repeat) if found.repeat else None,
        "colourway": _colourway(found.colourway) if found.colourway else None,
        "generic": written(found.generic),
        "certain": found.certain,
    }


def _signal(each: Evidence) -> dict[str, Any]:
    return {
        "signal": each.signal.value,
        "mark": None if each.mark_id is None else f"{each.mark_id:012x}",
        "key": each.key_id,
        "p_value": written(each.p_value),
        "repeats": _number(each.repeats),
        "inliers": each.inliers,
        "overlay": _overlay(each.overlay),
        "detail": each.detail,
    }


def _repeat(repeat: Repeat) -> dict[str, Any]:
    return {
        "type": repeat.type.value,
        "sure": written(repeat.sure),
        "width_px": written(repeat.width_px),
        "height_px": written(repeat.height_px),
        "angle_deg": written(repeat.angle_deg),
        "count": _number(repeat.count),
        "scale": _number(repeat.scale),
        "size_mm": [written(side) for side in repeat.size_mm] if repeat.size_mm else None,
        "enlarged": _number(repeat.enlarged),
        "kind": repeat.kind,
        "overlay": _overlay(repeat.overlay),
    }


def _colourway(colourway: Colourway) -> dict[str, Any]:
    return {
        "change": colourway.change.value,
        "hue_deg": _number(colourway.hue_deg),
        "channels": colourway.channels,
        "left": _number(colourway.left),
        "inks": [
            {"registered": ink.registered, "seen": ink.seen, "share": written(ink.share)}
            for ink in colourway.inks
        ],
    }


def _number(number: float | None) -> str | None:
    return None if number is None else written(number)


def _overlay(overlay: Overlay | None) -> list[str] | None:
    """The homography row by row, written so that it draws the same frame again."""
    return [f"{number:.9g}" for number in overlay.homography] if overlay else None


def read_overlay(rows: list[str] | None) -> Overlay | None:
    """The inverse, for drawing a finding later."""
    from forensics import Overlay

    return Overlay(tuple(float(number) for number in rows)) if rows else None
