"""Every tile that is drawn in a style is counted: an entry of the book, and a report under each licence.

The reports are those of any licence, so `selvage bill` charges them at the rate of the terms for a picture.
"""

from __future__ import annotations

from ledger.context import Ledger
from ledger.domain.assets import Asset
from ledger.domain.brief_text import use_to_dict
from ledger.domain.errors import OrderError
from ledger.domain.ids import LicenceId, UsageId, derive
from ledger.domain.licence import Usage
from ledger.domain.rights import covers
from ledger.domain.styles import MadeFor
from ledger.domain.use import Action, Use
from ledger.domain.words import ANY
from ledger.store import Tx, books, rights, styles
from ledger.styles import licences_of


def meter(ledger: Ledger, tx: Tx, tile: Asset, made_for: MadeFor | None) -> None:
    """Write down that `tile` was drawn in a style; nothing where it was not.

    Raises NotPermittedError and OrderError where a licence gives no more pictures: the tile is not kept then.
    """
    influences = tile.signed.marked.draft.recipe.get("influences", ())
    adapter = next((each for each in influences if each["kind"] == "adapter"), None)
    if adapter is None:
        return
    style = styles.of_adapter(tx, adapter["sha256"])
    licences = licences_of(ledger, tx, style, made_for, 1) if style else ()
    usages = [_report(ledger, tx, tile, licence, made_for) for licence in licences if made_for]
    body = {"style": style.name if style else "", "adapter": adapter["sha256"], "usages": usages}
    tx.append("adapter-used", tile.id, {**body, "weight": adapter.get("weight", "1")}, tile.created_at)


def _report(ledger: Ledger, tx: Tx, tile: Asset, licence: LicenceId, made_for: MadeFor | None) -> str:
    grant, today = rights.get_grant(tx, licence), ledger.today()
    territory = made_for.territory if made_for else ""
    use = Use(Action.ADAPT, ANY, territory, 0, today, generations=1)
    missing = [check for check in covers(grant, use, books.of_licence(tx, grant)) if not check.holds]
    if missing:
        why = "; ".join(f"{check.clause}: {check.why}" for check in missing)
        raise OrderError(f"licence {licence} does not cover one more picture ({why}); take another licence")
    usage = Usage(UsageId(derive("usage", ledger.id, licence, f"drawn {tile.id}")), licence, use, today)
    rights.add_usage(tx, usage)
    body = {"licence": licence, "asset": grant.asset, "use": use_to_dict(use)}
    tx.append("usage-reported", usage.id, body, ledger.now())
    return usage.id
