"""Letters on pictures and sheets."""

from __future__ import annotations


def plain_letters(text: str) -> str:
    """`text` in what the built-in fonts have letters for, with a question mark for each other."""
    return text.encode("latin-1", "replace").decode("latin-1")
