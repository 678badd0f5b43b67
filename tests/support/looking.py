"""Local features of pictures, looked for once by all processes of a test run.

They are a function of the pixels alone, take most of the time in which a tile is made, and most tiles of the
tests are the same few.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest

FOLDER = "TESTS_LOOKED_ONCE"
LOOKING = "looking-"  # one file for each that looks


@pytest.fixture(scope="session", autouse=True)
def looked_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the workers and the programs that they start have seen is kept in a folder of them all."""
    from forensics.placing import features

    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "looked"
    folder.mkdir(exist_ok=True)
    with NamedTemporaryFile(prefix=LOOKING, dir=folder), pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER, str(folder))
        patched.setattr(features, "_detect", _remembering(features._detect, folder))
        yield
    if not list(folder.glob(f"{LOOKING}*")):  # some hundred megabytes: pytest keeps the folders of three runs
        shutil.rmtree(folder, ignore_errors=True)


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
