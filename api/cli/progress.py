"""Progress of long work on stderr: one moving line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO

WIDTH = 24
QUIET_SECONDS = 5.0


class Progress:
    """Call `show` as often as you like; it writes only what is new."""

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self.label = label
        self.stream = stream or sys.stderr
        self._last = ""
        self._written = 0.0

    def show(self, done: int, total: int, message: str = "") -> None:
        line = self._line(done, total, message)
        if line == self._last:
            return
        if self.stream.isatty():
            self.stream.write(f"\r\x1b[K{line}")
        elif not self._may_write(done, total):
            return
        else:
            self.stream.write(line + "\n")
        self._last = line
        self.stream.flush()

    def close(self) -> None:
        if self._last and self.stream.isatty():
            self.stream.write("\n")
            self.stream.flush()

    def _may_write(self, done: int, total: int) -> bool:
        now = time.monotonic()
        if self._last and done < total and now - self._written < QUIET_SECONDS:
            return False
        self._written = now
        return True

    def _line(self, done: int, total: int, message: str) -> str:
        if total <= 0:
            return f"{self.label} {message}".rstrip()
        filled = WIDTH * min(done, total) // total
        return f"{self.label} [{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total} {message}".rstrip()


class Stages:
    """Progress of a story told in stages: each has a line of its own."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._current: Progress | None = None

    def show(self, stage: str, done: int, total: int, message: str) -> None:
        if self._current is None or self._current.label != stage:
            self.close()
            self._current = Progress(stage, self._stream)
        self._current.show(done, total, message)

    def close(self) -> None:
        if self._current is not None:
            self._current.close()
