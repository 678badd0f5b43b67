"""Writes `report.html`: one page a person enjoys opening, pictures beside it in `report/`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALLEST_P = 1e-300  # what forensics states for anything rarer


def write_report(out: Path, story: Mapping[str, Any]) -> Path:
    """Render the story (summary plus what only the page shows) into report.html; returns its path."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("api.demo"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(short=_short, probability=_probability)
    page = environment.get_template("report.html").render(story)
    path = out / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


def _short(text: str, keep: int = 10) -> str:
    return text if len(text) <= 2 * keep else f"{text[:keep]}…{text[-4:]}"


def _probability(p_value: float) -> str:
    """A false-match probability in words a person weighs: `one in 10³⁰` below one in a thousand."""
    if p_value >= 1e-3:
        return f"{p_value:.2g}"
    from math import log10

    bound = "less than " if p_value <= SMALLEST_P else ""
    power = str(int(-log10(max(p_value, SMALLEST_P)))).translate(RAISED)
    return f"{bound}one in 10{power}"
