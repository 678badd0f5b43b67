"""How well the shipped critic sees tiles it was never shown: `python -m generator.critic.training.report`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from generator.critic.network import Critic
from generator.critic.selection import spread
from generator.critic.training.corpus import HELD_OUT, Corpus, painted, render

TILES, CROWD = 1050, 500


def main(arguments: list[str] | None = None) -> None:
    """Print retrieval among 500 and the accuracy of every head, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m generator.critic.training.report", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the rendered tiles")
    parser.add_argument("--weights", type=Path, default=None, help="the shipped ones by default")
    parser.add_argument("--tiles", type=int, default=TILES, help="held-out tiles, families by turns")
    options = parser.parse_args(arguments)
    corpus = render(options.out, options.tiles, HELD_OUT)
    print(json.dumps(report(Critic.load(options.weights), corpus), indent=1))


def report(critic: Critic, corpus: Corpus) -> dict[str, Any]:
    """Retrieval of the right words among `CROWD` tiles' words, and shares of heads that are right."""
    tiles = painted(corpus.maps, np.random.Generator(np.random.PCG64(1)))
    vectors, seen = critic.judge(list(tiles))
    crowd = min(CROWD, len(tiles))
    words = critic.embed_said(corpus.shown[:crowd])
    ranks = _ranks(vectors[:crowd] @ words.T)
    right = {head: _right(seen, corpus, head) for head in critic.heads}
    families = np.array([each["family"] for each in corpus.shown])
    return {
        "tiles": len(tiles),
        "retrieval": {"among": crowd, **{f"within {k}": _share(ranks < k) for k in (1, 5, 10)}},
        "heads": {
            head: {"values": len(critic.heads[head]), "right": _share(found)} for head, found in right.items()
        },
        "families": {name: _share(right["family"][families == name]) for name in critic.heads["family"]},
        "spread": round(spread(vectors[:crowd]), 4),
    }


def _ranks(likeness: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    own = np.diagonal(likeness)[:, None]
    return np.asarray((likeness > own).sum(1))


def _right(seen: list[dict[str, dict[str, float]]], corpus: Corpus, head: str) -> np.ndarray[Any, Any]:
    best = [max(each[head], key=lambda value: each[head][value]) for each in seen]
    return np.array([value == shown[head] for value, shown in zip(best, corpus.shown, strict=True)])


def _share(found: np.ndarray[Any, Any]) -> float:
    return round(float(np.mean(found)), 3)


if __name__ == "__main__":
    main()
