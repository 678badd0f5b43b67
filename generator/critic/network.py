"""The trained critic: shipped weights, checked by their sums, on one CPU thread."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from generator.bundle import check_sums, list_sums
from generator.critic.words import numbers
from generator.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor, nn

SHIPPED = Path(__file__).parent / "weights"
WEIGHTS_FILE, CONFIG_FILE, LOG_FILE = "critic.safetensors", "config.json", "training.jsonl"
_FILES = (CONFIG_FILE, WEIGHTS_FILE)
_BATCH = 32
_GET = "restore the file from the repository, or train it with python -m generator.critic.training"
Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]


class Critic:
    """Puts tiles and prompts into one space; the nearer, the better they agree.

    A tile is one repeat, uint8 (H, W, 3), in any inks; `units` says how many units of the generator's
    training it is wide. The networks are built when first used.
    """

    def __init__(self, folder: Path, digest: str, config: Mapping[str, Any]) -> None:
        self._folder, self.digest = folder, digest
        self.heads: dict[str, tuple[str, ...]] = {name: tuple(each) for name, each in config["heads"].items()}
        self.words = tuple(config["words"])

    @classmethod
    def load(cls, folder: Path | None = None) -> Critic:
        """Check the shipped weights, or those in `folder`. Raises WeightsError."""
        home = SHIPPED if folder is None else folder
        listed = check_sums(home, _FILES, _GET)
        digest = hashlib.sha256("".join(listed[name] for name in _FILES).encode()).hexdigest()
        try:
            config = json.loads((home / CONFIG_FILE).read_text())
            return cls(home, digest, config)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WeightsError(CONFIG_FILE, "of usable settings", repr(error), _GET) from error

    @cached_property
    def _networks(self) -> nn.ModuleDict:
        from generator.critic.models import build

        networks = build(self.heads, len(self.words))
        fill(networks, self._folder / WEIGHTS_FILE)
        return networks

    def embed(self, tiles: Sequence[Pixels], units: int = 1) -> Vectors:
        """Unit vectors (n, 128), float32."""
        return np.concatenate(
            [self._look(tiles[i : i + _BATCH], units)[0] for i in range(0, len(tiles), _BATCH)]
        )

    def embed_said(self, readings: Sequence[Mapping[str, str]]) -> Vectors:
        """Unit vectors (n, 128) of readings, values by head, such as `words.said` has of a prompt."""
        import torch

        with torch.no_grad():
            found: Tensor = self._networks["text"](numbers(readings, self.words))
        return np.asarray(found.numpy(), np.float32)

    def attributes(self, tiles: Sequence[Pixels], units: int = 1) -> list[dict[str, dict[str, float]]]:
        """What each tile shows: for every head the probability of each of its values."""
        return self.judge(tiles, units)[1]

    def judge(
        self, tiles: Sequence[Pixels], units: int = 1
    ) -> tuple[Vectors, list[dict[str, dict[str, float]]]]:
        """`embed` and `attributes` in one look."""
        parts = [self._look(tiles[i : i + _BATCH], units) for i in range(0, len(tiles), _BATCH)]
        vectors = np.concatenate([vectors for vectors, _ in parts])
        shares = {head: np.concatenate([found[head] for _, found in parts]) for head in self.heads}
        seen = [
            {
                head: dict(zip(values, map(float, shares[head][i]), strict=True))
                for head, values in self.heads.items()
            }
            for i in range(len(tiles))
        ]
        return vectors, seen

    def _look(self, tiles: Sequence[Pixels], units: int) -> tuple[Vectors, dict[str, Vectors]]:
        import torch

        from generator.critic.models import UNIT_PX

        edge = UNIT_PX * units
        small = np.stack([resized(tile, edge) for tile in tiles])
        with torch.no_grad():
            vectors, logits = self._networks["image"](prepared(small))
        shares = {head: each.softmax(1).numpy() for head, each in logits.items()}
        return np.asarray(vectors.numpy(), np.float32), shares


def prepared(pictures: Pixels) -> Tensor:
    """uint8 (n, H, W, 3) as the networks take it."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1.0


def resized(tile: Pixels, edge: int) -> Pixels:
    """The tile at (edge, edge, 3), averaged when it is larger."""
    import cv2

    if tile.shape[:2] == (edge, edge):
        return tile
    method = cv2.INTER_AREA if min(tile.shape[:2]) >= edge else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(tile, (edge, edge), interpolation=method), np.uint8)


def fill(networks: nn.ModuleDict, path: Path) -> None:
    """Load half-precision weights into float32 networks. Raises WeightsError when they do not fit."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        stored = {key: tensor.float() for key, tensor in load_file(path).items()}
        networks.load_state_dict(stored)
    except (SafetensorError, RuntimeError) as error:
        raise WeightsError(path.name, "of fitting tensors", str(error).splitlines()[0], _GET) from error
    networks.eval().requires_grad_(False)


def write_sums(folder: Path) -> None:
    """Write SHA256SUMS over the files that decide what the critic sees."""
    list_sums(folder, _FILES)
