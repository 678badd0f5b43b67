"""One login of this process to a PKCS#11 token, shared by all who use it; what goes wrong, in plain words.

A token knows one login of a process, and an operation belongs to its session: so there is one session, with
one question at a time. A PIN that was refused is not sent again, since tokens lock after a few.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from provenance.errors import KeyHolderError

Given = TypeVar("Given")
_REFUSED_PIN = frozenset({"PinIncorrect", "PinInvalid", "PinLenRange", "PinLocked", "PinExpired"})
_CLOSED = frozenset({"PinLocked", "PinExpired", "UserPinNotInitialized"})
# What a token says of a session or an object that it no longer knows, as after it was out for a moment.
_ENDED = frozenset(
    {
        "SessionHandleInvalid",
        "SessionClosed",
        "ObjectHandleInvalid",
        "KeyHandleInvalid",
        "UserNotLoggedIn",
        "DeviceRemoved",
    }
)
_shared: dict[tuple[Path, str], TokenSession] = {}
_guard = threading.Lock()


class TokenSession:
    """The session with the token labelled `token` of the library `module`. Get it from `session_with`."""

    def __init__(self, module: Path, token: str) -> None:
        self._module, self._token = module, token
        self._lock = threading.RLock()
        self._process = 0
        self._session: Any = None
        self._kept: dict[str, Any] = {}
        self._refused = ""

    def ask(self, pin: Callable[[], str], question: Callable[[Any, dict[str, Any]], Given]) -> Given:
        """What `question` gives, of the session and of what it kept in it before. Raises KeyHolderError.

        A session that the token has ended is opened once more; `pin` is asked for when one is opened.
        """
        with self._lock, self._told():
            session = self._open(pin)
            try:
                return question(session, self._kept)
            except library().PKCS11Error as error:
                if type(error).__name__ not in _ENDED:
                    raise
            self.close()
            return question(self._open(pin), self._kept)

    def write(self, pin: Callable[[], str], change: Callable[[Any], Given]) -> Given:
        """What `change` gives, of a session of its own that may write. Raises KeyHolderError."""
        with self._lock, self._told():
            session = self._open(pin).token.open(rw=True)  # the login is the process's, not the session's
            try:
                return change(session)
            finally:
                session.close()

    def close(self) -> None:
        """End the session; the next question opens another."""
        session, self._session, self._kept = self._session, None, {}
        if session is None or self._process != os.getpid():
            return  # a session of the process that this one was forked from is not ours to end
        try:
            session.close()
        except library().PKCS11Error:
            return  # ended by the token already

    def _open(self, pin: Callable[[], str]) -> Any:
        if self._refused:
            raise KeyHolderError(f"{self._refused}; it was not sent again: correct it and start again")
        if self._process != os.getpid():
            self.close()
        if self._session is None:
            found = _load(self._module, forked=self._process not in (0, os.getpid()))
            self._process = os.getpid()
            self._session = _logged_in(found.get_token(token_label=self._token), pin())
        return self._session

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except library().PKCS11Error as error:
            what = self._explain(error)
            if type(error).__name__ in _REFUSED_PIN:
                self._refused = what
            self.close()
            raise KeyHolderError(what) from error

    def _explain(self, error: Exception) -> str:
        name, token = type(error).__name__, f"the token {self._token!r}"
        if name in _CLOSED:
            return f"{token} is closed to its user ({name}); its security officer sets a new PIN"
        if name in _REFUSED_PIN:
            return f"{token} refused the PIN ({name}); correct SELVAGE_PKCS11_PIN or its file"
        if name == "NoSuchToken":
            return (
                f"no token is labelled {self._token!r} in {self._module.name}; correct SELVAGE_PKCS11_TOKEN"
            )
        if name == "MultipleTokensReturned":
            return f"several tokens are labelled {self._token!r}; give the one that signs a label of its own"
        told = f"{name}: {error}" if str(error) else name
        return f"{token} did not do it ({told}); see that it is there, and run the same again"


def session_with(module: Path, token: str) -> TokenSession:
    """The one session of this process with a token; nothing is opened yet."""
    with _guard:
        return _shared.setdefault((module, token), TokenSession(module, token))


def library() -> ModuleType:
    """The vendor's module. Raises KeyHolderError where the extra `pkcs11` is not installed."""
    try:
        import pkcs11
    except ImportError as error:
        raise KeyHolderError(
            "python-pkcs11 is not installed; install it with pip install 'selvage[pkcs11]'"
        ) from error
    return pkcs11


def _logged_in(token: Any, pin: str) -> Any:
    try:
        return token.open(user_pin=pin)
    except library().UserAlreadyLoggedIn:
        return token.open()  # the login is the process's: another session of it, which is still open, has it


def _load(module: Path, *, forked: bool) -> Any:
    pkcs11 = library()
    if not module.is_file():
        raise KeyHolderError(f"{module}: there is no such library; correct SELVAGE_PKCS11_MODULE")
    try:
        loaded = pkcs11.lib(str(module))
    except pkcs11.PKCS11Error as error:
        raise KeyHolderError(
            f"{module}: is no PKCS#11 library that can be loaded ({error}); correct SELVAGE_PKCS11_MODULE"
        ) from error
    if forked:
        loaded.reinitialize()
    return loaded
