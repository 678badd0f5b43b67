"""The embedded generator: small trained networks, shipped with the package, on any CPU."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.bundle import NETWORKS, Bundle, Settings, weights_file
from generator.draft import SUPERSAMPLING, Draft
from generator.editions import WIDEST, Asked
from generator.errors import AdapterError, AdapterModelError, BriefError, WeightsError
from generator.palette import parse_palette
from generator.recipe import Recipe
from generator.units import UNIT_LATENTS, UNIT_PIXELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.flow import Networks
    from generator.lexicon.attributes import Attributes
    from generator.style.adapter import Adapter
    from generator.symmetry import Symmetry

Materials = Callable[[str], bytes | None]
_STYLES = 4  # networks with an adapter that are kept at hand, some 25 MB each


class EmbeddedGenerator:
    """Diffuses colour separations from a caption, on one CPU thread, bit for bit.

    `materials` finds the bytes of adapters and base patterns by their SHA-256, None where there are none.
    """

    name = "embedded"

    def __init__(self, bundle: Bundle, materials: Materials | None = None) -> None:
        self._bundle = bundle
        self._settings = bundle.settings()
        self._words = bundle.words()
        self.weights = bundle.digest
        self._replaced: dict[str, EmbeddedGenerator] = {}
        self._materials: Materials = materials or (lambda _sha256: None)
        self._styled: dict[tuple[str, float], Networks] = {}

    @classmethod
    def load(cls, folder: Path | None = None, materials: Materials | None = None) -> EmbeddedGenerator:
        """Check the shipped weights, or those in `folder`; raises WeightsError.

        The networks themselves are built at the first tile: planning needs no torch.
        """
        return cls(Bundle.open(folder), materials)

    @cached_property
    def networks(self) -> Networks:
        """The networks without any style, built when first asked for."""
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
        self.asked(prompt, seed, len(recipe.palette))
        return recipe

    def generate(self, recipe: Recipe) -> Draft:
        """Make the tile. Raises BriefError or WeightsError for a recipe of another origin, and AdapterError
        for an adapter that is not here, damaged or of other weights."""
        from generator.style.restyle import with_kept

        self._check(recipe)
        if recipe.weights != self.weights:
            return self.of(recipe.weights).generate(recipe)
        asked = self._asked(recipe)
        screens, symmetry = self._screens(recipe, asked, self._networks_of(recipe))
        edge = SUPERSAMPLING * recipe.size
        drawn = self.separate(screens, edge, len(recipe.palette), symmetry, asked.words)
        if recipe.base is not None and recipe.base.keep is not None:
            data = self._materials(recipe.base.separations)
            drawn = with_kept(recipe.base.keep, data, drawn, len(recipe.palette))
        return Draft(recipe, drawn)

    def adapter(self, sha256: str) -> Adapter:
        """The adapter of this digest, for these weights. Raises AdapterError."""
        adapter = self._stored(sha256)
        adapter.check_base(self.weights)
        return adapter

    def that_draws(self, sha256: str) -> EmbeddedGenerator:
        """The generator of the weights that the adapter of this digest was trained on.

        Raises AdapterError as `adapter`: AdapterModelError where those weights are not here.
        """
        return self.of_base(self._stored(sha256).base)

    def of_base(self, base: str) -> EmbeddedGenerator:
        """`of` for the weights that an adapter is for. Raises AdapterModelError where they are not here."""
        try:
            return self.of(base)
        except WeightsError as error:
            raise AdapterModelError(base, self.weights) from error

    def _stored(self, sha256: str) -> Adapter:
        from generator.style.adapter import read_adapter

        data = self._materials(sha256)
        if data is None:
            raise AdapterError(f"{sha256[:12]} is not here", "restore its file, or train the style again")
        return read_adapter(data)

    def _asked(self, recipe: Recipe) -> Asked:
        wide = self.units if recipe.base is None else recipe.base.units
        return self.asked(recipe.prompt, recipe.seed, len(recipe.palette), wide)

    def _screens(
        self, recipe: Recipe, asked: Asked, networks: Networks
    ) -> tuple[NDArray[np.float32], Symmetry | None]:
        from generator.style.restyle import base_screens

        drawn = (asked.caption, recipe.seed, recipe.steps, recipe.guidance)
        if recipe.base is None:
            symmetry = self.symmetry(asked, recipe.seed)
            return networks.screens(*drawn, asked.units * UNIT_LATENTS, symmetry), symmetry
        data = self._materials(recipe.base.separations)
        start = base_screens(data, len(recipe.palette), self.screens, asked.units * UNIT_PIXELS)
        return networks.redrawn(start, float(recipe.base.strength), *drawn), None

    def separate(
        self,
        screens: NDArray[np.float32],
        edge: int,
        inks: int,
        symmetry: Symmetry | None = None,
        words: Attributes | None = None,
    ) -> NDArray[np.uint8]:
        """Screens (n, H, W) in -1..1, of a symmetry, drawn to these words, as an index map (edge, edge):
        outlined as these weights do it."""
        from generator.drafting import drafted
        from generator.screens import separate

        if not self._settings.drafted:
            return separate(screens, edge, inks)
        ruler, smooth = (words.straight, words.smooth) if words else (False, False)
        drawn = drafted(screens, edge, inks, edition=self._settings.drafted, ruler=ruler, smooth=smooth)
        return symmetry.copied(drawn) if symmetry else drawn

    def symmetry(self, asked: Asked, seed: int) -> Symmetry | None:
        """The symmetry that a drawing by rule has to these words, where these weights draw by it."""
        from generator.symmetry import symmetry_by_rule

        if not self._settings.regular or asked.words is None:
            return None
        return symmetry_by_rule(asked.words, seed, asked.units)

    def _networks_of(self, recipe: Recipe) -> Networks:
        """The networks in the style that the recipe names."""
        if recipe.adapter is None:
            return self.networks
        if recipe.adapter not in self._styled:
            while len(self._styled) >= _STYLES:
                self._styled.pop(next(iter(self._styled)), None)
            self._styled[recipe.adapter] = self.styled(self.adapter(recipe.adapter[0]), recipe.adapter[1])
        return self._styled[recipe.adapter]

    def styled(self, adapter: Adapter, weight: float) -> Networks:
        """The networks with an adapter at a weight. Raises AdapterError where it does not fit."""
        from generator.style.lora import merged, shapes

        adapter.check_base(self.weights)
        adapter.check_shapes(shapes(self.networks.unet, adapter.rank))
        return replace(self.networks, unet=merged(self.networks.unet, adapter.tensors, weight))

    def asked(
        self, prompt: str, seed: int, inks: int, wide: int | None = None, widest: int = WIDEST
    ) -> Asked:
        """What a prompt means to these weights, for a tile `wide` training units wide, by default as wide as
        theirs are, drawn on no more than `widest`. Raises BriefError, UnknownMotifError."""
        return self._settings.knows.asked(prompt, seed, inks, wide or self.units, widest)

    def of(self, digest: str) -> EmbeddedGenerator:
        """The generator of these weights: this one, or that of weights they replaced, kept once loaded.

        Raises WeightsError where they are not here.
        """
        if digest == self.weights:
            return self
        if digest not in self._replaced:
            self._replaced[digest] = EmbeddedGenerator(self._bundle.earlier(digest), self._materials)
        return self._replaced[digest]

    @property
    def edition(self) -> int:
        """The edition of the words that these weights were trained on."""
        return self._settings.knows.edition

    @property
    def screens(self) -> int:
        """The most inks over the ground that these weights print."""
        return self._settings.screens

    @property
    def sampler(self) -> tuple[int, float]:
        """Steps and guidance of a new recipe."""
        return self._settings.steps, self._settings.guidance

    @property
    def units(self) -> int:
        """How many training units a tile of theirs is wide."""
        return self._settings.units

    @property
    def learnt(self) -> tuple[str, ...]:
        """The motif families these weights can draw."""
        return self._settings.knows.learnt

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
    latents = len(settings.mean)
    built = (
        build_autoencoder(settings.screens, latents),
        build_unet(latents, settings.flow),
        build_text_encoder(len(tokenizer.words)),
    )
    for name, network in zip(NETWORKS, built, strict=True):
        _fill(network, folder / weights_file(name))
    mean, spread = (torch.tensor(part).reshape(1, -1, 1, 1) for part in (settings.mean, settings.spread))
    return Networks(*built, tokenizer=tokenizer, mean=mean, spread=spread, tidied=settings.tidied)


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
