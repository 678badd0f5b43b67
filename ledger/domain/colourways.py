"""Colourways: a tile's separations in other inks. They have the tile's right, and marks of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.domain.errors import FieldError
from ledger.domain.ids import AssetId, MarkId, derive
from ledger.domain.words import ANY, ORIGINAL, is_trade_word


@dataclass(frozen=True)
class Colourway:
    """A tile in the inks `palette`, ground first. `word` is what terms and uses call it.

    `sha256` names its signed file and `drawn` its pixels before the mark, in the blob store. `quality` holds
    decimal strings, as that of a tile does.
    """

    id: str
    asset: AssetId
    word: str
    palette: tuple[str, ...]
    mark: MarkId
    sha256: str
    manifest: str
    drawn: str
    fingerprint: Mapping[str, str]
    quality: Mapping[str, str]
    made_at: str


def colourway_id(asset: AssetId, word: str) -> str:
    return derive("colourway", asset, word)


def colourway_mark(ledger: str, colourway: str, attempt: int = 0) -> MarkId:
    """The 48-bit mark id of a colourway, never 0; `attempt` counts up when the number is taken."""
    return MarkId(int(derive("colourway mark", ledger, colourway, attempt)[:12], 16) or 1)


def parse_colourway(field: str, text: str) -> str:
    """`text` if a colourway can be called so, else FieldError: `original` is the tile as it was made."""
    if not is_trade_word(text) or text in (ANY, ORIGINAL):
        raise FieldError(field, f"{text[:60]!r} cannot name a colourway; use a-z and -, such as indigo-night")
    return text
