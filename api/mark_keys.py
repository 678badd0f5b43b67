"""The secrets of the watermark: one file, 32 bytes a key, oldest first. The last marks, all of them read.

The file is made at the first start. Rotating adds a key and never takes one away: what was marked before has
to be read for ever. The database remembers which keys there were, so a lost or foreign file is refused.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from api.errors import DataFolderError
from ledger import durable_file

if TYPE_CHECKING:
    from pathlib import Path

    from api.settings import Settings
    from ledger.context import Ledger
    from ledger.store import Store

KEY_BYTES = 32
MOST_KEYS = 64
_FIELD = "SELVAGE_MARK_KEY_FILE"


def mark_keys(settings: Settings, store: Store | None = None) -> tuple[bytes, ...]:
    """The keys, oldest first, the first one drawn if there is none. DataFolderError when they got lost."""
    from filelock import FileLock

    path = settings.mark_key
    with FileLock(settings.data.absolute() / "init.lock", timeout=60):
        if not path.exists():
            _refuse_second_key(settings, store)
            _write(path, (secrets.token_bytes(KEY_BYTES),))
    return _read(path)


def bind(store: Store, keys: tuple[bytes, ...]) -> None:
    """Hold the database and the key file together. ConflictError when they are not of one ledger."""
    from ledger.store import meta

    names = {_place(number): _name(key) for number, key in enumerate(keys)}
    with store.reading() as tx:
        known = {place: meta.get(tx, place) for place in names}
        lost = meta.get(tx, _place(len(keys))) is not None
    if lost:
        raise DataFolderError(
            f"{_FIELD}: it holds {len(keys)} keys, and this ledger has marked with more; restore the newest "
            "backup of the file",
            field=_FIELD,
        )
    if known == names:
        return
    with store.transaction() as tx:
        for place, name in names.items():
            meta.fix(tx, place, name, "restore the watermark key this ledger began with")


def rotate(settings: Settings, ledger: Ledger) -> str:
    """Add a key that marks from now on, and enter it in the book; the new key's id.

    Processes that run already go on marking with the key they opened, and cannot read the new one's marks
    until they are started again.
    """
    from filelock import FileLock

    from watermark import key_id

    with FileLock(settings.data.absolute() / "init.lock", timeout=60):
        keys = _read(settings.mark_key)
        if len(keys) >= MOST_KEYS:
            raise DataFolderError(f"{_FIELD}: {MOST_KEYS} keys are as many as there may be", field=_FIELD)
        keys = (*keys, secrets.token_bytes(KEY_BYTES))
        _write(settings.mark_key, keys)
        bind(ledger.store, keys)
    name = key_id(keys[-1])
    with ledger.store.transaction() as tx:
        tx.append("mark-key-rotated", name, {"keys": len(keys)}, ledger.now())
    return name


def _place(number: int) -> str:
    return "mark-key" if number == 0 else f"mark-key-{number + 1}"


def _name(key: bytes) -> str:
    return hashlib.sha256(b"selvage mark key" + key).hexdigest()[:32]


def _refuse_second_key(settings: Settings, store: Store | None) -> None:
    from ledger.store import Store, meta

    with (store or Store.open(settings.database)).reading() as tx:
        if meta.get(tx, _place(0)) is not None:
            raise DataFolderError(
                f"{_FIELD}: {settings.mark_key} is gone, and without it no tile of this ledger can be read; "
                "restore it from a backup",
                field=_FIELD,
            )


def _write(path: Path, keys: tuple[bytes, ...]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    durable_file.write(path, b"".join(keys), durable_file.OWNER)


def _read(path: Path) -> tuple[bytes, ...]:
    if path.stat().st_mode & 0o077:
        raise DataFolderError(f"{_FIELD}: others can read {path}; run chmod 600 on it", field=_FIELD)
    data = path.read_bytes()
    if not data or len(data) % KEY_BYTES:
        raise DataFolderError(
            f"{_FIELD}: {path} has {len(data)} bytes, not {KEY_BYTES} a key; restore it", field=_FIELD
        )
    return tuple(data[start : start + KEY_BYTES] for start in range(0, len(data), KEY_BYTES))
