"""Drawing over a tile, and again from its recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from api.cli.context import MAX_TERMS_BYTES, ledger, read_mapping
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation
from ledger.domain.styles import KEPT

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.domain.assets import Collection, CollectionBrief
    from ledger.domain.terms import Terms


@click.command()
@click.argument("asset")
@click.option("--style", help="In this style: NAME, or NAME:0.8 for less of it.")
@click.option("--strength", default="0.4", help="How much is drawn anew, above 0 and up to 1.")
@click.option("--keep", type=click.Choice(KEPT), help="The part that stays as it is.")
@click.option("--palette", "inks", help="Other inks, as many, ground first: chalk,indigo,#c8553d.")
@click.option("--terms", "terms_file", help="File of the licence terms; default those of the tile.")
@click.option("--seed", type=int, default=0, help="Another seed is another drawing.")
@click.option("--for", "party", help="The party that draws, by its licences; default the house.")
@click.option("--territory", default="GB", help="The country in which that party does so.")
@json_option
def restyle(
    output: Output, asset: str, style: str | None, strength: str, terms_file: str | None, **given: Any
) -> int:
    """Draw over a tile, in a style or without.

    Its terms have to give derivatives. What is drawn is a new tile, in a collection of its own. With --keep
    the base's ground stays as it is and its motifs are drawn anew, or its motifs stay and its ground is.

    Tells how much of the layout is left (the correlation of both grounds) and how the seams meet. Asked again
    it is the same tile. Exit code 1 where terms do not permit it.
    """
    from api.cli import names
    from api.cli.inks import chosen, listed
    from api.cli.styling import made_for_of
    from api.views.styles import RestyledView
    from ledger import restyling
    from ledger.domain.styles import parse_style

    opened = ledger()
    tile, hand = names.asset(opened, asset), parse_style("style", style) if style else None
    palette = chosen(listed(given["inks"]), None, None, None).inks if given["inks"] else ()
    made_for = made_for_of(given["party"], given["territory"])
    brief, terms = restyling.restyle(
        opened, tile, hand, strength, palette, given["seed"], made_for, given["keep"]
    )
    planned = _drawn(opened, brief, terms, terms_file)
    found = restyling.measured(opened, planned)
    told = RestyledView.of(planned.id, found)
    seams = ", ".join(f"{each.ratio} ({'closed' if each.closed else 'OPEN'})" for each in told.seams)
    line = f"{found.asset}  {brief.name}\n  layout kept {found.layout}, seams {seams}"
    output.result(told.to_json(), line)
    return Exit.YES


@click.command()
@click.argument("asset")
@click.option("--count", type=int, default=1, help="How many tiles.")
@click.option("--terms", "terms_file", help="File of the licence terms; default those of the tile.")
@click.option("--seed", type=int, default=0, help="Another seed is other drawings.")
@click.option("--for", "party", help="The party that draws, by its licences; default the house.")
@click.option("--territory", default="GB", help="The country in which that party does so.")
@json_option
def redraw(
    output: Output,
    asset: str,
    count: int,
    terms_file: str | None,
    seed: int,
    party: str | None,
    territory: str,
) -> int:
    """Draw further tiles from a tile's recipe, each counted.

    They count under the licence that gives the recipe. Its words, inks, size, style, base and sampler
    stay, the seeds are others. Its terms have to give recipe: the house draws by its own right, a party
    --for which it is drawn by its licence for redraw. What is drawn are new tiles, in a collection of
    their own. Asked again they are the same. Exit code 1 where terms do not permit it, or the licence
    gives fewer pictures.
    """
    from api import reads
    from api.cli import names
    from api.cli.styling import made_for_of
    from ledger import redrawing

    opened = ledger()
    tile, made_for = names.asset(opened, asset), made_for_of(party, territory)
    brief, terms = redrawing.redraw(opened, tile, count, seed, made_for)
    planned = _drawn(opened, brief, terms, terms_file)
    view = reads.collection(opened, planned.id)
    output.result(view.to_json(), f"{view.id}  {view.state}  {view.made}/{count} tiles  {view.name}")
    return Exit.YES


def _drawn(ledger: Ledger, brief: CollectionBrief, terms: Terms, terms_file: str | None) -> Collection:
    """The collection of a brief, drawn, under the terms of a file if one is given."""
    from ledger import restyling
    from ledger.domain.terms_text import parse_terms

    if terms_file is not None:
        terms = parse_terms(read_mapping(terms_file, "terms", MAX_TERMS_BYTES))
    planned = restyling.planned_once(ledger, brief, terms)
    run_operation(ledger, "generate", {"collection": planned.id}, planned.id)
    return planned
