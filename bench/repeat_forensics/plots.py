"""The report's plots, as SVG: rates by attack, systems side by side, ROC curves, what nulls were told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.repeat_forensics.attacks import Attack
from bench.repeat_forensics.errors import MissingPackageError
from bench.repeat_forensics.statistics import Gumbel, Roc, Share

_INK, _GOOD, _BAD, _PALE = "#22313f", "#2a7f62", "#b5483a", "#d9dfe3"
_LINES = ("#22313f", "#c8553d", "#2a7f62", "#d9a441", "#5b6fa8", "#8a4a7d", "#7a8a3a", "#5f5f5f", "#3aa0a8")


def canvas(width: float, height: float, columns: int = 1) -> tuple[Any, Any]:
    """A figure without a display, whose SVG is the same for the same data."""
    try:
        import matplotlib
    except ImportError as error:
        raise MissingPackageError("matplotlib", "the page needs its plots") from error
    matplotlib.use("Agg")
    matplotlib.rcParams.update(
        {"svg.hashsalt": "selvage", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    )
    from matplotlib import pyplot

    return pyplot.subplots(1, columns, figsize=(width, height), layout="constrained")


def save(figure: Any, path: Path) -> None:
    """Written without a date, so that only new data changes the file."""
    from matplotlib import pyplot

    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    text = path.read_text()
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n")


def rates(attacks: Sequence[Attack], shares: Mapping[str, Share], path: Path) -> None:
    """One row per attack: share proven with its 95 % interval, and the promise as a tick."""
    figure, axes = canvas(8.5, 0.19 * len(attacks) + 0.8)
    for row, attack in enumerate(attacks):
        share = shares[attack.name]
        low, high = share.interval
        promised = _GOOD if attack.target is not None and share.rate >= attack.target else _BAD
        colour = _INK if attack.target is None else promised
        axes.plot([low, high], [row, row], color=colour, linewidth=2, alpha=0.45)
        axes.plot(share.rate, row, "o", color=colour, markersize=4)
        if attack.target is not None:
            axes.plot([attack.target] * 2, [row - 0.38, row + 0.38], color=_INK, linewidth=1)
    axes.set_yticks(range(len(attacks)), [attack.name for attack in attacks], fontsize=7)
    axes.set(ylim=(len(attacks) - 0.4, -0.6), xlim=(-0.01, 1.01))
    axes.set_xlabel(
        "share proven, 95 % interval; the upright tick is what is promised; dark: nothing promised"
    )
    axes.grid(axis="x", color=_PALE)
    save(figure, path)


def beside(attacks: Sequence[Attack], shares: Mapping[str, Mapping[str, Share]], path: Path) -> None:
    """Attacks down, systems across, the share found as a shade and a number."""
    table = np.array(
        [[shares[s][a.name].rate if a.name in shares[s] else np.nan for s in shares] for a in attacks]
    )
    figure, axes = canvas(1.9 + 0.72 * len(shares), 0.19 * len(attacks) + 1.2)
    axes.imshow(table, cmap="YlGnBu", vmin=0, vmax=1.25, aspect="auto")
    for row, column in np.ndindex(table.shape):
        if not np.isnan(table[row, column]):
            shade = "white" if table[row, column] > 0.7 else _INK
            number = f"{100 * table[row, column]:.0f}"
            axes.text(column, row, number, ha="center", va="center", fontsize=6, color=shade)
    axes.set_yticks(range(len(attacks)), [attack.name for attack in attacks], fontsize=7)
    axes.set_xticks(range(len(shares)), list(shares), rotation=40, ha="left", fontsize=8)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    save(figure, path)


def curves(found: Mapping[str, Mapping[str, Roc]], path: Path) -> None:
    """ROC panels: {title: {system: curve}}; the false rate on a logarithmic axis, bands of 95 %."""
    figure, panels = canvas(4.4 * len(found), 3.9, len(found))
    for axes, (title, systems) in zip(np.atleast_1d(panels), found.items(), strict=True):
        for colour, (name, curve) in zip(_LINES, systems.items(), strict=False):
            false = np.maximum(curve.false, 1e-6)
            axes.step(false, curve.true, where="post", color=colour, label=name, linewidth=1.3)
            axes.fill_between(
                false, curve.low, curve.high, step="post", color=colour, alpha=0.13, linewidth=0
            )
        axes.set(xscale="log", xlim=(1e-6, 1), ylim=(0, 1.01), title=title)
        axes.set_xlabel("share of wrong pairs accepted (left edge: none)")
        axes.grid(color=_PALE)
    np.atleast_1d(panels)[0].set_ylabel("share of true pairs accepted")
    np.atleast_1d(panels)[-1].legend(fontsize=7, loc="upper left")
    save(figure, path)


def null(largest: Sequence[float], fit: Gumbel, needed: float, marked: Sequence[float], path: Path) -> None:
    """The largest z of null readings, the fitted law, what acceptance needs, and what marked tiles reach."""
    figure, axes = canvas(8.5, 3.2)
    edges = np.linspace(min(largest) - 0.5, 4 * needed, 120)
    axes.hist(largest, edges, density=True, color=_BAD, alpha=0.55, label="null readings, largest z")
    if len(marked):
        axes.hist(marked, edges, density=True, color=_GOOD, alpha=0.45, label="marked pictures, z as read")
    spread = (edges - fit.location) / fit.scale
    axes.plot(
        edges, np.exp(-spread - np.exp(-spread)) / fit.scale, color=_INK, linewidth=1, label="Gumbel fit"
    )
    axes.axvline(needed, color=_INK, linestyle="--", linewidth=1, label=f"least z accepted, {needed:.1f}")
    axes.set(xlabel=f"z (marked pictures above {edges[-1]:.0f} are not shown)", ylabel="density")
    axes.legend(fontsize=7)
    save(figure, path)


def tails(curves: Mapping[str, Sequence[tuple[float, float]]], path: Path) -> None:
    """Share of p at most so small, by what was measured; a bound keeps below the diagonal."""
    figure, axes = canvas(8.5, 3.6)
    for colour, (name, points) in zip(_LINES, curves.items(), strict=False):
        if points:
            axes.step(*zip(*points, strict=True), where="post", color=colour, label=name, linewidth=1.3)
    axes.plot([1e-9, 1], [1e-9, 1], color=_INK, linestyle="--", linewidth=1, label="as many as p says")
    axes.set(
        xscale="log", yscale="log", xlim=(1e-9, 1), ylim=(1e-6, 1.2), xlabel="p", ylabel="share at most p"
    )
    axes.grid(color=_PALE)
    axes.legend(fontsize=7)
    save(figure, path)
