"""Pictures that must not be accepted, and the fresh keys they are asked for.

The bound on a false match is a probability over the draw of the key, whatever the picture: so a few pictures
of every kind, each asked for many keys that nobody has marked anything with, tell what is accepted wrongly.
`null_decodes` asks the blind reader, `null_exams` the whole examination, `null_askings` for known marks.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import cv2
import numpy as np

from api.demo.strangers import STRANGERS
from api.demo.studio import photographed
from bench.repeat_forensics.attacks import ATTACKS, generator_for
from bench.repeat_forensics.attacks.scenes import clutter
from bench.repeat_forensics.pencil import Pixels
from bench.repeat_forensics.register import Register
from bench.repeat_forensics.tiles import tiles

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")

KINDS = ("unmarked tile", "other key", "look-alike", "photograph")
OTHER_ID = "other id"


@dataclass(frozen=True)
class NullPicture:
    """A picture that shows no tile marked with the key it is asked for."""

    number: int
    kind: str
    name: str


def pictures(kinds: Sequence[str] = KINDS, word: str = "null") -> Iterator[NullPicture]:
    """Null pictures without end, the kinds taking turns; `word` begins their names."""
    for number in itertools.count():
        yield NullPicture(number, kinds[number % len(kinds)], f"{word}-{number:05d}")


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
    OTHER_ID: _other_key,
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


def read(kind: type[Record], path: Path, current: str | None = None) -> list[Record]:
    """The records of a file; only those of one code when it is given. A line cut short is passed over."""
    if not path.exists():
        return []
    lines = [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
    told: list[dict[str, Any]] = [json.loads(line) for line in lines]
    return [kind(**each) for each in told if current is None or each["code"] == current]


def line(record: DataclassInstance) -> str:
    """One line of the file."""
    return json.dumps(asdict(record), separators=(",", ":"), sort_keys=True) + "\n"
