"""Errors of the forensics room.

ForensicsError
├── PictureError              the bytes or the path are not a picture we can examine
├── FingerprintFormatError    a stored fingerprint cannot be read
├── ReferenceTileError        a registered tile is lost, so it cannot be compared
└── ReferenceOutOfReachError  the store of the registered tiles does not answer for now
"""

from __future__ import annotations


class ForensicsError(Exception):
    """Base of everything this package raises on purpose."""

    code: str = "forensics-error"


class PictureError(ForensicsError):
    """The input is not a picture that can be examined. ``code`` says which rule it broke."""

    code: str = "picture-unreadable"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code


class FingerprintFormatError(ForensicsError):
    """A stored fingerprint is of another algorithm, or its fields are damaged."""

    code: str = "fingerprint-format"


class ReferenceTileError(ForensicsError):
    """The pixels of a registered tile could not be loaded, so it cannot be compared."""

    code: str = "reference-tile-unavailable"


class ReferenceOutOfReachError(ForensicsError):
    """The store of a registered tile does not answer for now; raised by the function that loads the tile.

    An examination ends with it: what a comparison would show is not to be missed for a broken connection.
    """

    code: str = "reference-tile-out-of-reach"
