"""Every tile that is drawn in a style or from a tile's recipe is counted: by an entry of the book for each of
the two, and a report under each licence.

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
from ledger.styles import licences_of, recipe_licence


def meter(ledger: Ledger, tx: Tx, tile: Asset, brief: CollectionBrief) -> None:
    """Write down that `tile` was drawn in the style of its brief, and from whose recipe.

    Raises NotPermittedError and OrderError where a licence gives no more pictures: the tile is not kept then.
    """
    _meter_recipe(ledger, tx, tile, brief)
    adapter = adapter_of(tile.signed.marked.draft.recipe)
    if adapter is None:
        return
    made_for = brief.made_for
    # By its name: two styles that were made of the same pictures have one adapter.
    style = styles.find(tx, brief.style.name) if brief.style else None
    licences = licences_of(ledger, tx, style, made_for, 1) if style else ()
    usages = [_report(ledger, tx, tile, licence, made_for, Action.ADAPT) for licence in licences if made_for]
    body = {"style": style.name if style else "", "adapter": adapter["sha256"], "usages": usages}
    tx.append("adapter-used", tile.id, {**body, "weight": adapter.get("weight", "1")}, tile.created_at)


def _meter_recipe(ledger: Ledger, tx: Tx, tile: Asset, brief: CollectionBrief) -> None:
    if brief.recipe is None:
        return
    licence = recipe_licence(ledger, tx, brief.recipe, brief.made_for, 1)
    usages = []
    if licence is not None and brief.made_for is not None:
        usages.append(_report(ledger, tx, tile, licence, brief.made_for, Action.REDRAW))
    tx.append("recipe-used", tile.id, {"source": brief.recipe, "usages": usages}, tile.created_at)


def _report(
    ledger: Ledger, tx: Tx, tile: Asset, licence: LicenceId, made_for: MadeFor, action: Action
) -> str:
    use = Use(action, ANY, made_for.territory, 0, ledger.today(), generations=1)
    key = f"{'drawn' if action is Action.ADAPT else 'redrawn'} {tile.id}"
    return usage.enter(ledger, tx, rights.get_grant(tx, licence), use, key).id
