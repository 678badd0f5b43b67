"""Blocked terms are read with their reasons and found as whole words."""

from __future__ import annotations

import pytest

from ledger.domain import guardrails
from ledger.domain.errors import FieldError
from ledger.domain.guardrails import blocked_in, parse_blocked


def test_terms_are_read_and_found_however_they_are_written() -> None:
    blocked = parse_blocked("# ours\n\nMickey: a character\nBurberry-Check\n")
    assert blocked == {"mickey": "a character", "burberry check": "it is blocked here"}
    assert blocked_in("large MICKEY floral", blocked) == "mickey"
    assert blocked_in("burberry  check, small", blocked) == "burberry check"
    assert blocked_in("mickeys floral, check", blocked) is None


@pytest.mark.parametrize("text", [": no term", "x" * 301])
def test_a_line_without_a_term_is_refused(text: str) -> None:
    with pytest.raises(FieldError, match="line 1"):
        parse_blocked(text)


def test_too_many_terms_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guardrails, "MAX_TERMS", 1)
    with pytest.raises(FieldError, match="2 terms"):
        parse_blocked("a\nb")
