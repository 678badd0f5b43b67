"""One table from error classes to what they mean for a caller: an HTTP status and an exit code.

The most derived class wins, so a room can refine one of its errors without telling this table.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from importlib import import_module


class Kind(Enum):
    """What went wrong, as (HTTP status, exit code, title)."""

    MALFORMED = (400, 2, "The request is malformed")
    NOT_AUTHENTICATED = (401, 2, "The caller is not known")
    UNPAID = (402, 3, "The payer cannot pay")
    FORBIDDEN = (403, 2, "This is not allowed")
    UNKNOWN = (404, 2, "There is no such thing")
    CONFLICT = (409, 2, "This does not fit the present state")
    NO = (409, 1, "The answer is no")
    TOO_LARGE = (413, 2, "The request is too large")
    BAD_INPUT = (422, 2, "The input cannot be used")
    INTERNAL = (500, 3, "Something failed inside")
    OUTSIDE = (503, 3, "Something this depends on failed")
    STORAGE_FULL = (507, 3, "The storage is full")

    @property
    def status(self) -> int:
        return self.value[0]

    @property
    def exit_code(self) -> int:
        return self.value[1]

    @property
    def title(self) -> str:
        return self.value[2]


_TABLE: dict[str, dict[str, Kind]] = {
    "api.errors": {
        "ApiError": Kind.INTERNAL,
        "SettingError": Kind.BAD_INPUT,
        "DataFolderError": Kind.OUTSIDE,
        "InputError": Kind.BAD_INPUT,
        "TooLargeError": Kind.TOO_LARGE,
        "AuthenticationError": Kind.NOT_AUTHENTICATED,
        "RoleError": Kind.FORBIDDEN,
        "KeyMissingError": Kind.MALFORMED,
        "KeyReusedError": Kind.BAD_INPUT,
        "InFlightError": Kind.CONFLICT,
        "ServiceError": Kind.OUTSIDE,
        "SpendingError": Kind.UNPAID,
    },
    "ledger.domain.errors": {
        "DomainError": Kind.BAD_INPUT,
        "OrderError": Kind.CONFLICT,
        "BrokenChainError": Kind.NO,
        "UnprovenError": Kind.NO,
    },
    "ledger.errors": {
        "LedgerError": Kind.INTERNAL,
        "UnknownError": Kind.UNKNOWN,
        "ConflictError": Kind.CONFLICT,
        "KeyMissingError": Kind.CONFLICT,
        "PaymentRefusedError": Kind.UNPAID,
        "TokenRefusedError": Kind.BAD_INPUT,
        "ManifestKeptError": Kind.FORBIDDEN,
        "NotRecoveredError": Kind.NO,
        "ReferenceRefusedError": Kind.FORBIDDEN,
        "NotPermittedError": Kind.NO,
        "WorkerError": Kind.OUTSIDE,
        "SigningKeyError": Kind.OUTSIDE,
        "StorageError": Kind.OUTSIDE,
        "StorageFullError": Kind.STORAGE_FULL,
    },
    "ledger.chain.errors": {
        "ChainError": Kind.OUTSIDE,
        "MessageError": Kind.BAD_INPUT,
        "ReceiptError": Kind.NO,
        "ContractRevertError": Kind.CONFLICT,
        "InsufficientFundsError": Kind.UNPAID,
    },
    "generator.errors": {"GeneratorError": Kind.BAD_INPUT, "WeightsError": Kind.OUTSIDE},
    "watermark.errors": {"WatermarkError": Kind.BAD_INPUT, "MarkKeyError": Kind.OUTSIDE},
    "provenance.errors": {
        "ProvenanceError": Kind.OUTSIDE,
        "ClaimError": Kind.BAD_INPUT,
        "MediaError": Kind.BAD_INPUT,
        "ManifestStoreError": Kind.BAD_INPUT,
        "VerificationError": Kind.NO,
    },
    "forensics.errors": {"ForensicsError": Kind.OUTSIDE, "PictureError": Kind.BAD_INPUT},
}

_URL = re.compile(r"\b([a-z][a-z0-9+.-]*://)(?:[^\s/@]*@)?([^\s/?#,;)]+)[^\s,;)]*")
# What the operating system says of a full disk or a spent quota, wherever it is met.
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL = "no space is left where this is written; free some and run the same again"

# Errors about one field of an input that do not carry its name.
_FIELDS = {"motif-unknown": "prompts", "mark-id-out-of-range": "id"}


@dataclass(frozen=True)
class Problem:
    """An error as every way out shows it. `code` is stable; `field` is the dotted path of what to change."""

    code: str
    message: str
    kind: Kind
    field: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The members shared by `--json` and HTTP (RFC 9457, with the extensions `code` and `field`)."""
        body: dict[str, object] = {
            "type": f"urn:selvage:problem:{self.code}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.message,
            "code": self.code,
        }
        return {**body, "field": self.field} if self.field else body


@lru_cache(maxsize=1)
def _kinds() -> dict[type[BaseException], Kind]:
    return {
        getattr(import_module(module), name): kind
        for module, names in _TABLE.items()
        for name, kind in names.items()
    }


def error_classes() -> tuple[type[Exception], ...]:
    """Every class of the table."""
    return tuple(error for error in _kinds() if issubclass(error, Exception))


def known(error: BaseException) -> bool:
    """Whether `error` is one that a room raises on purpose, or a full disk."""
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return True
    return any(base in _kinds() for base in type(error).__mro__)


def describe(error: BaseException) -> Problem:
    """The problem of any exception; one that no room raises on purpose is internal, without its details."""
    if isinstance(error, OSError) and error.errno in NO_SPACE:
        return Problem("storage-full", _FULL, Kind.STORAGE_FULL)
    if not known(error):
        return Problem("internal", "An unexpected error; the log has the details.", Kind.INTERNAL)
    code = str(getattr(error, "code", "internal"))
    kind = next(_kinds()[base] for base in type(error).__mro__ if base in _kinds())
    kind = kind_of(code) if kind is Kind.INTERNAL else kind
    return Problem(code, redact(str(error)), kind, getattr(error, "field", None) or _FIELDS.get(code))


def redact(message: str) -> str:
    """`message` with every URL cut down to scheme, host and port: the rest may be a password or a token."""
    return _URL.sub(r"\1\2", message)


def kind_of(code: str) -> Kind:
    """The kind of a stored error, of which only the code is left (the error of an operation)."""
    if code.startswith("unknown-"):
        return Kind.UNKNOWN
    for error, kind in _descendants():
        if getattr(error, "code", None) == code:
            return kind
    return Kind.INTERNAL


def _descendants() -> Iterator[tuple[type[BaseException], Kind]]:
    pending = list(_kinds().items())
    while pending:
        error, kind = pending.pop(0)
        yield error, _kinds().get(error, kind)
        pending.extend((child, _kinds().get(child, kind)) for child in error.__subclasses__())
