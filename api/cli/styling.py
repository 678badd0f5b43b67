"""Training styles, and drawing over tiles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import MAX_TERMS_BYTES, STANDARD, ledger, read_bytes, read_mapping, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation
from api.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.context import Ledger
    from ledger.domain.styles import MadeFor, Source, Style
    from ledger.style_pictures import Given

PICTURES = (".png", ".tif", ".tiff", ".webp", ".bmp", ".jpg", ".jpeg")


@click.command("train-style")
@click.argument("name")
@click.option(
    "--from", "origins", multiple=True, required=True, help="A collection, a tile or a folder; repeat it."
)
@click.option("--right", help="By which right the pictures of folders are used: 'drawn in this studio'.")
@click.option("--by", help="Who states that right.")
@click.option("--repair", is_flag=True, help="Cut, bring to inks and mirror pictures that cannot be used so.")
@click.option("--steps", type=int, help="Training steps; default 300.")
@click.option("--seed", type=int, default=0, help="Another seed is another training; 0 to 17592186044415.")
@click.option("--for", "party", help="The party that trains, by its licences; default the house.")
@click.option("--territory", default="GB", help="The country in which that party does so.")
@click.option("--sheet", help="Write the sheet of tiles before and after there; - for stdout.")
@json_option
def train_style(output: Output, name: str, origins: tuple[str, ...], sheet: str | None, **given: Any) -> int:
    """Train a house style NAME on 10 to 100 tiles. Run again, it goes on where it was.

    A tile of this ledger is used where its terms give `adapter`, also when a picture of a folder shows it;
    other pictures by the right that somebody states. Exit code 1 where terms do not permit it.
    """
    from ledger import style_pictures, styling
    from ledger.domain.styles import USUAL_STEPS
    from ledger.store import styles

    if sheet == "-" and output.as_json:
        raise InputError("sheet: only one thing can be written to stdout", field="sheet")
    opened = ledger()
    made_for = made_for_of(given["party"], given["territory"])
    tiles, pictures = _sources(opened, origins, made_for, given)
    steps = USUAL_STEPS if given["steps"] is None else given["steps"]
    asked = (name, tiles, pictures, steps, given["seed"], made_for)
    arguments = style_pictures.asked(opened, *asked, repair=given["repair"])
    run_operation(opened, "train-style", arguments, styling.key(arguments))
    with opened.store.reading() as tx:
        made = styles.get(tx, name)
    if sheet is not None:
        write_bytes(sheet, opened.blobs.get(made.sheet))
    if sheet != "-":
        output.result(plain(made), _line(made))
    return Exit.YES


@click.group()
def style() -> None:
    """Styles: list, show, export, bring in, offer."""


@style.command("list")
@json_option
def list_styles(output: Output) -> int:
    """List the styles of this ledger."""
    from ledger.store import styles

    with ledger().store.reading() as tx:
        found = styles.every(tx)
    output.result({"styles": [plain(each) for each in found]}, "\n".join(map(_line, found)) or "no style yet")
    return Exit.YES


@style.command("show")
@click.argument("name")
@click.option("--sheet", help="Write the sheet of tiles before and after there; - for stdout.")
@click.option("-o", "--output", "target", help="Write the adapter there, as safetensors; - for stdout.")
@json_option
def show(output: Output, name: str, sheet: str | None, target: str | None) -> int:
    """Show a style: what it was made of, by which rights, and what it does."""
    from ledger.store import styles

    if [sheet, target].count("-") + output.as_json > 1:
        raise InputError("output: only one thing can be written to stdout", field="output")
    opened = ledger()
    with opened.store.reading() as tx:
        found = styles.get(tx, name)
    for path, blob in ((sheet, found.sheet), (target, found.adapter)):
        if path is not None:
            write_bytes(path, opened.blobs.get(blob))
    if "-" not in (sheet, target):
        lines = [_line(found), *(f"  {each.title}: {each.right}" for each in found.sources)]
        output.result(plain(found), "\n".join(lines))
    return Exit.YES


@style.command("add")
@click.argument("file")
@click.option("--name", required=True, help="What the style is called here.")
@click.option("--right", required=True, help="By which right it is used: 'trained by us on own tiles'.")
@click.option("--by", required=True, help="Who states that right.")
@click.option("--sheet", help="Write the sheet of tiles before and after there; - for stdout.")
@json_option
def add(output: Output, file: str, name: str, right: str, by: str, sheet: str | None) -> int:
    """Bring in an adapter that was trained elsewhere on these weights: a safetensors FILE of selvage.

    Pickles are refused unread. Asked again it is the same style.
    """
    from ledger import bringing

    if sheet == "-" and output.as_json:
        raise InputError("sheet: only one thing can be written to stdout", field="sheet")
    opened = ledger()
    title = Path(file).name if file != STANDARD else ""
    made = bringing.add(opened, name, read_bytes(file), right, by, title)
    if sheet is not None:
        write_bytes(sheet, opened.blobs.get(made.sheet))
    if sheet != "-":
        output.result(plain(made), _line(made))
    return Exit.YES


@style.command("publish")
@click.argument("name")
@click.option("--terms", "terms_file", required=True, help="File of the licence terms, which give `adapter`.")
@json_option
def publish(output: Output, name: str, terms_file: str) -> int:
    """Offer a style to others: draw a tile in it, of which licences are taken once it is registered.

    Interrupted, it goes on where it was when it is run again.
    """
    from ledger import restyling
    from ledger.domain.terms_text import parse_terms
    from ledger.store import styles

    terms = parse_terms(read_mapping(terms_file, "terms", MAX_TERMS_BYTES))
    opened = ledger()
    brief = restyling.specimen(opened, name, terms)
    planned = restyling.planned_once(opened, brief, terms)
    run_operation(opened, "offer-style", {"style": name, "collection": planned.id}, planned.id)
    with opened.store.reading() as tx:
        found = styles.get(tx, name)
    register = f"register it: selvage register {planned.id}"
    output.result(plain(found), f"{_line(found)}\n  {register}")
    return Exit.YES


def made_for_of(party: str | None, territory: str) -> MadeFor | None:
    """Who draws or trains, None for the house. Raises FieldError."""
    from ledger.domain.ids import parse_party
    from ledger.domain.styles import MadeFor

    return MadeFor(parse_party("for", party), territory.upper()) if party else None


def plain(style: Style) -> dict[str, Any]:
    """A style as JSON; its vector is left out."""
    from api.views.styles import StyleView

    return StyleView.of(style).to_json()


def _sources(
    opened: Ledger, origins: Sequence[str], made_for: MadeFor | None, given: dict[str, Any]
) -> tuple[list[Source], list[Given]]:
    """The tiles of this ledger, and the pictures of folders."""
    from ledger import styling

    tiles, pictures = list[Any](), list[Any]()
    for origin in origins:
        if Path(origin).is_dir():
            pictures += _folder(opened, Path(origin), given)
        else:
            tiles += styling.tiles(opened, _tiles(opened, origin), made_for)
    return tiles, pictures


def _tiles(opened: Ledger, origin: str) -> list[Any]:
    """The tiles of a collection, or one tile."""
    from api.cli import names
    from ledger.errors import UnknownError
    from ledger.store import assets

    if "/" in origin:
        return [names.asset(opened, origin)]
    try:
        collection = names.collection(opened, origin)
    except UnknownError as unknown:
        try:
            return [names.asset(opened, origin)]
        except UnknownError:
            raise unknown from None
    with opened.store.reading() as tx:
        return [tile.id for tile in assets.of_collection(tx, collection)]


def _folder(opened: Ledger, folder: Path, given: dict[str, Any]) -> list[Given]:
    from ledger.style_pictures import Given

    for name in ("right", "by"):
        if not given[name]:
            problem = "say by which right these pictures are used (--right) and who says so (--by)"
            raise InputError(f"{name}: {problem}", field=name)
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    if not files:
        raise InputError(f"from: {folder} holds no pictures; name a folder of PNG files", field="from")
    return [
        Given(file.name[:120], opened.blobs.put(read_bytes(str(file))), given["right"], given["by"])
        for file in files
    ]


def _line(style: Style) -> str:
    mine = f" for {style.made_for}" if style.made_for else ""
    scores = f"style {style.before} before, {style.after} after, {style.own} among its own tiles"
    made_of = f"brought as {style.brought.title}" if style.brought else f"{len(style.sources)} tiles"
    told = f"{style.name}{mine}: {made_of}, {style.steps} steps, {scores}"
    offered = f"\n  offered by tile {style.specimen}" if style.specimen else ""
    return f"{told}\n  adapter {style.adapter}{offered}"
