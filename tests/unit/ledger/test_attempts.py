"""A step that fails says why, and waits for what passes by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from ledger.chain import ChainUnavailableError
from ledger.domain.errors import OrderError, TermsError
from ledger.errors import UnknownError
from ledger.workflows import attempts
from ledger.workflows.attempts import attempt, describe


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "PAUSES_SECONDS", (0.0, 0.0))


def failing(times: int, error: Exception) -> tuple[Callable[[], str], list[int]]:
    calls: list[int] = []

    def work() -> str:
        calls.append(1)
        if len(calls) <= times:
            raise error
        return "done"

    return work, calls


def test_what_passes_is_waited_for() -> None:
    work, calls = failing(2, ChainUnavailableError("the node restarts"))
    assert attempt(work) == {"value": "done"}
    assert len(calls) == 3


def test_what_does_not_pass_is_told() -> None:
    work, calls = failing(9, ChainUnavailableError("nobody answers"))
    assert attempt(work) == {"error": {"code": "chain-unavailable", "message": "nobody answers"}}
    assert len(calls) == 3


def test_a_refusal_is_not_tried_again() -> None:
    work, calls = failing(9, OrderError("not now"))
    assert attempt(work) == {"error": {"code": "out-of-order", "message": "not now"}}
    assert len(calls) == 1


def test_the_field_is_named() -> None:
    assert describe(TermsError("price", "is negative; give 0 or more")) == {
        "code": "bad-terms",
        "message": "price: is negative; give 0 or more",
        "field": "price",
    }
    assert describe(UnknownError("offer", "x"))["code"] == "unknown-offer"


def test_a_fault_of_the_program_is_logged_and_admitted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        found = attempt(failing(9, ZeroDivisionError("oops"))[0])
    assert found["error"]["code"] == "internal"
    assert "ZeroDivisionError" in found["error"]["message"]
    assert caplog.records[0].exc_info
