"""The files of a folder in which listings may lie: what a row names is read as that row, and once.

A listing names files at or below its own place, relative to it. Names are compared as they are written, so a
link and what it leads to are two files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from forensics.errors import PictureError
from forensics.sources.folders import files
from forensics.sources.kinds import HEAD, Kind, kind_of
from forensics.sources.listing import in_folder, row_paths
from forensics.sources.naming import is_hidden, is_listing, is_unsafe, printable
from forensics.sources.outcomes import problem
from forensics.sources.streams import opened
from forensics.sources.walking import Beside, Walk


@dataclass(frozen=True, slots=True)
class Given:
    """A file to be read by itself, under its unique name, or why it cannot; ``beside``: of a listing."""

    name: str
    path: Path | PictureError
    beside: Beside | None = None


class Listed:
    """The files below ``root``."""

    def __init__(self, root: Path, walk: Walk) -> None:
        self._root, self._walk = root, walk
        self._came: set[str] = set()  # what rows came to, relative to the root

    def in_turn(self) -> Iterator[Given]:
        """Each file to be read by itself.

        What rows name waits until every listing was read, for a listing may stop before it came to them.
        """
        named = self._named()
        waiting: list[tuple[str, Given]] = []
        for relative, path in files(self._root):
            name = self._walk.names.unique(printable(relative))
            if relative in named:
                waiting.append((relative, Given(name, path)))
            elif isinstance(path, Path) and is_listing(relative):
                yield Given(name, path, self._beside(relative, path))
            else:
                yield Given(name, path)
        yield from (given for relative, given in waiting if relative not in self._came)

    def _named(self) -> frozenset[str]:
        """The files that rows of the listings name, as far as these may be followed; relative to the root."""
        named: set[str] = set()
        for relative, path in files(self._root):
            if isinstance(path, PictureError) or not is_listing(relative):
                continue
            try:
                with opened(path, self._root.resolve()) as stream:
                    followed = kind_of(stream.read(HEAD)) is Kind.OTHER
                    places = list(row_paths(stream, self._walk.limits.rows)) if followed else []
            except (PictureError, OSError):
                continue  # it is told when its turn comes
            named.update(_below(relative, place) for place in places if place and not is_unsafe(place))
        return frozenset(name for name in named if not is_listing(name))

    def _beside(self, relative: str, path: Path) -> Beside:
        """Opens what a row of a listing names; what is hidden is passed over, here as everywhere."""
        beside = in_folder(path.parent.resolve())

        def open_beside(place: str) -> AbstractContextManager[BinaryIO]:
            if is_hidden(place) and not is_unsafe(place):
                raise problem("listing-picture-missing", path=printable(place))
            stream = beside(place)
            self._came.add(_below(relative, place))  # or it fails to open, which the row tells
            return stream

        return open_beside


def _below(listing: str, place: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(listing), place))
