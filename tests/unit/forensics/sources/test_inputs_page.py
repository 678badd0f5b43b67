"""docs/inputs.md says what the code has: limits, outcomes, columns."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from forensics.sources import OUTCOMES, Limits
from forensics.sources.decoding import MAX_PIXELS, MAX_REDUCED_PIXELS, MAX_REDUCED_SIDE_PX, MAX_SIDE_PX
from forensics.sources.listing import PICTURE_COLUMNS
from forensics.sources.outcomes import FORMATS

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "inputs.md").read_text()


def test_every_limit_and_its_default() -> None:
    table = re.findall(r"^\| `(\w+)` \| ([\d,.]+) \|", PAGE, re.MULTILINE)
    told = {name: float(value.replace(",", "")) for name, value in table}
    assert told == dataclasses.asdict(Limits())
    for figure in (f"{MAX_REDUCED_PIXELS // 1_000_000} megapixels", f"{MAX_REDUCED_SIDE_PX:,} px"):
        assert figure in PAGE
    assert f"{MAX_PIXELS // 1_000_000} megapixels and {MAX_SIDE_PX:,} px" in PAGE


def test_every_outcome_and_its_words() -> None:
    table = PAGE.split("## Outcomes")[1].split("##")[0]
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.*) \| (yes|no) \|$", table, re.MULTILINE)
    assert rows == [(each.code, each.words, "yes" if each.damage else "no") for each in OUTCOMES.values()]


def test_every_outcome_is_used_and_each_message_says_what_to_do() -> None:
    code = "".join(path.read_text() for path in sorted((ROOT / "forensics").rglob("*.py")))
    for each in OUTCOMES.values():
        assert code.count(f'"{each.code}"') > 1, f"{each.code} is never given"
        assert re.match(r"\w+: .+; .+", each.words), each.words


def test_every_column_and_format() -> None:
    handing = (ROOT / "ledger" / "handing.py").read_text()
    told = ("seller", "product", "territory", "action", "units", "on", "channel")
    assert all(f'"{name}"' in handing for name in told)
    for name in (*PICTURE_COLUMNS, *told):
        assert f"`{name}`" in PAGE
    for name in FORMATS:
        assert name in PAGE.upper()
