"""Pictures that must not be accepted: what a mark's reader says to them under many fresh keys.

The bound on a false match is a probability over the draw of the key, whatever the picture. So the folds and
spectra of a picture, which need no key, are made once and then decoded under many keys: that makes a hundred
thousand decodes affordable. One null decode is one folded view under one key; a null reading is all views of
a picture under one key, accepted if any of its decodes is. Full examinations, informed decoding included and
dearer, are made of every second picture under a ring of RING fresh keys, all of which are tried.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from api.demo.strangers import STRANGERS
from api.demo.studio import photographed
from bench.repeat_forensics.attacks import ATTACKS, generator_for
from bench.repeat_forensics.attacks.scenes import clutter
from bench.repeat_forensics.digest import digest_of
from bench.repeat_forensics.pencil import Pixels
from bench.repeat_forensics.register import Register
from bench.repeat_forensics.tiles import tiles

if TYPE_CHECKING:
    from watermark.torus.keyring import Keyring
    from watermark.torus.spectrum import Spectrum

KINDS = ("unmarked tile", "other key", "look-alike", "photograph")
KEYS_PER_PICTURE = 20
RING = 8
_EXAMINED_EVERY = 2
_SMALLEST_PX = 128


@dataclass(frozen=True)
class NullPicture:
    """A picture that shows no tile marked with the key it is asked for."""

    number: int
    kind: str
    name: str


@dataclass(frozen=True)
class NullRecord:
    """What the readers said to one null picture.

    views: folds looked at; keys: fresh keys; aligned: decodes that got as far as a codeword; accepted:
    decodes accepted; largest: the largest z under each key, where anything aligned; verdict, least_p: of the
    full examination under a ring of fresh keys, "" and 1 where none was made.
    """

    picture: str
    kind: str
    code: str
    views: int
    keys: int
    aligned: int
    accepted: int
    largest: list[float]
    seconds: float
    verdict: str = ""
    least_p: float = 1.0
    examined_seconds: float = 0.0

    @property
    def decodes(self) -> int:
        """Null decodes made."""
        return self.views * self.keys


def code() -> str:
    """What null results depend on."""
    return digest_of("forensics", "watermark", "bench/repeat_forensics/attacks")


def pictures() -> Iterator[NullPicture]:
    """Null pictures without end, the kinds taking turns."""
    number = 0
    while True:
        yield NullPicture(number, KINDS[number % len(KINDS)], f"null-{number:05d}")
        number += 1


def fresh_key(name: str, number: int) -> bytes:
    """A key nobody has marked anything with: the same in every run."""
    return hashlib.sha256(f"a null key of the benchmark: {name} {number}".encode()).digest()


def drawn(picture: NullPicture, register: Register) -> Pixels:
    """The pixels of a null picture."""
    return _MAKERS[picture.kind](picture, register)


def _unmarked(picture: NullPicture, register: Register) -> Pixels:
    """A tile that is neither registered nor marked, under an attack."""
    number = picture.number // len(KINDS)
    tile = tiles(register.half, 1, register.size, first=1000 + number)[0]
    return _attacked(tile.pixels, picture)


def _look_alike(picture: NullPicture, register: Register) -> Pixels:
    """The unmarked artwork of a registered tile, under an attack: as alike as can be."""
    entry = register.entries[picture.number // len(KINDS) % len(register.entries)]
    return _attacked(entry.tile.pixels, picture)


def _other_key(picture: NullPicture, register: Register) -> Pixels:
    """A registered, marked tile: marked, but not with any of the fresh keys it will be asked for."""
    entry = register.entries[picture.number // len(KINDS) % len(register.entries)]
    return _attacked(entry.marked, picture)


def _photograph(picture: NullPicture, register: Register) -> Pixels:  # noqa: ARG001 - one shape for all
    """Drawn scenes and textures, and crops of the one real photograph at hand (it ships with matplotlib)."""
    rng = np.random.default_rng([77, picture.number])
    turn = picture.number // len(KINDS) % 4
    if turn == 0 and (real := _real_photograph()) is not None:
        return _crop(real, rng)
    if turn == 1:
        return photographed(clutter((1000, 800), rng), rng)
    return STRANGERS[int(rng.integers(len(STRANGERS)))][1](rng)


_MAKERS: dict[str, Callable[[NullPicture, Register], Pixels]] = {
    "unmarked tile": _unmarked,
    "other key": _other_key,
    "look-alike": _look_alike,
    "photograph": _photograph,
}


def _attacked(tile: Pixels, picture: NullPicture) -> Pixels:
    attack = ATTACKS[picture.number // len(KINDS) * 7 % len(ATTACKS)]
    return attack.apply(tile, generator_for(attack, picture.name))


@cache
def _real_photograph() -> Pixels | None:
    try:
        import matplotlib
    except ImportError:
        return None
    path = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    found = cv2.imread(str(path))
    return None if found is None else np.ascontiguousarray(np.asarray(found, np.uint8)[..., ::-1])


def _crop(photograph: Pixels, rng: np.random.Generator) -> Pixels:
    height, width = photograph.shape[:2]
    side = int(rng.integers(260, min(height, width)))
    top, left = int(rng.integers(height - side + 1)), int(rng.integers(width - side + 1))
    cut = photograph[top : top + side, left : left + side]
    return np.asarray(cv2.resize(cut, (800, 800), interpolation=cv2.INTER_CUBIC), np.uint8)


class _NullRing:
    """In the place of the keys of a search: shows every view to many fresh keys, and accepts nothing, so that
    the search goes through all its views."""

    def __init__(self, keys: list[bytes]) -> None:
        from watermark.torus.keyring import Keyring

        self._rings = [Keyring((key,)) for key in keys]
        self.views, self.aligned, self.accepted = 0, 0, 0
        self._largest: dict[int, float] = {}

    def threshold(self, folds: int, orientations: int) -> float:
        """The z a codeword would need under one key."""
        return self._rings[0].threshold(folds, orientations)

    def decode(self, seen: Spectrum, orientations: int, enough: float) -> None:
        """Decode one view under every key and remember what came of it."""
        self.views += 1
        for number, ring in enumerate(self._rings):
            decoded = ring.decode(seen, orientations, enough)
            if decoded is not None:
                self.aligned += 1
                self.accepted += decoded.checks and decoded.z >= enough
                self._largest[number] = max(decoded.z, self._largest.get(number, decoded.z))

    @property
    def largest(self) -> list[float]:
        """The largest z under each key, where anything aligned."""
        return [round(z, 3) for z in self._largest.values()]


def asked(picture: NullPicture, register: Register) -> NullRecord:
    """Decode every view of a null picture under fresh keys, and examine every second picture in full."""
    from watermark.torus.search import search

    pixels, started = drawn(picture, register), time.process_time()
    ring = _NullRing([fresh_key(picture.name, number) for number in range(KEYS_PER_PICTURE)])
    if min(pixels.shape[:2]) >= _SMALLEST_PX:
        search(pixels, cast("Keyring", ring), budget_seconds=math.inf)
    record = NullRecord(
        picture.name,
        picture.kind,
        code(),
        ring.views,
        KEYS_PER_PICTURE,
        ring.aligned,
        ring.accepted,
        ring.largest,
        round(time.process_time() - started, 2),
    )
    if picture.number // len(KINDS) % _EXAMINED_EVERY == 0:
        return _examined(record, pixels, register)
    return record


def _examined(record: NullRecord, pixels: Pixels, register: Register) -> NullRecord:
    from forensics import examine
    from watermark import TorusMark

    started = time.process_time()
    ring = [fresh_key(record.picture, KEYS_PER_PICTURE + k) for k in range(RING)]
    report = examine(pixels, register.index, TorusMark(ring))
    told = asdict(record) | {
        "verdict": report.verdict.value,
        "least_p": report.p_value,
        "examined_seconds": round(time.process_time() - started, 2),
    }
    return NullRecord(**told)


def read(path: Path, current: str | None = None) -> list[NullRecord]:
    """The null records of a file; only those of one code when it is given."""
    if not path.exists():
        return []
    lines = [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
    found = [NullRecord(**json.loads(line)) for line in lines]
    return [record for record in found if current is None or record.code == current]


def line(record: NullRecord) -> str:
    """One line of the file."""
    return json.dumps(asdict(record), separators=(",", ":"), sort_keys=True) + "\n"
