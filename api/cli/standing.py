"""What becomes of a licence: suspended, taken up again, revoked, its units counted on chain."""

from __future__ import annotations

import secrets

import click

from api.cli.context import ledger
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation


@click.command()
@click.argument("licence")
@click.option("--why", required=True, help="For the book.")
@json_option
def suspend(output: Output, licence: str, why: str) -> int:
    """Put a licence and all below it out of force, on chain and in the book, until it is resumed.

    What is made meanwhile is not licensed. An exclusive licence shuts others out as before.
    """
    return _become(output, "suspend", licence, why)


@click.command()
@click.argument("licence")
@click.option("--why", required=True, help="For the book.")
@json_option
def resume(output: Output, licence: str, why: str) -> int:
    """Put a suspended licence, and what is below it, back in force."""
    return _become(output, "resume", licence, why)


@click.command()
@click.argument("licence")
@click.option("--why", required=True, help="For the book.")
@json_option
def revoke(output: Output, licence: str, why: str) -> int:
    """End a licence and all below it for good, on chain and in the book.

    What an exclusive licence kept from others can be licensed again.
    """
    return _become(output, "revoke", licence, why)


def _become(output: Output, kind: str, licence: str, why: str) -> int:
    from api import reads
    from api.cli import names

    opened = ledger()
    name = names.licence(opened, licence)
    # Suspended, resumed and suspended again is three pieces of work: each command is one of its own.
    run_operation(opened, kind, {"licence": name, "why": why}, secrets.token_hex(16))
    view = reads.licence(opened, name)
    output.result(view.to_json(), f"licence {view.id} is {view.state}")
    return Exit.YES


@click.command()
@click.argument("collection")
@json_option
def tally(output: Output, collection: str) -> int:
    """Bring the counters on chain up to the pieces reported under the licences of COLLECTION.

    Many reports go in one transaction. What is counted already is not counted again.
    """
    from api.cli import names

    opened = ledger()
    name = names.collection(opened, collection)
    done = run_operation(opened, "tally", {"collection": name}, secrets.token_hex(16))
    lines = [f"licence {each['licence']}: {each['units']:,} units" for each in done["counted"]]
    output.result(done, "\n".join(lines) or "everything reported is counted on chain already")
    return Exit.YES
