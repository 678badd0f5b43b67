"""The largest request body, enforced while it arrives, so that an upload never fills the memory."""

from __future__ import annotations

import json

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import TooLargeError
from api.problems import Problem, describe

MIB = 1024 * 1024


class OverLimitError(HTTPException):
    """Raised where the body is read. An HTTPException, because FastAPI turns any other into a 400."""

    def __init__(self, limit: int) -> None:
        super().__init__(413)
        self.problem = _problem(limit)


class BodyLimit:
    """ASGI middleware: a body over `limit` bytes is answered 413, announced by Content-Length or not."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._announced(scope) > self.limit:
            return await self._refuse(send)
        return await self.app(scope, self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.limit:
                raise OverLimitError(self.limit)
            return message

        return counted

    @staticmethod
    def _announced(scope: Scope) -> int:
        value = dict(scope["headers"]).get(b"content-length", b"0")
        return int(value) if value.isdigit() else 0

    async def _refuse(self, send: Send) -> None:
        problem = _problem(self.limit)
        headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": problem.kind.status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(problem.to_dict()).encode()})


def _problem(limit: int) -> Problem:
    return describe(
        TooLargeError(
            f"the body is over {limit / MIB:g} MiB; send fewer or smaller files, "
            "or raise SELVAGE_UPLOAD_LIMIT_MIB"
        )
    )
