"""The job that trains a style. See `kind.py`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ledger import styling
from ledger.context import Ledger
from ledger.workflows.kind import Run


def train_style(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Train a style of `tiles` in parts, each of which leaves a state to go on from, and measure it."""
    total = int(arguments["steps"])
    state: str | None = None
    for start in range(0, total, styling.PART):
        to = min(start + styling.PART, total)
        work = partial(styling.advance, run.ledger, arguments, state, to)
        state = run.step(f"trained {to} of {total} steps", work, to, total)
    return run.step("measured the style", partial(_finish, run.ledger, arguments, str(state)), total, total)


def _finish(ledger: Ledger, arguments: Mapping[str, Any], state: str) -> dict[str, Any]:
    made = styling.finish(ledger, arguments, state)
    return {"style": made.name, "adapter": made.adapter, "before": made.before, "after": made.after}
