"""Brand guidelines by their digest and name, and their passages."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from ledger.domain.guidelines import Guideline, Passage
from ledger.errors import UnknownError
from ledger.store.store import Tx
from ledger.store.studio_tables import GuidelineRow, PassageRow

CHUNK = 500


def add(tx: Tx, guideline: Guideline, passages: Sequence[Passage], entry: int) -> None:
    """Keep a file with its passages; `entry` is the sequence of its entry in the book.

    One that was removed holds again: its passages are as they were cut then.
    """
    row = tx.session.get(GuidelineRow, guideline.sha256)
    if row is None:
        tx.session.add(GuidelineRow(**vars(guideline), entry=entry))
        tx.session.flush()
        tx.session.add_all(PassageRow(digest=each.digest, **vars(each)) for each in passages)
    else:
        row.name, row.added_at, row.removed_at, row.entry = guideline.name, guideline.added_at, None, entry
        tx.session.add(row)
    tx.session.flush()


def remove(tx: Tx, sha256: str, at: str) -> None:
    row = tx.session.get(GuidelineRow, sha256)
    if row is not None:
        row.removed_at = at
        tx.session.add(row)
        tx.session.flush()


def every(tx: Tx) -> tuple[Guideline, ...]:
    """Those that hold, in the order they came in."""
    query = (
        select(GuidelineRow).where(col(GuidelineRow.removed_at).is_(None)).order_by(col(GuidelineRow.entry))
    )
    return tuple(map(_guideline, tx.session.exec(query)))


def find(tx: Tx, sha256: str) -> Guideline | None:
    """Removed ones too."""
    row = tx.session.get(GuidelineRow, sha256)
    return _guideline(row) if row else None


def named(tx: Tx, name: str) -> Guideline:
    """One that holds, by its name or 8 digits or more of its digest. UnknownError (unknown-guideline)."""
    found = every(tx)
    short = len(name) >= 8
    for each in found:
        if each.name == name or (short and each.sha256.startswith(name)):
            return each
    known = ", ".join(each.name for each in found[:20]) or "none; selvage brand add"
    raise UnknownError("guideline", name, f"there are {known}")


def passages(tx: Tx, files: Sequence[str]) -> tuple[Passage, ...]:
    """All passages of these files, file by file in their order."""
    order = {file: number for number, file in enumerate(files)}
    found: list[PassageRow] = []
    for start in range(0, len(files), CHUNK):
        query = select(PassageRow).where(col(PassageRow.file).in_(files[start : start + CHUNK]))
        found += tx.session.exec(query)
    return tuple(map(_passage, sorted(found, key=lambda row: (order[row.file], row.number))))


def by_digest(tx: Tx, digests: Sequence[str]) -> tuple[Passage, ...]:
    """Passages in the order of their digests, of removed files too. UnknownError (unknown-passage)."""
    found: dict[str, Passage] = {}
    for start in range(0, len(digests), CHUNK):
        query = select(PassageRow).where(col(PassageRow.digest).in_(digests[start : start + CHUNK]))
        found |= {row.digest: _passage(row) for row in tx.session.exec(query)}
    missing = next((each for each in digests if each not in found), None)
    if missing is not None:
        raise UnknownError("passage", missing, "leave passages out of the brief, and they are looked up anew")
    return tuple(found[each] for each in digests)


def beginning_with(tx: Tx, digits: str) -> tuple[tuple[Passage, Guideline], ...]:
    """The passages whose digest begins so, each with its file, of removed ones too; two of them at most."""
    query = (
        select(PassageRow, GuidelineRow)
        .where(col(PassageRow.digest).startswith(digits), col(PassageRow.file) == col(GuidelineRow.sha256))
        .order_by(col(PassageRow.digest))
    )
    return tuple((_passage(row), _guideline(file)) for row, file in tx.session.exec(query.limit(2)))


def _guideline(row: GuidelineRow) -> Guideline:
    return Guideline(**row.model_dump(exclude={"entry"}))


def _passage(row: PassageRow) -> Passage:
    return Passage(**row.model_dump(exclude={"digest"}))
