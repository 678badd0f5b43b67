"""Mark a picture and make sure the mark is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from watermark.errors import MarkNotReadError

if TYPE_CHECKING:
    from watermark.protocol import Pixels, Watermarker

STRENGTHS = (1.0, 1.15, 1.3)


def mark(watermarker: Watermarker, pixels: Pixels, mark_id: int) -> Pixels:
    """Embed `mark_id` (0 .. 2**bits - 1) in a uint8 (H, W, 3) picture, read it back, return the marked copy.

    A picture too busy for the first strength is tried twice more, a little stronger.
    Raises MarkNotReadError when none of them reads back equal, and any MarkError of `embed`.
    """
    for strength in STRENGTHS:
        marked = watermarker.strengthened(strength).embed(pixels, mark_id)
        if watermarker.read(marked).mark_id == mark_id:
            return marked
    raise MarkNotReadError(
        f"mark_id {mark_id:#x} does not read back from this {pixels.shape[1]}x{pixels.shape[0]} picture "
        f"with {watermarker.algorithm}; use a larger tile or one with less full-contrast noise"
    )
