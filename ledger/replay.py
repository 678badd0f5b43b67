"""Find again what a scan found: examine its pictures once more, and compare byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.context import Ledger
from ledger.domain.canonical import canonical
from ledger.domain.ids import ScanId
from ledger.domain.judging import measured
from ledger.scan import NO_BYTES
from ledger.searching import look, register
from ledger.store import findings
from ledger.store.findings import Picture


@dataclass(frozen=True)
class Replayed:
    """One picture of a scan, seen again. `why` says what differs, and is empty when nothing does."""

    picture: str
    findings: int
    why: str = ""

    @property
    def same(self) -> bool:
        return not self.why


def pictures(ledger: Ledger, scan: ScanId) -> tuple[Picture, ...]:
    """The pictures of a scan that were examined; files that gave none are left out. UnknownError."""
    with ledger.store.reading() as tx:
        findings.get_scan(tx, scan)
        examined = (each for each in findings.pictures(tx, scan) if each.outcome is not None)
        return tuple(each for each in examined if each.sha256 != NO_BYTES)


def replay(ledger: Ledger, scan: ScanId, name: str) -> Replayed:
    """Examine one picture again against the register as it stood then. Changes nothing.

    What forensics measures must be the same to the byte. What was judged from it may have changed with the
    book of licences, and is not compared. UnknownError, StorageError.
    """
    with ledger.store.reading() as tx:
        opened, picture = findings.get_scan(tx, scan), findings.find_picture(tx, scan, name)
        recorded = findings.of_scan(tx, scan, name)
    if picture is None:
        return Replayed(name, 0, "it is not in this scan any more")
    matches, outcome = look(ledger, picture, register(ledger, opened.entry))
    before = sorted(canonical(measured(each)) for each in recorded)
    after = sorted(canonical(measured(each)) for each in matches)
    return Replayed(name, len(recorded), _difference(before, after) or _problem(picture, outcome))


def _difference(before: Sequence[bytes], after: Sequence[bytes]) -> str:
    if list(before) == list(after):
        return ""
    if len(before) != len(after):
        return f"{len(before)} findings then, {len(after)} now"
    index = next(i for i, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
    return f"finding {index + 1} was measured differently"


def _problem(picture: Picture, outcome: Mapping[str, Any]) -> str:
    then, now = (picture.outcome or {}).get("problem"), outcome.get("problem")
    return "" if then == now else f"it was {_words(then)} then, and is {_words(now)} now"


def _words(problem: Mapping[str, str] | None) -> str:
    return problem["code"] if problem else "readable"
