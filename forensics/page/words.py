"""Figures of the record in words a person weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10
from typing import Any

SMALLEST_P = 1e-300
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

Record = Mapping[str, Any]


def likelihood(p_value: Any) -> str:
    """A false-match probability: "one in 10¹²", with what it means."""
    value = _float(p_value)
    if value is None or value >= 1.0:
        return "No probability: a sign to look at, not a measurement."
    if value > 1e-3:
        return f"Chance of an accident: {value:.2g}."
    bound = "less than one" if value <= SMALLEST_P else "at most one"
    power = str(int(-log10(max(value, SMALLEST_P)))).translate(_RAISED)
    return f"Chance of an accident: {bound} in 10{power}."


def verdict_words(verdict: str, signals: Sequence[Record], certain: bool) -> str:
    """What the verdict rests on."""
    kinds = {str(each.get("signal")) for each in signals}
    file = " The file itself is one that was issued, bit for bit." if certain else ""
    if verdict == "proven":
        marks = [word for kind, word in (("mark", "the mark"), ("line", "the drawn line")) if kind in kinds]
        with_shape = " and the shape of the design" if "geometry" in kinds else ""
        return f"Proven by {' and '.join(marks) or 'the mark'}{with_shape}.{file}"
    if verdict == "likely":
        words = {"geometry": "the shape of the design", "copy": "a near-identical picture"}
        words |= {"manifest": "the manifest in the file", "mark": "a faint mark", "line": "a faint line"}
        told = [words[kind] for kind in words if kind in kinds]
        return f"Likely by {' and '.join(told) or 'one signal'}; to be looked at, never billed.{file}"
    return f"Nothing that counts.{file}"


def signal_words(signal: Record) -> dict[str, str]:
    """One piece of evidence as a line of the table."""
    names = {
        "manifest": "content credentials",
        "copy": "copy",
        "mark": "mark",
        "line": "line",
        "geometry": "geometry",
    }
    value = _float(signal.get("p_value"))
    return {
        "name": names.get(str(signal.get("signal")), str(signal.get("signal"))),
        "mark": str(signal.get("mark") or ""),
        "p": "" if value is None or value >= 1.0 else str(signal.get("p_value")),
        "detail": str(signal.get("detail") or ""),
    }


def repeat_words(repeat: Record) -> str:
    """The type of the repeat, how sure, and what would look the same."""
    kind = repeat.get("type")
    if not kind:
        return ""
    if kind == "single":
        return "hardly more than one tile seen"
    alike = [str(each) for each in repeat.get("alike") or ()]
    sure = _float(repeat.get("sure")) or 0.0
    told = f"{kind} ({sure:.0%} sure)" if sure > 0 else str(kind)
    return told + (f"; {' and '.join(alike)} would look the same with this tile" if alike else "")


def angle(repeat: Record) -> str:
    """The angle of the tile's upper edge."""
    value = _float(repeat.get("angle_deg"))
    return "" if value is None else f"{round(value, 1) + 0.0:.1f}°"


def coverage(repeat: Record) -> str:
    """How many tiles are visible."""
    value = _float(repeat.get("count"))
    return "" if value is None else f"{value:.1f} tiles"


def scale_words(repeat: Record) -> str:
    """Size of a tile in px, against the registered one, and in mm where that is known."""
    width, height = _float(repeat.get("width_px")), _float(repeat.get("height_px"))
    if width is None or height is None:
        return ""
    told = f"{width:.0f} × {height:.0f} px a tile"
    scale, enlarged = _float(repeat.get("scale")), _float(repeat.get("enlarged"))
    told += f", {scale:.2f} px per registered px" if scale else ""
    size = repeat.get("size_mm")
    told += f", {float(size[0]):.0f} × {float(size[1]):.0f} mm" if size else ""
    return told + (f" ({enlarged:.2f} of the registered size)" if enlarged else "")


def area_share(share: Any) -> str:
    """Share of the tile."""
    value = _float(share)
    return "" if value is None else f"{value:.0%}"


def _float(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None
