"""What goes wrong around the rules. What the rules themselves refuse is in `ledger.domain.errors`.

LedgerError
├── UnknownError          nothing here has this id; `code` is unknown-asset, unknown-offer, ...
├── ConflictError         it is already there, with other content
├── KeyMissingError       the payer's key is not on this machine
├── PaymentRefusedError   what was sent does not pay what is asked; nothing was taken
├── NotPermittedError     the terms of a tile do not give this to the one who asks
├── TokenRefusedError     no licence token is given for what was asked
├── ManifestKeptError     a manifest, or where a watermark leads, is not for others to change
├── ReferenceRefusedError an address is not fetched from
├── NotRecoveredError     a picture shows no tile of this ledger surely enough
├── WorkerError           jobs cannot be opened or were never finished
├── SigningKeyError       the key file of the log or of a witness cannot be used
└── StorageError          the outside failed us
    ├── DatabaseError     the database cannot be reached or refused
    ├── StorageFullError  no space left: nothing was written
    ├── JournalError      the pages that a ledger is rebuilt from are not there, or of another program
    └── BlobError
        ├── BlobMissingError   bytes that should be there are not
        └── BlobCorruptError   bytes do not have the digest that names them
"""

from __future__ import annotations

from collections.abc import Sequence


class LedgerError(Exception):
    """Base of this room. `code` is stable; the message says what to do next."""

    code: str = "ledger"


class UnknownError(LedgerError):
    """Nothing in this ledger is a `kind` called `name`."""

    code = "unknown"

    def __init__(self, kind: str, name: str | int, advice: str = "") -> None:
        shown = str(name)[:80]
        super().__init__(f"{kind}: {shown!r} is not known to this ledger; {advice or _advice(kind)}")
        self.code = f"unknown-{kind}"
        self.kind = kind
        self.field = kind


class ConflictError(LedgerError):
    """The same name with other content. `field` names what differs."""

    code = "conflict"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


class KeyMissingError(LedgerError):
    """A signature is wanted from a party whose key is not kept on this machine."""

    code = "key-missing"


class PaymentRefusedError(LedgerError):
    """A payment that is not taken. `reason` is the protocol's own word for why (x402, section 9)."""

    code = "payment-refused"

    def __init__(self, reason: str, problem: str) -> None:
        super().__init__(f"payment: {problem}; nothing was taken")
        self.reason = reason


class TokenRefusedError(LedgerError):
    """No licence token is given. `reason` is the protocol's own word for why (RSL 1.0, section 5.4.4)."""

    code = "token-refused"

    def __init__(self, reason: str, problem: str) -> None:
        super().__init__(problem)
        self.reason = reason


class ManifestKeptError(LedgerError):
    """What belongs to a tile of this ledger is not for others to change."""

    code = "manifest-kept"


class ReferenceRefusedError(LedgerError):
    """The host of an address may not be asked, or its name leads to an address that is not public."""

    code = "reference-refused"


class NotRecoveredError(LedgerError):
    """No manifest can be given back to a picture: it shows no tile of this ledger surely enough."""

    code = "not-recovered"


class NotPermittedError(LedgerError):
    """Terms do not give a right that is needed. `refused` pairs each tile with the clause and why."""

    code = "not-permitted"

    def __init__(self, what: str, refused: Sequence[tuple[str, str]]) -> None:
        shown = "; ".join(f"{tile}: {why}" for tile, why in refused[:5])
        more = f"; and {len(refused) - 5} more" if len(refused) > 5 else ""
        super().__init__(f"{what} is not permitted: {shown}{more}")
        self.refused = tuple(refused)


class WorkerError(LedgerError):
    """Jobs cannot be run or waited for."""

    code = "worker"


class SigningKeyError(LedgerError):
    """The file of a signing key is readable by others, or holds none."""

    code = "signing-key"


class StorageError(LedgerError):
    code = "storage"


class DatabaseError(StorageError):
    code = "database-unavailable"


class StorageFullError(StorageError):
    code = "storage-full"


class JournalError(StorageError):
    code = "journal"


class BlobError(StorageError):
    code = "blob"


class BlobMissingError(BlobError):
    code = "blob-missing"


class BlobCorruptError(BlobError):
    code = "blob-corrupt"


def _advice(kind: str) -> str:
    return f"list what there is, then name an existing {kind}"
