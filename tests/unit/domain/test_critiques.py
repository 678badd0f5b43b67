"""Points of a checklist become one number, and a share becomes a count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.critiques import FAIL, PASS, WARN, Critique, Point, kept_of
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId


def critique(*states: str) -> Critique:
    points = tuple(Point(f"p{i}", state, "", "") for i, state in enumerate(states))
    return Critique(AssetId("0" * 32), "v", points, {}, "0.5000", b"", "")


def test_a_warning_costs_and_a_failure_ends() -> None:
    assert (critique(PASS).score, critique(PASS, WARN).score, critique(PASS, FAIL).score) == (0.5, 0.35, 0.0)
    assert critique(WARN).releasable
    assert not critique(WARN, FAIL).releasable


def test_half_as_well_finished_is_a_quarter_as_much_worth() -> None:
    torn, passing, unknown = (
        replace(critique(PASS), agreement="0.8000", finish=each) for each in ("0.5000", "1.0000", "")
    )
    assert (torn.score, passing.score, unknown.score) == pytest.approx((0.2, 0.8, 0.8))


@pytest.mark.parametrize(
    ("text", "count", "kept"),
    [("5%", 100, 5), ("5 %", 101, 6), ("0.1%", 10, 1), ("100%", 7, 7), ("12", 100, 12), (" 12 ", 4, 4)],
)
def test_a_share_or_a_number_is_kept(text: str, count: int, kept: int) -> None:
    assert kept_of(text, count) == kept


@pytest.mark.parametrize("text", ["", "0", "0%", "101%", "five", "-3", "1.5", "5%%", "\u0665" * 30 + "x"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(FieldError, match="keep-top"):
        kept_of(text, 10)
