"""ENGINE: mark id <-> pixels.

The torus mark lives in the repeat of a seamless tile, so it survives what the trade does to a tile; the SVD
mark is the invisible-watermark package behind the same protocol. Names load on first use: importing this
package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watermark.errors import (
        MarkError,
        MarkIdError,
        MarkKeyError,
        MarkNotReadError,
        PictureError,
        WatermarkError,
    )
    from watermark.keys import key_id
    from watermark.marking import mark
    from watermark.protocol import Lattice, Reading, Watermarker
    from watermark.svd import SvdMark
    from watermark.torus.mark import TorusMark

_HOMES = {
    "WatermarkError": "watermark.errors",
    "MarkError": "watermark.errors",
    "PictureError": "watermark.errors",
    "MarkIdError": "watermark.errors",
    "MarkKeyError": "watermark.errors",
    "MarkNotReadError": "watermark.errors",
    "key_id": "watermark.keys",
    "mark": "watermark.marking",
    "Lattice": "watermark.protocol",
    "Reading": "watermark.protocol",
    "Watermarker": "watermark.protocol",
    "SvdMark": "watermark.svd",
    "TorusMark": "watermark.torus.mark",
}

__all__ = [
    "Lattice",
    "MarkError",
    "MarkIdError",
    "MarkKeyError",
    "MarkNotReadError",
    "PictureError",
    "Reading",
    "SvdMark",
    "TorusMark",
    "WatermarkError",
    "Watermarker",
    "key_id",
    "mark",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
