"""Making the database again from chain and blobs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from api.cli.context import settings
from api.cli.exits import Exit
from api.cli.frame import Output, json_option

if TYPE_CHECKING:
    from ledger.rebuild import Rebuilt
    from ledger.store import Store

SQLITE = "sqlite:///"
WORDS = {  # of the tables whose names are not yet words of the trade
    "meta": "facts about the ledger",
    "entries": "entries of the book",
    "assets": "tiles",
    "txs": "transactions",
    "grants": "licences",
    "usages": "reports of what was made",
    "scan_pictures": "pictures scanned",
    "billed": "things billed",
    "made_files": "files for production",
    "soft_bindings": "soft bindings",
    "passages": "passages of guidelines",
}


@click.command()
@click.option("--into", help="New SQLite file or database URL that is kept; without it nothing is.")
@click.option("--compare", is_flag=True, help="Compare every row with the present database.")
@click.option("--page", help="Last page to go by, where the newest is not the right one.")
@json_option
def rebuild(output: Output, into: str | None, compare: bool, page: str | None) -> int:
    """Make the database again from chain and blobs alone. Exit code 1 where anything does not fit."""
    from api.compose import open_chain
    from ledger.blobs import Blobs
    from ledger.rebuild import NOT_REBUILT, rebuild
    from ledger.rebuild import compare as differences
    from ledger.store import Store

    chosen = settings()
    with ExitStack() as stack:
        present = _present(chosen.database, stack) if compare else None
        folder = "" if into else stack.enter_context(TemporaryDirectory())
        store = Store.open(_url(into) if into else f"{SQLITE}{folder}/rebuilt.sqlite")
        stack.callback(store.close)
        made = rebuild(
            store, Blobs.open(chosen.blobs), lambda: open_chain(chosen), chosen.confirmations, page
        )
        found = [*made.found, *(differences(present, store) if present else ())]
    value = {**vars(made), "found": [vars(each) for each in found], "not_rebuilt": NOT_REBUILT}
    lines = [f"{each.code} {each.subject}: {each.why}\n    {each.todo}" for each in found]
    agree = "everything fits" + (", and every row is that of the present database" if present else "")
    never = ["never rebuilt:", *(f"  {text}" for text in NOT_REBUILT)]
    output.result(value, "\n".join([_told(made), *(lines or [agree]), *never]))
    return Exit.NO if found else Exit.YES


def _present(database: str, stack: ExitStack) -> Store:
    from ledger.errors import ConflictError
    from ledger.store import Store

    if database.startswith(SQLITE) and not Path(database.removeprefix(SQLITE)).exists():
        raise ConflictError("compare", "there is no present database; leave --compare out")
    store = Store.open(database)
    stack.callback(store.close)
    return store


def _url(into: str) -> str:
    return into if "://" in into else f"{SQLITE}{Path(into).absolute()}"


def _told(made: Rebuilt) -> str:
    counts = [f"  {WORDS.get(table) or table}: {count}" for table, count in made.rows.items() if count]
    return "\n".join([f"made again of {made.pages} pages, the last {made.page}:", *counts])
