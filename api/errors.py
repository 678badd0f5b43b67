"""What the way in refuses, before any rule of the ledger is asked.

ApiError
├── SettingError             a setting cannot be used
│   └── UnsafeSettingError   a stand-in that env=prod does not accept
├── DataFolderError          the data folder is missing, foreign or not writable
├── InputError               a file or an argument cannot be used
├── TooLargeError            an upload is over the limit
├── AuthenticationError      no key, an unknown key, an expired or a revoked one
├── RoleError                the key is good, its role is not
├── KeyMissingError          a write without Idempotency-Key
├── KeyReusedError           the same Idempotency-Key with another body
├── InFlightError            the same Idempotency-Key is being worked on
├── SpendingError            an agent would spend more than it may
├── OperationFailedError     an operation ended badly; `code` is that of its error
└── ServiceError             a program beside us did not answer
"""

from __future__ import annotations


class ApiError(Exception):
    """Base of the refusals of this package. `field` names what to change, if one thing is."""

    code: str = "api"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class SettingError(ApiError):
    """`field` is the environment variable."""

    code = "bad-setting"


class UnsafeSettingError(SettingError):
    """A stand-in is used where env=prod; the message names the setting to change."""

    code = "unsafe-setting"


class DataFolderError(ApiError):
    """The data folder cannot be used."""

    code = "data-folder"


class InputError(ApiError):
    """A file, an argument or a part of a request cannot be used."""

    code = "bad-input"


class TooLargeError(ApiError):
    """More bytes or more pictures than one request may carry."""

    code = "too-large"


class AuthenticationError(ApiError):
    """The caller is not known: `code` says whether the key is missing, unknown, expired or revoked."""

    code = "not-authenticated"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message, field="Authorization")
        if code is not None:
            self.code = code


class RoleError(ApiError):
    """The caller is known and may not do this; the message names the role that may."""

    code = "wrong-role"


class KeyMissingError(ApiError):
    """A write came without an Idempotency-Key."""

    code = "idempotency-key-missing"


class KeyReusedError(ApiError):
    """An Idempotency-Key came again with another request."""

    code = "idempotency-key-reused"


class InFlightError(ApiError):
    """The first request with this Idempotency-Key has not ended yet."""

    code = "idempotency-in-flight"


class SpendingError(ApiError):
    """A purchase of an agent is above a cap kept on this machine; nothing was signed."""

    code = "spending-cap"


class OperationFailedError(ApiError):
    """An operation that was waited for ended in an error of its own, whose code this one carries."""

    def __init__(self, code: str, message: str, *, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.code = code


class ServiceError(ApiError):
    """A program that this command depends on failed or did not answer."""

    code = "service-unavailable"
