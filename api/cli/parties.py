"""Licensees and payees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.context import ledger
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from ledger.domain.ids import PartyId

if TYPE_CHECKING:
    from ledger.domain.money import Money


@click.group()
def party() -> None:
    """Add and list licensees and payees."""


@party.command("add")
@click.argument("party_id", metavar="ID")
@click.option("--name", help="As it should be written; default the id.")
@click.option("--address", help="Account on chain; without it one is made on this machine.")
@click.option("--fund", "amount", help="Top the account up to this much test money; devnets only.")
@json_option
def add(output: Output, party_id: str, name: str | None, address: str | None, amount: str | None) -> int:
    """Add a party. The same again changes nothing; the same id with other content is refused."""
    from api import reads
    from ledger import parties

    wanted = _money(amount, "fund") if amount is not None else None
    opened = ledger()
    added = parties.add(opened, party_id, name or party_id, address)
    if wanted is not None:
        parties.fund(opened, added.id, wanted)
    view = reads.party(opened, added.id)
    output.result(view.to_json(), f"{view.id}  {view.address}  {view.name}")
    return Exit.YES


@party.command("list")
@json_option
def list_(output: Output) -> int:
    """List every party."""
    from api import reads

    found = reads.party_list(ledger())
    text = "\n".join(f"{each.id}  {each.address}  {each.name}" for each in found)
    output.listed([each.to_json() for each in found], text, "no parties yet; selvage party add ID adds one")
    return Exit.YES


@party.command("fund")
@click.argument("party_id", metavar="ID")
@click.argument("amount")
@json_option
def fund(output: Output, party_id: str, amount: str) -> int:
    """Top a party's account up to AMOUNT of test money, such as "500 TUSD". Devnets only."""
    from api import reads
    from api.cli import names
    from ledger import parties
    from ledger.domain.money_text import format_money

    wanted = _money(amount, "amount")
    opened = ledger()
    found = reads.party(opened, names.party(opened, party_id))
    parties.fund(opened, PartyId(found.id), wanted)
    value = {"party": found.id, "address": found.address, "holds_at_least": format_money(wanted)}
    output.result(value, f"{found.id} holds at least {format_money(wanted)}")
    return Exit.YES


def _money(text: str, field: str) -> Money:
    from ledger.domain.errors import MoneyError
    from ledger.domain.fields import Field
    from ledger.domain.money_text import read_money

    return read_money(Field(text, field, MoneyError), "TUSD")
