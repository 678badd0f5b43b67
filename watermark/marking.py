"""Mark a picture and make sure the mark is there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from watermark.errors import MarkError, MarkNotReadError

if TYPE_CHECKING:
    from watermark.formats import Samples
    from watermark.inks import Ink
    from watermark.protocol import Watermarker

STRENGTHS = (1.0, 1.15, 1.3)


def mark(
    watermarker: Watermarker, pixels: Samples, mark_id: int, *, inks: Sequence[Ink] | None = None
) -> Samples:
    """Embed `mark_id` (0 .. 2**bits - 1) in a picture, read it back, return the marked copy in its format.

    pixels: grey (H, W), grey + alpha, RGB or RGBA, uint8 or uint16; alpha and transparent pixels stay as they
    are. A picture too busy for the first strength is tried twice more, a little stronger.

    inks: for uint8 RGB artwork of few colours that must stay of these colours, 2..64 RGB triples. Only the
    line is moved; such a mark is read with the original at hand (`TorusMark.lines`), not blind.

    Raises MarkNotReadError when nothing reads back equal, PictureError and any other MarkError of `embed`.
    """
    if inks is not None:
        return _mark_inks(watermarker, pixels, mark_id, inks)
    from watermark.formats import as_seen, marked_as

    for strength in STRENGTHS:
        louder = watermarker.strengthened(strength)
        marked = marked_as(pixels, partial(louder.embed, mark_id=mark_id))
        if watermarker.read(as_seen(marked)).mark_id == mark_id:
            return marked
    raise MarkNotReadError(
        f"mark_id {mark_id:#x} does not read back from this {pixels.shape[1]}x{pixels.shape[0]} picture "
        f"with {watermarker.algorithm}; use a larger tile, one with less full-contrast noise, or, if most of "
        "it is transparent, one with a ground"
    )


def _mark_inks(watermarker: Watermarker, pixels: Samples, mark_id: int, inks: Sequence[Ink]) -> Samples:
    from watermark.inks import mark_inks
    from watermark.torus.mark import TorusMark

    if not isinstance(watermarker, TorusMark):
        raise MarkError(f"inks: {watermarker.algorithm} cannot keep a palette; use TorusMark")
    return mark_inks(watermarker.line, pixels, mark_id, inks)
