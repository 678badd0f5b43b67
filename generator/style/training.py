"""Training of an adapter: the flow network stays as it is, the branches learn the hand of the tiles.

Every step draws its numbers from its own number, and the state is bytes, so a training that was cut off goes
on with the same result as one that was not.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as functional
from torch import Tensor

from generator.editions import Asked
from generator.errors import BriefError, StyleTilesError, UnknownMotifError
from generator.flow import one_thread
from generator.models import encode_caption, predict_flow
from generator.style.adapter import write_adapter
from generator.style.lora import RANK, beside, branches
from generator.style.tiles import StyleTile, check_count, to_screens
from generator.units import UNIT_LATENTS, UNIT_PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.embedded import EmbeddedGenerator

BATCH = 8
_WIDEST = 4  # units across: a hand is learnt at the size that it is drawn at, also from a tile of two units
PEAK_RATE, LAST_RATE = 1e-3, 5e-5
_NO_WORDS = 0.15
# Families whose tossed tiles still stand on a lattice: waved stripes, and cells that take inks by chance.
_ON_LATTICE = ("stripe", "geometric")
_ABOUT = "training"


class Training:
    """A style in training on the weights of `generator`.

    Raises StyleTilesError for too few or too many tiles, and for more inks than the weights print.
    """

    def __init__(
        self,
        generator: EmbeddedGenerator,
        tiles: Sequence[StyleTile],
        seed: int = 0,
        rank: int = RANK,
        rate: float = PEAK_RATE,
    ) -> None:
        check_count(len(tiles))
        for tile in tiles:
            _check_inks(tile, generator.screens + 1)
        self._generator, self._tiles, self._seed, self._rank = generator, tuple(tiles), seed, rank
        self._rate = rate
        # Branches hang beside layers while it trains: beside those that others draw with and copy, they would
        # get into what these make.
        shared = generator.networks
        self._networks = replace(shared, unet=copy.deepcopy(shared.unet))
        self._tiles_asked = [self._asked(tile) for tile in tiles]
        self._captions = [each.caption for each in self._tiles_asked]
        self._branches = branches(self._networks.unet, rank, seed)
        self._optimiser = torch.optim.AdamW(
            self._branches.parameters(), rate, betas=(0.9, 0.99), weight_decay=1e-3
        )
        self.step = 0

    @property
    def parameters(self) -> int:
        """How many numbers are trained."""
        return sum(each.numel() for each in self._branches.parameters())

    def run(self, to: int, of: int) -> float:
        """Train up to step `to` of a plan of `of` steps; the mean loss of the steps taken."""
        losses = []
        self._latents, self._words = self._seen
        with _training(), beside(self._networks.unet, self._branches):
            while self.step < to:
                losses.append(self._step(of))
        return sum(losses) / len(losses) if losses else 0.0

    def adapter(self) -> bytes:
        """The file of the adapter as it is now."""
        digests = tuple(tile.sha256 for tile in self._tiles)
        state = self._branches.state_dict()
        return write_adapter(state, self._generator.weights, self._rank, self.step, self._seed, digests)

    def save(self) -> bytes:
        """The whole state; a training of the same tiles and seed goes on from it."""
        from safetensors.torch import save

        tensors = dict(self._branches.state_dict())
        held = self._optimiser.state_dict()["state"]
        for number, state in held.items():
            for name, tensor in state.items():
                tensors[f"optimiser.{number}.{name}"] = tensor
        written: bytes = save({n: t.contiguous() for n, t in tensors.items()}, {_ABOUT: str(self.step)})
        return written

    def resume(self, state: bytes) -> None:
        """Go on from what `save` gave. Raises StyleTilesError when it is of another training."""
        from safetensors import SafetensorError
        from safetensors.torch import load

        try:
            tensors = load(state)
            length = int.from_bytes(state[:8], "little")
            self.step = int(json.loads(state[8 : 8 + length])["__metadata__"][_ABOUT])
            own = {n: t for n, t in tensors.items() if not n.startswith("optimiser.")}
            self._branches.load_state_dict(own)
        except (SafetensorError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise StyleTilesError("", "the state of the training is damaged", "train it again") from error
        held: dict[int, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            if name.startswith("optimiser."):
                _, number, part = name.split(".")
                held.setdefault(int(number), {})[part] = tensor
        self._optimiser.load_state_dict({**self._optimiser.state_dict(), "state": held})

    @cached_property
    def _seen(self) -> tuple[list[Tensor], dict[str, tuple[Tensor, Tensor]]]:
        """The tiles and the captions as the networks see them: for steps alone, not to write an adapter."""
        pairs = zip(self._tiles, self._tiles_asked, strict=True)
        latents = [self._latent(tile, asked.units) for tile, asked in pairs]
        return latents, {each: self._encoded(each) for each in sorted({*self._captions, ""})}

    def _latent(self, tile: StyleTile, units: int) -> Tensor:
        """The tile as the networks see it, (c, n, n), normalised, `units` training units wide."""
        picture = torch.from_numpy(to_screens(tile.inks, self._generator.screens, units * UNIT_PIXELS))
        with one_thread():
            latents = self._networks.latents(picture[None])[0]
        return latents.clone()  # outside of inference, so that gradients may pass it

    def _asked(self, tile: StyleTile) -> Asked:
        """The tile's words as the weights know them; none where they have not learnt its family."""
        silent = Asked("", tile.units)
        try:
            words = (tile.prompt, tile.seed, tile.count)
            return self._generator.asked(*words, tile.units, _WIDEST) if tile.prompt else silent
        except (UnknownMotifError, BriefError):
            return silent

    def _encoded(self, caption: str) -> tuple[Tensor, Tensor]:
        with one_thread():
            tokens = torch.tensor(self._networks.tokenizer.encode([caption]))
            states, pooled = encode_caption(self._networks.text, tokens)
        return states[0].clone(), pooled[0].clone()

    def _step(self, of: int) -> float:
        dice = torch.Generator().manual_seed(self._seed * 1_000_003 + self.step)
        chosen = self._chosen(dice)
        data = torch.stack([self._turned(number, dice) for number in chosen])
        noise = torch.randn(data.shape, generator=dice)
        time = torch.sigmoid(1.1 * torch.randn(len(chosen), generator=dice) + 0.2)
        silent = (torch.rand(len(chosen), generator=dice) < _NO_WORDS).tolist()
        words = [self._words["" if s else self._captions[n]] for n, s in zip(chosen, silent, strict=True)]
        states, pooled = (torch.stack(part) for part in zip(*words, strict=True))
        along = time[:, None, None, None]
        mixed = (1.0 - along) * data + along * noise
        flow = predict_flow(self._networks.unet, mixed, time, states, pooled)
        loss = functional.mse_loss(flow, noise - data)
        for group in self._optimiser.param_groups:
            group["lr"] = LAST_RATE + (self._rate - LAST_RATE) * max(0.0, 1.0 - self.step / of)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        self.step += 1
        return float(loss.detach())

    def _chosen(self, dice: torch.Generator) -> list[int]:
        """Tiles of one size; of the larger ones fewer fit into a step."""
        order = torch.randperm(len(self._latents), generator=dice).tolist()
        size = self._latents[order[0]].shape[-1]
        alike = (number for number in order if self._latents[number].shape[-1] == size)
        return list(islice(alike, max(1, BATCH * UNIT_LATENTS**2 // size**2)))

    def _turned(self, number: int, dice: torch.Generator) -> Tensor:
        """A tossed tile at another phase: its motifs stand anywhere."""
        latent, words = self._latents[number], self._captions[number].split()
        if "tossed" not in words or words[0] in _ON_LATTICE:
            return latent
        down, across = torch.randint(latent.shape[-1], (2,), generator=dice).tolist()
        return latent.roll((down, across), (1, 2))


def _check_inks(tile: StyleTile, most: int) -> None:
    if tile.count > most:
        problem = f"it has {tile.count} inks, and these weights print {most}"
        raise StyleTilesError(tile.name, problem, "leave it out, or bring it to fewer inks")


@contextmanager
def _training() -> Iterator[None]:
    """One thread, with gradients."""
    with one_thread(), torch.inference_mode(False), torch.enable_grad():
        yield
