"""Who may come in: API keys and their roles. Only the SHA-256 of a key is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from api.errors import AuthenticationError, InputError, RoleError
from ledger.domain.ids import PartyId
from ledger.errors import UnknownError

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.store import Tx
    from ledger.store.access import ApiKey

PREFIX = "slv_"
MAX_DAYS = 3650
MAX_NAME = 120
MIN_ID = 8


class Role(StrEnum):
    """A manager does everything, a licensee acts for one party, an auditor reads everything and scans."""

    MANAGER = "manager"
    LICENSEE = "licensee"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Principal:
    """Who is asking. `id` is the SHA-256 of the key; `party` is set for a licensee."""

    id: str
    name: str
    role: Role
    party: PartyId | None

    def sees(self, party: str | None) -> bool:
        """Whether what concerns `party` is this caller's business."""
        return self.role is not Role.LICENSEE or (party is not None and party == self.party)

    def act_for(self, party: str) -> PartyId:
        """`party`, if this caller may act for it. Raises RoleError."""
        if self.role is Role.AUDITOR:
            raise RoleError("an auditor looks and does not act; use the key of a manager or of the licensee")
        if not self.sees(party):
            raise RoleError(f"this key acts for {self.party} only; use the key of a manager or of {party}")
        return PartyId(party)


def issue(
    ledger: Ledger, name: str, role: Role, party: str | None = None, days: int | None = 365
) -> tuple[str, ApiKey]:
    """A new key: the token, which is shown once and kept nowhere, and its record.

    `days` is how long it is good for, None for ever. Raises InputError, UnknownError (unknown-party).
    """
    from ledger.store import access, parties

    _check(name, role, party, days)
    token = PREFIX + secrets.token_urlsafe(32)
    now = ledger.clock()
    expires = (now + timedelta(days=days)).isoformat() if days is not None else None
    owner = PartyId(party) if party else None
    key = access.ApiKey(digest(token), name, role.value, owner, now.isoformat(), expires)
    with ledger.store.transaction() as tx:
        if owner:
            parties.get(tx, owner)
        access.add_key(tx, key)
    return token, key


def authenticate(ledger: Ledger, token: str | None) -> Principal:
    """The caller behind a token. Raises AuthenticationError: missing, unknown, revoked or expired."""
    with ledger.store.reading() as tx:
        return recognise(ledger, tx, token)


def recognise(ledger: Ledger, tx: Tx, token: str | None) -> Principal:
    """`authenticate` in a view that more is read in: a key that was revoked before it opens no door in it."""
    from ledger.store import access

    if not token:
        raise AuthenticationError("send an API key as Authorization: Bearer ...", code="key-absent")
    key = access.find_key(tx, digest(token))
    if key is None:
        raise AuthenticationError("this API key is not known; ask a manager for one", code="unknown-key")
    if key.revoked_at:
        raise AuthenticationError(f"this API key was revoked on {key.revoked_at[:10]}", code="key-revoked")
    if key.expires_at and datetime.fromisoformat(key.expires_at) <= ledger.clock():
        message = f"this API key expired on {key.expires_at[:10]}; ask a manager for a new one"
        raise AuthenticationError(message, code="key-expired")
    return Principal(key.sha256, key.name, Role(key.role), key.party)


def revoke(ledger: Ledger, key_id: str) -> ApiKey:
    """Revoke the key whose id starts with `key_id` (8 digits at least). Raises InputError, UnknownError."""
    from ledger.store import access

    if len(key_id) < MIN_ID:
        raise InputError(f"id: give at least the first {MIN_ID} digits of the key's id", field="id")
    with ledger.store.transaction() as tx:
        found = [key for key in access.keys(tx) if key.sha256.startswith(key_id)]
        if not found:
            raise UnknownError("key", key_id, "list them with selvage key list")
        if len(found) > 1:
            raise InputError(f"id: {len(found)} keys start with {key_id}; give more digits", field="id")
        return access.revoke_key(tx, found[0].sha256, ledger.clock().isoformat())


def digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _check(name: str, role: Role, party: str | None, days: int | None) -> None:
    if not 1 <= len(name.strip()) <= MAX_NAME:
        raise InputError(f"name: say in 1 to {MAX_NAME} characters whose key this is", field="name")
    if (role is Role.LICENSEE) != (party is not None):
        advice = "name the party a licensee's key acts for" if party is None else f"a {role} has no party"
        raise InputError(f"party: {advice}", field="party")
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise InputError(f"days: {days}; give 1 to {MAX_DAYS}", field="days")
