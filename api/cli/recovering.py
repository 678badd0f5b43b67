"""Give a found picture its manifest back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.context import STANDARD, ledger, read_bytes, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.recover import Recovered

ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


@click.command()
@click.argument("file")
@click.option("-o", "--output", "target", help="File to write, or - for stdout; default FILE.recovered.EXT.")
@json_option
def recover(output: Output, file: str, target: str | None) -> int:
    """Give a found picture the manifest that belongs to it. Says what of it no longer binds these bytes.

    FILE is a stripped, recompressed or cropped copy of a tile. Exit code 1 when it shows none surely enough.
    """
    from ledger import recover as recovering

    if file == STANDARD and target is None:
        raise InputError("output: name a file for a picture from stdin", field="output")
    if target == STANDARD and output.as_json:
        raise InputError("output: only one thing can be written to stdout", field="output")
    made = recovering.recover(ledger(), read_bytes(file))
    path = target or str(Path(file).with_suffix(f".recovered{ENDINGS[made.mime]}"))
    write_bytes(path, made.data)
    if path != STANDARD:
        output.result({"file": path, **recovering.told(made)}, _words(path, made))
    return Exit.YES


def _words(path: str, made: Recovered) -> str:
    sure = f"{made.verdict}, p {made.p_value}"
    lines = [f"tile {made.asset} ({sure})", f"manifest {made.manifest}"]
    if made.whole:
        return "\n".join([*lines, f"{path}: the signed file again, byte for byte; {made.status}"])
    lines.append(f"{path}: the copy, its manifest as the parent of {made.active}, signed by us")
    return "\n".join([*lines, "What no longer binds:", *(f"- {each}" for each in made.unbound)])
