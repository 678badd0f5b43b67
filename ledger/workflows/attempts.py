"""One step of a job, tried: what it returned, or why it failed in words a person can act on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

log = logging.getLogger(__name__)

PASSING = frozenset({"chain-unavailable", "database-unavailable"})
PAUSES_SECONDS = (0.5, 1.0, 2.0)


class StepError(Exception):
    """A step failed; `error` is {code, message, field?}. It ends the job, which can be asked for again."""

    code = "step-failed"

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(str(error.get("message")))
        self.error = error


def attempt(work: Callable[[], Any]) -> dict[str, Any]:
    """{"value": ...} or {"error": ...}, never an exception: what failed must be kept without pickling it.

    What passes by itself (a node that restarts) is waited for, 3.5 seconds in all.
    """
    for pause in (*PAUSES_SECONDS, None):
        try:
            return {"value": work()}
        except Exception as error:  # noqa: BLE001 (whatever a step raises, the job must end with a reason)
            described = describe(error)
            if pause is None or described["code"] not in PASSING:
                return {"error": described}
            time.sleep(pause)
    raise AssertionError("unreachable: the last pause is None")


def describe(error: BaseException) -> dict[str, Any]:
    """{code, message, field?} of an error of ours; anything else is a fault of ours and logged whole."""
    code = getattr(error, "code", None)
    if not isinstance(code, str):
        log.error("a step failed unexpectedly", exc_info=error)
        return {"code": "internal", "message": f"{type(error).__name__}: {error}; this is a fault, report it"}
    field = getattr(error, "field", None)
    return {"code": code, "message": str(error), **({"field": field} if isinstance(field, str) else {})}
