"""What the generators draw, measured: `python -m bench.generator_report` writes docs/generator-report.md.

A critic trained on the archive says what each tile shows. Its word counts only beside its word on archive
tiles it was never shown, which is its own accuracy. Beside that: diversity, likeness to the nearest tile of
the training, seams, inks after the snap, seconds a tile, and the same hashes in other processes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench._copies import Ground, Known, ground, told
from bench._generator_page import page
from generator import ArchiveGenerator, EmbeddedGenerator, Generator, Recipe, families
from generator import words as first_edition
from generator.archive.draw import draw_tile as draw_first
from generator.bundle import SHIPPED
from generator.critic import Critic
from generator.draft import Pixels, paint
from generator.lexicon.attributes import Attributes
from generator.lexicon.reading import resolve
from generator.motifs.draw import draw_tile
from generator.motifs.palettes import house_palette
from generator.motifs.sampling import any_attributes, any_tile
from generator.seams import seams
from generator.symmetry import symmetry_by_rule
from generator.units import UNIT_PIXELS

PAGE = Path(__file__).parent.parent / "docs" / "generator-report.md"
HELD_OUT = 1_000_000
# Archive tiles that the shipped weights were trained on, from number 0: of one training unit, and of two.
TRAINED_ON, TRAINED_ON_WIDE = 48_000, 10_000
UNIT, SIZE, TIMED = 192, 512, 6
ORIENTATION = "orientation of stripes"  # vertical, horizontal or diagonal, which are their styles
REGULAR = 0.95  # from this correlation on a tile obeys a motion
HEADS = ("family", "style", "scale", "density", "layout", "stroke", "symmetry")
_ALONE = """
import json, sys
threads, name, recipes = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
from pathlib import Path
import torch
torch.set_num_threads(threads)
from generator import ArchiveGenerator, EmbeddedGenerator, Recipe
maker = ArchiveGenerator() if name == "archive" else EmbeddedGenerator.load(Path(name))
print([maker.generate(Recipe.from_dict(recipe)).separations_sha256 for recipe in recipes])
"""


@dataclass(frozen=True)
class Drawn:
    """Tiles of one source: pixels, what was asked by attribute, inks asked for and printed, grounds, and how
    well they obey the symmetry of their words, None where these have none."""

    tiles: list[Pixels]
    asked: list[dict[str, str]]
    inks: list[tuple[int, int]]
    grounds: list[Ground]
    regular: list[float | None]
    units: int


def held_out(count: int, first: int = HELD_OUT) -> Drawn:
    """Archive tiles, families by turns, one training unit wide."""
    rows = []
    for number in range(first, first + count * len(families())):
        words, inks = any_tile(number, 2 * UNIT)
        asked = asked_of(words)
        printed = (words.inks, len(np.unique(inks)))
        rows.append((paint(inks, house_palette(words, number)), asked, printed, ground(inks), None))
    return Drawn(*map(list, zip(*rows, strict=True)), units=1)


def both(generator: EmbeddedGenerator, count: int) -> tuple[Drawn, Drawn]:
    """Tiles drawn by rule and by the weights, to the same words, seeds and palettes.

    The families that the weights have learnt by turns, one training unit wide; the rules are those of the
    edition that the weights were trained on, and neither the weights nor the critic saw these tiles.
    """
    by_rule, by_weights = [], []
    for family, recipe in planned(generator, count, HELD_OUT, UNIT):
        inks = len(recipe.palette)
        asked, rule = _by_rule(generator.edition, family, recipe.seed, inks)
        draft = generator.generate(recipe)
        own = draft.separations
        printed = [(inks, len(np.unique(each))) for each in (rule, own)]
        by_rule.append((paint(rule, recipe.palette), asked, printed[0], ground(rule), None))
        by_weights.append((draft.pixels(), asked, printed[1], ground(own), regular(generator, recipe, own)))
    rule, made = (Drawn(*map(list, zip(*rows, strict=True)), units=1) for rows in (by_rule, by_weights))
    return rule, made


def regular(generator: EmbeddedGenerator, recipe: Recipe, separations: Pixels) -> float | None:
    """How well a tile obeys the symmetry that its words have by rule, as `Symmetry.shown`."""
    asked = generator.asked(recipe.prompt, recipe.seed, len(recipe.palette))
    if asked.words is None:
        return None
    found = symmetry_by_rule(asked.words, recipe.seed, asked.units)
    return found.shown(separations) if found.moves else None


def planned(generator: EmbeddedGenerator, count: int, first: int, size: int) -> Iterator[tuple[str, Recipe]]:
    """Families, `count` times by turns, each with a recipe: seeds from `first`, inks by turns."""
    for number in range(count * len(generator.learnt)):
        family, inks = generator.learnt[number % len(generator.learnt)], 2 + number % generator.screens
        yield family, generator.plan(family, palette_of(number, inks), first + number, size)


def _by_rule(edition: int, family: str, seed: int, inks: int) -> tuple[dict[str, str], NDArray[np.uint8]]:
    """What the words ask for, and the separations that the archive of that edition draws to them."""
    if edition == 1:
        first = first_edition.resolve(family, seed, inks)
        return _first_asked(first), draw_first(first, seed, 2 * UNIT)
    words = resolve(family, seed, inks)
    return asked_of(words), draw_tile(words, seed, 2 * UNIT, 1)


def asked_of(words: Attributes) -> dict[str, str]:
    """What words ask for, by attribute, as the critic names it."""
    return {head: _named(words, head) for head in HEADS}


def _named(words: Any, head: str) -> str:
    return f"{words.family} {words.style}" if head == "style" else str(getattr(words, head))


def _first_asked(words: first_edition.Attributes) -> dict[str, str]:
    """What the first edition's words say; all it draws is flat."""
    return {head: _named(words, head) for head in HEADS if hasattr(words, head)} | {"stroke": "flat"}


