"""The outbox survives what is written to it, and lets one at a time in."""

from __future__ import annotations

import threading

import pytest

from ledger.chain import ChainUnavailableError, locks
from ledger.chain.outbox import Outbox, Sent

ADDRESS, GENESIS = "0xAb" + "00" * 19, "0x" + "12" * 32


def sent(nonce: int) -> Sent:
    return Sent(nonce, f"key {nonce}", f"0x{nonce:064x}", "0x02", keep=False)


def test_entries_stay_until_removed(tmp_path):
    outbox = Outbox(tmp_path, ADDRESS, GENESIS)
    assert outbox.load() == []
    for nonce in range(3):
        outbox.add(sent(nonce))
    outbox.remove(sent(1).hash)
    outbox.forget("key 2")
    assert Outbox(tmp_path, ADDRESS, GENESIS).load() == [sent(0)]
    assert Outbox(tmp_path, ADDRESS, "0x" + "34" * 32).load() == []


def test_lock_that_is_never_given_back_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "_SECONDS", 0.1)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with Outbox(tmp_path, ADDRESS, GENESIS).held():
            held.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    with pytest.raises(ChainUnavailableError, match="has held"), Outbox(tmp_path, ADDRESS, GENESIS).held():
        pass
    done.set()
    holder.join()
