"""Facts about the ledger itself that must never change under its feet."""

from __future__ import annotations

from ledger.errors import ConflictError
from ledger.store.store import Tx
from ledger.store.tables import MetaRow


def get(tx: Tx, name: str) -> str | None:
    row = tx.session.get(MetaRow, name)
    return row.value if row else None


def fix(tx: Tx, name: str, value: str, advice: str) -> None:
    """Write `value` once; ConflictError when another one stands there. `advice` says what to do then."""
    found = get(tx, name)
    if found is None:
        tx.session.add(MetaRow(name=name, value=value))
        tx.session.flush()
    elif found != value:
        raise ConflictError(name, f"this database is of {found}, not of {value}; {advice}")
