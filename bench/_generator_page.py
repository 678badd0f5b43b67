"""The page of `bench.generator_report`."""

from __future__ import annotations

from typing import Any

from bench._copies import COPY

_HEAD = """# What the generators draw, measured

Written by `python -m bench.generator_report`; its figures are in the `.json`
beside it.

The judge is the critic (`generator/critic`), trained on archive tiles; "archive" are {count} tiles a family
that it was never shown. "Same words" are tiles drawn by rule, unseen too, to the very words, seeds and
palettes that the weights were given: some words are harder to tell than others, for the judge as well. A
share is of tiles that show what was asked. The weights have learnt {learnt} of {all} families; the others are
refused, not drawn badly. With few tiles a family a share is a hint, not a rate. The critic never saw the
first edition, so weights of that edition are held against its word on tiles of the same.

Orientation is in two rows: symmetry (one-way, two-way, four-way, mirrored) and the stripes, whose styles are
vertical, horizontal and diagonal. The seeds are those by which trainings were compared, so the best of
several is told a little too well. The judge learnt from the same archive as the weights, by other seeds.
"""


def page(figures: dict[str, Any]) -> str:
    """The figures in tables."""
    text = _HEAD.format(
        count=figures["tiles_a_family"],
        learnt=len(figures["learnt"]),
        all=len(figures["by_family"]["archive"]),
    )
    return "\n".join((text, _attributes(figures), _families(figures), _copies(figures), _rest(figures)))


def _attributes(figures: dict[str, Any]) -> str:
    right = figures["right"]
    rows = [
        "## Does a tile show what was asked",
        "",
        "| attribute | archive | same words | weights | weights / same words |",
        "|---|---|---|---|---|",
    ]
    for head in right["archive"]:
        own, made = right["same words"].get(head), right["weights"].get(head)
        ratio = f"{made / own:.2f}" if own and made is not None else ""
        rows.append(f"| {head} | {right['archive'][head]:.2f} | {_number(own)} | {_number(made)} | {ratio} |")
    return "\n".join([*rows, ""])


def _families(figures: dict[str, Any]) -> str:
    by = figures["by_family"]
    rows = ["## Family by family", "", "| family | archive | same words | weights |", "|---|---|---|---|"]
    for family, share in by["archive"].items():
        made = by["weights"].get(family)
        told = _number(made) if made is not None else "not learnt"
        rows.append(f"| {family} | {share:.2f} | {_number(by['same words'].get(family))} | {told} |")
    return "\n".join([*rows, ""])


def _copies(figures: dict[str, Any]) -> str:
    found = figures["likeness"]
    if not found:
        return ""
    count = f"{figures['trained_on']:,}"
    rows = [
        "## Not a copier",
        "",
        f"Likeness to the nearest of the {count} training tiles, of those of the same family, at any",
        "phase: the correlation of what prints, in whatever inks (`bench/_copies.py`). Tiles by rule that no",
        "training saw show how alike the archive is to itself: two ginghams are one drawing.",
        "",
        "| | same words, by rule | weights |",
        "|---|---|---|",
    ]
    labels = {
        "median": "median",
        "p99": "99th percentile",
        "most": "most",
        "copies": f"share from {COPY} on",
    }
    rows += [
        f"| {label} | {found['same words'][name]} | {found['weights'][name]} |"
        for name, label in labels.items()
    ]
    return "\n".join([*rows, ""])


def _rest(figures: dict[str, Any]) -> str:
    told, seconds, small = figures["facts"], figures["seconds"], figures["seconds_small"]
    symmetric = {"archive": "", "weights": told["weights"]["regular"]}
    rows = ["## The rest", "", "| | archive | weights |", "|---|---|---|"]
    pairs = [
        ("distance between two tiles (1 - cosine, mean)", figures["spread"]),
        ("seams like a line inside", {name: told[name]["seams_closed"] for name in told}),
        ("tiles that print every ink given", {name: told[name]["all_inks_used"] for name in told}),
        ("tiles in the symmetry of their words, where these have one", symmetric),
        ("processor seconds a tile of 512 px", {name: each["processor"] for name, each in seconds.items()}),
        ("wall seconds a tile of 512 px", {name: each["wall"] for name, each in seconds.items()}),
        ("wall seconds a tile of small scale", {name: each["wall"] for name, each in small.items()}),
    ]
    rows += [f"| {label} | {values['archive']} | {values['weights']} |" for label, values in pairs]
    same = {name: "yes" if each else "no" for name, each in figures["repeats"].items()}
    rows.append(
        f"| the same hashes elsewhere, on one and two threads | {same['archive']} | {same['weights']} |"
    )
    rows.append(f"| screens after the autoencoder, PSNR in dB | | {figures['autoencoder']} |")
    told = f"Seconds were taken at a load of {figures['load']} on {figures['cores']} cores."
    return "\n".join([*rows, "", told, ""])


def _number(share: float | None) -> str:
    return "" if share is None else f"{share:.2f}"
