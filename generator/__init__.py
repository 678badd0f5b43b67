"""Briefs become tiles: prompt, palette and seed to colour separations, and a recipe that repeats them.

Names load on first use, so that importing the package stays free of numpy, OpenCV and torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generator.draft import Draft
    from generator.embedded import EmbeddedGenerator
    from generator.errors import BriefError, GeneratorError, UnknownMotifError, WeightsError
    from generator.lexicon.reading import vocabulary
    from generator.lexicon.tables import families
    from generator.motifs.house import ArchiveGenerator
    from generator.protocol import Generator
    from generator.recipe import Recipe

_HOMES = {
    "ArchiveGenerator": "generator.motifs.house",
    "BriefError": "generator.errors",
    "Draft": "generator.draft",
    "EmbeddedGenerator": "generator.embedded",
    "Generator": "generator.protocol",
    "GeneratorError": "generator.errors",
    "Recipe": "generator.recipe",
    "UnknownMotifError": "generator.errors",
    "WeightsError": "generator.errors",
    "families": "generator.lexicon.tables",
    "vocabulary": "generator.lexicon.reading",
}

__all__ = [
    "ArchiveGenerator",
    "BriefError",
    "Draft",
    "EmbeddedGenerator",
    "Generator",
    "GeneratorError",
    "Recipe",
    "UnknownMotifError",
    "WeightsError",
    "families",
    "vocabulary",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'generator' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
