"""Decisions, licences and reports of use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import ledger
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation

if TYPE_CHECKING:
    from ledger.domain.use import Use


def use_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that describe a use."""
    options = (
        click.option("--action", default="reproduce", show_default=True, help="reproduce, display or train."),
        click.option("--product", required=True, help="Such as wallpaper."),
        click.option("--territory", required=True, help="Country code, such as GB."),
        click.option("--units", type=int, default=0, show_default=True, help="Pieces made."),
        click.option("--on", "on", help="Day of the use, such as 2026-01-31; default today."),
        click.option("--channel", default="any", show_default=True, help="Where it is sold or shown."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("asset")
@click.option("--party", required=True, help="Who wants to use it.")
@use_options
@json_option
def decide(output: Output, asset: str, party: str, **use: Any) -> int:
    """May this party use this tile so? Permit, deny or pay, with the reason.

    Exit code 0 is permit; 1 is deny or pay. For pay, an offer is made that `selvage license` accepts.
    """
    from api.views.rights import DecisionView
    from ledger.decide import decide as decide_use
    from ledger.domain.decision import Outcome
    from ledger.domain.ids import AssetId, parse_id, parse_party

    opened = ledger()
    wanted, who = _use(use, opened.today().isoformat()), parse_party("party", party)
    tile = AssetId(parse_id("asset", asset))
    decision, offer = decide_use(opened, tile, who, wanted)
    view = DecisionView.of(tile, who, wanted, decision, offer)
    output.result(view.to_json(), _decision_text(view.to_json()))
    return Exit.YES if decision.outcome is Outcome.PERMIT else Exit.NO


@click.command("license")
@click.argument("offer")
@json_option
def license_(output: Output, offer: str) -> int:
    """Accept an offer, pay it with the licensee's devnet key, and take the licence.

    OFFER is the id that `selvage decide` printed. Run again, nothing is paid twice.
    """
    from api import reads
    from api.views.rights import LicenceView
    from ledger import settle
    from ledger.domain.ids import InvoiceId, OfferId, parse_id
    from ledger.license import grant

    opened = ledger()
    accepted = reads.offer(opened, parse_id("offer", offer))
    billed = run_operation(opened, "license", {"offer": accepted.id}, accepted.id)
    if billed.get("invoice"):
        invoice = InvoiceId(str(billed["invoice"]))
        if reads.invoice(opened, invoice).state != "settled":
            authorization = settle.sign(opened, invoice).to_dict()
            run_operation(opened, "settle", {"invoice": invoice, "authorization": authorization}, invoice)
    # Settling grants; this grants only what was paid for when the grant itself failed.
    view = LicenceView.of(grant(opened, OfferId(accepted.id)))
    output.result(
        view.to_json(), f"licence {view.id}\n  invoice {view.invoice}\n  tx      {view.tx} ({view.gas} gas)"
    )
    return Exit.YES


@click.command()
@click.argument("licence")
@use_options
@click.option("--key", help="Names this report, so that sending it again counts once; default its content.")
@json_option
def report(output: Output, licence: str, key: str | None, **use: Any) -> int:
    """Report pieces made under a licence. What a licence does not cover is refused.

    Two reports with the same content need two keys.
    """
    from api.views.rights import UsageView
    from ledger import bill
    from ledger.domain.brief_text import use_to_dict
    from ledger.domain.canonical import digest
    from ledger.domain.ids import LicenceId, parse_id

    opened = ledger()
    made = _use(use, opened.today().isoformat())
    usage = bill.report(
        opened, LicenceId(parse_id("licence", licence)), made, key or digest(use_to_dict(made))
    )
    view = UsageView.of(usage)
    output.result(
        view.to_json(), f"usage {view.id}: {view.use.units} x {view.use.product} in {view.use.territory}"
    )
    return Exit.YES


def _use(given: dict[str, Any], today: str) -> Use:
    from ledger.domain.brief_text import parse_use

    return parse_use({**given, "on": given["on"] or today})


def _decision_text(decision: dict[str, Any]) -> str:
    lines = [f"{decision['outcome']}: {decision['reason']}"]
    lines += [f"  {'yes' if c['holds'] else 'no '}  {c['clause']}: {c['why']}" for c in decision["checks"]]
    if decision["offer"]:
        offer = decision["offer"]
        lines.append(f"offer {offer['id']} at {offer['price']['text']}: selvage license {offer['id']}")
    return "\n".join(lines)
