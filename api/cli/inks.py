"""Palettes as commands take them: inks by name or hex, a colour book, a photograph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.cli.context import read_bytes
from api.errors import InputError


@dataclass(frozen=True)
class Chosen:
    """`#rrggbb` inks, and what each is told by."""

    inks: tuple[str, ...]
    names: tuple[str, ...]


def chosen(inks: Sequence[str], book: str | None, photo: str | None, count: int | None) -> Chosen:
    """The inks that were asked for. Raises InputError, BriefError and PictureError.

    A book alone is the palette itself. `count` goes with a photograph.
    """
    from forensics import decode_image
    from generator import palettes

    known = palettes.read_book(read_bytes(book)) if book else {}
    if photo is not None:
        if inks or book:
            raise InputError("photo: give a photograph, or inks and a book, not both", field="photo")
        if count is None:
            raise InputError("inks: say how many to take from the photograph, such as --inks 3", field="inks")
        found = palettes.from_photograph(decode_image(read_bytes(photo)), count)
        return Chosen(found, palettes.called(found))
    if count is not None:
        raise InputError("inks: goes with --photo; without one, every ink is named", field="inks")
    wanted = list(inks) or list(known)
    if not wanted:
        raise InputError("palette: name inks, or give --book or --photo", field="palette")
    return Chosen(palettes.resolve(wanted, known), palettes.called(wanted, known))


def listed(text: str) -> list[str]:
    """The inks of `chalk,indigo` or `chalk indigo`."""
    parts = text.split(",") if "," in text else text.split()
    return [part.strip() for part in parts if part.strip()]
