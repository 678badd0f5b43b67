"""A folder of a diffusers pipeline: checked before it is loaded, and named by its digest."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from generator.bundle import UNREADABLE, file_digest
from generator.errors import WeightsError

INDEX_FILE = "model_index.json"
WEIGHTS, HALF = ".safetensors", "fp16"
BESIDE = (".cache", ".git")
PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle")
_GET = "save the pipeline there with save_pretrained(folder, safe_serialization=True)"


@dataclass(frozen=True)
class ModelFolder:
    """A folder whose files were read once; `digest` (SHA-256, hex) covers every file's name and bytes."""

    folder: Path
    pipeline: str
    digest: str

    @classmethod
    def open(cls, folder: Path) -> ModelFolder:
        """Read `model_index.json` and digest every file, some seconds a gigabyte.

        Raises WeightsError for a folder that is no pipeline, that holds pickles (they can run code) or that
        brings code of its own.
        """
        pipeline, lines = _pipeline(folder), []
        for path in _files(folder):
            name, digest = path.relative_to(folder).as_posix(), file_digest(path)
            if path.suffix in PICKLES:
                raise WeightsError(name, "of a safetensors file", "a pickle, which can run code", _GET)
            if path.suffix == ".py":
                raise WeightsError(name, "of a model without code", "code", _GET)
            if digest == UNREADABLE:
                raise WeightsError(name, "of a file that can be read", "one that cannot", _GET)
            lines.append(f"{digest}  {name}\n")
        if not any(line.rstrip().endswith(WEIGHTS) for line in lines):
            raise WeightsError(f"*{WEIGHTS}", "of the model's weights", "missing", _GET)
        return cls(folder, pipeline, hashlib.sha256("".join(lines).encode()).hexdigest())

    @property
    def variant(self) -> str | None:
        """`fp16` where the network that draws is there in half precision only, as diffusers names files."""
        networks = (self.folder / name for name in ("unet", "transformer"))
        found = [path.name for network in networks for path in network.glob(f"*{WEIGHTS}")]
        return HALF if found and all(f".{HALF}" in name for name in found) else None


def _files(folder: Path) -> list[Path]:
    """Every file of a folder, in linked folders too, but for what a download or a clone keeps beside."""
    found = []
    for home, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if name not in BESIDE]
        found += [Path(home, name) for name in names]
    return sorted(found)


def _pipeline(folder: Path) -> str:
    """The class that the folder's index names."""
    try:
        name = json.loads((folder / INDEX_FILE).read_text())["_class_name"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise WeightsError(INDEX_FILE, "of a diffusers pipeline", repr(error), _GET) from error
    if not isinstance(name, str) or not name.endswith("Pipeline"):
        raise WeightsError(INDEX_FILE, "of a diffusers pipeline", repr(name), _GET)
    return name
