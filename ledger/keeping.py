"""What is made once and kept, and made again when what it was made of has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Followed(Generic[Made]):
    """What `make` makes, kept while `version` says the same; safe between threads.

    A `version` of None says nothing, as of a folder that is out of reach: what was made stays.
    Where `make` raises, nothing older is given in its place.
    """

    def __init__(self, make: Callable[[], Made], version: Callable[[], object]) -> None:
        self._make, self._version = make, version
        self._lock = threading.Lock()
        self._kept: tuple[object, Made] | None = None

    def get(self) -> Made:
        with self._lock:
            version = self._version()
            if self._kept is None:
                made = self._make()
                # the first start makes the folder, so only now is there a version to be told
                self._kept = (self._version() if version is None else version, made)
            elif version is not None and version != self._kept[0]:
                self._kept = (version, self._make())
            return self._kept[1]
