"""report.html of one scan: what was found, with a picture for each finding, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger.domain.origins import origin
from ledger.errors import BlobCorruptError, BlobMissingError
from ledger.store import assets, collections, findings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ledger.context import Ledger
    from ledger.domain.assets import Asset
    from ledger.domain.finding import Finding
    from ledger.domain.ids import ScanId
    from ledger.store import Tx
    from ledger.store.findings import Picture, Scan

    Pixels = NDArray[np.uint8]

PAGE = "report.html"
PICTURES = "pictures"
THUMBNAIL_PX, LARGEST_PX = 360, 4096
QUALITY = 88
# The page itself stands still with the rest of forensics, on which published figures rest.
FITTED = """
table { display: block; overflow-x: auto; } table.signals { display: table; }
.signals td:first-child { white-space: normal; } .signals td:last-child { width: 60%; }
.words p, .words li, .part > p { overflow-wrap: anywhere; }
@media (max-width: 60rem) { .card { grid-template-columns: minmax(0, 1fr); } }
"""


def write_report(ledger: Ledger, scan: ScanId, folder: str, shown: Callable[[int, int], None]) -> Path:
    """Write the report into `folder`, its pictures beside it; the path of its page.

    The same findings give the same page. `shown` is told how many pictures of how many are drawn. Raises
    InputError when the folder cannot be written to.
    """
    from forensics.page import report_page

    with ledger.store.reading() as tx:
        opened, pictures = findings.get_scan(tx, scan), findings.pictures(tx, scan)
        rows = [_row(tx, picture) for picture in pictures]
        found = findings.of_scan(tx, scan)
    target = Path(folder)
    drawings = {str(each.id): f"{PICTURES}/{each.id}.jpg" for each in found}
    for done, finding in enumerate(found, start=1):
        _write(target / drawings[finding.id], _jpeg(drawn(ledger, finding)))
        shown(done, len(found))
    thumbnails = dict(_thumbnails(ledger, pictures, target))
    page = report_page(opened.label or scan, rows, {**thumbnails, **drawings}, _facts(ledger, opened))
    _write(target / PAGE, _fitted(page).encode())
    return target / PAGE


def _fitted(page: str) -> str:
    """The page with styles by which a wide table scrolls in its own box, and no long word leaves its card."""
    return page.replace("</style>", f"{FITTED}</style>", 1)


def drawn(ledger: Ledger, finding: Finding) -> Pixels:
    """The evidence sheet of a finding: the lattice over the suspect, the fold beside the registered tile."""
    from forensics import decode_image, draw
    from forensics.sources.decoding import open_header
    from ledger.evidence import read_found

    with ledger.store.reading() as tx:
        tile = assets.get(tx, finding.asset)
    data = ledger.blobs.get(finding.picture_sha256)
    suspect = decode_image(data, max_side=LARGEST_PX)
    scale = max(suspect.shape[:2]) / max(open_header(data).size)
    found = read_found(finding.evidence, finding.asset, finding.mark, scale)
    return draw(suspect, found, _registered(ledger, tile))


def _registered(ledger: Ledger, tile: Asset) -> Pixels | None:
    """None where the file is lost or damaged: the rest of the sheet still says where the tile lies."""
    from forensics import decode_image

    try:
        return decode_image(ledger.blobs.get(tile.signed.sha256))
    except (BlobMissingError, BlobCorruptError):
        return None


def _row(tx: Tx, picture: Picture) -> dict[str, Any]:
    outcome = picture.outcome or {}
    found = findings.of_scan(tx, picture.scan, picture.name)
    return {
        "name": picture.name,
        "sha256": picture.sha256,
        "problem": outcome.get("problem"),
        "cut_short": outcome.get("cut_short"),
        "steps": outcome.get("steps"),
        "not_comparable": outcome.get("not_comparable"),
        "findings": [_finding(tx, each) for each in found],
    }


def _finding(tx: Tx, finding: Finding) -> Mapping[str, Any]:
    tile = assets.get(tx, finding.asset)
    collection = collections.get(tx, tile.collection)
    return {
        "id": finding.id,
        "asset": finding.asset,
        "asset_name": collection.title_of(tile.signed.marked.draft),
        "origin": origin(tile.signed.marked.draft.recipe).label,
        "mark": None if finding.mark is None else f"{finding.mark:012x}",
        "verdict": finding.verdict.value,
        "p_value": finding.p_value,
        "evidence": finding.evidence,
        "standing": finding.standing.value,
        "seller": finding.sighting.seller if finding.sighting else None,
        "copy": finding.copy,
        "held": finding.held,
    }


def _thumbnails(ledger: Ledger, pictures: tuple[Picture, ...], target: Path) -> Iterator[tuple[str, str]]:
    """A small picture of each that nothing was found in: the sheets show the others."""
    from forensics import decode_image

    for picture in pictures:
        outcome = picture.outcome or {}
        if outcome.get("problem") or outcome.get("findings") or not picture.sha256:
            continue
        path = f"{PICTURES}/{picture.sha256}.jpg"
        small = _reduced(decode_image(ledger.blobs.get(picture.sha256), max_side=LARGEST_PX))
        _write(target / path, _jpeg(small))
        yield picture.name, path


def _facts(ledger: Ledger, scan: Scan) -> dict[str, str]:
    """What somebody needs to find it again."""
    return {
        "scan": scan.id,
        "opened": scan.opened_at,
        "register": f"as it stood before entry {scan.entry} of the book",
        "ledger": ledger.id,
        "selvage": version("selvage"),
        "find it again": f"selvage replay {scan.id[:12]}",
    }


def _reduced(pixels: Pixels) -> Pixels:
    import numpy as np
    from PIL import Image

    image = Image.fromarray(pixels)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    return np.asarray(image)


def _jpeg(pixels: Pixels) -> bytes:
    import io

    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _write(path: Path, data: bytes) -> None:
    from api.errors import InputError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        problem = f"report: {path} cannot be written ({error.strerror}); name another folder"
        raise InputError(problem, field="report") from error
