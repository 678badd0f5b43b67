"""The systems under test, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bench.repeat_forensics.errors import MissingPackageError
from bench.repeat_forensics.systems import hashes, marks, own
from bench.repeat_forensics.systems.system import System

__all__ = ["MAKERS", "System", "available"]

MAKERS: dict[str, Callable[[], System]] = {
    "selvage": own.Selvage,
    "selvage-blind": own.SelvageBlind,
    "pdq": hashes.pdq,
    "phash": hashes.phash,
    "dhash": hashes.dhash,
    "iscc": hashes.iscc,
    "dwtDct": marks.dwt_dct,
    "dwtDctSvd": marks.dwt_dct_svd,
    "blind-watermark": marks.blind_watermark,
    "svd": marks.corrected_svd,
}


def available(names: Iterable[str]) -> tuple[list[System], dict[str, str]]:
    """(the systems that can run here, why the others cannot). Raises KeyError for an unknown name."""
    systems: list[System] = []
    missing: dict[str, str] = {}
    for name in names:
        if name not in MAKERS:
            raise KeyError(f"systems: no system {name!r}; there are {', '.join(MAKERS)}")
        try:
            systems.append(MAKERS[name]())
        except MissingPackageError as error:
            missing[name] = str(error)
    return systems, missing
