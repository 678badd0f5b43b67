"""A witness over HTTP on loopback: `POST /add-checkpoint` of https://c2sp.org/tlog-witness.

Put a proxy with TLS in front of it where logs are elsewhere. What it signs, it would sign for anybody.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ledger.cosigning import Witness
from ledger.domain.errors import ForkedError, LogError, StaleError, UnprovenError, UnwatchedError
from ledger.domain.log.note import MAX_NOTE_BYTES, Key

PATH, HOST = "/add-checkpoint", "127.0.0.1"
TEXT, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
_IDLE_SECONDS = 10.0
Tell = Callable[[str], None]


@contextlib.contextmanager
def serving(witness: Witness, logs: Sequence[Key], port: int = 0, tell: Tell | None = None) -> Iterator[str]:
    """Serve `witness` on a port of loopback, 0 for a free one, until the block ends; gives its URL.

    `tell` hears one line for each request. Raises OSError where the port is taken.
    """
    server = _Server(witness, logs, port, tell or (lambda _: None))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="selvage-witness", daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(witness: Witness, logs: Sequence[Key], body: bytes, seconds: int) -> tuple[int, str, str]:
    """Status, media type and text for the `body` of a request at `seconds` since the epoch."""
    try:
        return 200, TEXT, f"{witness.cosign(body.decode(), logs, seconds)}\n"
    except UnicodeDecodeError:
        return 400, TEXT, "submission: is not text\n"
    except StaleError as error:
        return 409, SIZE, f"{error.size}\n"
    except LogError as error:
        statuses: dict[type[LogError], int] = {UnwatchedError: 404, ForkedError: 422, UnprovenError: 403}
        return statuses.get(type(error), 400), TEXT, f"{error}\n"


class _Server(ThreadingHTTPServer):
    def __init__(self, witness: Witness, logs: Sequence[Key], port: int, tell: Tell) -> None:
        self.witness, self.logs, self.tell = witness, logs, tell
        super().__init__((HOST, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # closes after each answer, so none outlives the service
    timeout = _IDLE_SECONDS
    server: _Server

    def do_POST(self) -> None:
        length = self._length()
        if self.path != PATH:
            self._send(404, TEXT, f"submissions go to {PATH}\n")
        elif length is None:
            self._send(413, TEXT, f"give Content-Length, at most {MAX_NOTE_BYTES}\n")
        else:
            body = self.rfile.read(length)
            self._send(*answer(self.server.witness, self.server.logs, body, int(time.time())))

    def log_message(self, format: str, *args: object) -> None:
        """Each request is told once, by `_send`."""

    def _length(self) -> int | None:
        text = self.headers.get("Content-Length", "")
        length = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        return length if 0 <= length <= MAX_NOTE_BYTES else None

    def _send(self, status: int, media_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.server.tell(f"{status} {text.splitlines()[0][:200]}")
