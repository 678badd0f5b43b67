"""What a style did: the critic's view of tiles drawn with it and without, on seeds of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from generator.draft import Pixels, paint
from generator.errors import AdapterError
from generator.preview import contact_sheet
from generator.style.tiles import StyleTile

if TYPE_CHECKING:
    from generator.critic import Critic
    from generator.editions import Asked
    from generator.embedded import EmbeddedGenerator
    from generator.flow import Networks
    from generator.style.adapter import Adapter

PALETTE = ("#f6ecd6", "#17274f", "#c8553d", "#d6a01f", "#5f8a7a", "#7a2f4f")
DRAWN = 8
FIRST_SEED = 7_000_001
_EDGE, _SHOWN = 192, 8
_OTHER = "train it again, or give another"
Vector = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Scored:
    """`vector` is the mean of the tiles' embeddings, of length 1: the style as the critic sees it.

    `before` and `after` are the mean cosine to it of `drawn` tiles without the adapter and with it, the same
    prompts and seeds; `own` is that of the tiles themselves, each held against the mean of the others.
    `sheet` shows own tiles, before and after in three rows, uint8 RGB.
    """

    vector: Vector
    own: float
    before: float
    after: float
    drawn: int
    sheet: Pixels


def score_style(
    generator: EmbeddedGenerator,
    critic: Critic,
    adapter: Adapter,
    tiles: Sequence[StyleTile],
    weight: float = 1.0,
) -> Scored:
    """Draw DRAWN tiles without the adapter and with it at `weight`, and look at them. Raises AdapterError."""
    asked = _asked(generator, tiles)
    painted, own = _painted(tiles), embeddings(critic, tiles)
    vector = _unit(own.sum(0))
    rows = _rows(generator, adapter, weight, asked)
    before, after = (float(np.mean(critic.embed(row, generator.units) @ vector)) for row in rows)
    shown = [_small(each) for row in (painted, *rows) for each in _padded(row)]
    return Scored(vector, _among(own, own), before, after, len(asked), contact_sheet(shown, _SHOWN, gap=6))


def embeddings(critic: Critic, tiles: Sequence[StyleTile]) -> Vector:
    """What the critic sees in tiles, (tiles, 128), each of length 1."""
    each = zip(_painted(tiles), tiles, strict=True)
    return np.concatenate([critic.embed([painted], tile.units) for painted, tile in each])


def held_against(own: Vector, vector: Vector) -> tuple[float, tuple[float, ...]]:
    """Cosines: of one tile to the centre of a style's own, and of each of these to that of the others."""
    total = own.sum(0)
    return float(vector @ _unit(total)), tuple(float(each @ _unit(total - each)) for each in own)


def score_brought(generator: EmbeddedGenerator, critic: Critic, adapter: Adapter) -> Scored:
    """The same of an adapter without its tiles: the style is then what DRAWN tiles drawn in it show.

    `after` and `own` are these, each held against the mean of the others, `before` those drawn without it,
    each held against the same. The sheet has two rows. Raises AdapterError, also where every tile drawn in
    it is the same.
    """
    asked = _asked(generator, ())
    rows = _rows(generator, adapter, 1.0, asked, differing=True)
    before, after = (critic.embed(row, generator.units) for row in rows)
    vector, among = _unit(after.sum(0)), _among(after, after)
    shown = [_small(each) for row in rows for each in _padded(row)]
    sheet = contact_sheet(shown, _SHOWN, gap=6)
    return Scored(vector, among, _among(after, before), among, len(asked), sheet)


def _asked(generator: EmbeddedGenerator, tiles: Sequence[StyleTile]) -> list[tuple[Asked, int, int]]:
    """(words, seed, inks) to draw: the tiles' own words by turns, else the families the weights know."""
    own = list(dict.fromkeys((tile.prompt, tile.count) for tile in tiles if tile.prompt))
    known = _known(generator, own)
    if not known:
        known = _known(generator, [(family, 3) for family in generator.learnt])
    asked = []
    for number in range(DRAWN):
        prompt, inks = known[number % len(known)]
        seed = FIRST_SEED + number
        asked.append((generator.asked(prompt, seed, inks), seed, inks))
    return asked


def _known(generator: EmbeddedGenerator, prompts: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Those that the weights can draw."""
    from generator.errors import GeneratorError

    found = []
    for prompt, inks in prompts:
        try:
            generator.asked(prompt, FIRST_SEED, inks)
        except GeneratorError:
            continue
        found.append((prompt, inks))
    return found


def _rows(
    generator: EmbeddedGenerator,
    adapter: Adapter,
    weight: float,
    asked: Sequence[tuple[Asked, int, int]],
    *,
    differing: bool = False,
) -> tuple[list[Pixels], list[Pixels]]:
    """Tiles drawn without the adapter and with it: these first, for one that is broken shows at the first."""
    after = _drawn(generator, generator.styled(adapter, weight), asked)
    if differing and len({tile.tobytes() for tile in after}) == 1:
        raise AdapterError("every tile that is drawn with it is the same", _OTHER)
    return _drawn(generator, generator.networks, asked), after


def _drawn(
    generator: EmbeddedGenerator, networks: Networks, asked: Sequence[tuple[Asked, int, int]]
) -> list[Pixels]:
    from generator.units import UNIT_LATENTS

    drawn = []
    for what, seed, inks in asked:
        latents, symmetry = what.units * UNIT_LATENTS, generator.symmetry(what, seed)
        screens = networks.screens(what.caption, seed, *generator.sampler, latents, symmetry)
        if not np.isfinite(screens).all():
            raise AdapterError("its numbers overflow, and what it draws is no picture", _OTHER)
        inked = generator.separate(screens, 2 * _EDGE, inks, symmetry, what.words)
        drawn.append(paint(inked, PALETTE[:inks]))
    return drawn


def _painted(tiles: Sequence[StyleTile]) -> list[Pixels]:
    return [paint(_even(tile.inks), PALETTE[: tile.count]) for tile in tiles]


def _among(own: Vector, seen: Vector) -> float:
    """The mean cosine of each that is `seen` to the mean of `own` without the one in its place."""
    total = own.sum(0)
    return float(np.mean([each @ _unit(total - left) for each, left in zip(seen, own, strict=True)]))


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)


def _even(inks: Pixels) -> Pixels:
    """Index maps are painted two by two."""
    height, width = (edge // 2 * 2 for edge in inks.shape)
    return np.ascontiguousarray(inks[:height, :width])


def _small(tile: Pixels) -> Pixels:
    import cv2

    return np.asarray(cv2.resize(tile, (_EDGE, _EDGE), interpolation=cv2.INTER_AREA), np.uint8)


def _padded(row: Sequence[Pixels]) -> list[Pixels]:
    return [row[number % len(row)] for number in range(_SHOWN)]
