"""A folder of a diffusers pipeline: checked before it is loaded, and named by its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from generator.bundle import file_digest
from generator.errors import WeightsError

INDEX_FILE = "model_index.json"
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
        pipeline = _pipeline(folder)
        files = sorted(
            path
            for path in folder.rglob("*")
            if path.is_file() and ".cache" not in path.relative_to(folder).parts
        )
        for path in files:
            name = path.relative_to(folder).as_posix()
            if path.suffix in PICKLES:
                raise WeightsError(name, "of a safetensors file", "a pickle, which can run code", _GET)
            if path.suffix == ".py":
                raise WeightsError(name, "of a model without code", "code", _GET)
        if not any(path.suffix == ".safetensors" for path in files):
            raise WeightsError("*.safetensors", "of the model's weights", "missing", _GET)
        lines = "".join(f"{file_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
        return cls(folder, pipeline, hashlib.sha256(lines.encode()).hexdigest())


def _pipeline(folder: Path) -> str:
    """The class that the folder's index names."""
    try:
        name = json.loads((folder / INDEX_FILE).read_text())["_class_name"]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise WeightsError(INDEX_FILE, "of a diffusers pipeline", repr(error), _GET) from error
    if not isinstance(name, str) or not name.endswith("Pipeline"):
        raise WeightsError(INDEX_FILE, "of a diffusers pipeline", repr(name), _GET)
    return name
