"""Say which transaction registered a collection, in the files of its tiles."""

from __future__ import annotations

import click

from api.cli.context import ledger, settings
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation


@click.command()
@click.argument("collection")
@json_option
def confirm(output: Output, collection: str) -> int:
    """Put the transaction that registered a collection into the files of its tiles.

    COLLECTION is its name as a slug, such as harbour, or its id. The chain is asked first. Exit code 1 while
    the transaction does not lie deep enough, or when the chain took it back: then what was confirmed before
    is withdrawn. Run again, it looks again.
    """
    import secrets

    from api.cli import names

    opened, depth = ledger(), settings().confirmations
    found = names.collection(opened, collection)
    asked = {"collection": found, "confirmations": depth}
    made = run_operation(opened, "confirm", asked, secrets.token_hex(16))
    said = made["confirmation"]
    text = f"not confirmed: no transaction that registers it is {depth} blocks below the head"
    if said:
        text = f"{made['tiles']} tiles name transaction {said['transaction']} in block {said['block']}"
    output.result(made, text)
    return Exit.YES if said else Exit.NO
