"""API keys, of which only digests are kept, and answers to requests that may be sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, tuple_
from sqlmodel import col, delete, select

from ledger.domain.ids import PartyId
from ledger.errors import ConflictError, UnknownError
from ledger.store.asked import Asked, Change, PutOnce
from ledger.store.store import Tx
from ledger.store.tables import ApiKeyRow, IdempotencyRow

_KEY = Asked(select(ApiKeyRow).where(ApiKeyRow.sha256 == bindparam("sha256")))
_REPLY = Asked(
    select(IdempotencyRow).where(
        IdempotencyRow.owner == bindparam("owner"), IdempotencyRow.key == bindparam("key")
    )
)
_ANSWER = PutOnce(IdempotencyRow)
_STARTED = col(IdempotencyRow.started_at)
REUSED = "was used for another request; use a new key for a new request"
FORGOTTEN = 100  # rows removed at a time: each write adds one, so none has to remove many
_FORGET_MINE = Change(
    delete(IdempotencyRow).where(
        col(IdempotencyRow.owner) == bindparam("owner"),
        col(IdempotencyRow.key) == bindparam("key"),
        bindparam("before") > _STARTED,
    )
)
_FORGET = Change(
    delete(IdempotencyRow).where(
        tuple_(col(IdempotencyRow.owner), col(IdempotencyRow.key)).in_(
            select(IdempotencyRow.owner, IdempotencyRow.key)
            .where(bindparam("before") > _STARTED)
            .order_by(_STARTED)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
    )
)


@dataclass(frozen=True)
class ApiKey:
    """`role` is manager, licensee or auditor; `party` is who a licensee acts for. Times are ISO 8601, UTC."""

    sha256: str
    name: str
    role: str
    party: PartyId | None
    created_at: str
    expires_at: str | None = None
    revoked_at: str | None = None


@dataclass(frozen=True)
class Reply:
    """What was answered to one request; `status` is None while the first one is still at work."""

    target: str
    request_sha256: str
    status: int | None
    response: str | None
    started_at: str


@dataclass(frozen=True)
class Answered:
    """An answer to keep under the key of a caller; those from before the time `before` are forgotten."""

    owner: str
    key: str
    reply: Reply
    before: str


def add_key(tx: Tx, key: ApiKey) -> None:
    tx.session.add(ApiKeyRow(**vars(key)))
    tx.session.flush()


def find_key(tx: Tx, sha256: str) -> ApiKey | None:
    return next(map(_key, tx.ask(_KEY, sha256=sha256)), None)


def keys(tx: Tx) -> tuple[ApiKey, ...]:
    query = select(ApiKeyRow).order_by(col(ApiKeyRow.created_at), col(ApiKeyRow.sha256))
    return tuple(_key(row) for row in tx.session.exec(query))


def revoke_key(tx: Tx, sha256: str, at: str) -> ApiKey:
    """Revoke a key for good; the first time stays. Raises UnknownError (unknown-key)."""
    row = tx.session.get(ApiKeyRow, sha256)
    if row is None:
        raise UnknownError("key", sha256)
    row.revoked_at = row.revoked_at or at
    tx.session.add(row)
    tx.session.flush()
    return _key(row)


def find_reply(tx: Tx, owner: str, key: str) -> Reply | None:
    for row in tx.ask(_REPLY, owner=owner, key=key):
        return Reply(row.target, row.request_sha256, row.status, row.response, row.started_at)
    return None


def claim(tx: Tx, owner: str, key: str, target: str, request_sha256: str, at: str) -> Reply | None:
    """None when the caller is first and must answer; else what is known of the first request.

    Raises ConflictError when the same key came with another request.
    """
    found = find_reply(tx, owner, key)
    if found is None:
        row = IdempotencyRow(
            owner=owner, key=key, target=target, request_sha256=request_sha256, started_at=at
        )
        tx.session.add(row)
        tx.session.flush()
    elif (found.target, found.request_sha256) != (target, request_sha256):
        raise ConflictError("Idempotency-Key", REUSED)
    return found


def forget(tx: Tx, owner: str, key: str, before: str) -> None:
    """Remove what was answered before a time (ISO 8601, UTC): this key's, and a few of the oldest."""
    tx.change(_FORGET_MINE, owner=owner, key=key, before=before)
    tx.change(_FORGET, before=before, most=FORGOTTEN)


def take_over(tx: Tx, owner: str, key: str, stale_at: str, at: str) -> bool:
    """Claim a request whose first worker died; False when somebody else was quicker."""
    row = tx.session.get(IdempotencyRow, (owner, key))
    if row is None or row.status is not None or row.started_at != stale_at:
        return False
    row.started_at = at
    tx.session.add(row)
    tx.session.flush()
    return True


def answer(tx: Tx, owner: str, key: str, status: int, response: str) -> None:
    row = tx.session.get(IdempotencyRow, (owner, key))
    if row is None:
        raise UnknownError("request", key)
    row.status, row.response = status, response
    tx.session.add(row)
    tx.session.flush()


def answer_first(tx: Tx, given: Answered) -> Reply:
    """Keep an answer that nothing was claimed for, and give what is kept: the first for its key."""
    forget(tx, given.owner, given.key, given.before)
    if tx.put(_ANSWER, {"owner": given.owner, "key": given.key, **vars(given.reply)}):
        return given.reply
    found = find_reply(tx, given.owner, given.key)
    if found is None or (found.status is None and found.target == given.reply.target):
        raise ConflictError("Idempotency-Key", "another request with it is at work; send this one again")
    return found


def release(tx: Tx, owner: str, key: str, claimed_at: str) -> None:
    """Forget a request that came to nothing, so that it can be sent again, unless it was taken over since."""
    row = tx.session.get(IdempotencyRow, (owner, key))
    if row is not None and row.status is None and row.started_at == claimed_at:
        tx.session.delete(row)
        tx.session.flush()


def _key(row: ApiKeyRow | Any) -> ApiKey:
    return ApiKey(
        sha256=row.sha256,
        name=row.name,
        role=row.role,
        party=PartyId(row.party) if row.party else None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
