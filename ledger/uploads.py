"""A tile as somebody uploads it, taken apart into the inks of a palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ledger.domain.errors import FieldError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

FOREIGN = 0.02  # the share of an upload that may be in no ink of the palette
OFFER = "give --repair (over HTTP: repair) to have it done"
MARGIN = 4  # pixels that wrap around while it is enlarged


def separated(
    upload: Pixels,
    palette: Sequence[str],
    repaired: Callable[[Pixels], Pixels] | None = None,
    offers: tuple[str, str] = (OFFER, OFFER),
) -> tuple[Pixels, Pixels]:
    """(pixels in exactly the inks, their index map at twice the size) of a square tile.

    `repaired` mends an index map whose border does not meet itself; without it, that, and colours in no ink,
    raise FieldError; `offers` are what it offers for colours and for the border.
    """
    import cv2
    import numpy as np

    from generator.critic import separations
    from generator.critic.printing import seam
    from generator.draft import paint

    own = separations(upload, palette)
    if own.foreign > FOREIGN and repaired is None:
        inks = ", ".join(palette)
        raise FieldError(
            "file", f"{own.foreign:.1%} is in no ink of the palette {inks}; use these, or {offers[0]}"
        )
    broken, most = seam(own.inks)
    if broken > most and repaired is None:
        raise FieldError(
            "file", f"does not meet itself: {broken:.0%} of its edge breaks; close the seam, or {offers[1]}"
        )
    wide = np.pad(upload, ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), mode="wrap")
    large = cv2.resize(wide, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    inner = large[2 * MARGIN : -2 * MARGIN, 2 * MARGIN : -2 * MARGIN].astype(np.uint8)
    screens = separations(inner, palette).inks
    if broken > most and repaired is not None:
        screens = repaired(screens)
    return paint(screens, palette), screens
