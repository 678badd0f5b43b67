"""The same separations in other inks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.context import STANDARD, ledger, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation
from api.errors import InputError

if TYPE_CHECKING:
    from api.cli.inks import Chosen
    from ledger.context import Ledger
    from ledger.domain.ids import AssetId


@click.command()
@click.argument("asset")
@click.option("--palette", "inks", help="The inks, ground first: chalk,indigo,#c8553d.")
@click.option("--book", help="A colour book of your own: CSV of name and hex, or name and Lab.")
@click.option("--photo", help="A photograph to take the inks from.")
@click.option("--name", "word", help="What to call it; default after its first ink after the ground.")
@click.option("-o", "--output", "target", help="Write the signed file there; - for stdout.")
@json_option
def colourway(
    output: Output,
    asset: str,
    inks: str | None,
    book: str | None,
    photo: str | None,
    word: str | None,
    target: str | None,
) -> int:
    """Put a tile's separations into other inks.

    The colourway is marked and signed, under the tile's right. Asked for again it is the same file.
    With --name alone it is one that was made before.
    """
    from api import reads
    from api.cli import names
    from ledger import colourways

    if target == STANDARD and output.as_json:
        raise InputError("output: only one thing can be written to stdout", field="output")
    opened = ledger()
    tile = names.asset(opened, asset)
    if word is None or inks or book or photo:
        found = _chosen(opened, tile, inks, book, photo)
        palette = found.inks
        word = word or colourways.named(palette)
        called = found.names if book else ()
        arguments = {"asset": tile, "word": word, "palette": list(palette), "names": list(called)}
        run_operation(opened, "colourway", arguments, colourways.key(opened, tile, word, palette, called))
        _warn(output, found)
    view = reads.colourway(opened, tile, word)
    if target is not None:
        write_bytes(target, opened.blobs.get(view.sha256))
    if target != STANDARD:
        output.result(view.to_json(), f"{view.colourway}  {' '.join(view.palette)}  mark {view.mark_id}")
    return Exit.YES


def _chosen(opened: Ledger, tile: AssetId, inks: str | None, book: str | None, photo: str | None) -> Chosen:
    from api.cli.inks import chosen, listed
    from ledger.colourways import inks_of

    count = len(inks_of(opened, tile)) if photo else None
    return chosen(listed(inks or ""), book, photo, count)


def _warn(output: Output, found: Chosen) -> None:
    from api.views.palettes import PaletteView

    for each in PaletteView.of(found.inks, names=found.names).warnings:
        output.note(f"warning: {each.text}")
