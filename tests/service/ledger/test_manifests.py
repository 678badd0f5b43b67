"""The manifest repository: one id, one manifest."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from resolving import foreign_stores

from ledger import manifests
from ledger.errors import ConflictError
from ledger.store import Store, entries


def with_another(store: bytes, other: bytes) -> bytes:
    """`store` with the manifest of `other` before its own: other bytes, and the same active manifest."""
    from provenance.jumbf import parse_store

    described = 8 + int.from_bytes(store[8:12], "big")
    inner = store[8:described] + parse_store(other).manifests[-1].box + store[described:]
    return (8 + len(inner)).to_bytes(4, "big") + store[4:8] + inner


def test_of_two_manifests_of_one_id_that_come_together_one_is_kept(
    ledger: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = foreign_stores(tmp_path)
    sent = {"one": stores["first"], "other": with_another(stores["first"], stores["second"])}
    both, begin = Barrier(2), Store.transaction

    @contextmanager
    def together(store: Store) -> Iterator[Any]:
        both.wait(30)
        with begin(store) as tx:
            yield tx

    def keep(owner: str) -> str | None:
        try:
            return manifests.keep(ledger, sent[owner], owner).sha256
        except ConflictError:
            return None

    with monkeypatch.context() as patched, ThreadPoolExecutor(2) as pool:
        patched.setattr(Store, "transaction", together)
        (kept,) = {each for each in pool.map(keep, sent) if each}
    with ledger.store.reading() as tx:
        (entry,) = entries.of_kind(tx, "manifest-stored")
    held = manifests.get(ledger, entry.subject)
    assert kept == entry.body["sha256"] == held.sha256
    assert entry.body["by"] == held.owner
    assert manifests.keep(ledger, sent[str(held.owner)], "another") == held
