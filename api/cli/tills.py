"""Money that came past us, and money that is owed back."""

from __future__ import annotations

import secrets
from typing import Any

import click

from api.cli.context import ledger
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation


@click.group()
def tills() -> None:
    """The accounts that buyers pay to, one for each offer."""


@tills.command()
@json_option
def sweep(output: Output) -> int:
    """Empty every till: what came for an offer buys its licence, all else goes back to whom it came from.

    Payments whose blocks the chain took back are made again, or their licences suspended. Exit code 1 when
    something is left that has to be seen to by hand, is suspended, or is owed back: `selvage refund`.
    """
    done = run_operation(ledger(), "sweep", {}, secrets.token_hex(16))["swept"]
    lines = [f"offer {each['offer']}: {each['outcome']}  {each['why']}".rstrip() for each in done]
    output.result(done, "\n".join(lines) or "there is nothing in any till")
    return (
        Exit.NO if any(each["outcome"] in ("kept", "refund-due", "suspended") for each in done) else Exit.YES
    )


@click.command()
@click.argument("offer", metavar="OFFER|all")
@json_option
def refund(output: Output, offer: str) -> int:
    """Pay back what was paid for and could not be granted.

    OFFER is the offer that was paid for, or `all`. It is paid once, from the ledger's own account to the one
    that the money came from. Exit code 1 when nothing is owed back.
    """
    from api.cli import names
    from ledger import refunding

    opened = ledger()
    offers = list(refunding.due(opened)) if offer == "all" else [names.offer(opened, offer)]
    done: list[dict[str, Any]] = [run_operation(opened, "refund", {"offer": each}, each) for each in offers]
    lines = [f"{each['amount']} to {', '.join(each['to'])}  offer {each['offer']}" for each in done]
    output.result(done, "\n".join(lines) or "nothing is owed back")
    return Exit.YES if done else Exit.NO
