"""Weights that others replaced, shipped for their recipes."""

from __future__ import annotations

from generator.bundle import EARLIER, SHIPPED, Bundle


def replaced(edition: int) -> Bundle:
    """One of this edition."""
    bundles = (Bundle.open(folder) for folder in sorted((SHIPPED / EARLIER).iterdir()))
    return next(bundle for bundle in bundles if bundle.settings().knows.edition == edition)
