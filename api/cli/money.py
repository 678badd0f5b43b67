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
from ledger.domain.ids import PartyId

if TYPE_CHECKING:
    from api.views.money import InvoiceView
    from ledger.context import Ledger


@click.command()
@click.argument("collection")
@click.option("--payer", required=True, help="The party that owes.")
@json_option
def bill(output: Output, collection: str, payer: str) -> int:
    """Make an invoice of what a party owes for a collection.

    It bills reported pieces and proven unlicensed uses; the same evidence is never billed twice. Exit code 1
    when there is nothing to bill.
    """
    from api import reads

    opened = ledger()
    arguments = {
        "payer": reads.party(opened, payer).id,
        "collection": reads.collection(opened, collection).id,
    }
    # A new key each time: there may be new evidence, and the old was billed under its own id.
    result = run_operation(opened, "bill", arguments, secrets.token_hex(16))
    if not result.get("invoice"):
        output.result(None, f"{payer} owes nothing new for {collection}")
        return Exit.NO
    view = reads.invoice(opened, str(result["invoice"]))
    output.result(view.to_json(), invoice_text(view))
    return Exit.YES


@click.command()
@click.argument("invoice")
@click.option("--request", "only_request", is_flag=True, help="Print what the payer has to sign, and stop.")
@click.option("--authorization", help="File with the payer's signature; without it the key kept here signs.")
@json_option
def settle(output: Output, invoice: str, only_request: bool, authorization: str | None) -> int:
    """Pay an invoice on chain. If it is for an offer, the licence follows. Nothing is paid twice."""
    from api import reads

    opened = ledger()
    found = reads.invoice(opened, invoice)
    if only_request:
        return _print_request(output, opened, found.id)
    if found.state != "settled":
        arguments = {"invoice": found.id, "authorization": _signature(opened, found.id, authorization)}
        run_operation(opened, "settle", arguments, found.id)
    view = reads.invoice(opened, invoice)
    output.result(view.to_json(), invoice_text(view))
    return Exit.YES


@click.command()
@click.argument("payee")
@json_option
def payout(output: Output, payee: str) -> int:
    """Withdraw what the vault holds for a payee, to their own account. Exit code 1: it holds none."""
    from api import reads

    opened = ledger()
    who = PartyId(reads.party(opened, payee).id)
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


def _print_request(output: Output, opened: Ledger, invoice: str) -> int:
    from api.views.money import PaymentRequestView
    from ledger import settle as payments
    from ledger.domain.ids import InvoiceId

    view = PaymentRequestView.of(payments.request(opened, InvoiceId(invoice))).to_json()
    output.result(view, json.dumps(view, indent=2))
    return Exit.YES


def _signature(opened: Ledger, invoice: str, file: str | None) -> dict[str, Any]:
    from ledger import settle as payments
    from ledger.domain.ids import InvoiceId

    if file is not None:
        return read_mapping(file, "authorization")
    return payments.sign(opened, InvoiceId(invoice)).to_dict()
