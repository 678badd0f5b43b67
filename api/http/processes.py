"""Several processes that answer at one address, and one more for the long work; the first watches them.

Python answers on one core at a time, so a service that has two wants two processes. Each has a socket of its
own at the same port, which we keep: what arrives while one is started again waits there.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from api.errors import ServiceError
from api.http.listening import listen, url_of
from api.jobs import RETRY_SECONDS, end, own_command
from api.settings import Settings
from api.stopping import Stop


class Process:
    """One process of ours, started again when it ends. It ends when we do: its input is then at an end."""

    def __init__(self, settings: Settings, arguments: Sequence[str], inherited: Sequence[int] = ()) -> None:
        self._command = own_command(settings, *arguments, "--json")
        self._inherited = inherited
        self._running: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it is up. Raises ServiceError when it ends instead."""
        self.launch()
        output = self._running.stdout if self._running else None
        line = output.readline() if output else ""
        if not line or not {"url", "state"} & json.loads(line).keys():
            raise ServiceError(f"a process of the service did not start: {line.strip() or 'see above'}")

    def launch(self) -> None:
        """Start it and do not wait."""
        pipe = subprocess.PIPE
        self._running = subprocess.Popen(  # noqa: S603 -- this very program
            self._command, stdin=pipe, stdout=pipe, text=True, pass_fds=self._inherited
        )

    @property
    def has_ended(self) -> bool:
        return self._running is None or self._running.poll() is not None

    def tell(self) -> None:
        """Ask it to end."""
        if self._running is not None and not self.has_ended:
            self._running.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Wait until it has ended, and no longer than STOP_SECONDS."""
        if self._running is None:
            return
        end(self._running)
        for pipe in (self._running.stdin, self._running.stdout):
            if pipe is not None:
                pipe.close()


def run_processes(
    settings: Settings,
    address: tuple[str, int],
    count: int,
    with_worker: bool,
    ready: Callable[[str, bool], None],
    note: Callable[[str], None],
) -> None:
    """Serve with `count` processes until SIGTERM or SIGINT; `ready` hears the URL and whether it does
    long work.

    Raises ServiceError when the address is taken or a process does not start.
    """
    with ExitStack() as stack, Stop() as stop:
        listeners = [stack.enter_context(each) for each in listen(*address, count)]
        processes = [_answering(settings, listener) for listener in listeners]
        if with_worker:
            processes.append(Process(settings, ["worker", "--alone", "--attached"]))
        try:
            for process in processes:
                process.start()
            ready(url_of(listeners[0]), with_worker)
            while not stop.wait(RETRY_SECONDS):
                _restart(processes, note)
        finally:
            for process in processes:
                process.tell()
            for process in processes:
                process.end()


def _answering(settings: Settings, listener: socket.socket) -> Process:
    number = listener.fileno()
    return Process(settings, ["serve", "--listener", str(number)], (number,))


def _restart(processes: Sequence[Process], note: Callable[[str], None]) -> None:
    for process in processes:
        if process.has_ended:
            note("a process of the service ended; starting it again")
            process.end()
            process.launch()
