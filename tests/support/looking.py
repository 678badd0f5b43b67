"""Local features of pictures, looked for once by all processes of a test session.

They are a function of the pixels alone, take most of the time in which a tile is made, and most tiles of the
tests are the same few.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

import pytest

FOLDER = "TESTS_LOOKED_ONCE"


@pytest.fixture(scope="session", autouse=True)
def looked_once() -> Iterator[None]:
    """What this process and the programs that it starts have seen is kept in a folder of theirs."""
    from forensics.placing import features

    with TemporaryDirectory(prefix="selvage-looked-") as folder, pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER, folder)
        patched.setattr(features, "_detect", _remembering(features._detect, Path(folder)))
        yield


def remember() -> None:
    """For a program that the tests start."""
    from forensics.placing import features

    if folder := os.environ.get(FOLDER):
        features._detect = _remembering(features._detect, Path(folder))


def _remembering(look: Callable[[Any, int], Any], folder: Path) -> Callable[[Any, int], Any]:
    import numpy as np

    from forensics.placing.features import Features

    def detect(grey: Any, limit: int) -> Any:
        shown = repr((grey.shape, grey.dtype, limit)).encode() + grey.tobytes()
        file = folder / hashlib.sha256(shown).hexdigest()
        if file.exists():
            with np.load(file) as kept:
                return Features(**kept)
        found = look(grey, limit)
        if folder.exists():  # a program may outlive the session
            with NamedTemporaryFile(dir=folder, delete=False) as written:
                np.savez(written, **vars(found))
            Path(written.name).replace(file)  # whole or not at all: others read beside us
        return found

    return detect
