"""The job that makes the files of a tile for production, a few at a time. See `kind.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ledger import producing, production
from ledger.context import Ledger
from ledger.domain.errors import OrderError
from ledger.domain.ids import AssetId, LicenceId
from ledger.domain.production import MadeFile, PrintSize
from ledger.producing import Source
from ledger.workflows.kind import Run, id_of

PARTS = (
    ("drew the picture", producing.picture),
    ("cut the screens", producing.screens),
    ("drew the sheets", producing.sheets),
)
Order = tuple[AssetId, str | None, LicenceId | None, PrintSize]


def produce(run: Run, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Make the files of `asset`, `width_um` wide at `dpi`, in `colourway` and for `licence` where given.

    `production` is their id: a tile that was retouched since it was asked for has another. A job that an
    older program asked for has none, and makes those of the tile as it is.
    """
    size = PrintSize(int(arguments["width_um"]), int(arguments["dpi"]))
    licence = LicenceId(id_of(arguments, "licence")) if arguments.get("licence") else None
    order = (AssetId(id_of(arguments, "asset")), arguments.get("colourway"), licence, size)
    asked = "production" in arguments
    name = id_of(arguments, "production") if asked else production.named(run.ledger, *order)
    steps = len(PARTS) + 1
    if not run.step("looked it up", partial(_is_made, run.ledger, name, order), 0, steps):
        files: list[dict[str, Any]] = []
        for done, (told, part) in enumerate(PARTS, start=1):
            files += run.step(told, partial(_make, run.ledger, name, order, part), done, steps)
        run.step("wrote it down", partial(_keep, run.ledger, name, order, files), steps, steps)
    return {"production": name, "asset": order[0]}


def _is_made(ledger: Ledger, name: str, order: Order) -> bool:
    if production.find(ledger, name) is not None:
        return True
    _source(ledger, name, order)  # refuses what cannot be made before anything is drawn
    return False


def _source(ledger: Ledger, name: str, order: Order) -> Source:
    found = production.source(ledger, *order)
    if found.id != name:
        raise OrderError(f"asset {order[0]} was retouched, or recoloured, meanwhile; ask for its files again")
    return found


def _make(
    ledger: Ledger, name: str, order: Order, part: Callable[[Ledger, Source], tuple[MadeFile, ...]]
) -> list[dict[str, Any]]:
    return [dict(vars(file)) for file in part(ledger, _source(ledger, name, order))]


def _keep(ledger: Ledger, name: str, order: Order, files: list[dict[str, Any]]) -> str:
    made = tuple(MadeFile(**file) for file in files)
    return production.keep(ledger, _source(ledger, name, order), made).id
