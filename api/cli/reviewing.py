"""What people rule about scans, and take back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.context import ledger, read_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option

if TYPE_CHECKING:
    from api.views.evidence import RulingView


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
    shown = ExclusionView.of(banks.exclude(opened, names.asset(opened, asset), why))
    output.result(shown.to_json(), f"{shown.asset} is left out since {shown.since}")
    return Exit.YES


@review.command("include")
@click.argument("asset")
@click.option("--why", required=True, help="For the book.")
@json_option
def include(output: Output, asset: str, why: str) -> int:
    """Take an exclusion back: the tile is looked for again in every scan that is opened from now on.

    What was scanned meanwhile is looked at again by selvage rescan.
    """
    from api.cli import names
    from api.views.evidence import ExclusionView
    from ledger import banks

    opened = ledger()
    shown = ExclusionView.of(banks.include(opened, names.asset(opened, asset), why))
    output.result(shown.to_json(), f"{shown.asset} is looked for again since {shown.ended_at}")
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
        shown.append(NegativeView.of(banks.add_negative(opened, file, read_bytes(file), why)))
    lines = [f"{each.name} is known not to be ours since {each.since}" for each in shown]
    output.result([each.to_json() for each in shown], "\n".join(lines))
    return Exit.YES


@review.command("forget")
@click.argument("chosen", nargs=-1, required=True, metavar="NEGATIVE...")
@click.option("--why", required=True, help="For the book.")
@json_option
def forget(output: Output, chosen: tuple[str, ...], why: str) -> int:
    """Take negatives back, named by their SHA-256 or its beginning: they claim nothing from now on."""
    from api.cli import names
    from api.views.evidence import NegativeView
    from ledger import banks

    opened = ledger()
    wanted = [names.negative(opened, each) for each in chosen]
    shown = [NegativeView.of(banks.forget_negative(opened, each, why)) for each in wanted]
    lines = [f"{each.name} claims nothing since {each.ended_at}" for each in shown]
    output.result([each.to_json() for each in shown], "\n".join(lines))
    return Exit.YES


@review.command("list")
@click.option("--all", "ended", is_flag=True, help="Also those that were taken back.")
@json_option
def list_(output: Output, ended: bool) -> int:
    """List tiles left out of scans and pictures known not to be ours. Exit code 1: there are none."""
    from api import reads

    opened = ledger()
    tiles, pictures = reads.exclusion_list(opened, ended=ended), reads.negative_list(opened, ended=ended)
    lines = [f"left out  {_told(each.asset, each)}" for each in tiles]
    lines += [f"not ours  {_told(f'{each.sha256[:12]} {each.name}', each)}" for each in pictures]
    shown = {
        "exclusions": [each.to_json() for each in tiles],
        "negatives": [each.to_json() for each in pictures],
    }
    output.result(shown, "\n".join(lines) or "nothing is left out, and no picture is known not to be ours")
    return Exit.YES if lines else Exit.NO


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


def _told(what: str, ruling: RulingView) -> str:
    back = f"; taken back {ruling.ended_at}: {ruling.ended_why}" if ruling.ended_at else ""
    return f"{what}  since {ruling.since}: {ruling.why}{back}"
