"""Decisions, licences and reports of use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from api.cli.context import ledger
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.domain.decision import Decision
    from ledger.domain.ids import LicenceId, OfferId
    from ledger.domain.licence import Offer
    from ledger.domain.use import Use

OFFER_OR_TILE = (
    "party: an offer is taken without --party; for a tile, say the use too, such as --product wallpaper "
    "--territory GB --units 500"
)


def use_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that describe a use."""
    options = (
        click.option(
            "--action",
            default="reproduce",
            show_default=True,
            help="reproduce, display, sublicense, train, train-generative, train-other, mine, infer, derive, "
            "imitate, redraw or adapt.",
        ),
        click.option("--product", help="Such as wallpaper."),
        click.option("--territory", help="Country code, such as GB."),
        click.option("--units", type=int, default=0, show_default=True, help="Pieces made."),
        click.option("--on", "on", help="Day of the use, such as 2026-01-31; default today."),
        click.option("--from", "first", help="First day of a use that lasts, with --to, in place of --on."),
        click.option("--to", "last", help="Last day of it."),
        click.option("--channel", default="any", show_default=True, help="Where it is sold or shown."),
        click.option("--industry", help="Such as hospitality; default any."),
        click.option("--colourway", help="Such as indigo; default original."),
        click.option("--modification", "modifications", multiple=True, help="Such as crop; again for more."),
        click.option("--generations", type=int, help="Pictures generated, for redraw and adapt."),
        click.option("--depth", type=int, help="Levels of sublicences, for sublicense."),
        click.option("--revenue", help="Net sales, such as '1200.00 TUSD'."),
        click.option("--attribution", help="The text that stands with the use."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("asset")
@click.option("--party", required=True, help="Who wants to use it.")
@use_options
@click.option(
    "--reading",
    type=click.Choice(["lenient", "strict"]),
    default="lenient",
    show_default=True,
    help="How a duty counts of which nobody has said whether it is done.",
)
@click.option("--uses", "file", help="JSON Lines of uses, or - for stdin: all are decided at once.")
@click.option("-o", "--output", "target", help="File for the signed decision, or - for stdout.")
@json_option
def decide(
    output: Output,
    asset: str,
    party: str,
    reading: str,
    file: str | None,
    target: str | None,
    **use: Any,
) -> int:
    """May this party use this tile so? Permit, deny or pay, with the reason.

    ASSET is <collection>/<number>, such as harbour/1, or an id. Exit code 0 is permit; 1 is deny or pay. For
    pay, an offer is made that `selvage license` accepts. The signed decision is what
    `selvage decision verify` checks offline. With --uses there is one decision for each line, all from one
    read of the book, and exit code 0 says that all are permits.
    """
    from api.cli.context import STANDARD, write_bytes

    opened = ledger()
    if file is None:
        views = [_decide(opened, asset, party, use, reading)[0]]
    else:
        _only_uses(use)
        views = _decide_each(opened, asset, party, file, reading)
    if target is not None:
        write_bytes(target, "".join(f"{view['signed']}\n" for view in views).encode())
    if target != STANDARD:
        text = "\n".join(map(_decision_text, views))
        output.result(views[0] if file is None else {"decisions": views}, text)
    return Exit.YES if all(view["outcome"] == "permit" for view in views) else Exit.NO


@click.command("license")
@click.argument("wanted", metavar="ASSET|OFFER")
@click.option("--party", help="Who takes the licence; with an ASSET.")
@use_options
@json_option
def license_(output: Output, wanted: str, party: str | None, **use: Any) -> int:
    """Accept an offer, pay it with the licensee's devnet key, and take the licence.

    ASSET is <collection>/<number> or an id, with --party and the use as for `selvage decide`; a use that is
    permitted already costs nothing, one that is denied is exit code 1. OFFER is the id that `selvage decide`
    printed. Run again, nothing is paid twice.
    """
    from api.cli import names

    opened = ledger()
    if party is None:
        _no_use_with_an_offer(use)
        return _take(output, opened, names.offer(opened, wanted))
    if not any(map(_is_given, use)):
        raise InputError(OFFER_OR_TILE, field="party")
    view, decision, offer = _decide(opened, wanted, party, use)
    if offer is not None:
        return _take(output, opened, offer.id)
    if decision.licence is not None:
        return _show(output, opened, decision.licence)
    output.result(view, _decision_text(view))
    return Exit.YES if view["outcome"] == "permit" else Exit.NO


@click.command()
@click.argument("held", metavar="ASSET|LICENCE")
@click.option("--party", help="Who holds the licence; with an ASSET.")
@use_options
@click.option("--key", help="Names this report, so that sending it again counts once; default its content.")
@json_option
def report(output: Output, held: str, party: str | None, key: str | None, **use: Any) -> int:
    """Report pieces made under a licence. What a licence does not cover is refused.

    ASSET is <collection>/<number> or an id: the report is for the licence of --party that covers the use.
    Two reports with the same content need two keys.
    """
    from api.cli import names
    from api.views.rights import UsageView
    from ledger import bill
    from ledger.domain.brief_text import use_to_dict
    from ledger.domain.canonical import digest

    opened = ledger()
    made = read_use(use, opened.today().isoformat())
    name = key or digest(use_to_dict(made))
    if party is None and "/" in held:
        raise InputError("party: missing; give --party, or name a licence by its id", field="party")
    if party is None:
        licence = names.licence(opened, held)
    else:
        licence = bill.licence_for(opened, names.asset(opened, held), names.party(opened, party), made, name)
    view = UsageView.of(bill.report(opened, licence, made, name))
    output.result(
        view.to_json(), f"usage {view.id}: {view.use.units} x {view.use.product} in {view.use.territory}"
    )
    return Exit.YES


@click.command()
@click.argument("held", metavar="LICENCE|ASSET")
@click.option("--party", help="Whose newest licence of the tile it is; with an ASSET.")
@click.option("-o", "--output", "out", required=True, help="File to write, or - for stdout.")
@json_option
def copy(output: Output, held: str, party: str | None, out: str) -> int:
    """Write the copy of a tile that goes with a licence: marked for its licensee, signed under its terms.

    Every licence has a mark id of its own, so a file that leaks names whom it was made for. Asked for again,
    it is the same file.
    """
    from api.cli import names
    from api.cli.context import write_bytes
    from api.views.evidence import CopyView
    from ledger import copies

    opened = ledger()
    if party is None and "/" in held:
        raise InputError("party: missing; give --party, or name a licence by its id", field="party")
    if party is None:
        name = names.licence(opened, held)
    else:
        name = copies.newest_licence(opened, names.asset(opened, held), names.party(opened, party))
    run_operation(opened, "copy", {"licence": name}, name)
    made = copies.copy(opened, name)
    write_bytes(out, opened.blobs.get(made.sha256))
    view = CopyView.of(made)
    output.result(view.to_json(), "" if out == "-" else f"{out}: mark {view.mark_id}, for {view.licensee}")
    return Exit.YES


def _decide(
    opened: Ledger, asset: str, party: str, use: dict[str, Any], reading: str = "lenient"
) -> tuple[dict[str, Any], Decision, Offer | None]:
    from api.cli import names
    from api.views.rights import DecisionView
    from ledger.domain.decision import Reading
    from ledger.signed import decide as decide_use

    wanted = read_use(use, opened.today().isoformat())
    tile, who = names.asset(opened, asset), names.party(opened, party)
    made = decide_use(opened, tile, who, wanted, Reading(reading))
    view = DecisionView.signed_of(made, tile, who, wanted)
    return view.to_json(), made.decision, made.offer


def _decide_each(opened: Ledger, asset: str, party: str, file: str, reading: str) -> list[dict[str, Any]]:
    from api.cli import names
    from api.cli.uses import read_uses
    from api.views.rights import DecisionView
    from ledger.domain.decision import Reading
    from ledger.signed import decide_each

    uses = read_uses(file, opened.today().isoformat())
    tile, who = names.asset(opened, asset), names.party(opened, party)
    made = decide_each(opened, tile, who, uses, Reading(reading))
    return [
        DecisionView.signed_of(each, tile, who, use).to_json() for use, each in zip(uses, made, strict=True)
    ]


def _only_uses(use: dict[str, Any]) -> None:
    for each in click.get_current_context().command.params:
        if each.name in use and _is_given(each.name):
            raise InputError(f"uses: the file says what is used; leave out {each.opts[0]}", field="uses")


def _take(output: Output, opened: Ledger, offer: OfferId) -> int:
    """Accept, pay, be granted; each only if it was not done before."""
    from api import reads
    from ledger import settle
    from ledger.domain.ids import InvoiceId
    from ledger.license import grant

    billed = run_operation(opened, "license", {"offer": offer}, offer)
    if billed.get("invoice"):
        invoice = InvoiceId(str(billed["invoice"]))
        if reads.invoice(opened, invoice).state != "settled":
            authorization = settle.sign(opened, invoice).to_dict()
            run_operation(opened, "settle", {"invoice": invoice, "authorization": authorization}, invoice)
    # Settling grants; this grants only what was paid for when the grant itself failed.
    return _show(output, opened, grant(opened, offer).id)


def _show(output: Output, opened: Ledger, licence: LicenceId) -> int:
    from api import reads

    view = reads.licence(opened, licence)
    paid = f"\n  invoice {view.invoice}" if view.invoice else ""
    output.result(view.to_json(), f"licence {view.id}{paid}\n  tx      {view.tx} ({view.gas} gas)")
    return Exit.YES


def _is_given(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is ParameterSource.COMMANDLINE


def _no_use_with_an_offer(use: dict[str, Any]) -> None:
    for each in click.get_current_context().command.params:
        if each.name in use and _is_given(each.name):
            raise InputError(
                f"party: missing; an offer has its use already, and a tile with {each.opts[0]} needs --party",
                field="party",
            )


def read_use(given: dict[str, Any], today: str) -> Use:
    """The use that the options of `use_options` describe. Raises UseError."""
    from ledger.domain.use_text import days_said, parse_use

    days = days_said(given["on"], given["first"], given["last"], today)
    named = {
        name: value for name, value in given.items() if value is not None and name not in ("first", "last")
    }
    return parse_use({**named, "modifications": list(given["modifications"]), "on": days})


def _decision_text(decision: dict[str, Any]) -> str:
    lines = [f"{decision['outcome']}: {decision['reason']}"]
    lines += [f"  {'yes' if c['holds'] else 'no '}  {c['clause']}: {c['why']}" for c in decision["checks"]]
    lines += [f"  {d['state']}  {d['name']}: {d['why']}" for d in decision["duties"]]
    if decision["outcome"] != "permit" and decision["changes"]:
        lines.append(f"  what would change it: {'; '.join(decision['changes'])}")
    if decision["offer"]:
        offer = decision["offer"]
        price, last = offer["price"]["text"], offer["valid_until"]
        lines.append(f"offer {offer['id']} at {price} until {last}: selvage license {offer['id']}")
    return "\n".join(lines)
