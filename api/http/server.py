"""Running the service: uvicorn on one address, with a worker inside, stopped in order."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import uvicorn

from api.compose import open_jobs, open_ledger
from api.http.app import create_app
from api.http.limits import MIB
from api.http.listening import url_of
from api.http.services import Services
from api.jobs import StandBy
from api.settings import Settings
from api.stopping import Stop
from api.tending import Tending

GRACE_SECONDS = 20
SWITCH_SECONDS = 0.0005  # a tenth of Python's own
# A look at everything that is kept takes longer than many answers, and what is kept holds no circles.
COLLECT_AFTER = (10_000, 20, 100)


class _Server(uvicorn.Server):
    """uvicorn raises the signal that stopped it once more, which would end us before the jobs are closed."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def serve_until_stopped(self, listener: socket.socket) -> None:
        def stop() -> None:
            self.should_exit = True

        with Stop(stop):
            self.run(sockets=[listener])


def run_server(
    settings: Settings, listener: socket.socket, with_worker: bool, ready: Callable[[str, bool], None]
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` hears the URL and whether this process does long work."""
    with listener:
        ledger = open_ledger(settings)
        jobs = open_jobs(settings, ledger, execute=with_worker)
        standby, tending = StandBy(jobs), Tending(settings, ledger, jobs)
        try:
            if with_worker:
                standby.start()
                tending.start()
            kept = timedelta(days=settings.idempotency_days)
            services = Services(
                ledger,
                jobs,
                settings.upload_limit_mib * MIB,
                kept,
                settings.confirmations,
                settings.opaque_manifests,
            )
            config = uvicorn.Config(
                create_app(services),
                loop="uvloop",
                http="httptools",
                log_level="warning",
                timeout_graceful_shutdown=GRACE_SECONDS,
                lifespan="off",
            )
            _settle()
            ready(url_of(listener), jobs.executing)
            _Server(config).serve_until_stopped(listener)
        finally:
            tending.close()
            standby.close()
            jobs.close()


def _settle() -> None:
    """Let who answers wait for no other thread longer than it must, and look at what is loaded no more."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
