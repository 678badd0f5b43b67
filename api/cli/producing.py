"""The files of a tile for production."""

from __future__ import annotations

import json
from pathlib import Path

import click

from api.cli.context import ledger, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation
from api.errors import InputError

MANIFEST = "manifest.json"


@click.command()
@click.argument("asset")
@click.option("--width", required=True, help="Width of one tile as printed: 640mm, 64cm, 25.2in.")
@click.option("--dpi", type=int, default=300, help="Pixels an inch; default 300.")
@click.option("--colourway", help="Which colourway; default the inks it was made in.")
@click.option("--licence", help="For this licence: its licensee's mark, under its terms.")
@click.option("-o", "--output", "folder", metavar="DIR", required=True, help="Folder to write into.")
@json_option
def produce(
    output: Output,
    asset: str,
    width: str,
    dpi: int,
    colourway: str | None,
    licence: str | None,
    folder: str,
) -> int:
    """Make the files of a tile for production, at real size.

    All are named in the book, marked and signed where they can be: PNG and TIFF with an ICC profile, a 1-bit
    TIFF for each ink with registration marks, SVG with a layer for each ink, a swatch sheet in PDF, and
    manifest.json. Run again it writes the same files.
    """
    from api import reads
    from api.cli import names
    from ledger import production
    from ledger.domain.production import PrintSize, parse_width

    size = PrintSize(parse_width(width), dpi)
    opened = ledger()
    tile = names.asset(opened, asset)
    held = names.licence(opened, licence) if licence else None
    name = production.named(opened, tile, colourway, held, size)
    arguments = {"production": name, "asset": tile, "colourway": colourway, "licence": held}
    run_operation(opened, "produce", {**arguments, "width_um": size.width_um, "dpi": dpi}, name)
    view = reads.production(opened, name)
    target = _folder(folder)
    for file in view.files:
        write_bytes(str(target / file.name), opened.blobs.get(file.sha256))
    told = view.to_json()
    write_bytes(str(target / MANIFEST), (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())
    lines = [
        f"{each.name}  {each.bytes:,} bytes{'' if each.signed else ', not signed'}" for each in view.files
    ]
    output.result(told, "\n".join([f"{target}: production {view.id}, mark {view.mark_id}", *lines]))
    return Exit.YES


def _folder(name: str) -> Path:
    target = Path(name)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"output: {name} cannot be made ({error.strerror}); name a folder you can write to"
        raise InputError(problem, field="output") from error
    return target
