"""What forensics measured, as plain data for the record: numbers as text, because entries hold no floats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forensics import Evidence, Overlay, Repeat, Report


def written(number: float) -> str:
    """Four significant digits, enough for a probability or a measure."""
    return f"{number:.4g}"


def evidence_to_dict(report: Report, asset: str) -> dict[str, Any]:
    """The signals that speak for `asset`, and the repeat that was found."""
    signals = [_signal(each) for each in report.evidence if each.asset_id == asset]
    return {
        "signals": signals,
        "repeat": _repeat(report.lattice) if report.lattice else None,
        "seconds": written(report.seconds),
    }


def _signal(each: Evidence) -> dict[str, Any]:
    return {
        "signal": each.signal.value,
        "mark": None if each.mark_id is None else f"{each.mark_id:012x}",
        "p_value": written(each.p_value),
        "repeats": None if each.repeats is None else written(each.repeats),
        "inliers": each.inliers,
        "overlay": _overlay(each.overlay),
        "detail": each.detail,
    }


def _repeat(repeat: Repeat) -> dict[str, Any]:
    return {
        "width_px": written(repeat.width_px),
        "height_px": written(repeat.height_px),
        "angle_deg": written(repeat.angle_deg),
        "kind": repeat.kind,
        "overlay": _overlay(repeat.overlay),
    }


def _overlay(overlay: Overlay | None) -> list[str] | None:
    """The homography row by row, written so that it draws the same frame again."""
    return [f"{number:.9g}" for number in overlay.homography] if overlay else None


def read_overlay(rows: list[str] | None) -> Overlay | None:
    """The inverse, for drawing a finding later."""
    from forensics import Overlay

    return Overlay(tuple(float(number) for number in rows)) if rows else None
