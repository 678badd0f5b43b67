"""Sockets that a service listens on: one, or several at the same port, one for each of its processes."""

from __future__ import annotations

import socket

from api.errors import ServiceError

BACKLOG = 256


def listen(host: str, port: int, count: int = 1) -> list[socket.socket]:
    """`count` sockets that listen on one address, at any free port for 0. The kernel deals connections out.

    Raises ServiceError when the address is taken.
    """
    first = _bound(host, port, shared=False)
    if count == 1:
        return [_listening(first)]
    # The first, which shares with nobody, has shown that the address is free.
    host, port = first.getsockname()[:2]
    first.close()
    return [_listening(_bound(host, port, shared=True)) for _ in range(count)]


def inherited(number: int) -> socket.socket:
    """The socket that the process above handed down under a number. Raises ServiceError."""
    try:
        found = socket.socket(fileno=number)
        found.getsockname()
    except OSError as error:
        raise ServiceError("--listener: is no socket; leave it to selvage serve --processes") from error
    return found


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(address)
    except OSError as error:
        raise _taken(host, port, error) from error
    return bound


def _listening(bound: socket.socket) -> socket.socket:
    try:
        bound.listen(BACKLOG)
    except OSError as error:
        host, port = bound.getsockname()[:2]
        raise _taken(host, port, error) from error
    return bound


def _taken(host: str, port: int, error: OSError) -> ServiceError:
    return ServiceError(
        f"SELVAGE_PORT: cannot listen on {host}:{port} ({error.strerror or error}); choose another port",
        field="SELVAGE_PORT",
    )
