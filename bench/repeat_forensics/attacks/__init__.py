"""The attacks, family by family, with the targets they are held to (shares of pictures proven)."""

from __future__ import annotations

import zlib

import numpy as np

from bench.repeat_forensics.attacks import cloth, colourway, print_photo, scenes
from bench.repeat_forensics.attacks import signal as sig
from bench.repeat_forensics.attacks.attack import Attack, Promise, Step
from bench.repeat_forensics.attacks.cloth import Cloth, laid

__all__ = ["ATTACKS", "PROMISES", "Attack", "Promise", "families", "generator_for", "named"]

_EASY = Promise(
    "codec, noise, blur to 2, crop from 1.25 periods, phase, block/half-drop/brick/mirror, flips, "
    "quarter turns, hue, grey, inversion, channel permutation, monotone recolour",
    0.99,
)
_TURNED = Promise("rotation, scale .5 to 1.5, JPEG 70", 0.98)
_SMALL = Promise("the same at scale .25 to .37 with 4 or more repeats", 0.90)
_RECOLOURED = Promise("non-monotone recolour, soft palette", 0.97)
_INKS = Promise("hard palette of 4 to 6 inks, index recolour", 0.95)
_PHOTO = Promise("perspective .15, cloth, print and photo, print and photo with halftone", 0.95)
_MOCKUP = Promise("mock-up in clutter", 0.90)
_MOST = Promise("70 % of one period", 0.95)
_QUARTER = Promise("25 % of one period", 0.70)
PROMISES = (_EASY, _TURNED, _SMALL, _RECOLOURED, _INKS, _PHOTO, _MOCKUP, _MOST, _QUARTER)
_REPEAT = laid(Cloth())
_SOFT_JPEG = sig.jpeg(85)


def _row(family: str, promise: Promise | None, *rows: tuple[str, tuple[Step, ...]]) -> tuple[Attack, ...]:
    return tuple(Attack(name, family, promise, steps) for name, steps in rows)


def _turned(
    scale: float, periods: tuple[float, float], degrees: tuple[float, float] = (-15, 15)
) -> tuple[Step, ...]:
    return laid(Cloth(periods, scale, degrees)), sig.jpeg(70)


