"""ISCC image codes by the manifests that state them."""

from __future__ import annotations

from collections.abc import Set

from sqlmodel import col, select

from ledger.store.manifest_tables import ImageCodeRow, ManifestRow, SoftBindingRow
from ledger.store.manifests import Held, held_of
from ledger.store.store import Tx


def missing(tx: Tx, without: Set[str], most: int, *, but: str) -> list[Held]:
    """At most `most` manifests of files signed here whose code was not noted.

    None of the files with the digests `without`, and none of type `but`.
    """
    noted = select(ImageCodeRow.manifest).where(col(ImageCodeRow.manifest) == col(ManifestRow.id)).exists()
    query = select(ManifestRow).where(col(ManifestRow.asset).is_not(None), ManifestRow.mime != but, ~noted)
    rows = tx.session.exec(query.limit(most + len(without)))
    return [held_of(row) for row in rows if row.sha256 not in without][:most]


def note(tx: Tx, manifest: str, code: str) -> None:
    """Keep the code of a manifest, in hex; an empty one says that it has none."""
    if tx.session.get(ImageCodeRow, manifest) is None:
        tx.session.add(ImageCodeRow(manifest=manifest, code=code))
        tx.session.flush()


def every(tx: Tx) -> list[tuple[str, str]]:
    """(manifest, code) of each that has one."""
    query = select(ImageCodeRow.manifest, ImageCodeRow.code).where(ImageCodeRow.code != "")
    return list(tx.session.exec(query))


def stored(tx: Tx, alg: str) -> list[tuple[str, str]]:
    """(manifest, value) of each soft binding that somebody stored under an algorithm."""
    query = select(SoftBindingRow.manifest, SoftBindingRow.value).where(
        SoftBindingRow.alg == alg, col(SoftBindingRow.removed).is_(None)
    )
    return list(tx.session.exec(query))
