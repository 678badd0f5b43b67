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

    if data.startswith(_PICKLED):
        raise AdapterError("the file is a pickle, which can run programs", "give a safetensors file")
    if len(data) > MOST_BYTES:
        raise AdapterError(f"it has {len(data)} bytes", f"an adapter has at most {MOST_BYTES}")
    about = _about(data)
    try:
        tensors = load(data)
    except (SafetensorError, ValueError) as error:
        raise AdapterError(f"the file is damaged ({error})", _AGAIN) from error
    if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
        raise AdapterError("it holds numbers that are none", _AGAIN)
    try:
        numbers = (int(about["rank"]), int(about["steps"]), int(about["seed"]))
        tiles = tuple(map(str, about["tiles"]))
    except (TypeError, ValueError) as error:
        raise AdapterError(f"its description cannot be read ({error})", _AGAIN) from error
    return Adapter(hashlib.sha256(data).hexdigest(), str(about["base"]), *numbers, tiles, tensors)


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
