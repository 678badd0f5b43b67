"""TorusMark: the mark that lives in the repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING

from watermark.errors import MarkError
from watermark.keys import check_keys
from watermark.pictures import Picture, Pixels, check_mark_id, check_picture, check_tile
from watermark.protocol import Reading
from watermark.torus.band import OUTER
from watermark.torus.decode import Decoder
from watermark.torus.embed import add_mark
from watermark.torus.keyring import Keyring
from watermark.torus.search import SAFETY_SECONDS, search

if TYPE_CHECKING:
    from watermark.line import LineMark
    from watermark.torus.views import Looks

SMALLEST_TILE = 2 * OUTER


class TorusMark:
    """48 bits in a seamless tile, readable from any crop of its repeat. Algorithm org.selvage.torus.2.

    keys: one secret of at least 16 bytes, or several, oldest first; only their holder can read or forge. The
    last key marks, all are tried when reading, and `Reading.key_id` says which one it was (a rotated key is
    kept for reading). What is handed to `embed` is one period of the repeat, 256..8192 px a side; `read`
    takes 128..8192 px a side.

    For those who have the original: `decoders` (by key id, oldest first) and `decoder` (the newest key's)
    ask a fold for one known mark, `lines` and `line` ask how the line moved. They have to try each key, and
    to pay for their number.
    """

    algorithm = "org.selvage.torus.2"
    bits = 48

    def __init__(self, keys: bytes | Sequence[bytes], *, strength: float = 1.0) -> None:
        if not 0.25 <= strength <= 4:
            raise MarkError(f"strength: {strength} is outside 0.25 .. 4; leave it at 1")
        self._ring = Keyring(check_keys(keys))
        self._strength = strength

    @property
    def decoders(self) -> Mapping[str, Decoder]:
        """The decoder of each key, by key id, oldest first."""
        return self._ring.decoders

    @property
    def decoder(self) -> Decoder:
        """The decoder of the key in use, the newest."""
        return self._ring.newest

    @property
    def lines(self) -> Mapping[str, LineMark]:
        """The second channel of each key, by key id, oldest first: informed only, see `watermark.line`."""
        return self._ring.lines

    @property
    def line(self) -> LineMark:
        """The second channel of the key in use."""
        return self.lines[self.decoder.key_id]

    def strengthened(self, factor: float) -> TorusMark:
        """The same mark with `factor` times the amplitude."""
        louder = copy(self)
        louder._strength *= factor
        return louder

    def embed(self, pixels: Picture, mark_id: int) -> Picture:
        """A marked copy, of the same type, of an RGB tile (H, W, 3), uint8 or float32 in 0..255.

        Both channels are put in, see `watermark.torus.embed`. Raises PictureError or MarkIdError, both
        MarkError.
        """
        tile = check_tile(pixels, SMALLEST_TILE)
        return add_mark(tile, self.decoder.band, self.line, check_mark_id(mark_id, self.bits), self._strength)

    def read(
        self,
        pixels: Pixels,
        budget_seconds: float = SAFETY_SECONDS,
        looks: Looks | None = None,
        *,
        fast: bool = False,
    ) -> Reading:
        """Look for a mark in a uint8 (H, W, 3) suspect, with nothing else to go by.

        p_value: see `watermark.torus.pvalue`. Effort is counted in views, so the answer is the same on every
        machine; the budget, CPU time of this thread, is a safety valve (`Reading.cut_short`). `looks`: what
        is known of these very pixels already, so that nothing is recovered twice. `fast`: the likeliest views
        alone, to sort many pictures.
        """
        return search(looks or check_picture(pixels), self._ring, budget_seconds, fast=fast)
