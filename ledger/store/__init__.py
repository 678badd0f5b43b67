"""The database. The only importer of sqlmodel, sqlalchemy and alembic.

    store = Store.open("sqlite:///ledger.sqlite")
    with store.transaction() as tx:
        collections.add(tx, collection, terms)
        tx.append("planned", collection.id, {...}, at)

Queries live in modules by subject and take a `Tx` first: assets, collections, entries, findings, access,
meta, money, names, operations, parties, rights, tokens, txs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ledger.store.store import Store as Store
    from ledger.store.store import Tx as Tx

__all__ = ["Store", "Tx"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'ledger.store' has no attribute {name!r}")
    return getattr(import_module("ledger.store.store"), name)
