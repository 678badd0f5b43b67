"""The library of base patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.context import STANDARD, ledger, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option

if TYPE_CHECKING:
    from ledger.bases import Base

NONE = "no tile here may be drawn over so; --refused lists all, with the reasons"
NOTHING = "no made tile has these words"


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--for", "party", help="By the licences of this party; default the house.")
@click.option("--territory", default="GB", help="The country in which that party draws.")
@click.option("--refused", is_flag=True, help="Tell those too that may not be drawn over, and why.")
@click.option("--limit", type=click.IntRange(1, 1000), default=48, help="How many.")
@click.option("--offset", type=click.IntRange(0, 2**31), default=0, help="How many to leave out before.")
@click.option(
    "-o", "--output", "target", help="Write a picture of those that may there, as PNG; - for stdout."
)
@json_option
def bases(
    output: Output,
    words: tuple[str, ...],
    party: str | None,
    territory: str,
    refused: bool,
    limit: int,
    offset: int,
    target: str | None,
) -> int:
    """The tiles that may be drawn over (restyle), by which right, and what they show.

    Only those that have every WORD in their prompt or in the name of their collection. Exit code 1 when there
    is none.
    """
    from api.cli.styling import made_for_of
    from api.errors import InputError
    from api.views.bases import BaseView
    from ledger import bases as library

    if target == STANDARD and output.as_json:
        raise InputError("output: only one thing can be written to stdout", field="output")
    opened, made_for = ledger(), made_for_of(party, territory)
    read = library.listed(opened, " ".join(words), made_for, refused=refused, limit=limit + 1, offset=offset)
    found = dict(enumerate(read[:limit], offset + 1))
    may = {number: each for number, each in found.items() if each.may}
    if target is not None and may:
        write_bytes(target, library.sheet(opened, may))
    if target != STANDARD:
        lines = "\n".join(_line(number, each) for number, each in found.items())
        told = [BaseView.of(each).to_json() for each in found.values()]
        output.listed(told, lines, NOTHING if refused else NONE)
    if len(read) > limit:
        output.note(f"there are more: --offset {offset + limit}")
    return Exit.YES if may else Exit.NO


def _line(number: int, base: Base) -> str:
    recipe = base.draft.recipe
    facts = f"{recipe['size']} px  {' '.join(recipe['palette'])}"
    shows = "  ".join(filter(None, (base.family, base.prompt and repr(base.prompt))))
    answer = base.why if base.may else f"NO: {base.why}"
    return f"{number:>4}  {base.draft.id}  {base.title}  {facts}\n      {shows}\n      {answer}"
