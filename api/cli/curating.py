"""Judging a collection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.context import ledger, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation

if TYPE_CHECKING:
    from api.views.studio import CritiqueView, CurationView


@click.command()
@click.argument("collection")
@click.option("--keep-top", default="5%", help="How many to look at first: a share such as 5%, or a number.")
@click.option(
    "--divergence",
    type=click.FloatRange(0, 1),
    default=0.3,
    help="0: the best; 1: the farthest from what is there.",
)
@click.option("--dpi", default="150", help="Dots per inch the tiles are printed at.")
@click.option("--repeat-mm", default="50", help="The smallest repeat that is wanted.")
@click.option("--line-mm", default="0.3", help="The finest line the printer holds.")
@click.option("--gap-mm", default="0.3", help="The finest gap the printer keeps open.")
@click.option("--taste", is_flag=True, help="Rank by the studio's taste too, learnt from its decisions.")
@click.option("--sheet", help="Write a page with every tile and its checklist there; - for stdout.")
@json_option
def curate(
    output: Output,
    collection: str,
    keep_top: str,
    divergence: float,
    dpi: str,
    repeat_mm: str,
    line_mm: str,
    gap_mm: str,
    taste: bool,
    sheet: str | None,
) -> int:
    """Judge the tiles of a collection, and tell which to look at first. Run again, it goes on where it was.

    Every tile gets a release checklist with measures and reasons. Changes nothing: people decide. Exit code 1
    when no tile passes.
    """
    from api.cli import names
    from api.contact_sheet import page
    from api.errors import InputError
    from api.views.studio import CurationView
    from ledger import critique
    from ledger.domain.critiques import kept_of

    kept_of(keep_top, 1)  # judging may take hours: what is wrong here is said before
    if sheet == "-" and output.as_json:
        raise InputError("sheet: only one thing can be written to stdout", field="sheet")
    opened = ledger()
    found = names.collection(opened, collection)
    given = {"dpi": dpi, "repeat_mm": repeat_mm, "line_mm": line_mm, "gap_mm": gap_mm}
    limits = critique.read_limits(given)
    key = critique.key(opened, found, limits, with_taste=taste)
    asked = {"taste": True} if taste else {}
    run_operation(opened, "curate", {"collection": found, "limits": limits, **asked}, key)
    curation = critique.curate(opened, found, keep_top, divergence, with_taste=taste)
    if sheet is not None:
        write_bytes(sheet, page(opened, curation).encode())
    view = CurationView.of(curation)
    if sheet != "-":
        output.result(view.to_json(), "\n".join(_lines(view)))
    return Exit.YES if view.picked else Exit.NO


def _lines(view: CurationView) -> list[str]:
    tiles = {each.asset: each for each in view.tiles}
    fit = sum(each.score > 0 for each in view.tiles)
    lines = [f"{view.name}: {fit} of {len(view.tiles)} tiles pass, {len(view.picked)} to look at first"]
    lines += [f"  {point.state}  {point.name}: {point.measure}" for point in view.points]
    if len(view.picked) > 1:  # one tile lies from nothing
        told = f"  spread {view.spread:.3f} (of the best scores {view.spread_of_best:.3f})"
        lines.append(f"{told}, from the house {view.away:.3f} ({view.away_of_best:.3f})")
    lines += [_line(tiles[asset], "look") for asset in view.picked]
    return lines + [_line(each, "fail") for each in view.tiles if each.score == 0]


def _line(tile: CritiqueView, word: str) -> str:
    reasons = [
        f"{point.name}: {point.reason or point.measure}" for point in tile.points if point.state != "pass"
    ]
    return f"  {word}  {tile.number:>4}  {tile.score:.2f}  {tile.prompt}" + "".join(
        f"\n        {r}" for r in reasons
    )
