"""What became of the colours, in words: for the evidence sheet and the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "same": "as registered",
    "hue-turned": "hue turned by {hue} degrees",
    "grey": "turned grey",
    "inverted": "inverted",
    "channels-exchanged": "channels exchanged ({channels})",
    "monotone-map": "mapped by lightness",
    "re-inked": "each ink exchanged",
    "unknown": "too little seen to tell",
}


def change_words(change: Mapping[str, Any]) -> str:
    """``change``: the fields of a ``Colourway``, as it is or from a record."""
    hue = change.get("hue_deg")
    words = _WORDS.get(str(change.get("change")), "unknown")
    return words.format(hue=f"{float(hue or 0):.0f}", channels=change.get("channels") or "")
