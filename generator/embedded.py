"""The embedded generator: small trained networks, shipped with the package, on any CPU."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.bundle import NETWORKS, Bundle, Settings, weights_file
from generator.draft import SUPERSAMPLING, Draft
from generator.editions import caption_of
from generator.errors import BriefError, WeightsError
from generator.palette import parse_palette
from generator.recipe import Recipe

if TYPE_CHECKING:
    from generator.flow import Networks


class EmbeddedGenerator:
    """Diffuses colour separations from a caption, on one CPU thread, bit for bit."""

    name = "embedded"

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._settings = bundle.settings()
        self._words = bundle.words()
        self.weights = bundle.digest
        self._replaced: dict[str, EmbeddedGenerator] = {}

    @classmethod
    def load(cls, folder: Path | None = None) -> EmbeddedGenerator:
        """Check the shipped weights, or those in `folder`; raises WeightsError.

        The networks themselves are built at the first tile: planning needs no torch.
        """
        return cls(Bundle.open(folder))

    @cached_property
    def _networks(self) -> Networks:
        current = Bundle.open(self._bundle.folder)
        if current.digest != self.weights:
            raise WeightsError("SHA256SUMS", self.weights, current.digest, "load the generator again")
        return load_networks(self._bundle.folder, self._settings, self._words)

    def plan(self, prompt: str, palette: Sequence[str], seed: int, size: int = 512) -> Recipe:
        """Check a brief and complete it; `size` is in pixels. Raises BriefError, UnknownMotifError."""
        recipe = Recipe(
            prompt=prompt,
            palette=parse_palette(palette),
            seed=seed,
            size=size,
            steps=self._settings.steps,
            guidance=self._settings.guidance,
            generator=self.name,
            weights=self.weights,
        )
        self._caption(recipe)
        return recipe

    def generate(self, recipe: Recipe) -> Draft:
        """Make the tile. Raises BriefError or WeightsError for a recipe of another origin."""
        from generator.models import UNIT_LATENTS
        from generator.screens import separate

        self._check(recipe)
        if recipe.weights != self.weights:
            return self._earlier(recipe.weights).generate(recipe)
        inks = len(recipe.palette)
        caption = self._caption(recipe)
        screens = self._networks.screens(
            caption, recipe.seed, recipe.steps, recipe.guidance, self._settings.units * UNIT_LATENTS
        )
        return Draft(recipe, separate(screens, SUPERSAMPLING * recipe.size, inks))

    def _caption(self, recipe: Recipe) -> str:
        learnt = self._settings.learnt
        return caption_of(recipe.prompt, recipe.seed, len(recipe.palette), self._settings.edition, learnt)

    def _earlier(self, digest: str) -> EmbeddedGenerator:
        """The generator of an older recipe, kept once loaded; raises WeightsError when it is not there."""
        if digest not in self._replaced:
            self._replaced[digest] = EmbeddedGenerator(self._bundle.earlier(digest))
        return self._replaced[digest]

    @property
    def edition(self) -> int:
        """The edition of the words that these weights were trained on."""
        return self._settings.edition

    @property
    def learnt(self) -> tuple[str, ...]:
        """The motif families these weights can draw."""
        return self._settings.learnt

    def _check(self, recipe: Recipe) -> None:
        if recipe.generator != self.name:
            raise BriefError(
                "generator", f"recipe is for {recipe.generator!r}", f"give one for {self.name!r}"
            )
        if recipe.steps < 1:
            raise BriefError("steps", "is 0", "give at least 1 for the embedded generator")


def load_networks(folder: Path, settings: Settings, words: tuple[str, ...]) -> Networks:
    """Build the networks and fill them with the weights in `folder`, computed in float32."""
    import torch

    from generator.captions import CaptionTokenizer
    from generator.flow import Networks
    from generator.models import build_autoencoder, build_text_encoder, build_unet

    tokenizer = CaptionTokenizer(words)
    built = (build_autoencoder(settings.screens), build_unet(), build_text_encoder(len(tokenizer.words)))
    for name, network in zip(NETWORKS, built, strict=True):
        _fill(network, folder / weights_file(name))
    mean, spread = (torch.tensor(part).reshape(1, -1, 1, 1) for part in (settings.mean, settings.spread))
    return Networks(*built, tokenizer=tokenizer, mean=mean, spread=spread)


def _fill(network: Any, path: Path) -> None:
    """Load half-precision weights into a float32 network; raises WeightsError when they do not fit."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        stored = {key: tensor.float() for key, tensor in load_file(path).items()}
        network.load_state_dict(stored)
    except (SafetensorError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise WeightsError(path.name, "of fitting tensors", reason, "train and export anew") from error
    network.eval().requires_grad_(False)
