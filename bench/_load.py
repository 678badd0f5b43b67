"""Clients that ask a service, lean enough not to be what is measured: plain connections that stay open.

At once: every client asks again as soon as it has its answer. At a rate: requests are due at fixed times, are
sent by whichever client is free, and are timed from when they were due.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any, cast

from bench._serving import Service, spread

HEAD_END, LENGTH, OUTCOME = b"\r\n\r\n", b"content-length: ", b'{"outcome":"'


class Client(asyncio.Protocol):
    """One connection, with one request at a time."""

    _transport: asyncio.Transport

    def __init__(self, load: Load) -> None:
        self._load = load
        self._parts = bytearray()
        self._missing = 0
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def send(self, request: bytes, due: float) -> None:
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parts += data
        if not self._missing:
            end = self._parts.find(HEAD_END)
            if end < 0:
                return
            start = self._parts.index(LENGTH, 0, end) + len(LENGTH)
            length = int(self._parts[start : self._parts.index(b"\r", start)])
            self._missing = end + len(HEAD_END) + length
        if len(self._parts) >= self._missing:
            answer, self._parts, self._missing = self._parts, bytearray(), 0
            self._load.answered(self, answer, time.perf_counter() - self._due)

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.lost(exc)

    def close(self) -> None:
        self._transport.close()


class Load:
    """`requests`, asked by a number of clients, at `rate` a second or at once."""

    def __init__(self, requests: Sequence[bytes], rate: float | None) -> None:
        self._requests = deque(requests)
        self._count, self._rate = len(requests), rate
        self._free: deque[Client] = deque()
        self._waiting: deque[tuple[bytes, float]] = deque()
        self.seconds: list[float] = []
        self.outcomes = Counter[str]()

    async def run(self, address: tuple[str, int], clients: int) -> None:
        loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = loop.create_future()
        opened = [await loop.create_connection(lambda: Client(self), *address) for _ in range(clients)]
        every = [client for _, client in opened]
        if self._rate is None:
            for client in every:
                client.send(self._requests.popleft(), time.perf_counter())
        else:
            self._free.extend(every)
            await self._pace(self._rate)
        await self._done
        for client in every:
            client.close()

    async def _pace(self, rate: float) -> None:
        began = time.perf_counter() + 0.05
        for number in range(self._count):
            due = began + number / rate
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            self._waiting.append((self._requests.popleft(), due))
            if self._free:
                self._free.popleft().send(*self._waiting.popleft())

    def answered(self, client: Client, answer: bytearray, seconds: float) -> None:
        start = answer.find(OUTCOME)
        if start < 0 or not answer.startswith(b"HTTP/1.1 200"):
            self._done.set_exception(SystemExit(f"the service answered {bytes(answer)[:500]!r}"))
            return
        start += len(OUTCOME)
        self.outcomes[answer[start : answer.index(b'"', start)].decode()] += 1
        self.seconds.append(seconds)
        if len(self.seconds) == self._count:
            self._done.set_result(None)
        elif self._rate is not None:
            self._next(client)
        elif self._requests:
            client.send(self._requests.popleft(), time.perf_counter())

    def _next(self, client: Client) -> None:
        if self._waiting:
            client.send(*self._waiting.popleft())
        else:
            self._free.append(client)

    def lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(SystemExit(f"the service closed a connection: {error}"))


def ask(service: Service, requests: Sequence[bytes], clients: int, rate: float | None) -> dict[str, Any]:
    """Ask all `requests`: how many a second, how long they took, and the processor time of both sides."""
    import uvloop

    load = Load(requests, rate)
    used, own, began = service.cpu_seconds(), time.process_time(), time.perf_counter()
    uvloop.run(load.run(service.address, clients))
    took = time.perf_counter() - began
    count = len(requests)
    return {
        "decisions": count,
        "per_second": count / took,
        **spread(load.seconds),
        "cpu_ms_of_the_service": 1000 * (service.cpu_seconds() - used) / count,
        "cpu_ms_of_the_clients": 1000 * (time.process_time() - own) / count,
        "load": os.getloadavg()[0],
        "outcomes": dict(sorted(load.outcomes.items())),
    }
