"""Writes that can be sent twice. The first answer to an Idempotency-Key is kept and given again.

The key is claimed in the database before the work starts. A request that fails gives its claim back, because
nothing was done; one whose process died is taken over after LEASE, because every use case can be repeated.
Answers are kept for `Services.answers_kept`; each write removes some of those that are older.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import Response

from api.errors import InFlightError, KeyReusedError
from api.http.errors import IDEMPOTENCY_KEY
from api.http.security import Caller
from api.http.services import Provided, Services
from api.views.base import View
from ledger.domain.ids import derive
from ledger.errors import ConflictError
from ledger.store import Tx, access

MOST_KEY, KEY_PATTERN = 200, r"^[\x21-\x7e]+$"
LEASE = timedelta(seconds=10)  # a request that takes longer may be worked at twice, which changes nothing


@dataclass(frozen=True)
class Answer:
    """`secret` members are sent once and never kept: a repetition shows them as null."""

    status: int
    body: View
    location: str | None = None
    secret: frozenset[str] = field(default_factory=frozenset)


def respond(answer: Answer) -> Response:
    """An answer as it is sent; nothing is kept of it."""
    return _response(answer.status, answer.body.model_dump_json(), answer.location, {})


def _kept(answer: Answer) -> str:
    body = {name: None if name in answer.secret else value for name, value in answer.body.to_json().items()}
    return json.dumps({"body": body, "location": answer.location})


@dataclass(frozen=True)
class Write:
    """One write request of one caller."""

    services: Services
    owner: str
    key: str
    target: str

    @property
    def scoped_key(self) -> str:
        """The key, made unique among callers: what use cases derive ids from."""
        return derive("request", self.owner, self.target, self.key)

    def once(self, request: Any, work: Callable[[], Answer]) -> Response:
        """The answer of `work`, or the kept answer of the first request. `request` is what is asked, as JSON.

        Raises KeyReusedError when the key came with another request, InFlightError while the first works.
        """
        now = self.services.clock()
        kept = self._claim(digest_of(request), now)
        if kept is not None:
            return _replay(kept)
        try:
            answer = work()
            self._keep(answer)
        except BaseException:
            self._release(now)
            raise
        return respond(answer)

    def given(self, tx: Tx, request: Any) -> Response | None:
        """The kept answer to `request`, if there is one. Raises KeyReusedError."""
        since = self.services.clock() - self.services.answers_kept
        found = access.find_reply(tx, self.owner, self.key)
        if found is None or found.status is None or datetime.fromisoformat(found.started_at) < since:
            return None
        return self._told(found, digest_of(request))

    def give(self, request: Any, answer: Answer) -> Response:
        """Note an answer that changed nothing, and give what is kept: the first of those to one key.

        Nothing is claimed before, for such an answer may be worked out twice; and it waits for no disk, so
        with the power it is lost. Raises KeyReusedError.
        """
        now, digest = self.services.clock(), digest_of(request)
        kept = access.Reply(self.target, digest, answer.status, _kept(answer), now.isoformat())
        before = (now - self.services.answers_kept).isoformat()
        answered = access.Answered(self.owner, self.key, kept, before)
        known = self.services.ledger.store.note(lambda tx: access.answer_first(tx, answered))
        return respond(answer) if known is kept else self._told(known, digest)

    def _told(self, known: access.Reply, digest: str) -> Response:
        if (known.target, known.request_sha256) != (self.target, digest):
            raise KeyReusedError(f"{IDEMPOTENCY_KEY}: {access.REUSED}", field=IDEMPOTENCY_KEY)
        return _replay(known)

    def _claim(self, digest: str, now: datetime) -> access.Reply | None:
        try:
            with self.services.ledger.store.transaction() as tx:
                before = now - self.services.answers_kept
                access.forget(tx, self.owner, self.key, before.isoformat())
                found = access.claim(tx, self.owner, self.key, self.target, digest, now.isoformat())
                if found is None or found.status is not None:
                    return found
                if self._is_dead(found, now) and access.take_over(
                    tx, self.owner, self.key, found.started_at, now.isoformat()
                ):
                    return None
        except ConflictError as error:
            raise KeyReusedError(str(error), field=IDEMPOTENCY_KEY) from error
        raise InFlightError(
            "the first request with this key is still at work; wait a second and send it again",
            field=IDEMPOTENCY_KEY,
        )

    @staticmethod
    def _is_dead(reply: access.Reply, now: datetime) -> bool:
        return datetime.fromisoformat(reply.started_at) + LEASE < now

    def _keep(self, answer: Answer) -> None:
        with self.services.ledger.store.transaction() as tx:
            access.answer(tx, self.owner, self.key, answer.status, _kept(answer))

    def _release(self, claimed_at: datetime) -> None:
        with self.services.ledger.store.transaction() as tx:
            access.release(tx, self.owner, self.key, claimed_at.isoformat())


def _header(description: str) -> Any:
    return Header(
        alias=IDEMPOTENCY_KEY,
        min_length=1,
        max_length=MOST_KEY,
        pattern=KEY_PATTERN,
        description=description,
    )


async def _write(
    request: Request,
    services: Provided,
    caller: Caller,
    key: Annotated[
        str, _header("Any text of your own, new for each request. Sent again, it gets the first answer.")
    ],
) -> Write:
    return Write(services, caller.id, key, f"{request.method} {request.url.path}")


async def _write_if_keyed(
    request: Request,
    services: Provided,
    caller: Caller,
    key: Annotated[
        str | None, _header("With one, the same request gets the first answer again; without, a new one.")
    ] = None,
) -> Write | None:
    return await _write(request, services, caller, key) if key is not None else None


Once = Annotated[Write, Depends(_write)]
OnceIfKeyed = Annotated[Write | None, Depends(_write_if_keyed)]


def digest_of(request: Any) -> str:
    """Of what is said: a later version knows more members, which are null in a request of today."""
    return hashlib.sha256(json.dumps(_said(request), sort_keys=True).encode()).hexdigest()


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if each is not None}
    return [_said(each) for each in value] if isinstance(value, list | tuple) else value


def _replay(kept: access.Reply) -> Response:
    answer = json.loads(kept.response or "{}")
    body = json.dumps(answer["body"], ensure_ascii=False, separators=(",", ":"))
    return _response(kept.status or 200, body, answer["location"], {"Idempotent-Replayed": "true"})


def _response(status: int, body: str, location: str | None, headers: dict[str, str]) -> Response:
    where = {"Location": location} if location else {}
    return Response(body, status, {**headers, **where}, "application/json")