def palette_of(number: int, inks: int) -> tuple[str, ...]:
    """House palettes of strong contrast by turns."""
    from dataclasses import replace

    words = any_attributes(number, "dots")
    return house_palette(replace(words, inks=inks, contrast="high"), number)


@dataclass(frozen=True)
class Seen:
    """What the critic says of a source."""

    vectors: NDArray[np.float32]
    right: dict[str, float]
    by_family: dict[str, float]


def look(critic: Critic, drawn: Drawn) -> Seen:
    """The share of tiles that show what was asked, by attribute, and of the family for each family."""
    vectors, shown = critic.judge(drawn.tiles, drawn.units)
    hits: dict[str, list[bool]] = {}
    per: dict[str, list[bool]] = {}
    for row, asked in zip(shown, drawn.asked, strict=True):
        for head, value in asked.items():
            if value in row[head]:
                right = max(row[head], key=row[head].__getitem__) == value
                hits.setdefault(head, []).append(right)
                if head == "style" and asked["family"] == "stripe":
                    hits.setdefault(ORIENTATION, []).append(right)
        per.setdefault(asked["family"], []).append(hits["family"][-1])
    return Seen(
        vectors, {head: _share(found) for head, found in hits.items()}, {f: _share(x) for f, x in per.items()}
    )


def _share(found: Sequence[bool]) -> float:
    return round(float(np.mean(found)), 3)


def spread(vectors: NDArray[np.float32]) -> float:
    """Mean distance (1 - cosine) between two tiles of a source."""
    likeness = vectors @ vectors.T
    count = len(vectors)
    return round(float(1.0 - (likeness.sum() - np.trace(likeness)) / (count * (count - 1))), 3)


def facts(drawn: Drawn) -> dict[str, Any]:
    """Seams that are closed, and tiles that print every ink they were given."""
    closed = [seam.closed for tile in drawn.tiles for seam in seams(tile)]
    obeyed = [shown >= REGULAR for shown in drawn.regular if shown is not None]
    return {
        "seams_closed": _share(closed),
        "regular": _share(obeyed) if obeyed else None,
        "all_inks_used": _share([printed == asked for asked, printed in drawn.inks]),
    }


def seconds(generator: Generator, names: tuple[str, ...]) -> dict[str, float]:
    """Wall and processor seconds for a tile of SIZE px, as separations and pixels."""
    plans = [generator.plan(names[n % len(names)], palette_of(n, 4), n, SIZE) for n in range(TIMED)]
    generator.generate(plans[0])
    wall, busy = time.perf_counter(), time.process_time()
    for plan in plans:
        generator.generate(plan).pixels()
    return {
        "wall": round((time.perf_counter() - wall) / TIMED, 3),
        "processor": round((time.process_time() - busy) / TIMED, 3),
    }


def through_autoencoder(weights: EmbeddedGenerator, count: int) -> float:
    """PSNR in dB of the screens of held-out tiles after the autoencoder, `count` tiles a learnt family."""
    import torch

    from generator.training.autoencoder import to_tensor
    from generator.training.corpus import screens

    model, errors = weights.networks.autoencoder, []
    for number in range(HELD_OUT, HELD_OUT + count * len(weights.learnt)):
        if weights.edition == 1:
            words = first_edition.resolve(
                weights.learnt[number % len(weights.learnt)], number, 2 + number % 3
            )
            inks = draw_first(words, number, 3 * UNIT_PIXELS)
        else:
            inks = any_tile(number, 3 * UNIT_PIXELS)[1]
        tile = to_tensor(screens(inks, 3)[None, ..., : weights.screens])
        with torch.inference_mode():
            found = model.decode(model.encode(tile).latent).sample.clamp(-1.0, 1.0)
        errors.append(float((found - tile).square().mean()))
    return round(10.0 * float(np.log10(4.0 / np.mean(errors))), 1)


