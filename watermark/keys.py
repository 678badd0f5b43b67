"""The secret keys of a mark: what is acceptable, and how a key is named without being told."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from watermark.errors import MarkKeyError

SHORTEST_KEY = 16
_DOMAIN = b"org.selvage.key-id.1"


def key_id(secret: bytes) -> str:
    """The public name of a secret: 8 hex digits that tell keys apart and give nothing away."""
    return hashlib.sha256(_DOMAIN + b"\0" + check_key(secret)).hexdigest()[:8]


def check_key(secret: object) -> bytes:
    """The secret itself if it is long enough; raises MarkKeyError."""
    if not isinstance(secret, bytes) or len(secret) < SHORTEST_KEY:
        raise MarkKeyError(f"key: expected at least {SHORTEST_KEY} secret bytes; use token_bytes(32)")
    return secret


def check_keys(keys: bytes | Sequence[bytes]) -> tuple[bytes, ...]:
    """One key or several, oldest first, none twice; raises MarkKeyError."""
    given = [keys] if isinstance(keys, bytes) else keys
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise MarkKeyError("key: expected secret bytes or a list of them, oldest first; give at least one")
    secrets = tuple(check_key(key) for key in given)
    if len({key_id(key) for key in secrets}) < len(secrets):
        raise MarkKeyError("key: one key is given twice, or two keys share an id; remove or replace one")
    return secrets
