"""House style: a small adapter that turns the shipped weights' hand into that of some tiles.

`training` makes one, `adapter` reads and writes its file, `tiles` takes uploads apart, `score` measures
what it did, `restyle` takes in base patterns. Names load on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.style.adapter import Adapter, read_adapter
    from generator.style.restyle import layout_kept
    from generator.style.score import Scored, embeddings, held_against, score_brought, score_style
    from generator.style.tiles import StyleTile, upload
    from generator.style.training import Training

_HOMES = {
    "Adapter": "generator.style.adapter",
    "Scored": "generator.style.score",
    "StyleTile": "generator.style.tiles",
    "Training": "generator.style.training",
    "embeddings": "generator.style.score",
    "held_against": "generator.style.score",
    "layout_kept": "generator.style.restyle",
    "read_adapter": "generator.style.adapter",
    "score_brought": "generator.style.score",
    "score_style": "generator.style.score",
    "upload": "generator.style.tiles",
}

__all__ = [
    "Adapter",
    "Scored",
    "StyleTile",
    "Training",
    "embeddings",
    "held_against",
    "layout_kept",
    "read_adapter",
    "score_brought",
    "score_style",
    "upload",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'generator.style' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
