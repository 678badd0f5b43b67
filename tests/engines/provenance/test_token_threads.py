"""One session with a PKCS#11 token, many threads: a failure of one is over before the next is let in."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import softhsm

from provenance.errors import KeyHolderError
from provenance.pkcs11_keys import Pkcs11Keys
from provenance.pkcs11_session import TokenSession


def test_threads_send_a_wrong_pin_once(token_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session, second = TokenSession(token_library, "other"), threading.Event()
    asked: list[int] = []

    def wrong() -> str:
        asked.append(1)
        if len(asked) > 1:
            second.set()
        return "161803"

    explain = session._explain

    def slowly(error: Exception) -> str:
        second.wait(0.2)  # time for another thread to get in, if it can
        return explain(error)

    def ask(_number: int) -> None:
        with suppress(KeyHolderError):
            session.ask(wrong, lambda _session, _kept: None)

    monkeypatch.setattr(session, "_explain", slowly)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(8)))
    assert len(asked) == 1


def test_a_failed_question_does_not_close_the_session_of_the_next(
    token_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pkcs11

    session, inside, told = (
        TokenSession(token_library, "selvage"),
        threading.Event(),
        threading.Event(),
    )
    explain = session._explain

    def slowly(error: Exception) -> str:
        inside.wait(0.2)
        return explain(error)

    def failing(_session: object, _kept: object) -> None:
        raise pkcs11.DeviceError

    def reading(found: object, _kept: object) -> bool:
        inside.set()
        told.wait(0.2)
        return session._session is found

    def fail() -> None:
        with pytest.raises(KeyHolderError, match="DeviceError"):
            session.ask(lambda: softhsm.PIN, failing)
        told.set()

    monkeypatch.setattr(session, "_explain", slowly)
    with ThreadPoolExecutor(2) as pool:
        failed = pool.submit(fail)
        kept = pool.submit(session.ask, lambda: softhsm.PIN, reading)
    failed.result()
    assert kept.result()


def test_a_login_of_the_process_is_one_for_every_session(token_library: Path) -> None:
    held = Pkcs11Keys(token_library, "selvage", lambda: softhsm.PIN)
    name = held.make()
    beside = TokenSession(token_library, "selvage")
    assert beside.ask(lambda: softhsm.PIN, lambda session, _kept: len(list(session.get_objects()))) >= 2
    beside.close()
    assert held.sign(name, b"still there")
    held.forget(name)
