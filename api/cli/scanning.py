"""Scan pictures from the wild, look again, and find again what was found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from api.cli.context import ledger, read_mapping
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.cli.work import run_operation
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.domain.finding import Sighting
    from ledger.domain.ids import ScanId


@click.command()
@click.argument("path")
@click.option("--sightings", "sightings_file", help="File: picture name to {seller, use}, where it is known.")
@click.option(
    "--key", help="Names this scan, so that running it again looks nothing up twice; default its content."
)
@click.option("--report", "report_folder", metavar="DIR", help="Write report.html and its pictures there.")
@json_option
def scan(
    output: Output, path: str, sightings_file: str | None, key: str | None, report_folder: str | None
) -> int:
    """Look for our tiles in a picture, a folder, an archive, a PDF, a listing, or at an address.

    Archives are ZIP and WARC files, a listing is a CSV (docs/inputs.md); addresses are asked only of the
    hosts in SELVAGE_SCAN_HOSTS. Exit code 1 when there are none, 2 when a file was damaged. With --json: one
    line for each picture, with its findings.
    """
    from ledger import scan as scanning

    opened = ledger()
    sightings = _sightings(sightings_file)
    name = key or _content_key(opened, path, sightings)
    opened_scan = scanning.open_scan(opened, name, label=path)
    if opened_scan.closed_at is None:
        _hand_in(opened, opened_scan.id, path, sightings)
    run_operation(opened, "scan", {"scan": opened_scan.id}, opened_scan.id)
    rows = list(_rows(opened, opened_scan.id))
    for row in rows:
        output.result(row, _text(row))
    if report_folder is not None:
        _write_report(output, opened, opened_scan.id, report_folder)
    if any(_damaged(row["problem"]) for row in rows):
        return Exit.USAGE
    return Exit.YES if any(row["findings"] for row in rows) else Exit.NO


def _write_report(output: Output, opened: Ledger, scan_id: ScanId, folder: str) -> None:
    from api.cli.progress import Progress
    from api.scan_report import write_report

    progress = Progress("report")
    try:
        page = write_report(opened, scan_id, folder, lambda done, total: progress.show(done, total, "drawn"))
    finally:
        progress.close()
    output.note(f"report: {page}")


def _sightings(file: str | None) -> dict[str, Sighting]:
    from ledger.domain.brief_text import parse_sighting
    from ledger.domain.errors import FieldError

    found = {}
    for name, value in (read_mapping(file, "sightings") if file else {}).items():
        try:
            found[str(name)] = parse_sighting(value)
        except FieldError as error:
            field = f"sightings.{name}.{error.field}"
            raise InputError(f"{field}: {error.problem}", field=field) from error
    return found


def _content_key(opened: Ledger, path: str, sightings: Mapping[str, Sighting]) -> str:
    """A name from the files, what is known of them, the number of tiles they are held against, and how often
    people ruled what is not to be reported."""
    from forensics.sources import inventory
    from ledger.domain.brief_text import sighting_to_dict
    from ledger.store import assets, banks

    with opened.store.reading() as tx:
        made, ruled = assets.count_made(tx), banks.counts(tx)
    hasher = hashlib.sha256(f"{made} {ruled}".encode() if any(ruled) else f"{made}".encode())
    if "://" in path:
        hasher.update(f"{path} {opened.now()}".encode())  # what stands there may be another picture tomorrow
        return hasher.hexdigest()
    known = {name: sighting_to_dict(seen) for name, seen in sorted(sightings.items())}
    hasher.update(json.dumps(known, sort_keys=True).encode())
    for item in inventory(path):
        hasher.update(f"{len(item.name)}:{item.name}{item.sha256 or 'unreadable'}".encode())
    return hasher.hexdigest()


def _hand_in(opened: Ledger, scan_id: ScanId, path: str, sightings: Mapping[str, Sighting]) -> None:
    """Keep every picture for the scan, with its progress shown. InputError for a sighting of none of them."""
    from api.cli.progress import Progress
    from ledger.handing import hand_in
    from ledger.scan import names

    progress = Progress("reading")
    try:
        hand_in(
            opened,
            scan_id,
            path,
            sightings=sightings,
            shown=lambda done, name: progress.show(0, 0, f"{done} {name}"),
        )
    finally:
        progress.close()
    strangers = sorted(set(sightings) - names(opened, scan_id))
    if strangers:
        raise InputError(
            f"sightings.{strangers[0]}: no picture has this name", field=f"sightings.{strangers[0]}"
        )


def _damaged(problem: Mapping[str, str] | None) -> bool:
    """Whether a problem is one to report with the exit code: a sound file that is no picture is not."""
    from forensics.sources import OUTCOMES

    if problem is None:
        return False
    known = OUTCOMES.get(problem["code"])
    return known is None or known.damage


def _rows(opened: Ledger, scan_id: ScanId) -> Iterator[dict[str, Any]]:
    from api.views.evidence import FindingView
    from ledger.store import findings

    with opened.store.reading() as tx:
        for picture in findings.pictures(tx, scan_id):
            found = [FindingView.of(each).to_json() for each in findings.of_scan(tx, scan_id, picture.name)]
            yield {**_row(picture.name, picture.outcome or {}), "scan": scan_id, "findings": found}


def _row(name: str, outcome: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "file": name,
        "asset": outcome.get("asset"),
        "mark_id": outcome.get("mark"),
        "verdict": outcome.get("verdict", "none"),
        "p_value": float(outcome.get("p_value", 1)),
        "seconds": float(outcome.get("seconds", 0)),
        "not_comparable": outcome.get("not_comparable", []),
        "problem": outcome.get("problem"),
        "findings": [],
    }


def _text(row: dict[str, Any]) -> str:
    if row["problem"]:
        return f"{row['file']}: {row['problem']['code']}: {row['problem']['message']}"
    if not row["findings"]:
        lost = len(row["not_comparable"])
        missed = f"; {lost} tiles are lost and could not be compared" if lost else ""
        return f"{row['file']}: nothing of ours ({row['seconds']:.1f} s){missed}"
    return "\n".join(f"{row['file']}: {_finding_text(finding)}" for finding in row["findings"])


def _finding_text(finding: dict[str, Any]) -> str:
    seller = f" by {finding['sighting']['seller']}" if finding["sighting"] else ""
    leaked = f", from the copy of licence {finding['copy_licence']}" if finding["copy_licence"] else ""
    what = f"{finding['verdict']} {finding['asset']} (p = {float(finding['p_value']):.1e})"
    held = "; held, see selvage review held" if finding["held"] else ""
    return f"{what}, {finding['standing']}{seller}{leaked}{held}"


@click.command()
@click.argument("collection")
@json_option
def rescan(output: Output, collection: str) -> int:
    """Look for the tiles of COLLECTION in everything scanned before they were made. Exit code 1: nothing.

    Pictures in which a tile was proven are left out. A collection is looked for again once, and once more
    after tiles of it were included again or a negative was forgotten.
    """
    from api.cli import names
    from ledger.rescan import key

    opened = ledger()
    name = names.collection(opened, collection)
    found = run_operation(opened, "rescan", {"collection": name}, key(opened, name))
    if found["scan"] is None:
        output.result(found, "no picture was scanned before this collection was made")
        return Exit.NO
    text = f"{found['pictures']} pictures: {found['proven']} proven, {found['likely']} likely"
    output.result(found, f"{text} (scan {found['scan']})")
    return Exit.YES if found["proven"] or found["likely"] else Exit.NO


@click.command()
@click.argument("scan_name", metavar="SCAN")
@json_option
def replay(output: Output, scan_name: str) -> int:
    """Examine the pictures of SCAN again, against the register as it stood then. Exit code 1: it differs.

    What was measured must be the same to the byte; nothing is changed.
    """
    from api.cli import names

    opened = ledger()
    name = names.scan(opened, scan_name)
    key = f"{name} {opened.now()}"
    found = run_operation(opened, "replay", {"scan": name}, key)
    lines = [f"{each['picture']}: {each['why']}" for each in found["differing"]]
    verdict = "the same, byte for byte" if found["same"] else f"{len(lines)} differ"
    output.result(found, "\n".join([*lines, f"{found['pictures']} pictures examined again: {verdict}"]))
    return Exit.YES if found["same"] else Exit.NO