_CODEC = _row(
    "codec",
    _EASY,
    ("copy", ()),
    ("copy JPEG 75", (sig.jpeg(75),)),
    ("copy JPEG 50", (sig.jpeg(50),)),
    ("copy JPEG 30", (sig.jpeg(30),)),
    ("copy WebP 50", (sig.webp(50),)),
    ("copy GIF", (sig.gif(128),)),
    ("repeat JPEG 50", (_REPEAT, sig.jpeg(50))),
    ("repeat JPEG 30", (_REPEAT, sig.jpeg(30))),
)
_RESAMPLE = _row(
    "resample",
    _EASY,
    ("copy halved", (cloth.resized(0.5), sig.jpeg(75))),
    ("copy doubled", (cloth.resized(2.0), sig.jpeg(75))),
    ("repeat reduced and enlarged", (_REPEAT, cloth.resized(0.7), cloth.resized(1 / 0.7), sig.jpeg(80))),
)
_NOISE = _row(
    "noise and blur",
    _EASY,
    ("noise 10", (_REPEAT, sig.noisy(10))),
    ("noise 20", (_REPEAT, sig.noisy(20))),
    ("blur 1", (_REPEAT, sig.blurred(1))),
    ("blur 2", (_REPEAT, sig.blurred(2))),
    ("sharpened", (_REPEAT, sig.sharpened(), _SOFT_JPEG)),
) + _row(
    "noise and blur",
    None,
    ("blur 3", (_REPEAT, sig.blurred(3))),
    ("median 5", (_REPEAT, sig.median(5))),
    ("denoised", (_REPEAT, sig.denoised())),
)
_CROP = _row(
    "crop and phase",
    _EASY,
    ("phase", (cloth.rolled(),)),
    ("crop 1.25", (laid(Cloth((1.25, 1.25))), _SOFT_JPEG)),
    ("crop 1.5", (laid(Cloth((1.5, 1.5))), _SOFT_JPEG)),
    ("crop 2.3 x 1.7", (laid(Cloth((2.3, 1.7))), _SOFT_JPEG)),
)
_REPEATS = _row(
    "repeat types",
    _EASY,
    ("block", (laid(Cloth((3.3, 2.6), 0.6)), sig.jpeg(80))),
    ("half-drop", (laid(Cloth((3.3, 2.6), 0.6, layout="half-drop")), sig.jpeg(80))),
    ("brick", (laid(Cloth((3.3, 2.6), 0.6, layout="brick")), sig.jpeg(80))),
    ("mirror", (laid(Cloth((4.3, 3.2), 0.5, layout="mirror")), sig.jpeg(80))),
    ("copy turned by 90 and flipped", (cloth.turned_over(), _SOFT_JPEG)),
    ("flipped", (_REPEAT, cloth.flipped(), _SOFT_JPEG)),
    ("turned by 90", (_REPEAT, cloth.rotated_90(), _SOFT_JPEG)),
    ("turned by 90 and flipped", (_REPEAT, cloth.turned_over(), _SOFT_JPEG)),
)
_GEOMETRY = (
    _row(
        "geometry",
        _SMALL,
        ("rotation scale .25", _turned(0.25, (7, 5.2))),
        ("rotation scale .37", _turned(0.37, (5, 4.1))),
    )
    + _row(
        "geometry",
        _TURNED,
        ("rotation scale .5", _turned(0.5, (3.8, 3.0))),
        ("rotation scale .75", _turned(0.75, (2.6, 2.1))),
        ("rotation scale 1", _turned(1.0, (2.1, 1.6))),
        ("rotation scale 1.5", _turned(1.5, (1.6, 1.3))),
        ("rotation by 30 to 60", _turned(0.7, (2.8, 2.2), (30, 60))),
    )
    + _row(
        "geometry",
        None,
        ("stretch 1.25", (laid(Cloth((2.8, 2.4), 0.7, (-3, 3), stretch=1.25)), sig.jpeg(75))),
        ("shear .2", (laid(Cloth((2.8, 2.2), 0.7, (-3, 3), shear=0.2)), sig.jpeg(75))),
        ("perspective .05", (laid(Cloth((2.8, 2.2), 0.7, (-5, 5), tilt=0.05)), sig.jpeg(80))),
    )
    + _row(
        "geometry",
        _PHOTO,
        ("perspective .15", (laid(Cloth((2.8, 2.2), 0.7, (-5, 5), tilt=0.15)), sig.jpeg(80))),
    )
)
_COLOURWAY = (
    _row(
        "colourway",
        _EASY,
        ("copy hue", (colourway.hue(120), _SOFT_JPEG)),
        ("copy monotone recolour", (colourway.toned(True), _SOFT_JPEG)),
        ("hue", (_REPEAT, colourway.hue(120), _SOFT_JPEG)),
        ("grey", (_REPEAT, colourway.grey(), _SOFT_JPEG)),
        ("inverted", (_REPEAT, colourway.inverted(), _SOFT_JPEG)),
        ("channels exchanged", (_REPEAT, colourway.permuted(), _SOFT_JPEG)),
        ("monotone recolour", (_REPEAT, colourway.toned(True), _SOFT_JPEG)),
    )
    + _row(
        "colourway",
        _RECOLOURED,
        ("non-monotone recolour", (_REPEAT, colourway.toned(False), _SOFT_JPEG)),
        ("soft palette", (_REPEAT, colourway.soft_palette(6), _SOFT_JPEG)),
    )
    + _row(
        "colourway",
        _INKS,
        ("hard palette", (_REPEAT, colourway.hard_palette(4, 6), _SOFT_JPEG)),
        ("index recolour", (_REPEAT, colourway.index_recolour(6), _SOFT_JPEG)),
    )
    + _row("colourway", None, ("vector redraw", (_REPEAT, colourway.redrawn(6), _SOFT_JPEG)))
)
_CAMERA = (
    print_photo.printed(),
    print_photo.lit_unevenly(0.25),
    print_photo.camera(0.9, 4),
    sig.jpeg(80),
)
_PRINT = _row(
    "print and photo",
    _PHOTO,
    ("print and photo", (laid(Cloth((3.3, 2.6), 0.6, (-6, 6), tilt=0.05)), *_CAMERA)),
    (
        "print and photo halftone",
        (laid(Cloth((3.3, 2.6), 0.6, (-6, 6), tilt=0.05)), print_photo.halftone(1.6), *_CAMERA),
    ),
    ("cloth", (laid(Cloth((3.3, 2.6), 0.6, (-5, 5), folds=6)), sig.jpeg(80))),
) + _row(
    "print and photo",
    None,
    ("print and photo small", (laid(Cloth((4.6, 3.6), 0.4, (-6, 6), tilt=0.05)), *_CAMERA)),
)
_SCENES = _row(
    "mock-up",
    _MOCKUP,
    ("in clutter", (scenes.in_clutter(), sig.jpeg(80))),
    *((name, (scenes.on(name), sig.jpeg(85))) for name in scenes.PRODUCTS),
)
_COMPOUND = _row(
    "compound",
    None,
    (
        "half-drop recoloured turned",
        (laid(Cloth((3, 2.4), 0.65, (-12, 12), "half-drop")), colourway.toned(False), sig.jpeg(70)),
    ),
    (
        "mirror hard palette turned",
        (laid(Cloth((3, 2.4), 0.65, (-12, 12), "mirror")), colourway.hard_palette(4, 6), sig.jpeg(80)),
    ),
    (
        "hue scale .4 perspective",
        (laid(Cloth((4.4, 3.4), 0.4, (-10, 10), tilt=0.08)), colourway.hue(200), sig.jpeg(60)),
    ),
    ("screenshot", (laid(Cloth((3.6, 2.8), 0.55)), sig.jpeg(60), cloth.resized(0.8), sig.jpeg(70))),
    (
        "index recolour printed and photographed",
        (laid(Cloth((2.6, 2.1), 0.75, (-6, 6), tilt=0.04)), colourway.index_recolour(6), *_CAMERA),
    ),
)
_PARTIAL = (
    _row("partial", _MOST, ("70 % of a period", (cloth.part(0.7), sig.jpeg(80))))
    + _row("partial", _QUARTER, ("25 % of a period", (cloth.part(0.25), sig.jpeg(80))))
    + _row(
        "partial",
        None,
        ("70 % turned scale .6", (laid(Cloth((0.84, 0.84), 0.6, (-8, 8))), sig.jpeg(80))),
    )
)
_SEVERAL = _row(
    "several patterns",
    None,
    ("two patterns", (scenes.overlapping(), sig.jpeg(85))),
    ("page of four swatches", (scenes.beside_others(3), sig.jpeg(85))),
)

ATTACKS: tuple[Attack, ...] = (
    *_CODEC,
    *_RESAMPLE,
    *_NOISE,
    *_CROP,
    *_REPEATS,
    *_GEOMETRY,
    *_COLOURWAY,
    *_PRINT,
    *_SCENES,
    *_COMPOUND,
    *_PARTIAL,
    *_SEVERAL,
)


def families() -> tuple[str, ...]:
    """The families of attacks, in order."""
    return tuple(dict.fromkeys(attack.family for attack in ATTACKS))


def named(words: list[str]) -> tuple[Attack, ...]:
    """The attacks whose name or family is among the words, in order. Raises KeyError."""
    known = {word for attack in ATTACKS for word in (attack.name, attack.family)}
    for word in words:
        if word not in known:
            raise KeyError(f"rows: no attack or family {word!r}; there are {', '.join(sorted(known))}")
    return tuple(a for a in ATTACKS if a.name in words or a.family in words)


def generator_for(attack: Attack, tile_name: str, seed: int = 0) -> np.random.Generator:
    """The random generator that attack and tile share: the same picture in every run and on every machine."""
    return np.random.default_rng([seed, zlib.crc32(attack.name.encode()), zlib.crc32(tile_name.encode())])
