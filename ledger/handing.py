"""Pictures on their way into a scan: from files, archives, listings and addresses, with who was seen.

A listing may say who sells what: its columns `seller`, `product` and `territory`, and `action`, `units`, `on`
and `channel` where it has them, make the sighting of its picture. `forensics.sources` reads the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ledger import scan as scanning
from ledger.domain.brief_text import parse_sighting
from ledger.domain.errors import FieldError

if TYPE_CHECKING:
    from pathlib import Path

    from forensics.sources import Suspect
    from ledger.context import Ledger
    from ledger.domain.finding import Sighting
    from ledger.domain.ids import ScanId

TEXT_COLUMNS = ("product", "territory", "channel")
ALLOWED = ", SELVAGE_SCAN_HOSTS"  # the list that the refusal of a host speaks of
Shown = Callable[[int, str], None]


def hand_in(
    ledger: Ledger,
    scan: ScanId,
    source: str | Path | bytes,
    *,
    name: str = "upload",
    sightings: Mapping[str, Sighting] | None = None,
    shown: Shown = lambda _done, _name: None,
) -> int:
    """Keep every picture of `source` for a scan, and why others cannot be looked at; how many are there now.

    What was handed in before is not read again, so an interrupted hand-in goes on where it was. `shown` is
    told of each. Addresses are asked only of the hosts the ledger was opened with. Raises PictureError when
    there is no such path, UnknownError, ConflictError, StorageError.
    """
    from forensics.sources import AllowList, iterate

    allow = AllowList.parse(ledger.engines.scan_hosts)
    known = scanning.names(ledger, scan)
    count = len(known)
    for suspect in iterate(source, name=name, allow=allow, skip=known):
        _keep(ledger, scan, suspect, sightings or {})
        count += 1
        shown(count, suspect.name)
    return count


def listed(columns: Mapping[str, str], today: str) -> Sighting | None:
    """Who was seen, by a row of a listing; None when it does not name seller, product and territory.

    FieldError names the column that cannot be understood.
    """
    if not all(columns.get(name) for name in ("seller", "product", "territory")):
        return None
    use: dict[str, Any] = {name: columns[name] for name in TEXT_COLUMNS if columns.get(name)}
    units = columns.get("units", "1")  # what is for sale was made at least once
    if not units.isdecimal():
        raise FieldError("units", f"{units[:20]!r} is not a number of pieces")
    use |= {"action": columns.get("action", "reproduce"), "on": columns.get("on", today), "units": int(units)}
    return parse_sighting({"seller": columns["seller"], "use": use})


def _keep(ledger: Ledger, scan: ScanId, suspect: Suspect, sightings: Mapping[str, Sighting]) -> None:
    if suspect.data is None:
        code, message = "picture-unreadable", "it cannot be read"
        if suspect.problem is not None:
            code, message = suspect.problem.code, str(suspect.problem)
        hint = ALLOWED if code == "url-not-allowed" else ""
        scanning.add_unreadable(ledger, scan, suspect.name, code, message + hint)
        return
    try:
        sighting = sightings.get(suspect.name) or listed(suspect.origin.listing, str(ledger.today()))
    except FieldError as error:
        scanning.add_unreadable(ledger, scan, suspect.name, "listing-row", f"{error.field}: {error.problem}")
        return
    scanning.add_picture(ledger, scan, suspect.name, suspect.data, sighting, suspect.dpi)
