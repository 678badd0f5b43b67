"""Palettes: two to six spot inks, ground first, written as #rrggbb."""

from __future__ import annotations

import re
from collections.abc import Sequence

from generator.errors import BriefError

MIN_INKS = 2
MAX_INKS = 6
_INK = re.compile(r"#[0-9a-f]{6}")


def parse_palette(palette: Sequence[str]) -> tuple[str, ...]:
    """Lower-case and check a palette of distinct `#rrggbb` inks, ground first.

    Raises BriefError (field `palette`) on a wrong count, a malformed ink or a duplicate.
    """
    if isinstance(palette, str) or not all(isinstance(ink, str) for ink in palette):
        raise BriefError("palette", "is not a list of inks", 'give a list such as ["#f6ecd6", "#17274f"]')
    inks = tuple(ink.strip().lower() for ink in palette)
    if not MIN_INKS <= len(inks) <= MAX_INKS:
        raise BriefError("palette", f"has {len(inks)} inks", f"give {MIN_INKS} to {MAX_INKS}, ground first")
    for ink in inks:
        if not _INK.fullmatch(ink):
            raise BriefError("palette", f"{ink!r} is not an ink", "write inks as #rrggbb")
    if len(set(inks)) != len(inks):
        raise BriefError("palette", "names the same ink twice", "give distinct inks")
    return inks


def ink_rgb(ink: str) -> tuple[int, int, int]:
    """Red, green and blue (0..255) of an ink written as #rrggbb."""
    return int(ink[1:3], 16), int(ink[3:5], 16), int(ink[5:7], 16)
