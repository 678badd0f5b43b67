"""The sampler: from noise to latents to screens, one tile at a time, the same every time.

Everything runs in float32 on one CPU thread with a batch of one: the only setting in which two runs agree
bit for bit. The noise comes from the recipe's seed through PyTorch's CPU generator.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from generator.bundle import PHASES
from generator.captions import CaptionTokenizer
from generator.models import encode_caption, predict_flow
from generator.settling import mirrored
from generator.symmetry import Symmetry, unmoved
from generator.units import UNIT_LATENTS

TIME_SHIFT = 1.6
_HARDNESS = 2.0
MIRRORED = (0.7, 0.5, 0.3)  # times near which what is foreseen is made symmetric in screens
_THREADS = Lock()


@contextmanager
def alone() -> Iterator[None]:
    """Keep others from sampling while the body changes what belongs to the whole process, as loading does."""
    with _THREADS:
        yield


@contextmanager
def one_thread() -> Iterator[None]:
    """Run the body on one CPU thread without gradients, then give the threads back.

    The thread count belongs to the process: without the lock, the first of two samplings to end would
    give its threads to the other one halfway.
    """
    with alone():
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                yield
        finally:
            torch.set_num_threads(threads)


@dataclass(frozen=True)
class Networks:
    """The trained networks with the latents' mean and spread, each of shape (1, c, 1, 1).

    Screens of one training unit are tidied at the first `tidied` of PHASES.
    """

    autoencoder: Any
    unet: Any
    text: Any
    tokenizer: CaptionTokenizer
    mean: Tensor
    spread: Tensor
    tidied: int = 0

    def screens(
        self,
        caption: str,
        seed: int,
        steps: int,
        guidance: float,
        latents: int,
        symmetry: Symmetry | None = None,
    ) -> NDArray[np.float32]:
        """Screens in -1..1 of shape (n, 8 * latents, 8 * latents), one for each ink but the ground.

        With a symmetry, of a drawing that many latents wide, they have it, but for rounding.
        """
        with one_thread():
            drawn, times = (symmetry or unmoved(latents)).folded(UNIT_LATENTS)
            noise = _spread(self._noise(seed, drawn.lattice.edge), drawn)
            clean = self._denoise(noise, caption, _times(steps), guidance, drawn)
            screens = mirrored(self._decoded(clean, latents), drawn)
            return np.tile(screens, (1, times, times))

    def redrawn(
        self,
        base: NDArray[np.float32],
        strength: float,
        caption: str,
        seed: int,
        steps: int,
        guidance: float,
    ) -> NDArray[np.float32]:
        """Screens drawn over `base`, screens too: noised up to time `strength` and denoised from there.

        SDEdit (Meng et al. 2022) on the straight path. The less the strength, the more of the base is left.
        """
        with one_thread():
            start = self.latents(torch.from_numpy(base)[None])
            noise = self._noise(seed, start.shape[-1])
            times = [strength, *(time for time in _times(steps) if time < strength)]
            mixed = (1.0 - strength) * start + strength * noise
            latents = start.shape[-1]
            return self._decoded(self._denoise(mixed, caption, times, guidance, unmoved(latents)), latents)

    def latents(self, screens: Tensor) -> Tensor:
        """Normalised latents (B, c, H / 8, W / 8) of screens (B, n, H, W) in -1..1."""
        found: Tensor = self.autoencoder.encode(screens).latent
        return (found - self.mean) / self.spread

    def _decoded(self, clean: Tensor, latents: int) -> NDArray[np.float32]:
        """Screens of a drawing that is `latents` wide, from these or from the part of them that repeats."""
        image = self._decode(clean)
        if latents == UNIT_LATENTS:  # of what is drawn finer, tidying would take lines away
            image = self._tidied(image)
        screens: NDArray[np.float32] = image[0].clamp(-1.0, 1.0).numpy()
        return screens

    def _decode(self, clean: Tensor) -> Tensor:
        image: Tensor = self.autoencoder.decode(clean * self.spread + self.mean).sample
        return image

    def _tidied(self, image: Tensor) -> Tensor:
        """Screens encoded and decoded again, off the grid of the latents that drew them.

        What wavers with that grid, and no edge of the archive does, the autoencoder does not know: edges
        become even and specks go, as in cycle spinning (Coifman and Donoho 1995).
        """
        for down, across in PHASES[: self.tidied]:
            hard = torch.tanh(_HARDNESS * image.clamp(-1.0, 1.0)).roll((down, across), (2, 3))
            again: Tensor = self.autoencoder.decode(self.autoencoder.encode(hard).latent).sample
            image = again.roll((-down, -across), (2, 3))
        return image

    def _noise(self, seed: int, latents: int) -> Tensor:
        dice = torch.Generator().manual_seed(seed)
        return torch.randn(1, self.mean.shape[1], latents, latents, generator=dice)

    def _denoise(
        self,
        noise: Tensor,
        caption: str,
        times: list[float],
        guidance: float,
        symmetry: Symmetry,
    ) -> Tensor:
        """Integrate the guided flow along `times` with the second-order Adams-Bashforth method.

        A flow that is symmetric keeps the state symmetric, so each step is the mean over what repeats.
        """
        tokens = torch.tensor(self.tokenizer.encode([caption, ""]))
        conditions = [encode_caption(self.text, row[None]) for row in tokens]
        state, previous, last = noise, None, 0.0
        halts = _nearest(times[:-1], MIRRORED) if symmetry.mirrors else ()
        for now, then in pairwise(times):
            flow = _meaned(self._guided(state, now, conditions, guidance), symmetry)
            if now in halts:
                flow, previous = self._mirrored(state, now, flow, symmetry), None
            length = then - now
            slope = flow if previous is None else flow + 0.5 * length / last * (flow - previous)
            state, previous, last = state + length * slope, flow, length
        return state

    def _mirrored(self, state: Tensor, now: float, flow: Tensor, symmetry: Symmetry) -> Tensor:
        """The flow to the drawing it foresees, made symmetric: latents have no reflections, so in screens."""
        foreseen = self._decode(state - now * flow)[0].clamp(-1.0, 1.0).numpy()
        return (state - self.latents(torch.from_numpy(symmetry.mirrored(foreseen))[None])) / now

    def _guided(
        self, state: Tensor, now: float, conditions: list[tuple[Tensor, Tensor]], weight: float
    ) -> Tensor:
        """Classifier-free guidance (Ho and Salimans 2022), each branch in its own batch of one."""
        time = torch.tensor([now])
        named, unnamed = (predict_flow(self.unet, state, time, *condition) for condition in conditions)
        return unnamed + weight * (named - unnamed)


def _spread(noise: Tensor, symmetry: Symmetry) -> Tensor:
    """Noise that repeats as the drawing does, of variance one."""
    return _meaned(noise, symmetry) * math.sqrt(symmetry.lattice.count)


def _meaned(field: Tensor, symmetry: Symmetry) -> Tensor:
    return torch.from_numpy(symmetry.lattice.meaned(field.numpy()))


def _nearest(times: list[float], wanted: tuple[float, ...]) -> set[float]:
    return {min(times, key=lambda time: abs(time - each)) for each in wanted}


def _times(steps: int) -> list[float]:
    """Times from 1 to 0, denser near 1 where the layout is decided."""
    even = [1.0 - step / steps for step in range(steps + 1)]
    return [TIME_SHIFT * time / (1.0 + (TIME_SHIFT - 1.0) * time) for time in even]
