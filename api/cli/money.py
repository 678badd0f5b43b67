"""Invoices, payment and payouts."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import ledger, read_mapping
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation
from api.errors import InputError

if TYPE_CHECKING:
    from api.views.money import InvoiceView
    from ledger.context import Ledger
    from ledger.domain.ids import CollectionId, InvoiceId, PartyId


@click.command()
@click.argument("collection")
@click.option("--party", "--payer", "party", required=True, help="The party that owes.")
@json_option
def bill(output: Output, collection: str, party: str) -> int:
    """Make an invoice of what a party owes for a collection.

    It bills reported pieces and proven unlicensed uses; the same evidence is never billed twice. Exit code 1
    when there is nothing to bill. COLLECTION is its name as a slug, such as harbour, or its id.
    """
    from api import reads
    from api.cli import names

    opened = ledger()
    arguments = {"payer": names.party(opened, party), "collection": names.collection(opened, collection)}
    # A new key each time: there may be new evidence, and the old was billed under its own id.
    result = run_operation(opened, "bill", arguments, secrets.token_hex(16))
    if not result.get("invoice"):
        output.result(None, f"{party} owes nothing new for {collection}")
        return Exit.NO
    view = reads.invoice(opened, str(result["invoice"]))
    output.result(view.to_json(), invoice_text(view))
    return Exit.YES


@click.command()
@click.argument("name", metavar="INVOICE|COLLECTION")
@click.option("--party", help="Who owes; with a COLLECTION, all open bills of this party for it.")
@click.option("--request", "only_request", is_flag=True, help="Print what the payer has to sign, and stop.")
@click.option("--authorization", help="File with the payer's signature; without it the key kept here signs.")
@json_option
def settle(
    output: Output, name: str, party: str | None, only_request: bool, authorization: str | None
) -> int:
    """Pay an invoice on chain. If it is for an offer, the licence follows. Nothing is paid twice.

    With --party: the bills that `selvage bill` made for this party and collection and that are not paid yet,
    as a list with --json. Exit code 1 when there are none.
    """
    from api.cli import names

    opened = ledger()
    if party is None:
        invoices = [names.invoice(opened, name)]
    else:
        invoices = _open_bills(opened, names.party(opened, party), names.collection(opened, name))
    if not invoices:
        output.result([], f"{party} has nothing open for {name}")
        return Exit.NO
    if len(invoices) > 1 and (only_request or authorization):
        raise InputError(f"invoice: several are open ({', '.join(invoices)}); name one", field="invoice")
    if only_request:
        return _print_request(output, opened, invoices[0])
    views = [_settle(opened, invoice, authorization) for invoice in invoices]
    value = [view.to_json() for view in views]
    output.result(value[0] if party is None else value, "\n".join(invoice_text(view) for view in views))
    return Exit.YES


@click.command()
@click.argument("payee")
@json_option
def payout(output: Output, payee: str) -> int:
    """Withdraw what the vault holds for a payee, to their own account. Exit code 1: it holds none."""
    from api import reads
    from api.cli import names

    opened = ledger()
    who = names.party(opened, payee)
    result = run_operation(opened, "payout", {"payee": who}, secrets.token_hex(16))
    if not result.get("payout"):
        output.result(None, f"the vault holds nothing for {who}")
        return Exit.NO
    paid = next(each for each in reads.payout_list(opened, who) if each.tx == result["payout"]["tx"])
    output.result(paid.to_json(), f"{paid.amount.text} to {paid.payee}\n  tx {paid.tx}")
    return Exit.YES


def invoice_text(view: InvoiceView) -> str:
    """An invoice for people."""
    lines = [f"invoice {view.id}  {view.state}  {view.total.text}  due {view.due_on}  payer {view.payer}"]
    lines += [
        f"  {each.quantity} x {each.unit.text} = {each.amount.text}  {each.text}" for each in view.lines
    ]
    lines += [f"  to {each.payee}: {each.amount.text} ({each.bps / 100:g} %)" for each in view.split]
    lines += [f"  paid in {view.settled_tx}"] if view.settled_tx else []
    return "\n".join(lines)


def _open_bills(opened: Ledger, payer: PartyId, collection: CollectionId) -> list[InvoiceId]:
    from ledger.store import money

    with opened.store.reading() as tx:
        return [invoice.id for invoice in money.open_bills(tx, payer, collection)]


def _settle(opened: Ledger, invoice: InvoiceId, authorization: str | None) -> InvoiceView:
    from api import reads

    found = reads.invoice(opened, invoice)
    if found.state == "settled":
        return found
    arguments = {"invoice": invoice, "authorization": _signature(opened, invoice, authorization)}
    run_operation(opened, "settle", arguments, invoice)
    return reads.invoice(opened, invoice)


def _print_request(output: Output, opened: Ledger, invoice: InvoiceId) -> int:
    from api.views.money import PaymentRequestView
    from ledger import settle as payments

    view = PaymentRequestView.of(payments.request(opened, invoice)).to_json()
    output.result(view, json.dumps(view, indent=2))
    return Exit.YES


def _signature(opened: Ledger, invoice: InvoiceId, file: str | None) -> dict[str, Any]:
    from ledger import settle as payments

    if file is not None:
        return read_mapping(file, "authorization")
    return payments.sign(opened, invoice).to_dict()
