"""The hand of an era: how it bends a stem, blunts a petal, weighs a line, and fills a gap."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hand:
    """Habits of an era's draughtsmen.

    `swing` bends stems (0 is straight), `tip` blunts petals (0 pointed, 1 round), `line` weighs strokes,
    `wobble` is the unsteadiness of edges in cells, `petals` the counts it likes, and `filler` the small
    motif that it strews between the large ones.
    """

    swing: float
    tip: float
    line: float
    wobble: float
    petals: tuple[int, int]
    filler: str


HANDS: dict[str, Hand] = {
    "victorian": Hand(0.5, 0.35, 0.8, 0.0, (9, 12), "sprig"),
    "art-nouveau": Hand(1.0, 0.1, 1.2, 0.02, (5, 6), "tendril"),
    "art-deco": Hand(0.12, 0.05, 1.0, 0.0, (8, 12), "lozenge"),
    "fifties": Hand(0.35, 0.45, 0.75, 0.0, (6, 7), "spark"),
    "sixties": Hand(0.3, 1.0, 1.5, 0.0, (5, 6), "pop"),
    "seventies": Hand(0.65, 0.9, 1.35, 0.03, (7, 8), "ring"),
    "eighties": Hand(0.2, 0.6, 1.1, 0.0, (6, 8), "dart"),
    "contemporary": Hand(0.45, 0.75, 1.0, 0.06, (5, 7), "pebble"),
}
