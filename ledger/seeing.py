"""What a picture shows, in the words of prompts, as the critic sees it: for what nobody drew by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.context import Ledger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SAID = ("style", "scale", "density", "layout")


def words(ledger: Ledger, pixels: NDArray[np.uint8], units: int = 1) -> str:
    """The likeliest prompt of one repeat (H, W, 3), such as `floral daisy small dense tossed`.

    `units` says how many training units it is wide.
    """
    seen = ledger.engines.critic.attributes([pixels], units)[0]
    likeliest = {head: max(values, key=lambda value: values[value]) for head, values in seen.items()}
    return " ".join(likeliest[head] for head in _SAID)
