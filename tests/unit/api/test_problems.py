"""Every error of every room has a kind of its own, and so a status and an exit code."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from api.errors import ApiError, OperationFailedError, RoleError, ServiceError
from api.problems import Kind, describe, kind_of, known
from ledger.domain.errors import TermsError
from ledger.errors import StorageFullError, UnknownError

ROOT = Path(__file__).parents[3]
ERROR_MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for room in ("api", "ledger", "generator", "watermark", "provenance", "forensics")
    for path in (ROOT / room).rglob("errors.py")
    if "http" not in path.parts
)


def classes(module: str) -> list[type[BaseException]]:
    found = vars(import_module(module)).values()
    return [each for each in found if isinstance(each, type) and each.__module__ == module]


@pytest.mark.parametrize("module", ERROR_MODULES)
def test_every_error_is_known_and_has_a_stable_code(module: str) -> None:
    for error in classes(module):
        assert any(base in error.__mro__ for base in classes(module)), error
        assert known(error.__new__(error)), f"{error.__name__} is missing in api.problems"
        code = error.code  # type: ignore[attr-defined]
        assert code == code.lower(), error
        assert " " not in code, error


def test_the_most_derived_class_decides() -> None:
    assert describe(TermsError("price", "is negative")).kind is Kind.BAD_INPUT
    assert describe(UnknownError("offer", "x")).kind is Kind.UNKNOWN
    assert describe(StorageFullError("full")).kind.status == 507
    assert describe(RoleError("no")).kind.exit_code == 2


def test_a_problem_names_the_field() -> None:
    problem = describe(TermsError("split.mara", "is no party"))
    assert problem.to_dict()["field"] == "split.mara"
    assert problem.to_dict()["code"] == "bad-terms"


def test_an_error_that_nobody_raises_on_purpose_tells_nothing_of_itself() -> None:
    problem = describe(RuntimeError("password hunter2"))
    assert problem.kind is Kind.INTERNAL
    assert "hunter2" not in problem.message


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("unknown-asset", Kind.UNKNOWN),
        ("chain-unavailable", Kind.OUTSIDE),
        ("insufficient-funds", Kind.UNPAID),
        ("out-of-order", Kind.CONFLICT),
        ("no-such-code", Kind.INTERNAL),
    ],
)
def test_the_kind_of_a_stored_error_is_found_by_its_code(code: str, kind: Kind) -> None:
    assert kind_of(code) is kind
    assert describe(OperationFailedError(code, "as it was told")).kind is kind


def test_no_code_means_two_kinds() -> None:
    kinds: dict[str, set[Kind]] = {}
    for module in ERROR_MODULES:
        for error in classes(module):
            if error is not ApiError and error is not OperationFailedError:
                made = error.__new__(error)
                kinds.setdefault(error.code, set()).add(describe(made).kind)  # type: ignore[attr-defined]
    assert {code: found for code, found in kinds.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("http://me:pw@node:8545/v3/token does not answer", "http://node:8545 does not answer"),
        ("wss://node/x?key=1, then https://tsa/y#z", "wss://node, then https://tsa"),
        ("postgresql+psycopg://me:pw@db:5432/selvage (refused)", "postgresql+psycopg://db:5432 (refused)"),
        ("asset eip155:1/erc721:0x12: no URL", "asset eip155:1/erc721:0x12: no URL"),
    ],
)
def test_no_message_shows_what_a_url_may_hide(message: str, shown: str) -> None:
    assert describe(ServiceError(message)).message == shown
