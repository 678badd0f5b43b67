"""What was made under a licence goes into the book in one way, whoever reports it."""

from __future__ import annotations

from ledger.context import Ledger
from ledger.domain.billing import revenue_needed
from ledger.domain.brief_text import use_to_dict
from ledger.domain.errors import OrderError
from ledger.domain.ids import LicenceId, UsageId, derive
from ledger.domain.licence import Grant, Usage
from ledger.domain.rights import covers
from ledger.domain.use import Action, Use
from ledger.store import Tx, books, rights


def usage_id(ledger: Ledger, licence: LicenceId, key: str) -> UsageId:
    """Names the report of one licence under `key`."""
    return UsageId(derive("usage", ledger.id, licence, key))


def enter(ledger: Ledger, tx: Tx, held: Grant, use: Use, key: str) -> Usage:
    """Write down what was made under `held`, which was not reported under `key` before.

    Raises OrderError when the licence does not cover it: it then needs another licence.
    """
    _check_covered(tx, held, use)
    usage = Usage(usage_id(ledger, held.id, key), held.id, use, ledger.today())
    rights.add_usage(tx, usage)
    body = {"licence": held.id, "asset": held.asset, "use": use_to_dict(use)}
    tx.append("usage-reported", usage.id, body, ledger.now())
    return usage


def _check_covered(tx: Tx, held: Grant, use: Use) -> None:
    needed = revenue_needed(held.terms)
    if use.action is Action.REPRODUCE and needed and use.revenue is None:
        raise OrderError(f"revenue: missing; {needed}, so report the net sales of these pieces too")
    counted = held.terms.currency
    if use.revenue is not None and use.revenue.currency != counted:
        raise OrderError(
            f"revenue: in {use.revenue.currency}; these terms count {counted}, so report it in that"
        )
    missing = [check for check in covers(held, use, books.of_licence(tx, held)) if not check.holds]
    if missing:
        why = "; ".join(f"{check.clause}: {check.why}" for check in missing)
        raise OrderError(f"licence {held.id} does not cover this use ({why}); ask for a decision about it")
