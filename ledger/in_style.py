"""Whether a tile that was drawn in a style is in its hand: held against the tiles of the style by the critic.

The centre of those is worked out by the critic of today: the one kept with the style is of the critic of its
day, and embeddings of two critics cannot be compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.context import Ledger
from ledger.domain.assets import Asset
from ledger.domain.critiques import PASS, UNKNOWN, WARN, Point
from ledger.domain.styles import Style
from ledger.errors import BlobError
from ledger.influences import adapter_of
from ledger.store import styles
from ledger.styling import of_sources

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

HAND = "hand"
UNREADABLE = "the tiles of the style cannot be read"
_seen: dict[tuple[str, str], Vector] = {}  # embeddings of a style's own tiles, by adapter and critic


def points(ledger: Ledger, tile: Asset, vector: Vector) -> tuple[Point, ...]:
    """The point of the checklist for a tile drawn in a style, embedded as `vector`; none for others."""
    adapter = adapter_of(tile.signed.marked.draft.recipe)
    if adapter is None:
        return ()
    with ledger.store.reading() as tx:
        style = styles.of_adapter(tx, adapter["sha256"])
    if style is None or style.brought:
        return (_unknown("the tiles of the style are not here"),)
    try:
        own = _own(ledger, style)
    except BlobError:
        return (_unknown(UNREADABLE),)
    return (_held(own, vector, str(adapter["title"])),)


def _held(own: Vector, vector: Vector, title: str) -> Point:
    from generator.style import held_against

    found, among = held_against(own, vector)
    limit = f"its own tiles have {min(among):.3f} to {max(among):.3f}"
    measure = f"{found:.3f} to the middle of {title}"
    if found >= min(among):
        return Point(HAND, PASS, measure, limit)
    reason = "farther from the hand than each of its own tiles: other words, more of the style, or more steps"
    return Point(HAND, WARN, measure, limit, reason)


def _own(ledger: Ledger, style: Style) -> Vector:
    """What the critic sees in the style's own tiles. Raises BlobError."""
    from generator.style import embeddings

    critic = ledger.engines.critic
    name = (style.adapter, critic.digest)
    if name not in _seen:
        _seen[name] = embeddings(critic, of_sources(ledger, style.sources))
    return _seen[name]


def _unknown(why: str) -> Point:
    return Point(HAND, UNKNOWN, why, "tiles to compare with")
