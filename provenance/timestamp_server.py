"""The built-in time-stamp authority, served over HTTP on loopback (RFC 3161 section 3.4)."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from provenance.pki import Pki
from provenance.timestamp import TimeStampAuthority

MAX_REQUEST_BYTES = 16_384
_IDLE_SECONDS = 10.0


def utc_now() -> dt.datetime:
    """The present, timezone-aware."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class TimeStampService:
    """A running time-stamp authority and where to reach it."""

    url: str


@contextlib.contextmanager
def serve_tsa(pki: Pki, clock: Callable[[], dt.datetime] = utc_now) -> Iterator[TimeStampService]:
    """Serve `pki`'s time-stamp authority on a free loopback port until the block ends."""
    server = _TimeStampServer(TimeStampAuthority(pki), clock)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="selvage-tsa", daemon=True)
    thread.start()
    try:
        yield TimeStampService(f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _TimeStampServer(ThreadingHTTPServer):
    def __init__(self, authority: TimeStampAuthority, clock: Callable[[], dt.datetime]) -> None:
        super().__init__(("127.0.0.1", 0), _TimeStampHandler)
        self._authority = authority
        self._clock = clock

    def answer(self, request_der: bytes) -> bytes:
        # 63 random bits: no counter to keep across restarts, and RFC 3161 wants at most 160 bits.
        return self._authority.respond(request_der, self._clock(), secrets.randbits(63) | 1)


class _TimeStampHandler(BaseHTTPRequestHandler):
    # HTTP/1.0 closes after each answer: a kept connection would outlive `serve_tsa` and a fork of the client.
    protocol_version = "HTTP/1.0"
    timeout = _IDLE_SECONDS
    server: _TimeStampServer

    def do_POST(self) -> None:
        length = self._length()
        if length is None:
            self.close_connection = True
            self.send_error(413, "Time-stamp request too large or without a length")
            return
        body = self.server.answer(self.rfile.read(length))
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: callers get their answer, the operator's terminal is not a log."""

    def _length(self) -> int | None:
        text = self.headers.get("Content-Length", "")
        length = int(text) if text.isascii() and text.isdigit() else -1
        return length if 0 <= length <= MAX_REQUEST_BYTES else None
