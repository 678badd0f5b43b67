"""Looking things up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from api.cli.bases import bases
from api.cli.context import jobs, ledger
from api.cli.exits import Exit
from api.cli.frame import Output, json_option, readable
from api.cli.languages import terms
from api.views.base import View

if TYPE_CHECKING:
    from api.views.catalogue import AssetView

NO_COLLECTIONS = "no collections yet; selvage generate BRIEF makes one"
NO_INVOICES = "no invoices yet; selvage license and selvage bill make them"
NO_LICENCES = "no licences yet; selvage decide offers them, selvage license buys one"
NO_ENTRIES = "no entries there"
NO_WORK = "no long work was asked for yet"


@click.group()
def show() -> None:
    """Show a collection, an asset, its terms, an invoice or the book."""


show.add_command(terms)
show.add_command(bases)


@show.command()
@click.argument("name", metavar="[COLLECTION]", required=False)
@json_option
def collection(output: Output, name: str | None) -> int:
    """A collection and its tiles, or every collection."""
    from api import reads
    from api.cli import names

    opened = ledger()
    if name is None:
        found = reads.collection_list(opened)
        return _many(
            output, found, [f"{e.id}  {e.state}  {e.made} tiles  {e.name}" for e in found], NO_COLLECTIONS
        )
    view = reads.collection(opened, names.collection(opened, name))
    tiles = reads.asset_list(opened, view.id, limit=view.brief["count"])
    text = [
        f"{view.id}  {view.state}  {view.name}",
        *(
            f"  {e.index + 1:>3}  {e.id}  mark {e.mark_id}  {e.recipe['prompt']}  {e.origin}{_decided(e)}"
            for e in tiles
        ),
    ]
    output.result({**view.to_json(), "assets": [each.to_json() for each in tiles]}, "\n".join(text))
    return Exit.YES


@show.command()
@click.argument("name", metavar="ASSET")
@json_option
def asset(output: Output, name: str) -> int:
    """One tile: its mark, its recipe, its signature. What it is found by is printed with --json alone."""
    from api import reads
    from api.cli import names

    opened = ledger()
    facts = reads.asset(opened, names.asset(opened, name)).to_json()
    shown = {**facts, "fingerprint": facts["fingerprint"]["algorithm"]}
    output.result(facts, "\n".join(readable(shown)))
    return Exit.YES


@show.command()
@click.argument("name", metavar="COLLECTION")
@json_option
def contribution(output: Output, name: str) -> int:
    """What people decided about the tiles of a collection. Exit code 1: nothing."""
    from api.cli import names
    from api.views.studio import ContributionView
    from ledger import choosing

    opened = ledger()
    found = names.collection(opened, name)
    made = choosing.each_decision(opened, found)
    view = ContributionView.of(found, choosing.contributed(opened, found), made)
    counts = ", ".join(f"{number} {choice}" for choice, number in view.counts.items()) or "nothing decided"
    lines = [f"{view.touched} of {view.tiles} tiles: {counts}; by {', '.join(view.people) or 'nobody'}"]
    lines += [
        f"  {one.at}  {one.asset}  {one.choice} by {one.by}  {one.why}".rstrip() for one in view.decisions
    ]
    output.result(view.to_json(), "\n".join(lines))
    return Exit.YES if made else Exit.NO


@show.command()
@click.argument("invoice_id", metavar="[ID]", required=False)
@json_option
def invoice(output: Output, invoice_id: str | None) -> int:
    """An invoice with its lines and shares, or every invoice."""
    from api import reads
    from api.cli import names
    from api.cli.money import invoice_text

    opened = ledger()
    if invoice_id is None:
        found = reads.invoice_list(opened)
        return _many(
            output, found, [f"{e.id}  {e.state}  {e.total.text}  {e.payer}" for e in found], NO_INVOICES
        )
    view = reads.invoice(opened, names.invoice(opened, invoice_id))
    output.result(view.to_json(), invoice_text(view))
    return Exit.YES


@show.command()
@click.argument("licence_id", metavar="[ID]", required=False)
@json_option
def licence(output: Output, licence_id: str | None) -> int:
    """A licence, or every licence."""
    from api import reads
    from api.cli import names

    opened = ledger()
    if licence_id is not None:
        return _one(output, reads.licence(opened, names.licence(opened, licence_id)))
    found = reads.licence_list(opened)
    return _many(output, found, [f"{e.id}  {e.licensee}  {e.asset}  {e.action}" for e in found], NO_LICENCES)


@show.command()
@click.option("--after", type=int, default=0, help="Only entries after this sequence number.")
@json_option
def book(output: Output, after: int) -> int:
    """The entries of the book, after their chain of hashes was checked. Exit code 1 when it is broken."""
    from api import reads
    from ledger import verify

    opened = ledger()
    verify.check_book(opened)
    found = reads.entry_list(opened, after)
    return _many(
        output, found, [f"{e.sequence:>6}  {e.at}  {e.kind}  {e.subject}" for e in found], NO_ENTRIES
    )


@click.command()
@click.argument("operation_id", metavar="[ID]", required=False)
@click.option("--wait", is_flag=True, help="Wait until it has ended.")
@json_option
def operations(output: Output, operation_id: str | None, wait: bool) -> int:
    """List long-running work, newest first, or show one piece of it. Exit code 1 when that failed."""
    from api import reads
    from api.cli import names

    opened = ledger()
    if operation_id is None:
        found = reads.operation_list(opened)
        return _many(
            output,
            found,
            [f"{e.id}  {e.kind}  {e.state}  {e.done}/{e.total}  {e.message}" for e in found],
            NO_WORK,
        )
    known = names.operation(opened, operation_id)
    if wait:
        from api.cli.work import watch

        kind = reads.operation(opened, known).kind
        with jobs(opened) as work:
            watch(work, known, kind)
    view = reads.operation_view(reads.operation(opened, known))
    _one(output, view)
    return Exit.NO if view.state == "failed" else Exit.YES


def _decided(tile: AssetView) -> str:
    """What people decided about a tile, as the end of its line."""
    place = f"place {tile.place}" if tile.place is not None else None
    told = ", ".join(filter(None, (tile.choice, place)))
    return f"  [{told}]" if told else ""


def _one(output: Output, view: View) -> int:
    facts = view.to_json()
    output.result(facts, "\n".join(readable(facts)))
    return Exit.YES


def _many(output: Output, views: Sequence[View], lines: list[str], empty: str) -> int:
    output.listed([view.to_json() for view in views], "\n".join(lines), empty)
    return Exit.YES
