"""Licences handed on: a part of one given to somebody else, or the whole of it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import ledger
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.store.txs import ChainTx


@click.command()
@click.argument("licence")
@click.option("--party", required=True, help="Who gets it.")
@click.option(
    "--territory", "territories", multiple=True, help="Such as GB; again for more. Default as above."
)
@click.option(
    "--product", "products", multiple=True, help="Such as cushion; again for more. Default as above."
)
@click.option(
    "--channel", "channels", multiple=True, help="Such as online; again for more. Default as above."
)
@click.option("--run", type=int, help="Pieces; they come out of the run of LICENCE.")
@click.option("--from", "start", help="First day, such as 2026-01-31. Default as above.")
@click.option("--until", "end", help="Last day. Default as above.")
@click.option("--depth", type=int, help="Levels of sublicences below it; default none.")
@click.option("--key", default="", help="Names this one, to give another of the same content.")
@json_option
def sublicense(output: Output, licence: str, party: str, key: str, **gives: Any) -> int:
    """Give a part of a licence to somebody else.

    In the book and on chain, in the name of its licensee. It gives what LICENCE gives, narrowed by the
    options, and ends with it. What goes beyond LICENCE is refused.
    """
    from api import reads
    from api.cli import names

    opened = ledger()
    name = names.licence(opened, licence)
    arguments = {
        "licence": name,
        "holder": reads.licence(opened, name).licensee,
        "licensee": names.party(opened, party),
        "gives": _gives(**gives),
        "key": key,
    }
    done = run_operation(opened, "sublicense", arguments, secrets.token_hex(16))
    return _show(output, opened, str(done["licence"]))


@click.command()
@click.argument("licence")
@click.option("--to", required=True, help="Who gets it.")
@click.option("--consent", is_flag=True, help="The owner agrees, where the terms ask for that.")
@json_option
def transfer(output: Output, licence: str, to: str, consent: bool) -> int:
    """Hand a licence on as a whole, where its terms let it.

    On chain and in the book, in the name of its licensee. Its run goes on where it stands, and so do the
    sublicences below it.
    """
    from api import reads
    from api.cli import names
    from ledger.transfer import last_sent

    opened = ledger()
    name, party = names.licence(opened, licence), names.party(opened, to)
    holder = reads.licence(opened, name).licensee
    if holder != party:
        key = secrets.token_hex(16)
        named = {"licence": name, "holder": holder, "to": party, "consent": consent, "key": key}
        run_operation(opened, "transfer", named, key)
    return _show(output, opened, name, last_sent(opened, name))


def _gives(
    territories: tuple[str, ...],
    products: tuple[str, ...],
    channels: tuple[str, ...],
    run: int | None,
    start: str | None,
    end: str | None,
    depth: int | None,
) -> dict[str, Any]:
    """The clauses that were named, in the words of terms."""
    days = {name: day for name, day in (("start", start), ("end", end)) if day is not None}
    named = {
        "territory": list(territories),
        "products": list(products),
        "channels": list(channels),
        "dates": days,
        "sublicensing": {"depth": depth} if depth else None,
    }
    found = {name: value for name, value in named.items() if value}
    return found if run is None else {**found, "run": run}


def _show(output: Output, opened: Ledger, licence: str, handed: ChainTx | None = None) -> int:
    """The licence with its transaction, or with the one that `handed` it on."""
    from api import reads

    view = reads.licence(opened, licence)
    below = f", below {view.parent}" if view.parent else ""
    sent, gas = (handed.hash, handed.gas) if handed else (view.tx, view.gas)
    facts = view.to_json()
    if handed:
        facts["handed_on"] = {"tx": sent, "gas": gas}
    output.result(facts, f"licence {view.id} of {view.licensee}{below}\n  tx {sent} ({gas} gas)")
    return Exit.YES
