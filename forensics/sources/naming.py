"""Names of suspects: stable, printable, unique."""

from __future__ import annotations

import re

_DRIVE = re.compile(r"^[A-Za-z]:")
_OURS = re.compile(r"!(?=/)|#(?=(?:page|frame|row|copy)=\d|rest$)")


def printable(text: str) -> str:
    """The text with control and undecodable characters percent-encoded, so that no terminal is disturbed."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _encoded(each) for each in text)


def component(name: str) -> str:
    """A file's or member's own name as a part of a suspect's, where ``!/`` and ``#page=1`` are ours."""
    return _OURS.sub(lambda found: _encoded(found.group()), printable(name))


def is_unsafe(name: str) -> bool:
    """Whether an archive member's name is absolute or climbs."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or bool(_DRIVE.match(name))


def is_listing(name: str) -> bool:
    """Whether a file is meant as a listing; text has no signature of its own."""
    return name.lower().endswith(".csv")


def is_hidden(name: str) -> bool:
    """Whether a program, not a person, put the file there: dot files and what file managers leave behind."""
    parts = name.split("/")
    dotted = any(part.startswith(".") and part not in (".", "..") for part in parts)
    return dotted or "__MACOSX" in parts or parts[-1] in ("Thumbs.db", "desktop.ini")


class Names:
    """Gives each name once: the second ``a.jpg`` becomes ``a.jpg#copy=2``."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """The name as a component, or that with the number of its copy."""
        part = component(name)
        count = self._seen[part] = self._seen.get(part, 0) + 1
        return part if count == 1 else f"{part}#copy={count}"


def _encoded(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogateescape"))
