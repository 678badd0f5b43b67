"""Other watermarks: each marks the tile its own way; only its exact payload counts."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import multiprocessing
from collections import Counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from bench.repeat_forensics.digest import digest_of
from bench.repeat_forensics.errors import MissingPackageError
from bench.repeat_forensics.outcome import Judged, Outcome
from bench.repeat_forensics.pencil import Pixels
from bench.repeat_forensics.register import Entry, Register, kept

Bits = NDArray[np.bool_]
_SOURCES = (
    "bench/repeat_forensics/systems/marks.py",
    "bench/repeat_forensics/attacks",
    "bench/repeat_forensics/families",
    "watermark/svd.py",
)


class Marker(Protocol):
    """A watermark that carries `bits` bits."""

    bits: int

    def embed(self, pixels: Pixels, payload: Bits) -> Pixels: ...

    def extract(self, pixels: Pixels) -> Bits: ...


class MarkSystem:
    """A watermark library: the payload of a tile is a hash of its name."""

    def __init__(self, name: str, marker: Marker) -> None:
        self.name, self._marker = name, marker
        self.code = digest_of(*_SOURCES)

    def circulating(self, entry: Entry) -> Pixels:
        """The tile with this library's mark."""
        payload = self._payload(entry)
        code = digest_of(*_SOURCES[:1], "watermark/svd.py")
        return kept(self.name, code, entry.tile, lambda: self._marker.embed(entry.tile.pixels, payload))

    def prepare(self, register: Register) -> None:
        """The payloads of every registered tile."""
        everyone = (*register.entries, *register.others)
        self._names = [entry.asset_id for entry in everyone]
        self._payloads = np.stack([self._payload(entry) for entry in everyone])

    def judge(self, picture: Pixels, truth: Entry) -> Judged:
        """Proven when the payload is right to the last bit; the score is the number of bits that agree."""
        try:
            seen = self._marker.extract(picture)
        except Exception as error:  # noqa: BLE001 - a library that fails on a picture has read nothing
            nobody = {"0": len(self._names) - 1}
            return Judged(Outcome.NOTHING, 1.0, type(error).__name__, 0.0, nobody)
        agree = (self._payloads == seen).sum(axis=1)
        mine = self._names.index(truth.asset_id)
        exact = [name for name, count in zip(self._names, agree, strict=True) if count == self._marker.bits]
        if exact:
            outcome = Outcome.PROVEN if exact == [truth.asset_id] else Outcome.WRONG
        else:
            outcome = Outcome.NOTHING
        impostors = Counter(str(int(count)) for k, count in enumerate(agree) if k != mine)
        return Judged(outcome, 1.0, "payload" if exact else "", float(agree[mine]), dict(impostors))

    def _payload(self, entry: Entry) -> Bits:
        digest = hashlib.shake_256(entry.asset_id.encode()).digest(8)
        return np.unpackbits(np.frombuffer(digest, np.uint8)).astype(bool)[: self._marker.bits]


class _InvisibleWatermark:
    """The invisible-watermark package as it is (its colour order is BGR)."""

    def __init__(self, method: str, bits: int) -> None:
        self._module, self._method, self.bits = _package("imwatermark"), method, bits

    def embed(self, pixels: Pixels, payload: Bits) -> Pixels:
        encoder = self._module.WatermarkEncoder()
        encoder.set_watermark("bits", [int(bit) for bit in payload])
        marked = encoder.encode(np.ascontiguousarray(pixels[..., ::-1]), self._method)
        return np.ascontiguousarray(np.asarray(marked, np.uint8)[..., ::-1])

    def extract(self, pixels: Pixels) -> Bits:
        decoder = self._module.WatermarkDecoder("bits", self.bits)
        found = decoder.decode(np.ascontiguousarray(pixels[..., ::-1]), self._method)
        return np.asarray(found).astype(bool)


class _BlindWatermark:
    """The blind-watermark package as it is (BGR)."""

    bits = 64

    def __init__(self) -> None:
        module = _package("blind_watermark")
        with contextlib.suppress(AttributeError):
            module.bw_notes.close()
        self._module = module

    def embed(self, pixels: Pixels, payload: Bits) -> Pixels:
        mark = self._module.WaterMark(password_wm=1, password_img=1)
        mark.read_img(img=np.ascontiguousarray(pixels[..., ::-1]))
        mark.read_wm([bool(bit) for bit in payload], mode="bit")
        return np.asarray(np.clip(np.rint(mark.embed()), 0, 255), np.uint8)[..., ::-1]

    def extract(self, pixels: Pixels) -> Bits:
        mark = self._module.WaterMark(password_wm=1, password_img=1)
        picture = np.ascontiguousarray(pixels[..., ::-1])
        return np.asarray(mark.extract(embed_img=picture, wm_shape=self.bits, mode="bit")) >= 0.5


class _CorrectedSvd:
    """Selvage's own dwtDctSvd with the encoder's bands put right, in luma; it checks its payload itself."""

    bits = 48

    def __init__(self) -> None:
        from watermark import SvdMark

        self._mark = SvdMark()

    def embed(self, pixels: Pixels, payload: Bits) -> Pixels:
        return self._mark.embed(pixels, int.from_bytes(np.packbits(payload).tobytes(), "big"))

    def extract(self, pixels: Pixels) -> Bits:
        found = self._mark.read(pixels).mark_id
        if found is None:
            raise ValueError("the check bits do not hold")
        return np.unpackbits(np.frombuffer(found.to_bytes(6, "big"), np.uint8)).astype(bool)


def dwt_dct() -> MarkSystem:
    """invisible-watermark, method dwtDct, 32 bits."""
    return MarkSystem("dwtDct", _InvisibleWatermark("dwtDct", 32))


def dwt_dct_svd() -> MarkSystem:
    """invisible-watermark, method dwtDctSvd, 32 bits."""
    return MarkSystem("dwtDctSvd", _InvisibleWatermark("dwtDctSvd", 32))


def blind_watermark() -> MarkSystem:
    """blind-watermark, 64 bits."""
    return MarkSystem("blind-watermark", _BlindWatermark())


def corrected_svd() -> MarkSystem:
    """dwtDctSvd with the corrected encoder, in luma, 48 bits and 32 check bits."""
    return MarkSystem("svd", _CorrectedSvd())


def _package(name: str) -> Any:
    # blind_watermark chooses how processes start when it is imported, which fails where that was done.
    multiprocessing.set_start_method(None, force=True)
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingPackageError(name, "the benchmark goes on without it") from error
