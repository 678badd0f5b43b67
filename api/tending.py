"""While a process works, it tends the ledger every SELVAGE_TEND_SECONDS. See `ledger.tending`."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from api.problems import describe, known
from api.settings import Settings

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.workflows import Jobs

HOUR = 3600
_log = logging.getLogger("selvage.tending")


class Tending:
    """Tends in a thread of its own, whenever this process is one that does the long work."""

    def __init__(self, settings: Settings, ledger: Ledger, jobs: Jobs) -> None:
        self._seconds, self._confirmations = settings.tend_seconds, settings.confirmations
        self._hours = settings.anchor_hours
        self._ledger, self._jobs = ledger, jobs
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="selvage-tending", daemon=True)

    def start(self) -> None:
        """Begin, after the first interval; never with SELVAGE_TEND_SECONDS=0."""
        if self._seconds:
            self._thread.start()

    def close(self) -> None:
        """Stop after what is under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def tend(self) -> bool:
        """Tend once; False where another process does the work, or the chain did not let us."""
        from ledger.tending import tend

        if not self._jobs.executing:
            return False
        now = time.time()
        turn = f"turn {now // max(self._seconds, 1):.0f}"
        period = f"period {now // (self._hours * HOUR):.0f}" if self._hours else None
        try:
            tend(self._ledger, self._confirmations, self._jobs.submit, turn, period)
        except Exception as error:  # noqa: BLE001 -- whatever it was, the next turn comes
            why, unknown = describe(error).message, not known(error)
            _log.warning("not tended, tried again in %g s: %s", self._seconds, why, exc_info=unknown)
            return False
        return True

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            self.tend()
