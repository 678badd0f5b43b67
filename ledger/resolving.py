"""Which manifest belongs to a picture: what an examination proves, never one weak signal."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from ledger import manifests
from ledger.context import Ledger
from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId, MarkId
from ledger.evidence import written
from ledger.manifests import CERTAIN, Match
from ledger.searching import examine, register
from ledger.store import manifests as rows
from provenance.labels import ISCC

if TYPE_CHECKING:
    from forensics import Evidence, Found, Report

LIKELY = 60  # the score of what two signals of different kinds agree on, without the mark proving it
Hint = tuple[str, str]


def examined(ledger: Ledger, data: bytes) -> Report:
    """What forensics makes of a picture now. PictureError, StorageError."""
    return examine(ledger, data, register(ledger))


def by_content(
    ledger: Ledger, data: bytes, alg: str | None = None, hint: Hint | None = None
) -> tuple[Match, ...]:
    """The manifests of what a picture shows, the surest first.

    A finding counts that is proven by its mark or by content credentials bound to these bytes, or that two
    signals of different kinds agree on. With `alg` one of them has to be of that algorithm. A `hint`, the
    algorithm and value of a soft binding that the caller read, counts as a signal where it leads to a tile
    that the picture shows; where it is of an algorithm that cannot be read here, what it leads to is told
    without a score. Raises PictureError, FieldError and StorageError.
    """
    check_alg(ledger, alg)
    hinted = manifests.by_binding(ledger, *hint, everything=True) if hint else ()
    report = examined(ledger, data)
    named = {match.manifest for match in hinted}
    near = _near(ledger, data) if alg == ISCC else None
    found = [_match(ledger, each, named) for each in report.found if _speaks(ledger, each, alg, near)]
    known = {match.manifest: match for match in reversed([each for each in found if each])}
    ordered = sorted(known.values(), key=lambda match: -(match.score or 0))
    return (*ordered, *_unread(ledger, hint, hinted, known))


def check_alg(ledger: Ledger, alg: str | None) -> None:
    """Raises FieldError for an algorithm that this ledger cannot find in a picture."""
    known = (*manifests.watermarks(ledger), *manifests.fingerprints(), ISCC)
    if alg is not None and alg not in known:
        raise FieldError("alg", f"{alg[:80]!r} is not read here; use one of {', '.join(known)}")


def surely(found: Found, hinted: bool = False) -> int | None:
    """The score of a finding, None where it is one weak signal or none."""
    if found.asset_id is None:
        return None
    if found.verdict.value == "proven" or found.certain:
        return CERTAIN
    if found.verdict.value == "likely" and len({each.signal for each in found.evidence}) + hinted > 1:
        return LIKELY
    return None


def evidence(found: Found) -> tuple[dict[str, Any], ...]:
    """What speaks for a finding, as plain data."""
    return tuple(_plain(each) for each in found.evidence)


def manifest_of(ledger: Ledger, found: Found) -> str | None:
    """The manifest of the very file whose mark was read, else of the tile."""
    with ledger.store.reading() as tx:
        named = rows.by_mark(tx, MarkId(found.mark_id)) if found.mark_id is not None else None
        return named or rows.of_asset(tx, AssetId(str(found.asset_id)))


def _match(ledger: Ledger, found: Found, hinted: set[str]) -> Match | None:
    if found.asset_id is None:
        return None
    name = manifest_of(ledger, found)
    score = surely(found, hinted=name in hinted)
    return Match(name, score, evidence(found)) if name and score is not None else None


def _near(ledger: Ledger, data: bytes) -> frozenset[str]:
    """The manifests that the ISCC of a picture leads to."""
    from PIL import Image

    from forensics import decode_image
    from provenance.iscc import iscc

    value = base64.b64encode(iscc(Image.fromarray(decode_image(data)))).decode()
    return frozenset(match.manifest for match in manifests.by_binding(ledger, ISCC, value, everything=True))


def _speaks(ledger: Ledger, found: Found, alg: str | None, near: frozenset[str] | None) -> bool:
    """Whether a signal of the algorithm is among the evidence; of ISCC, whether it leads there too."""
    if near is not None:
        return manifest_of(ledger, found) in near
    if alg is None:
        return True
    signals = {each.signal.value for each in found.evidence}
    if alg in manifests.fingerprints():
        return bool(signals & {"copy", "geometry"})
    return ("line" if alg == manifests.watermarks(ledger)[-1] else "mark") in signals


def _unread(
    ledger: Ledger, hint: Hint | None, hinted: tuple[Match, ...], known: dict[str, Match]
) -> list[Match]:
    """What a hint leads to that nothing here could confirm or deny."""
    if hint is None or hint[0] in (*manifests.watermarks(ledger), *manifests.fingerprints()):
        return []
    return [Match(match.manifest, None) for match in hinted if match.manifest not in known]


def _plain(each: Evidence) -> dict[str, Any]:
    return {"signal": each.signal.value, "p_value": written(each.p_value), "detail": each.detail}
