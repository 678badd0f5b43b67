"""Errors of the watermark engine.

WatermarkError
└── MarkError                  a mark could not be put in, or was refused
    ├── PictureError           the pixels are of a shape, type or size that cannot be marked or read
    ├── MarkIdError            the number does not fit in the mark
    ├── MarkKeyError           the key is missing or too short
    └── MarkNotReadError       embedded, but reading back gave something else
"""


class WatermarkError(Exception):
    """Anything the watermark engine raises; `code` is stable and safe to show."""

    code: str = "watermark-failed"


class MarkError(WatermarkError):
    """A picture cannot be marked as asked."""

    code = "mark-failed"


class PictureError(MarkError):
    """The pixel array is not one this algorithm can work on."""

    code = "picture-not-usable"


class MarkIdError(MarkError):
    """The mark id is not a non-negative integer within the capacity of the mark."""

    code = "mark-id-out-of-range"


class MarkKeyError(MarkError):
    """The secret key of the mark is missing or too short."""

    code = "mark-key-unusable"


class MarkNotReadError(MarkError):
    """The mark was embedded but did not read back equal."""

    code = "mark-not-read"
