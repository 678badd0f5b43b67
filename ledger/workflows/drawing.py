"""Drawing ahead: while one process makes the tiles of a brief in a row, all at work draw the next ones.

A drawing is pixels and an index map among the blobs, the same whoever makes it from the recipe, and writes no
row: what is entered, and in which order, is as if all were drawn in a row (docs/decisions/0018).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence

from ledger import create
from ledger.context import Ledger
from ledger.domain.ids import AssetId
from ledger.workflows.durable import Client, Closing, Drawn

log = logging.getLogger(__name__)
AHEAD = 32  # tiles that are asked for at a time, whatever the length of the brief
PATIENCE_SECONDS = 300.0  # then a drawing is taken for lost with the machine that drew it, and made here
WATCH_SECONDS = 0.05


def draw(ledger: Ledger, tile: str) -> Drawn:
    """Draw a planned tile. What fails is left to whoever makes the tile, who meets the same and tells it."""
    try:
        return create.draw(ledger, AssetId(tile))
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told when the tile is made)
        log.info("tile %s could not be drawn ahead: %s", tile, error)
        return {}


class Ahead:
    """The drawings that this process asked for."""

    def __init__(self, client: Client, stopping: Callable[[], bool]) -> None:
        self._client, self._stopping = client, stopping
        self._asked: set[str] = set()

    def drawn(self, tiles: Sequence[str]) -> Mapping[str, str]:
        """What the first of `tiles` was drawn as, nothing where it is still to be; the others are asked for.

        Raises Closing, DatabaseError.
        """
        for tile in tiles[1:]:
            if tile not in self._asked:
                self._client.draw(tile)
                self._asked.add(tile)
        self._asked.discard(tiles[0])
        return self._awaited(tiles[0])

    def _awaited(self, tile: str) -> Mapping[str, str]:
        until = time.monotonic() + PATIENCE_SECONDS
        while (found := self._client.drawn(tile)) is None:
            if self._stopping():
                raise Closing
            if time.monotonic() > until:
                return {}
            time.sleep(WATCH_SECONDS)
        return found
