"""Perceptual hashes: the nearest registered tile by Hamming distance, and every distance for the ROC."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.repeat_forensics.digest import digest_of
from bench.repeat_forensics.errors import MissingPackageError
from bench.repeat_forensics.outcome import Judged, Outcome
from bench.repeat_forensics.pencil import Pixels
from bench.repeat_forensics.register import Entry, Register

Bits = NDArray[np.bool_]
_SOURCES = (
    "bench/repeat_forensics/systems/hashes.py",
    "bench/repeat_forensics/attacks",
    "bench/repeat_forensics/families",
    "watermark",
)


class HashSystem:
    """One hash. `ways` gives the hashes of a suspect, one or several; `usual` is the customary threshold."""

    def __init__(self, name: str, ways: Callable[[Pixels], list[Bits]], usual: int) -> None:
        self.name, self._ways, self._usual = name, ways, usual
        self.code = digest_of(*_SOURCES)

    def circulating(self, entry: Entry) -> Pixels:
        """The same pixels as Selvage: a hash needs no mark."""
        return entry.marked

    def prepare(self, register: Register) -> None:
        """The first hash of every registered tile."""
        everyone = (*register.entries, *register.others)
        self._names = [entry.asset_id for entry in everyone]
        self._bits = np.stack([self._ways(entry.marked)[0] for entry in everyone])

    def judge(self, picture: Pixels, truth: Entry) -> Judged:
        """Likely when the nearest tile is right and within the customary threshold; hashes prove nothing."""
        apart = np.min([(self._bits != bits).sum(axis=1) for bits in self._ways(picture)], axis=0)
        mine = self._names.index(truth.asset_id)
        nearest = int(np.argmin(apart))
        if apart[nearest] > self._usual:
            outcome = Outcome.NOTHING
        else:
            outcome = Outcome.LIKELY if nearest == mine else Outcome.MISLED
        impostors = Counter(str(-int(d)) for k, d in enumerate(apart) if k != mine)
        return Judged(outcome, 1.0, "hash", -float(apart[mine]), dict(impostors))


def pdq() -> HashSystem:
    """PDQ of its makers' code, 256 bits, all eight flips and quarter turns; customary threshold 31."""
    module = _package("pdqhash")

    def ways(picture: Pixels) -> list[Bits]:
        hashes, _quality = module.compute_dihedral(np.ascontiguousarray(picture))
        return [np.asarray(one, bool) for one in hashes]

    return HashSystem("pdq", ways, 31)


def phash() -> HashSystem:
    """pHash of the imagehash package, 64 bits; customary threshold 10."""
    return _imagehash("phash", 10)


def dhash() -> HashSystem:
    """Difference hash of the imagehash package, 64 bits; customary threshold 10."""
    return _imagehash("dhash", 10)


def _imagehash(name: str, usual: int) -> HashSystem:
    module = _package("imagehash")

    def ways(picture: Pixels) -> list[Bits]:
        from PIL import Image

        return [np.asarray(getattr(module, name)(Image.fromarray(picture)).hash, bool).ravel()]

    return HashSystem(name, ways, usual)


def iscc() -> HashSystem:
    """ISCC image code (ISO 24138), 256 bits; threshold as PDQ's."""
    module = _package("iscc_core")

    def ways(picture: Pixels) -> list[Bits]:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        small = cv2.resize(grey, (32, 32), interpolation=cv2.INTER_AREA)
        digest = module.soft_hash_image_v0(small.ravel().tolist(), bits=256)
        return [np.unpackbits(np.frombuffer(digest, np.uint8)).astype(bool)]

    return HashSystem("iscc", ways, 31)


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingPackageError(name, "the benchmark goes on without it") from error
