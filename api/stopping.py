"""SIGTERM and SIGINT as an event, so that a program can end what it is doing in order."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any


class Stop(threading.Event):
    """Set by the first SIGTERM or SIGINT while in a `with` block; a second one ends the process at once."""

    def __init__(self, on_stop: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._on_stop = on_stop
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Stop:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        self.set()
        if self._on_stop is not None:
            self._on_stop()


def end_with_input() -> None:
    """End this process, as SIGTERM does, when its input is at an end: whoever started it is gone then."""

    def wait() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="selvage-input", daemon=True).start()
