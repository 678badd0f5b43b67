"""Every tile that is drawn in a style is counted: an entry of the book, and a report under each licence.

The reports are those of any licence, so `selvage bill` charges them at the rate of the terms for a picture.
"""

from __future__ import annotations

from ledger import usage
from ledger.context import Ledger
from ledger.domain.assets import Asset, CollectionBrief
from ledger.domain.ids import LicenceId
from ledger.domain.styles import MadeFor
from ledger.domain.use import Action, Use
from ledger.domain.words import ANY
from ledger.influences import adapter_of
from ledger.store import Tx, rights, styles
from ledger.styles import licences_of


def meter(ledger: Ledger, tx: Tx, tile: Asset, brief: CollectionBrief) -> None:
    """Write down that `tile` was drawn in the style of its brief; nothing where it was not.

    Raises NotPermittedError and OrderError where a licence gives no more pictures: the tile is not kept then.
    """
    adapter = adapter_of(tile.signed.marked.draft.recipe)
    if adapter is None:
        return
    made_for = brief.made_for
    # By its name: two styles that were made of the same pictures have one adapter.
    style = styles.find(tx, brief.style.name) if brief.style else None
    licences = licences_of(ledger, tx, style, made_for, 1) if style else ()
    usages = [_report(ledger, tx, tile, licence, made_for) for licence in licences if made_for]
    body = {"style": style.name if style else "", "adapter": adapter["sha256"], "usages": usages}
    tx.append("adapter-used", tile.id, {**body, "weight": adapter.get("weight", "1")}, tile.created_at)


def _report(ledger: Ledger, tx: Tx, tile: Asset, licence: LicenceId, made_for: MadeFor) -> str:
    use = Use(Action.ADAPT, ANY, made_for.territory, 0, ledger.today(), generations=1)
    return usage.enter(ledger, tx, rights.get_grant(tx, licence), use, f"drawn {tile.id}").id
