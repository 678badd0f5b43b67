"""House styles by name and by adapter."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlmodel import col, select

from ledger.domain.ids import AssetId, LicenceId, PartyId
from ledger.domain.styles import Source, Style
from ledger.errors import UnknownError
from ledger.store.store import Tx
from ledger.store.studio_tables import StyleRow
from ledger.store.text import dump, load


def add(tx: Tx, style: Style, entry: int) -> None:
    """Keep a style; `entry` is the sequence of its entry in the book."""
    values = {name: getattr(style, name) for name in vars(style)}
    tx.session.add(
        StyleRow(**{**values, "sources": dump([_plain(s) for s in style.sources]), "entry": entry})
    )
    tx.session.flush()


def show_by(tx: Tx, style: str, specimen: AssetId) -> None:
    """Name the tile that licences of a style are taken of."""
    row = tx.session.get(StyleRow, style)
    if row is not None:
        row.specimen = specimen
        tx.session.add(row)
        tx.session.flush()


def find(tx: Tx, name: str) -> Style | None:
    row = tx.session.exec(select(StyleRow).where(StyleRow.name == name)).first()
    return _style(row) if row else None


def get(tx: Tx, name: str) -> Style:
    """Raises UnknownError (unknown-style)."""
    found = find(tx, name)
    if found is None:
        known = ", ".join(each.name for each in every(tx)) or "none"
        raise UnknownError("style", name, f"there are {known}; a new one: selvage train-style")
    return found


def of_adapter(tx: Tx, sha256: str) -> Style | None:
    """A style whose adapter has this digest; several may have the same."""
    row = tx.session.exec(select(StyleRow).where(StyleRow.adapter == sha256)).first()
    return _style(row) if row else None


def every(tx: Tx) -> tuple[Style, ...]:
    """All styles, oldest first."""
    return tuple(map(_style, tx.session.exec(select(StyleRow).order_by(col(StyleRow.entry)))))


def _plain(source: Source) -> dict[str, Any]:
    return {name: value for name, value in asdict(source).items() if value is not None}


def _style(row: StyleRow) -> Style:
    values = row.model_dump(exclude={"entry", "sources", "made_for", "specimen"})
    return Style(
        **values,
        made_for=PartyId(row.made_for) if row.made_for else None,
        specimen=AssetId(row.specimen) if row.specimen else None,
        sources=tuple(source_of(each) for each in load(row.sources)),
    )


def source_of(values: dict[str, Any]) -> Source:
    """A source from plain data, as `sources` are kept."""
    asset, licence = values.get("asset"), values.get("licence")
    return Source(
        **{
            **values,
            "asset": AssetId(asset) if asset else None,
            "licence": LicenceId(licence) if licence else None,
        }
    )
