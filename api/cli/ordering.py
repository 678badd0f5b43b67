"""Orders: signed offline by a manager, completed by a buyer."""

from __future__ import annotations

import json
import secrets
from typing import Any

import click

from api.cli.context import STANDARD, ledger, read_mapping, write_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.rights import read_use, use_options
from api.cli.work import run_operation


@click.group()
def order() -> None:
    """Orders that are signed offline, and completed once by a buyer."""


@order.command("open")
@click.argument("collection")
@json_option
def open_(output: Output, collection: str) -> int:
    """Let the desk on chain grant what is signed for COLLECTION, and keep what signing has to know.

    Once for each collection, and again after orders were withdrawn.
    """
    from api.cli import names

    opened = ledger()
    name = names.collection(opened, collection)
    done = run_operation(opened, "open-desk", {"collection": name}, secrets.token_hex(16))
    output.result(done, f"the desk {done['desk']} grants what is signed for {done['collection']}")
    return Exit.YES


@order.command()
@click.argument("asset")
@click.option("--party", help="Who may complete it; default anybody.")
@use_options
@click.option("--price", help="Such as '200.00 TUSD'; default what the terms say.")
@click.option("--days", type=int, default=30, show_default=True, help="How long it can be completed.")
@click.option("--count", type=int, default=1, show_default=True, help="Licences that can be bought with it.")
@click.option("-o", "--output", "target", required=True, help="File for the order, or - for stdout.")
@json_option
def sign(
    output: Output,
    asset: str,
    party: str | None,
    price: str | None,
    days: int,
    count: int,
    target: str,
    **use: Any,
) -> int:
    """Sign an order for a licence of ASSET: no chain is asked, and nothing is sent.

    Whoever has the file can complete it, for a party of this ledger.
    """
    from api.cli import names
    from ledger import signed_orders
    from ledger.domain.errors import MoneyError
    from ledger.domain.fields import Field
    from ledger.domain.money_text import read_money

    opened = ledger()
    file = signed_orders.sign(
        opened,
        names.asset(opened, asset),
        read_use(use, opened.today().isoformat()),
        licensee=names.party(opened, party) if party else None,
        price=read_money(Field(price, "price", MoneyError)) if price else None,
        days=days,
        count=count,
    )
    write_bytes(target, f"{json.dumps(file, indent=2)}\n".encode())
    if target != STANDARD:
        closes = file["order"]["closes"]
        output.result(file, f"{target}: an order that closes at {closes} (Unix seconds)")
    return Exit.YES


@order.command()
@click.argument("file")
@click.option("--party", required=True, help="Who buys; its devnet key pays.")
@json_option
def complete(output: Output, file: str, party: str) -> int:
    """Complete the order in FILE: its price is paid and the licence granted in one transaction, once.

    Run again, nothing is paid twice.
    """
    from api import reads
    from api.cli import names

    opened = ledger()
    arguments = {"order": read_mapping(file, "order"), "party": names.party(opened, party)}
    done = run_operation(opened, "complete-order", arguments, secrets.token_hex(16))
    view = reads.licence(opened, str(done["licence"]))
    output.result(view.to_json(), f"licence {view.id} of {view.licensee}\n  tx {view.tx} ({view.gas} gas)")
    return Exit.YES
