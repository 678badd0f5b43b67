"""The record of one tile: everything known about it, in levels, as `tile.schema.json` describes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.draft import separations_digest
from generator.lexicon.attributes import Attributes
from generator.motifs.draw import CELLS, EDITION
from generator.motifs.measures import coverage_ppm, longest_float, thinnest_line
from generator.motifs.palettes import contrast_of

SCHEMA_FILE = Path(__file__).with_name("tile.schema.json")
THINNEST_PRINTABLE_UM = 150  # what a screen of 120 threads a centimetre holds
LONGEST_FLOAT_UM = 8_000  # longer floats snag: the usual limit for upholstery and apparel jacquards
JACQUARD_INKS = 6


@dataclass(frozen=True)
class Repeat:
    """How the tile is laid: a block repeat of `edge_um` micrometres, `span` training units wide."""

    span: int = 2
    edge_um: int = 160_000


def tile_record(
    words: Attributes,
    seed: int,
    palette: tuple[str, ...],
    separations: NDArray[np.uint8],
    repeat: Repeat | None = None,
    parents: tuple[str, ...] = (),
) -> dict[str, Any]:
    """The JSON-ready record of a tile of the archive; lengths are whole micrometres, shares millionths.

    `parents` are the ids of the tiles it was derived from; a tile drawn by rule has none.
    """
    laid = Repeat() if repeat is None else repeat
    shares = coverage_ppm(separations, words.inks)
    return {
        "schema": "selvage-tile-2",
        "id": f"archive-{EDITION}-{words.family}-{seed}",
        "caption": words.caption(),
        "motif": {"family": words.family, "style": words.style, "era": words.era},
        "composition": {
            **{name: getattr(words, name) for name in ("scale", "density", "layout", "symmetry")},
            "cells_across": CELLS[words.scale] * laid.span,
        },
        "palette": {
            "contrast": contrast_of(palette),
            "inks": [
                {
                    "ink": number,
                    "colour": colour,
                    "role": "ground" if number == 0 else "print",
                    "share_ppm": share,
                }
                for number, (colour, share) in enumerate(zip(palette, shares, strict=True))
            ],
        },
        "repeat": {"kind": "block", "edge_um": laid.edge_um, "seamless": True},
        **_production(words, separations, laid),
        "lineage": {
            "generator": "archive",
            "edition": EDITION,
            "seed": seed,
            "separations_sha256": separations_digest(separations),
            "parents": list(parents),
        },
    }


def _production(words: Attributes, separations: NDArray[np.uint8], laid: Repeat) -> dict[str, Any]:
    """Stroke weight, and what printing and weaving ask of the tile at its size."""
    printed = np.unique(separations)
    line_um = round(thinnest_line(separations) * laid.edge_um)
    float_um = round(longest_float(separations) * laid.edge_um)
    return {
        "stroke": {"kind": words.stroke, "thinnest_um": line_um},
        "print": {
            "spot_inks": len(printed),
            "screens": int(np.count_nonzero(printed)),
            "least_line_um": THINNEST_PRINTABLE_UM,
            "fits": line_um >= THINNEST_PRINTABLE_UM,
        },
        "weave": {
            "colours": words.inks,
            "longest_float_um": float_um,
            "most_float_um": LONGEST_FLOAT_UM,
            "fits": words.inks <= JACQUARD_INKS and float_um <= LONGEST_FLOAT_UM,
        },
    }


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a record."""
    found: dict[str, Any] = json.loads(SCHEMA_FILE.read_text())
    return found
