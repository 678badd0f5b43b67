"""Manifests by their ids, the soft bindings that lead to them, and the access tokens of those who ask."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from ledger.domain.ids import AssetId, MarkId
from ledger.store.manifest_tables import AccessTokenRow, ManifestRow, SoftBindingRow
from ledger.store.production_tables import ColourwayRow
from ledger.store.store import Tx
from ledger.store.tables import AssetRow
from ledger.store.trade_tables import CopyRow

ANY = ""  # a binding that was stored for no algorithm in particular
FORGOTTEN = 100  # expired tokens removed at a time


@dataclass(frozen=True)
class Held:
    """A manifest. `sha256` names a signed file, or the store itself where `mime` says so."""

    id: str
    sha256: str
    mime: str
    asset: AssetId | None
    owner: str | None
    at: str


@dataclass(frozen=True)
class Token:
    """What an access token is good for: `key` is the API key it was given to, by its digest."""

    sha256: str
    key: str
    scopes: tuple[str, ...]
    expires_at: str


def note(tx: Tx, manifest: str, sha256: str, mime: str, asset: AssetId, at: str) -> None:
    """Enter the manifest of a file that was signed here; the first file of a manifest stays."""
    if manifest and tx.session.get(ManifestRow, manifest) is None:
        tx.session.add(ManifestRow(id=manifest, sha256=sha256, mime=mime, asset=asset, at=at))
        tx.session.flush()


def find(tx: Tx, manifest: str, *, removed: bool = False) -> Held | None:
    """The manifest called so; with `removed` also one that was taken back."""
    row = tx.session.get(ManifestRow, manifest)
    return held_of(row) if row is not None and (removed or row.removed is None) else None


def by_file(tx: Tx, sha256: str) -> Held | None:
    """The manifest of the file with this digest."""
    query = select(ManifestRow).where(ManifestRow.sha256 == sha256, col(ManifestRow.removed).is_(None))
    row = tx.session.exec(query).first()
    return held_of(row) if row else None


def add(tx: Tx, held: Held) -> None:
    """Enter a manifest that somebody stored, or take back that it was removed."""
    row = tx.session.get(ManifestRow, held.id) or ManifestRow(**vars(held))
    row.owner, row.at, row.removed = held.owner, held.at, None
    tx.session.add(row)
    tx.session.flush()


def remove(tx: Tx, manifest: str, entry: int) -> None:
    """Give a manifest, and what leads to it, to nobody any more. Its bytes stay."""
    row = tx.session.get_one(ManifestRow, manifest)
    row.removed = entry
    tx.session.add(row)
    bindings = select(SoftBindingRow).where(SoftBindingRow.manifest == manifest)
    for binding in tx.session.exec(bindings):
        binding.removed = entry
        tx.session.add(binding)
    tx.session.flush()


def bind(tx: Tx, alg: str, value: str, manifest: str, at: str) -> None:
    """Let a soft binding lead to a manifest; the same again changes nothing."""
    name = (digest(value), alg, manifest)
    row = tx.session.get(SoftBindingRow, name)
    if row is None:
        row = SoftBindingRow(digest=name[0], alg=alg, manifest=manifest, value=value, at=at)
    row.removed = None
    tx.session.add(row)
    tx.session.flush()


def unbind(tx: Tx, alg: str, value: str, entry: int) -> None:
    """Let a soft binding lead nowhere any more."""
    for row in tx.session.exec(_leading(alg, value)):
        row.removed = entry
        tx.session.add(row)
    tx.session.flush()


def bound(tx: Tx, alg: str, value: str) -> tuple[str, ...]:
    """The manifests that a stored soft binding leads to, those stored first before the others."""
    rows = tx.session.exec(
        _leading(alg, value).order_by(col(SoftBindingRow.at), col(SoftBindingRow.manifest))
    )
    return tuple(dict.fromkeys(row.manifest for row in rows))


def knows(tx: Tx, alg: str) -> bool:
    """Whether a soft binding of this algorithm was ever stored."""
    return (
        tx.session.exec(select(SoftBindingRow).where(SoftBindingRow.alg == alg).limit(1)).first() is not None
    )


def by_mark(tx: Tx, mark: MarkId) -> str | None:
    """The manifest of the file that carries this mark: a licensed copy, a colourway, or the tile."""
    for mark_of, manifest in (
        (CopyRow.mark, CopyRow.manifest),
        (ColourwayRow.mark, ColourwayRow.manifest),
        (AssetRow.mark, AssetRow.manifest),
    ):
        found = tx.session.exec(select(manifest).where(mark_of == int(mark))).first()
        if found:
            return str(found)
    return None


def of_asset(tx: Tx, asset: AssetId) -> str | None:
    """The manifest of the tile as it stands now."""
    row = tx.session.get(AssetRow, asset)
    return (row.manifest or None) if row else None


def digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()


def add_token(tx: Tx, token: Token, now: str) -> None:
    """Keep a token, and forget some that are over at `now`, both ISO 8601 in UTC."""
    over = select(AccessTokenRow).where(col(AccessTokenRow.expires_at) <= now).limit(FORGOTTEN)
    for row in tx.session.exec(over):
        tx.session.delete(row)
    facts = {**vars(token), "scopes": " ".join(token.scopes)}
    tx.session.add(AccessTokenRow(**facts))
    tx.session.flush()


def find_token(tx: Tx, sha256: str) -> Token | None:
    row = tx.session.get(AccessTokenRow, sha256)
    return Token(row.sha256, row.key, tuple(row.scopes.split()), row.expires_at) if row else None


def carrying(tx: Tx, algs: tuple[str, ...], value: str) -> tuple[str, ...]:
    """The manifests of files signed here that a mark was noted for; what others stored is not among them."""
    query = (
        select(SoftBindingRow.manifest)
        .join(ManifestRow, col(ManifestRow.id) == col(SoftBindingRow.manifest))
        .where(
            SoftBindingRow.digest == digest(value),
            col(SoftBindingRow.alg).in_(algs),
            col(ManifestRow.asset).is_not(None),
        )
        .order_by(col(SoftBindingRow.at), col(SoftBindingRow.manifest))
    )
    return tuple(dict.fromkeys(tx.session.exec(query)))


def _leading(alg: str, value: str) -> SelectOfScalar[SoftBindingRow]:
    algs = (alg, ANY) if alg != ANY else (ANY,)
    return select(SoftBindingRow).where(
        SoftBindingRow.digest == digest(value),
        col(SoftBindingRow.alg).in_(algs),
        col(SoftBindingRow.removed).is_(None),
    )


def held_of(row: ManifestRow) -> Held:
    """The manifest that a row is of."""
    asset = AssetId(row.asset) if row.asset else None
    return Held(row.id, row.sha256, row.mime, asset, row.owner, row.at)
