"""Choose a palette and look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.context import STANDARD, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

if TYPE_CHECKING:
    from api.views.palettes import PaletteView


@click.command()
@click.argument("inks", metavar="[INK]...", nargs=-1)
@click.option("--book", help="A colour book of your own: CSV of name and hex, or name and Lab.")
@click.option("--photo", help="A photograph to take the inks from.")
@click.option("--inks", "count", type=int, help="How many inks to take from the photograph.")
@click.option("-o", "--output", "target", help="Draw the swatches there, as PNG; - for stdout.")
@click.option("--for", "tile", metavar="ASSET", help="Look only at inks that touch in this tile.")
@click.option("--names", "show_names", is_flag=True, help="List the names of colours.")
@json_option
def palette(
    output: Output,
    inks: tuple[str, ...],
    book: str | None,
    photo: str | None,
    count: int | None,
    target: str | None,
    tile: str | None,
    show_names: bool,
) -> int:
    """Choose inks, look at them, and hear what is wrong with them. Exit code 1 when something is.

    INK is a name such as indigo, or #rrggbb; the ground comes first.
    """
    from api.cli.inks import chosen
    from api.views.palettes import PaletteView
    from generator import palettes

    if show_names:
        output.result(
            dict(palettes.NAMES), "\n".join(f"{ink}  {name}" for name, ink in palettes.NAMES.items())
        )
        return Exit.YES
    if target == STANDARD and output.as_json:
        raise InputError("output: only one thing can be written to stdout", field="output")
    found = chosen(inks, book, photo, count)
    view = PaletteView.of(found.inks, _touching(tile, found.inks) if tile else None, found.names)
    if target is not None:
        write_bytes(target, _drawn(view))
    if target != STANDARD:
        output.result(view.to_json(), _text(view))
    return Exit.NO if view.warnings else Exit.YES


def _touching(tile: str, palette: tuple[str, ...]) -> frozenset[tuple[int, int]]:
    """The inks that lie side by side in a made tile. Raises BriefError for more or fewer than it has."""
    from api.cli import names
    from api.cli.context import ledger
    from generator import palettes
    from ledger import colourways, making
    from ledger.store import assets

    opened = ledger()
    with opened.store.reading() as tx:
        found = assets.get(tx, names.asset(opened, tile))
    colourways.fitting(found, palette)
    return palettes.touching(making.separations(opened, found))


def _drawn(view: PaletteView) -> bytes:
    from generator import palettes
    from ledger.making import encode_png

    return encode_png(palettes.swatches([each.ink for each in view.inks], [each.name for each in view.inks]))


def _text(view: PaletteView) -> str:
    named = [each.name for each in view.inks]
    lines = [f"{each.ink}  {each.name}" for each in view.inks]
    for pair in view.pairs:
        first, second = (named[place] for place in pair.inks)
        lines.append(f"  {first} / {second}: contrast {pair.contrast:.1f}, Delta E {pair.delta_e:.1f}")
    return "\n".join([*lines, *(f"warning: {each.text}" for each in view.warnings)])
