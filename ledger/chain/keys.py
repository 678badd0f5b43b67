"""Keys of devnet accounts: one 0600 file of hex per name.

Plain on purpose: a password beside its key protects nothing. For real money hand the chain any other
eth-account `BaseAccount`, such as one that signs with a key management service.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount
from filelock import FileLock

from ledger import durable_file
from ledger.chain.errors import KeyFileError

_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


def load_or_create_account(folder: Path, name: str) -> LocalAccount:
    """The account of `name` under `folder`; its key is made once, with the system's randomness.

    Raises KeyFileError for a bad name and for a file that others can read or that holds no key.
    """
    if not _NAME.fullmatch(name):
        raise KeyFileError(f"account name {name!r}: use 1 to 64 of a-z, 0-9, dot, dash and underscore")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.key"
    with FileLock(folder / ".lock"):
        if not path.exists():
            durable_file.write(path, f"{Account.create().key.hex()}\n".encode(), durable_file.OWNER)
    return _read(path)


def _read(path: Path) -> LocalAccount:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileError(f"{path}: others can read this key; run chmod 600 on it")
    try:
        account: LocalAccount = Account.from_key(bytes.fromhex(path.read_text().strip()))
    except ValueError:
        raise KeyFileError(f"{path}: holds no 32-byte key in hex; restore it from a backup") from None
    return account
