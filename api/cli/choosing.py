"""What people decide about tiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from api.cli.context import STANDARD, ledger, read_bytes, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

Command = Callable[..., Any]


def _who(command: Command) -> Command:
    by = click.option("--by", required=True, metavar="NAME", help="The person who decides, for the book.")
    why = click.option("--why", default="", help="The reason, for the book.")
    return by(why(command))


@click.command()
@click.argument("tiles", nargs=-1, required=True, metavar="TILE...")
@_who
@json_option
def select(output: Output, tiles: tuple[str, ...], by: str, why: str) -> int:
    """Select tiles: they are to be registered, because a person said so. A rejected one is taken back."""
    return _decide(output, tiles, "selected", by, why)


@click.command()
@click.argument("tiles", nargs=-1, required=True, metavar="TILE...")
@_who
@json_option
def reject(output: Output, tiles: tuple[str, ...], by: str, why: str) -> int:
    """Reject tiles: they are not registered. They stay in the book, and can be selected again until then."""
    return _decide(output, tiles, "rejected", by, why)


@click.command()
@click.argument("tiles", nargs=-1, required=True, metavar="TILE...")
@_who
@json_option
def arrange(output: Output, tiles: tuple[str, ...], by: str, why: str) -> int:
    """Give the tiles of a collection their places, in this order. Its other tiles have none then."""
    return _decide(output, tiles, "arranged", by, why)


@click.command("export-dossier")
@click.argument("tile", metavar="ASSET")
@click.option("-o", "--output", "target", required=True, help="File to write, or - for stdout.")
@json_option
def export_dossier(output: Output, tile: str, target: str) -> int:
    """Write what people did to a tile into one ZIP that others can check.

    In it are the signed statements, the files before and after each retouch, the recipe, and a page that says
    how all of it is checked without us.
    """
    from api.cli import names
    from ledger import dossier

    if target == STANDARD and output.as_json:
        raise InputError("output: only one thing can be written to stdout", field="output")
    opened = ledger()
    found = names.asset(opened, tile)
    data = dossier.dossier(opened, found)
    write_bytes(target, data)
    if target != STANDARD:
        value = {"asset": found, "file": target, "bytes": len(data)}
        output.result(value, f"{target}: dossier of {found}, {len(data)} bytes")
    return Exit.YES


@click.command()
@click.argument("tile")
@click.argument("file")
@click.option("--repair", is_flag=True, help="Resize it, bring its colours to the inks, close its border.")
@_who
@json_option
def retouch(output: Output, tile: str, file: str, repair: bool, by: str, why: str) -> int:
    """Put an edited tile in the place of the one that was drawn. FILE is checked for size, inks and seam."""
    from api.cli import names
    from api.views.catalogue import AssetView
    from ledger import retouching

    opened = ledger()
    asset = names.asset(opened, tile)
    view = AssetView.of(retouching.retouch(opened, asset, read_bytes(file), by, why, repair=repair))
    output.result(view.to_json(), f"{view.id}  {view.sha256}")
    return Exit.YES


def _decide(output: Output, tiles: tuple[str, ...], choice: str, by: str, why: str) -> int:
    from api.cli import names
    from api.views.catalogue import AssetView
    from ledger import choosing

    opened = ledger()
    found = choosing.decide(opened, [names.asset(opened, each) for each in tiles], choice, by, why)
    views = [AssetView.of(each) for each in found]
    lines = [f"{each.id}  {choice}" + (f"  {each.place}" if choice == "arranged" else "") for each in views]
    output.result([each.to_json() for each in views], "\n".join(lines))
    return Exit.YES
