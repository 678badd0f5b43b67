"""Tiles laid out as cloth, and the proof that they meet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.context import STANDARD, read_bytes, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

if TYPE_CHECKING:
    from generator.draft import Pixels

REPEATS = ("block", "half-drop", "brick", "mirror", "rotated")


@click.command()
@click.argument("tile", metavar="ASSET|FILE")
@click.option("--repeat", "kind", type=click.Choice(REPEATS), default="block", help="How tiles are laid.")
@click.option("--across", type=int, default=3, help="Tiles across.")
@click.option("--down", type=int, default=3, help="Tiles down.")
@click.option("--colourway", help="Which colourway; default the inks it was made in.")
@click.option("-o", "--output", "target", required=True, help="PNG to write; - for stdout.")
@json_option
def preview(
    output: Output, tile: str, kind: str, across: int, down: int, colourway: str | None, target: str
) -> int:
    """Lay a tile out as cloth.

    ASSET is a made tile; FILE any picture that is to be a tile.
    """
    from generator.preview import repeat
    from generator.seams import joins

    pixels = pixels_of(tile, colourway)
    cloth = repeat(pixels, kind, across, down)
    _write(target, cloth)
    closed = all(join.closed for join in joins(pixels, kind))
    if not closed:
        output.note(
            f"warning: laid as {kind} this tile does not meet itself; it was drawn for another repeat"
        )
    size = {"width": cloth.shape[1], "height": cloth.shape[0]}
    shown = {"file": target, "repeat": kind, **size, "closed": closed}
    if target != STANDARD:
        output.result(shown, f"{target}: {across} x {down}, {cloth.shape[1]} x {cloth.shape[0]} px")
    return Exit.YES


@click.command()
@click.argument("tile", metavar="ASSET|FILE")
@click.option("--colourway", help="Which colourway; default the inks it was made in.")
@click.option("-o", "--output", "target", help="Draw the proof there, as PNG; - for stdout.")
@json_option
def seam(output: Output, tile: str, colourway: str | None, target: str | None) -> int:
    """Measure how a tile meets itself, and draw the proof. Exit code 1 when a seam is open.

    The change across each seam is held against lines inside at the same latent phase.
    """
    from generator.seams import proof, seams

    pixels = pixels_of(tile, colourway)
    found = dict(zip(("upright", "level"), seams(pixels), strict=True))
    if target is not None:
        _write(target, proof(pixels))
    facts = {
        name: {"ratio": round(each.ratio, 3), "change": round(each.change, 3), "closed": each.closed}
        for name, each in found.items()
    }
    lines = [
        f"{name} seam: {each.ratio:.2f} times the change inside, {'closed' if each.closed else 'OPEN'}"
        for name, each in found.items()
    ]
    closed = all(each.closed for each in found.values())
    if not closed:
        lines.append("an open seam shows in print: move the tile by half, join what meets, and try again")
    if target != STANDARD:
        output.result({"closed": closed, **facts}, "\n".join(lines))
    return Exit.YES if closed else Exit.NO


def pixels_of(tile: str, colourway: str | None) -> Pixels:
    """The published pixels of a made tile or of its colourway, or those of a picture file."""
    from forensics import decode_image

    if Path(tile).is_file():
        if colourway is not None:
            raise InputError("colourway: a file has no colourways; name a tile", field="colourway")
        return decode_image(read_bytes(tile))
    from api import reads
    from api.cli import names
    from api.cli.context import ledger

    if Path(tile).suffix:
        raise InputError(f"tile: there is no file {tile}; name a picture or a tile", field="tile")
    opened = ledger()
    name = names.asset(opened, tile)
    made = reads.colourway(opened, name, colourway) if colourway else reads.asset(opened, name)
    return decode_image(opened.blobs.get(made.sha256))


def _write(target: str, pixels: Pixels) -> None:
    from ledger.making import encode_png

    write_bytes(target, encode_png(pixels))
