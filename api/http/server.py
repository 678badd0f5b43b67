"""Running the service: uvicorn on one address, with a worker inside, stopped in order."""

from __future__ import annotations

import gc
import logging
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import uvicorn

from api.compose import open_jobs, open_ledger
from api.errors import ServiceError
from api.http.app import create_app
from api.http.limits import MIB
from api.http.services import Services
from api.jobs import StandBy
from api.settings import LOOPBACK, Settings
from api.stopping import Stop

GRACE_SECONDS = 20
BACKLOG = 256
SWITCH_SECONDS = 0.0005  # a tenth of Python's own
_log = logging.getLogger("selvage.http")


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
    settings: Settings, host: str, port: int, with_worker: bool, ready: Callable[[str, bool], None]
) -> None:
    """Serve until SIGTERM or SIGINT; `ready` hears the URL and whether this process does long work.

    Raises ServiceError when the address is taken.
    """
    if host not in LOOPBACK:
        _log.warning("%s is not loopback: put a proxy with TLS in front, keys travel in clear text", host)
    with _listen(host, port) as listener:
        ledger = open_ledger(settings)
        jobs = open_jobs(settings, ledger, execute=with_worker)
        standby = StandBy(jobs)
        try:
            if with_worker:
                standby.start()
            kept = timedelta(days=settings.idempotency_days)
            services = Services(ledger, jobs, settings.upload_limit_mib * MIB, kept, settings.confirmations)
            config = uvicorn.Config(
                create_app(services),
                loop="uvloop",
                http="httptools",
                log_level="warning",
                timeout_graceful_shutdown=GRACE_SECONDS,
                lifespan="off",
            )
            _settle()
            ready(_url(listener), jobs.executing)
            _Server(config).serve_until_stopped(listener)
        finally:
            standby.close()
            jobs.close()


def _settle() -> None:
    """Let who answers wait for no other thread longer than it must, and look at what is loaded no more."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    gc.freeze()


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise ServiceError(
            f"SELVAGE_PORT: cannot listen on {host}:{port} ({error.strerror or error}); choose another port",
            field="SELVAGE_PORT",
        ) from error
    return listener
