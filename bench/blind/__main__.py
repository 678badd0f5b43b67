"""Can anybody tell what the weights draw from tiles drawn by rule? A test for eyes.

    python -m bench.blind sheets FOLDER           # numbered tiles, and key.json, hidden from who looks
    python -m bench.blind told FOLDER 3 5 8 ...   # the numbers that were taken for drawn by the weights

Half of the tiles are the best third of what the weights draw, as the critic ranks it; the others are drawn by
rule, as many of each family, to other words. Whoever tells nothing apart is right half the time.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.generator_report import asked_of, palette_of, planned
from generator import EmbeddedGenerator
from generator.bundle import SHIPPED
from generator.critic import Critic, finish_of
from generator.draft import SUPERSAMPLING, Draft, Pixels, paint
from generator.lexicon.reading import resolve
from generator.motifs.draw import draw_tile
from generator.preview import contact_sheet
from ledger.domain.critiques import PASS, WARN, worth
from ledger.merit import FINISHED
from ledger.takes import seeds

FIRST = 1_500_000  # seeds that no training and no other measure has seen
A_FAMILY, BEST, SIZE, COLUMNS, ROWS = 4, 3, 256, 6, 4
KEY = "key.json"


def best_of_weights(home: Path, a_family: int = A_FAMILY, takes: int = 1) -> list[tuple[str, Pixels]]:
    """(family, tile) of the third that the critic ranks first, of `a_family` tiles of each family, each tile
    the best of so many `takes`."""
    generator, critic = EmbeddedGenerator.load(home), Critic.load()
    found: list[tuple[float, str, Pixels]] = []
    for family, recipe in planned(generator, a_family, FIRST, SIZE):
        drafts = [generator.generate(replace(recipe, seed=seed)) for seed in seeds(recipe.seed, takes)]
        worth, drawn = max(((_worth(critic, each), each) for each in drafts), key=lambda found: found[0])
        found.append((worth, family, drawn.pixels()))
    found.sort(key=lambda each: -each[0])
    return [(family, tile) for _, family, tile in found[: len(found) // BEST]]


def _worth(critic: Critic, drawn: Draft) -> float:
    """What `selvage curate` would give it, held against all that was asked, also what the seed chose."""
    recipe, inks = drawn.recipe, len(drawn.recipe.palette)
    words = resolve(recipe.prompt, recipe.seed, inks)
    asked, seen = asked_of(words), critic.attributes([drawn.pixels()])[0]
    agreement = math.fsum(seen[head].get(value, 0.0) for head, value in asked.items()) / len(asked)
    finish = finish_of(drawn.separations, words, recipe.seed).share
    return worth(agreement, finish, [PASS if finish >= FINISHED else WARN])


def by_rule(wanted: Sequence[str]) -> list[tuple[str, Pixels]]:
    """(family, tile) for each family of `wanted`, drawn by rule to words that the weights were not given."""
    tiles = []
    for number, family in enumerate(sorted(wanted), FIRST + 1):
        inks = 2 + (number - 1) % 5
        words = resolve(family, FIRST + number, inks)
        separations = draw_tile(words, FIRST + number, SUPERSAMPLING * SIZE)
        tiles.append((family, paint(separations, palette_of(number, inks))))
    return tiles


def sheets(
    folder: Path, home: Path = SHIPPED, a_family: int = A_FAMILY, seed: int = 0, takes: int = 1
) -> list[Path]:
    """Write the sheets, tiles numbered from 1, and the key; returns the sheets' paths."""
    from PIL import Image

    weights = best_of_weights(home, a_family, takes)
    rows = [("weights", *each) for each in weights]
    rows += [("rule", *each) for each in by_rule([family for family, _ in weights])]
    np.random.default_rng(seed).shuffle(rows)  # type: ignore[arg-type]  # a list is shuffled in place
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for start in range(0, len(rows), COLUMNS * ROWS):
        part = rows[start : start + COLUMNS * ROWS]
        tiles = [_numbered(tile, start + k + 1) for k, (_, _, tile) in enumerate(part)]
        paths.append(folder / f"sheet-{len(paths) + 1}.png")
        Image.fromarray(contact_sheet(tiles, COLUMNS, 8)).save(paths[-1])
    key = [
        {"number": k + 1, "drawn_by": maker, "family": family} for k, (maker, family, _) in enumerate(rows)
    ]
    (folder / KEY).write_text(json.dumps(key, indent=1) + "\n")
    return paths


def _numbered(tile: Pixels, number: int) -> Pixels:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (SIZE, SIZE + 22), "white")
    picture.paste(Image.fromarray(tile), (0, 22))
    ImageDraw.Draw(picture).text((4, 3), str(number), "black", ImageFont.load_default(16))
    return np.asarray(picture)


def told(folder: Path, taken: Sequence[int]) -> dict[str, Any]:
    """How well those were told that the weights drew; `chance` is the probability to be as right by guessing.

    Raises ValueError for a number that is on no sheet.
    """
    key = json.loads((folder / KEY).read_text())
    if unknown := sorted(set(taken) - {row["number"] for row in key}):
        raise ValueError(f"no tile has the number {unknown[0]}: they go from 1 to {len(key)}")
    right = [(row["number"] in taken) == (row["drawn_by"] == "weights") for row in key]
    passed = [row["number"] for row in key if row["drawn_by"] == "weights" and row["number"] not in taken]
    ways = sum(math.comb(len(key), k) for k in range(sum(right), len(key) + 1))
    return {
        "tiles": len(key),
        "right": sum(right),
        "share_right": round(sum(right) / len(key), 3),
        "chance": ways / 2 ** len(key),
        "of_weights": sum(row["drawn_by"] == "weights" for row in key),
        "taken_for_rule": passed,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.blind", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("sheets", help="draw the sheets and their key")
    make.add_argument("folder", type=Path)
    make.add_argument("--weights", type=Path, default=SHIPPED, help="a folder of weights, if not the shipped")
    make.add_argument("--tiles", type=int, default=A_FAMILY, help="tiles a family, of which a third is shown")
    make.add_argument("--takes", type=int, default=1, help="drawings a tile, of which the best is taken")
    make.add_argument("--seed", type=int, default=0, help="of their order")
    ask = verbs.add_parser("told", help="how well they were told apart")
    ask.add_argument("folder", type=Path)
    ask.add_argument("numbers", type=int, nargs="*", help="those taken for drawn by the weights")
    options = parser.parse_args(arguments)
    if options.verb == "sheets":
        print(*sheets(options.folder, options.weights, options.tiles, options.seed, options.takes), sep="\n")
        return
    try:
        print(json.dumps(told(options.folder, options.numbers)))
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