def repeats(generator: Generator, names: tuple[str, ...], home: Path = SHIPPED) -> bool:
    """Whether processes of their own, on one and on two threads, give the hashes that this one gives."""
    plans = [generator.plan(names[n % len(names)], palette_of(n, 3), 77 + n, 128) for n in range(4)]
    here = str([generator.generate(plan).separations_sha256 for plan in plans])
    told = json.dumps([plan.to_dict() for plan in plans])
    name = str(home) if isinstance(generator, EmbeddedGenerator) else generator.name
    for threads in ("1", "2"):
        command = [sys.executable, "-c", _ALONE, threads, name, told]
        environment = os.environ | {"OMP_NUM_THREADS": threads}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        if done.stdout.strip() != here:
            return False
    return True


def likeness(known: Known, own: Drawn, made: Drawn) -> dict[str, dict[str, float]]:
    """How alike the nearest training tile is, for tiles by rule and by the weights."""
    return {
        name: told(known, [asked["family"] for asked in drawn.asked], drawn.grounds)
        for name, drawn in (("same words", own), ("weights", made))
    }


def report(
    count: int,
    say: Callable[[str], None],
    home: Path = SHIPPED,
    trained_on: tuple[int, int] = (TRAINED_ON, TRAINED_ON_WIDE),
) -> dict[str, Any]:
    """Every figure, for `count` tiles a family; the weights are those in `home`, trained on so many archive
    tiles of one training unit, and of two."""
    critic, weights, archive = Critic.load(), EmbeddedGenerator.load(home), ArchiveGenerator()
    say("archive tiles the critic was never shown")
    rule = held_out(count)
    seen = {"archive": look(critic, rule)}
    say("tiles of the shipped weights, and by rule to the same words")
    own, made = both(weights, count)
    seen["same words"], seen["weights"] = look(critic, own), look(critic, made)
    say("the tiles of the training, drawn again")
    copies = {} if weights.edition == 1 else likeness(Known.rendered(*trained_on), own, made)
    say("seconds and hashes")
    small = tuple(f"small {family}" for family in weights.learnt)
    return {
        "tiles_a_family": count,
        "critic": critic.digest,
        "weights": weights.weights,
        "learnt": list(weights.learnt),
        "right": {name: each.right for name, each in seen.items()},
        "by_family": {
            name: {family: each.by_family[family] for family in families() if family in each.by_family}
            for name, each in seen.items()
        },
        "load": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
        "spread": {name: spread(each.vectors) for name, each in seen.items()},
        "trained_on": sum(trained_on),
        "likeness": copies,
        "autoencoder": through_autoencoder(weights, count),
        "facts": {"archive": facts(rule), "weights": facts(made)},
        "seconds": {"archive": seconds(archive, families()), "weights": seconds(weights, weights.learnt)},
        "seconds_small": {"archive": seconds(archive, small), "weights": seconds(weights, small)},
        "repeats": {
            "archive": repeats(archive, families()),
            "weights": repeats(weights, weights.learnt, home),
        },
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure, and write the page and its figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.generator_report", description=__doc__)
    parser.add_argument("--tiles", type=int, default=24, help="tiles a family")
    parser.add_argument("--out", type=Path, default=PAGE, help="the page; its figures go beside it as .json")
    parser.add_argument(
        "--weights", type=Path, default=SHIPPED, help="a folder of weights, if not the shipped"
    )
    parser.add_argument(
        "--trained-on",
        type=int,
        nargs=2,
        default=(TRAINED_ON, TRAINED_ON_WIDE),
        metavar=("ONE", "TWO"),
        help="how many archive tiles of one training unit, and of two, they were trained on",
    )
    options = parser.parse_args(arguments)
    figures = report(
        options.tiles, lambda line: print(line, file=sys.stderr), options.weights, tuple(options.trained_on)
    )
    options.out.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n")
    options.out.write_text(page(figures))
    shown = ("tiles_a_family", "weights", "right", "spread", "likeness", "seconds")
    print(json.dumps({name: figures[name] for name in shown}))


if __name__ == "__main__":
    main()
