"""rdflib kept to the letter: values stay as they are written, and it says nothing about them beside us."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def to_the_letter() -> Iterator[None]:
    """While literals are made, read or written."""
    import rdflib

    # Values are compared by our own rules and reported as they were told.
    rdflib.NORMALIZE_LITERALS = False
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
