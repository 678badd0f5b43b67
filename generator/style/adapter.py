"""The file of an adapter: safetensors with one line of JSON about where it comes from.

Pickled checkpoints are refused unread: reading one runs whatever it holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.errors import AdapterError, AdapterModelError

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = "selvage adapter 1"
MOST_BYTES = 64 * 1024 * 1024
_ABOUT = "selvage"
_FIELDS = {"format", "base", "rank", "steps", "seed", "tiles"}
_PICKLED = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_NUMBERS = "torch.float32"
_LIMITS = {"rank": (1, 1024), "steps": (0, 2**31), "seed": (-(2**63), 2**63 - 1)}
_AGAIN = "train it again, or restore the file"


@dataclass(frozen=True, eq=False)
class Adapter:
    """A style for the weights whose digest is `base`; `sha256` names its file.

    `tiles` are the digests of what it was trained on, `tensors` the branches' weights in float32.
    """

    sha256: str
    base: str
    rank: int
    steps: int
    seed: int
    tiles: tuple[str, ...]
    tensors: Mapping[str, Tensor]

    def check_base(self, weights: str) -> None:
        """Raise AdapterModelError unless it was trained on these weights."""
        if self.base != weights:
            raise AdapterModelError(self.base, weights)

    def check_shapes(self, wanted: Mapping[str, tuple[int, ...]]) -> None:
        """Raise AdapterError unless its tensors have these names and shapes."""
        given = {name: tuple(tensor.shape) for name, tensor in self.tensors.items()}
        wrong = sorted(name for name in given.keys() | wanted.keys() if given.get(name) != wanted.get(name))
        if wrong:
            found, due = (shapes.get(wrong[0], "nothing") for shapes in (given, wanted))
            problem = f"its tensors do not fit ({wrong[0][:80]} is {found} and has to be {due})"
            raise AdapterError(problem, _AGAIN)


def write_adapter(
    tensors: Mapping[str, Tensor], base: str, rank: int, steps: int, seed: int, tiles: tuple[str, ...]
) -> bytes:
    """The file of an adapter; the same adapter is the same bytes."""
    from safetensors.torch import save

    about = {"format": FORMAT, "base": base, "rank": rank, "steps": steps, "seed": seed, "tiles": list(tiles)}
    text = json.dumps(about, sort_keys=True, separators=(",", ":"))
    plain = {name: tensors[name].detach().float().contiguous() for name in sorted(tensors)}
    # One key only: the order of several in a header is left to chance.
    written: bytes = save(plain, {_ABOUT: text})
    return written


def read_adapter(data: bytes) -> Adapter:
    """Raises AdapterError for a pickle, a damaged file or one that is no adapter of ours."""
    from safetensors import SafetensorError
    from safetensors.torch import load

    if data.startswith(_PICKLED) and not _has_header(data):
        raise AdapterError("the file is a pickle, which can run programs", "give a safetensors file")
    if len(data) > MOST_BYTES:
        raise AdapterError(f"it has {len(data)} bytes", f"an adapter has at most {MOST_BYTES}")
    about = _about(data)
    try:
        tensors = load(data)
    except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise AdapterError(f"the file is damaged ({error})", _AGAIN) from error
    if any(str(tensor.dtype) != _NUMBERS for tensor in tensors.values()):
        raise AdapterError(
            f"its numbers are not {_NUMBERS.removeprefix('torch.')}", "give one that selvage wrote"
        )
    if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
        raise AdapterError("it holds numbers that are none", _AGAIN)
    rank, steps, seed = (_whole(about, name, *limits) for name, limits in _LIMITS.items())
    if not isinstance(about["tiles"], list) or not isinstance(about["base"], str):
        raise AdapterError("its description cannot be read", _AGAIN)
    tiles = tuple(map(str, about["tiles"]))
    return Adapter(hashlib.sha256(data).hexdigest(), about["base"], rank, steps, seed, tiles, tensors)


def _whole(about: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = about[name]
    if type(value) is not int or not least <= value <= most:
        raise AdapterError(f"its {name} is no whole number from {least} to {most}", _AGAIN)
    return value


def _has_header(data: bytes) -> bool:
    """Whether a header as long as the first bytes say follows: a length can begin like a pickle."""
    length = int.from_bytes(data[:8], "little")
    return data[8:9] == b"{" and length <= len(data) - 8


def _about(data: bytes) -> dict[str, Any]:
    """The description in the header, which safetensors gives for files but not for bytes."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise AdapterError("the file is cut short or no safetensors", _AGAIN)
    try:
        header = json.loads(data[8 : 8 + length])
        about = json.loads(header["__metadata__"][_ABOUT])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AdapterError("it does not say what it was trained on", "give one that selvage wrote") from error
    if not isinstance(about, dict) or set(about) != _FIELDS or about["format"] != FORMAT:
        raise AdapterError("its description is of another program", "give one that selvage wrote")
    return about
