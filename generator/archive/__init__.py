"""The procedural house archive."""

from __future__ import annotations

from generator.archive.house import ArchiveGenerator

__all__ = ["ArchiveGenerator"]
