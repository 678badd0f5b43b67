"""Productions by id and by tile, and their files by content."""

from __future__ import annotations

from collections.abc import Set

from sqlmodel import col, select

from ledger.domain.ids import AssetId, LicenceId, MarkId
from ledger.domain.production import MadeFile, PrintSize, Production
from ledger.errors import UnknownError
from ledger.store.manifest_tables import ManifestRow
from ledger.store.production_tables import MadeFileRow, ProductionRow
from ledger.store.store import Tx


def add(tx: Tx, made: Production, entry: int) -> None:
    """Keep a production and its files; `entry` is the sequence of its entry in the book."""
    row = ProductionRow(
        id=made.id,
        asset=made.asset,
        colourway=made.colourway,
        licence=made.licence,
        width_um=made.size.width_um,
        dpi=made.size.dpi,
        mark=int(made.mark),
        made_at=made.made_at,
        entry=entry,
    )
    tx.session.add(row)
    tx.session.flush()
    for place, file in enumerate(made.files):
        tx.session.add(MadeFileRow(production=made.id, place=place, **vars(file)))
    tx.session.flush()


def find(tx: Tx, production: str) -> Production | None:
    row = tx.session.get(ProductionRow, production)
    return _production(tx, row) if row else None


def written(tx: Tx, production: str) -> int:
    """Where in the book a production was written, 0 where there is none."""
    row = tx.session.get(ProductionRow, production)
    return row.entry if row else 0


def get(tx: Tx, production: str) -> Production:
    """Raises UnknownError (unknown-production)."""
    found = find(tx, production)
    if found is None:
        raise UnknownError("production", production, "have it made first: selvage produce")
    return found


def by_content(tx: Tx, sha256: str) -> tuple[Production, MadeFile] | None:
    """The file with this digest, and what it is part of."""
    row = tx.session.exec(select(MadeFileRow).where(MadeFileRow.sha256 == sha256)).first()
    return (get(tx, row.production), _file(row)) if row else None


def unentered(
    tx: Tx, without: Set[str] = frozenset(), most: int | None = None
) -> list[tuple[Production, MadeFile]]:
    """The signed files whose manifests are not in the repository, at most `most`; none of these digests."""
    known = select(ManifestRow.id).where(col(ManifestRow.sha256) == col(MadeFileRow.sha256)).exists()
    query = select(MadeFileRow.sha256).where(col(MadeFileRow.signed), ~known).distinct()
    named = tx.session.exec(query if most is None else query.limit(most + len(without)))
    found = [by_content(tx, sha256) for sha256 in [each for each in named if each not in without][:most]]
    return [each for each in found if each is not None]


def _production(tx: Tx, row: ProductionRow) -> Production:
    query = select(MadeFileRow).where(MadeFileRow.production == row.id).order_by(col(MadeFileRow.place))
    return Production(
        id=row.id,
        asset=AssetId(row.asset),
        colourway=row.colourway,
        licence=LicenceId(row.licence) if row.licence else None,
        size=PrintSize(row.width_um, row.dpi),
        mark=MarkId(row.mark),
        files=tuple(_file(each) for each in tx.session.exec(query)),
        made_at=row.made_at,
    )


def _file(row: MadeFileRow) -> MadeFile:
    facts = row.model_dump(exclude={"production", "place"})
    return MadeFile(**facts)
