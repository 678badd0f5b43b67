"""What people decide about scans."""

from __future__ import annotations

import click

from api.cli.context import ledger, read_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option


@click.group()
def review() -> None:
    """What people decide about scans: exclude, remember, release what is held."""


@review.command("exclude")
@click.argument("asset")
@click.option("--why", required=True, help="For the book.")
@json_option
def exclude(output: Output, asset: str, why: str) -> int:
    """Leave a tile out of every scan that is opened from now on."""
    from api.cli import names
    from api.views.evidence import ExclusionView
    from ledger import banks

    opened = ledger()
    made = banks.exclude(opened, names.asset(opened, asset), why)
    output.result(ExclusionView(**vars(made)).to_json(), f"{made.asset} is left out since {made.since}")
    return Exit.YES


@review.command("negative")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--why", required=True, help="For the book.")
@json_option
def negative(output: Output, files: tuple[str, ...], why: str) -> int:
    """Remember pictures of somebody else's patterns: what looks like one is not reported without our mark."""
    from api.views.evidence import NegativeView
    from ledger import banks

    opened, shown = ledger(), []
    for file in files:
        made = banks.add_negative(opened, file, read_bytes(file), why)
        shown.append(NegativeView(sha256=made.sha256, name=made.name, why=made.why, since=made.since))
    lines = [f"{each.name} is known not to be ours since {each.since}" for each in shown]
    output.result([each.to_json() for each in shown], "\n".join(lines))
    return Exit.YES


@review.command("held")
@json_option
def held(output: Output) -> int:
    """List findings that are not billed before somebody has looked at them. Exit code 1: there are none."""
    from api.views.evidence import FindingView
    from ledger.store import findings

    with ledger().store.reading() as tx:
        found = [FindingView.of(each) for each in findings.held(tx)]
    lines = [f"{each.id}  {each.picture}  {each.held}" for each in found]
    output.result([each.to_json() for each in found], "\n".join(lines) or "no finding is held")
    return Exit.YES if found else Exit.NO


@review.command("release")
@click.argument("chosen", nargs=-1, metavar="FINDING...")
@click.option("--scan", help="All that are held of this scan.")
@click.option("--why", required=True, help="For the book.")
@json_option
def release(output: Output, chosen: tuple[str, ...], scan: str | None, why: str) -> int:
    """Let held findings count again, because you looked at them."""
    from api.cli import names
    from api.errors import InputError
    from api.views.evidence import FindingView
    from ledger import banks
    from ledger.store import findings

    opened = ledger()
    if bool(chosen) == bool(scan):
        raise InputError("finding: name findings or give --scan, one of the two", field="finding")
    wanted = [names.finding(opened, each) for each in chosen]
    if scan:
        with opened.store.reading() as tx:
            wanted = [each.id for each in findings.held(tx, names.scan(opened, scan))]
    released = [FindingView.of(each) for each in banks.release(opened, wanted, why)]
    output.result([each.to_json() for each in released], f"{len(released)} released")
    return Exit.YES if released else Exit.NO
