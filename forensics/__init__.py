"""Forensics: what a found picture is, and how sure we are. Evidence, never entitlement.

Whether a use was allowed is decided elsewhere (``ledger.decide``); this room only says which registered
tile a picture shows. Names are loaded on first use, so importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forensics.describing.genericness import generic
    from forensics.drawing.evidence import draw
    from forensics.errors import (
        FingerprintFormatError,
        ForensicsError,
        PictureError,
        ReferenceOutOfReachError,
        ReferenceTileError,
    )
    from forensics.examination import examine, examine_bytes
    from forensics.fingerprints.prints import Fingerprint, fingerprint
    from forensics.index import BruteForceIndex, Index, Reference
    from forensics.pictures import decode_image
    from forensics.report import Evidence, Found, ManifestHint, Report, Signal, Step, Verdict
    from forensics.traits import ColourChange, Colourway, Ink, Overlay, Repeat, RepeatType

_HOME = {
    "draw": "drawing.evidence",
    "FingerprintFormatError": "errors",
    "ForensicsError": "errors",
    "PictureError": "errors",
    "ReferenceOutOfReachError": "errors",
    "ReferenceTileError": "errors",
    "examine": "examination",
    "examine_bytes": "examination",
    "generic": "describing.genericness",
    "Fingerprint": "fingerprints.prints",
    "fingerprint": "fingerprints.prints",
    "BruteForceIndex": "index",
    "Index": "index",
    "Reference": "index",
    "decode_image": "pictures",
    "Evidence": "report",
    "Found": "report",
    "ManifestHint": "report",
    "Report": "report",
    "Signal": "report",
    "Step": "report",
    "Verdict": "report",
    "ColourChange": "traits",
    "Colourway": "traits",
    "Ink": "traits",
    "Overlay": "traits",
    "Repeat": "traits",
    "RepeatType": "traits",
}

__all__ = [
    "BruteForceIndex",
    "ColourChange",
    "Colourway",
    "Evidence",
    "Fingerprint",
    "FingerprintFormatError",
    "ForensicsError",
    "Found",
    "Index",
    "Ink",
    "ManifestHint",
    "Overlay",
    "PictureError",
    "Reference",
    "ReferenceOutOfReachError",
    "ReferenceTileError",
    "Repeat",
    "RepeatType",
    "Report",
    "Signal",
    "Step",
    "Verdict",
    "decode_image",
    "draw",
    "examine",
    "examine_bytes",
    "fingerprint",
    "generic",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'forensics' has no attribute {name!r}")
    return getattr(importlib.import_module(f"forensics.{_HOME[name]}"), name)
