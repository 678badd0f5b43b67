"""What the routes work with, put on the application by `create_app`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.workflows import Jobs


@dataclass(frozen=True)
class Services:
    """`ledger` reads and decides at once, `jobs` takes what is long or touches the chain.

    `answers_kept`: how long the answer to an Idempotency-Key is given again. `confirmations`: how far below
    the head the chain is followed. `opaque_manifests`: whether bytes that are no manifest store are stored
    all the same, as conformance harnesses send them.
    """

    ledger: Ledger
    jobs: Jobs
    upload_limit_bytes: int
    answers_kept: timedelta
    confirmations: int = 0
    opaque_manifests: bool = False

    @property
    def clock(self) -> Callable[[], datetime]:
        return self.ledger.clock

    @property
    def at_once(self) -> bool:
        """Whether a short read of the database is over sooner than it could be handed to a thread."""
        return self.ledger.store.is_file


async def _services(request: Request) -> Services:
    return cast(Services, request.app.state.services)


Provided = Annotated[Services, Depends(_services)]
