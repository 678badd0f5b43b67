"""What came of the pictures of a source, and pictures and archives to make sources of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from forensics import decode_image
from forensics.sources import OUTCOMES, Suspect


def outcomes(found: Iterator[Suspect]) -> dict[str, str]:
    """Name -> "ok" or the code of the problem; each suspect is checked to be one of the two, and unique."""
    result: dict[str, str] = {}
    for suspect in found:
        assert (suspect.data is None) != (suspect.problem is None)
        assert suspect.name not in result
        assert suspect.name.isprintable()
        if suspect.data is not None:
            assert decode_image(suspect.data, max_side=4096).ndim == 3
        else:
            assert suspect.problem is not None
            assert suspect.problem.code in OUTCOMES
        result[suspect.name] = suspect.problem.code if suspect.problem else "ok"
    return result


def changed(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def animation(made: Any) -> bytes:
    frames = [made.picture(seed) for seed in range(3)]
    return bytes(made.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
