"""Draw tiles of the house archive with their records, described as a Croissant data set."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from generator.errors import BriefError, GeneratorError
from generator.lexicon.tables import families
from generator.recipe import check_size, check_whole

MOST_TILES = 1_000_000


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and export; 2 means a wrong argument, which is named on stderr."""
    parser = argparse.ArgumentParser(prog="python -m generator.motifs", description=__doc__)
    parser.add_argument(
        "--out", type=Path, required=True, help="an empty folder, or one of an earlier export"
    )
    parser.add_argument("--count", type=int, default=210, help="how many tiles; families take turns")
    parser.add_argument("--first", type=int, default=0, help="number of the first tile")
    parser.add_argument("--family", default=None, help="only this motif family")
    parser.add_argument("--size", type=int, default=512, help="edge of a tile in pixels")
    parser.add_argument(
        "--licence", default="All rights reserved", help="terms of the data set, as text or address"
    )
    options = parser.parse_args(arguments)
    try:
        count = export(
            options.out, options.count, options.first, options.family, options.size, options.licence
        )
    except GeneratorError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 2
    print(f"{count} tiles in {options.out}")
    return 0


def export(
    folder: Path, count: int, first: int = 0, family: str | None = None, size: int = 512, licence: str = ""
) -> int:
    """Write `tiles/*.png`, `tiles.json` and `croissant.json`; returns the number of tiles.

    Raises BriefError for an unusable argument or a folder that holds something else.
    """
    from generator.motifs.croissant import RECORDS_FILE, describe
    from generator.motifs.draw import EDITION
    from generator.motifs.record import schema

    _check(folder, count, first, family, size)
    (folder / "tiles").mkdir(parents=True, exist_ok=True)
    lines = [_tile(folder, number, family, size) for number in range(first, first + count)]
    (folder / RECORDS_FILE).write_text("[\n" + ",\n".join(lines) + "\n]\n")
    (folder / _BEFORE).unlink(missing_ok=True)
    described = describe(folder, count, licence, f"{EDITION}.0.0", schema())
    (folder / "croissant.json").write_text(json.dumps(described, indent=1) + "\n")
    return count


def _check(folder: Path, count: int, first: int, family: str | None, size: int) -> None:
    check_whole("count", count, 1, MOST_TILES)
    check_whole("first", first, 0, 2**31)
    check_size(size)
    if family is not None and family not in families():
        raise BriefError("family", f"{family!r} is unknown", f"use one of {', '.join(families())}")
    if folder.exists() and not folder.is_dir():
        raise BriefError("out", f"{folder.name!r} is a file", "name a folder")
    foreign = [path.name for path in folder.glob("*") if path.name not in _OURS] if folder.exists() else []
    if foreign:
        raise BriefError("out", f"holds {foreign[0]!r}", "give an empty folder, or one of an earlier export")


_BEFORE = "tiles.jsonl"  # what earlier releases wrote the records to
_OURS = ("tiles", "tiles.json", "croissant.json", _BEFORE)


def _tile(folder: Path, number: int, family: str | None, size: int) -> str:
    """Draw one tile, write it as an indexed PNG, and return its record as a line of JSON."""
    from generator.draft import SUPERSAMPLING
    from generator.motifs.palettes import house_palette
    from generator.motifs.record import tile_record
    from generator.motifs.sampling import any_tile

    words, separations = any_tile(number, SUPERSAMPLING * size, family, span=2)
    palette = house_palette(words, number)
    record = tile_record(words, number, palette, separations)
    _write_indexed(folder / "tiles" / f"{number:07d}.png", separations, palette)
    return json.dumps(record | {"picture": f"tiles/{number:07d}.png"}, sort_keys=True)


def _write_indexed(path: Path, separations: object, palette: tuple[str, ...]) -> None:
    from PIL import Image

    picture = Image.fromarray(separations, "P")  # type: ignore[arg-type]
    picture.putpalette(b"".join(bytes.fromhex(ink[1:]) for ink in palette))
    picture.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
