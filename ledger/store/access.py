"""API keys, of which only digests are kept, and answers to requests that may be sent twice."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from ledger.domain.ids import PartyId
from ledger.errors import ConflictError, UnknownError
from ledger.store.store import Tx
from ledger.store.tables import ApiKeyRow, IdempotencyRow

FORGOTTEN = 100  # rows removed at a time: each write adds one, so none has to remove many


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


def add_key(tx: Tx, key: ApiKey) -> None:
    tx.session.add(ApiKeyRow(**vars(key)))
    tx.session.flush()


def find_key(tx: Tx, sha256: str) -> ApiKey | None:
    row = tx.session.get(ApiKeyRow, sha256)
    return _key(row) if row else None


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
    row = tx.session.get(IdempotencyRow, (owner, key))
    return Reply(row.target, row.request_sha256, row.status, row.response, row.started_at) if row else None


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
        raise ConflictError(
            "Idempotency-Key", "was used for another request; use a new key for a new request"
        )
    return found


def forget(tx: Tx, owner: str, key: str, before: str) -> None:
    """Remove what was answered before a time (ISO 8601, UTC): this key's, and a few of the oldest."""
    started = col(IdempotencyRow.started_at)
    mine = tx.session.get(IdempotencyRow, (owner, key))
    if mine is not None and mine.started_at < before:
        tx.session.delete(mine)
        tx.session.flush()
    oldest = select(IdempotencyRow).where(started < before).order_by(started).limit(FORGOTTEN)
    for row in tx.session.exec(oldest):
        tx.session.delete(row)
    tx.session.flush()


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


def release(tx: Tx, owner: str, key: str, claimed_at: str) -> None:
    """Forget a request that came to nothing, so that it can be sent again, unless it was taken over since."""
    row = tx.session.get(IdempotencyRow, (owner, key))
    if row is not None and row.status is None and row.started_at == claimed_at:
        tx.session.delete(row)
        tx.session.flush()


def _key(row: ApiKeyRow) -> ApiKey:
    return ApiKey(
        sha256=row.sha256,
        name=row.name,
        role=row.role,
        party=PartyId(row.party) if row.party else None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
