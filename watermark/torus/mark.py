"""TorusMark: the mark that lives in the repeat."""

from __future__ import annotations

from copy import copy

from watermark.errors import MarkError
from watermark.pictures import Pixels, check_mark_id, check_picture
from watermark.protocol import Reading
from watermark.torus.band import OUTER, KeyedBand
from watermark.torus.decode import Decoder
from watermark.torus.embed import add_mark
from watermark.torus.search import search

SMALLEST_TILE = 2 * OUTER


class TorusMark:
    """48 bits in a seamless tile, readable from any crop of its repeat. Algorithm org.selvage.torus.1.

    key: at least 16 secret bytes; only its holder can read or forge. What is handed to `embed` is one period
    of the repeat, 256..8192 px a side; `read` takes 128..8192 px a side. `decoder` is for those who ask a
    fold for one known mark.
    """

    algorithm = "org.selvage.torus.1"
    bits = 48

    def __init__(self, key: bytes, *, strength: float = 1.0) -> None:
        if not 0.25 <= strength <= 4:
            raise MarkError(f"strength: {strength} is outside 0.25 .. 4; leave it at 1")
        self.decoder = Decoder(KeyedBand(key))
        self._strength = strength

    def strengthened(self, factor: float) -> TorusMark:
        """The same mark with `factor` times the amplitude."""
        louder = copy(self)
        louder._strength *= factor
        return louder

    def embed(self, pixels: Pixels, mark_id: int) -> Pixels:
        """A marked copy of a uint8 (H, W, 3) tile. Raises PictureError or MarkIdError, both MarkError."""
        tile = check_picture(pixels, SMALLEST_TILE)
        return add_mark(tile, self.decoder.band, check_mark_id(mark_id, self.bits), self._strength)

    def read(self, pixels: Pixels, budget_seconds: float = 15) -> Reading:
        """Look for a mark in a uint8 (H, W, 3) suspect, with nothing else to go by.

        p_value: see `watermark.torus.pvalue`. The budget is checked between hypotheses and only ever cuts the
        search short; a search that ends by itself gives the same answer every time.
        """
        return search(check_picture(pixels), self.decoder, budget_seconds)
