"""What forensics measured, as plain data for the record: numbers as text, because entries hold no floats.

Nothing in it depends on a clock or a machine: the same picture against the same register is the same record.
"""

from __future__ import annotations

from collections.abc import Mapping
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
        "alike": [each.value for each in repeat.alike],
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


def read_found(record: Mapping[str, Any], asset: str, mark: int | None, scale: float = 1.0) -> Found:
    """The inverse of `evidence_to_dict`, as far as it is needed to draw a finding again.

    `scale`: px of the picture drawn on for each px of the picture given; large ones are drawn reduced.
    """
    from forensics import Evidence, Found, Signal

    signals = [
        Evidence(
            asset, mark, Signal(each["signal"]), float(each["p_value"]), overlay=_read_overlay(each, scale)
        )
        for each in record["signals"]
    ]
    return Found(
        asset_id=asset,
        mark_id=mark,
        evidence=tuple(signals),
        region=tuple((float(x) * scale, float(y) * scale) for x, y in record["region"]),
        repeat=_read_repeat(record["repeat"], scale),
        colourway=_read_colourway(record["colourway"]),
        generic=float(record["generic"]),
    )


def _read_overlay(record: Mapping[str, Any], scale: float) -> Overlay | None:
    from forensics import Overlay

    rows = record["overlay"]
    if not rows:
        return None
    into_px, horizon = rows[:6], rows[6:]
    return Overlay((*(float(each) * scale for each in into_px), *map(float, horizon)))


def _read_repeat(record: Mapping[str, Any] | None, scale: float) -> Repeat | None:
    from forensics import Repeat, RepeatType

    overlay = _read_overlay(record, scale) if record else None
    if record is None or overlay is None:
        return None
    return Repeat(
        width_px=float(record["width_px"]) * scale,
        height_px=float(record["height_px"]) * scale,
        angle_deg=float(record["angle_deg"]),
        kind=record["kind"],
        overlay=overlay,
        type=RepeatType(record["type"]),
        sure=float(record["sure"]),
        count=_read_number(record["count"]),
        scale=_read_number(record["scale"]),
    )


def _read_colourway(record: Mapping[str, Any] | None) -> Colourway | None:
    from forensics import ColourChange, Colourway, Ink

    if record is None:
        return None
    return Colourway(
        change=ColourChange(record["change"]),
        inks=tuple(Ink(ink["registered"], ink["seen"], float(ink["share"])) for ink in record["inks"]),
        hue_deg=_read_number(record["hue_deg"]),
        channels=record["channels"],
        left=_read_number(record["left"]),
    )


def _read_number(text: str | None) -> float | None:
    return None if text is None else float(text)
