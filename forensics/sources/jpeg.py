"""What a JPEG decoder will hold in memory (ITU-T T.81, annex B), read from the markers."""

from __future__ import annotations

import struct

_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_SCAN = 0xDA


def coefficient_bytes(data: bytes) -> int:
    """Bytes of coefficients kept until the last scan: none for a sequential picture in one scan."""
    frame: tuple[int, bytes] | None = None
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _ALONE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        body = data[at + 4 : at + 2 + length]
        if marker in _FRAMES:
            frame = marker, body
        if marker == _SCAN:
            return _kept(frame, body)
        at += 2 + max(length, 2)
    return 0


def _kept(frame: tuple[int, bytes] | None, scan: bytes) -> int:
    if frame is None or len(frame[1]) < 6 or not scan:
        return 0
    marker, body = frame
    _bits, height, width, components = struct.unpack_from(">BHHB", body)
    if marker not in _PROGRESSIVE and scan[0] >= components:
        return 0
    factors = [body[7 + 3 * k] for k in range(components) if 7 + 3 * k < len(body)]
    across = max([factor >> 4 for factor in factors] + [1])
    down = max([factor & 15 for factor in factors] + [1])
    share = sum((factor >> 4) * (factor & 15) for factor in factors) / (across * down)
    return int(2 * width * height * share)
