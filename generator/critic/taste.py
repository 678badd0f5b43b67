"""What people like of what they see: a linear head over the critic's embeddings, which stay as they are.

It is fitted to decisions, kept or rejected, by ridge regression, the penalty chosen by leaving each one out.
How far it can be trusted is told on decisions that it was not fitted to: FOLDS parts, each foretold by a head
of the others. Decisions about the same drawing are in one part, and count as one where it is asked whether
they are enough. It is refused where it ranks the kept above the rejected no better than chance would.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from generator.errors import TasteError

FEWEST, FEWEST_OF_EACH = 24, 8  # drawings; fewer cannot be held out and still be learnt from
FOLDS = 5
PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
CHANCE, SURE = 0.01, 2.326  # how likely a head that knows nothing may be to do as well, in deviations too
WEIGHT = 0.5  # of a tile's rank: so much is taste, the rest its score
_DIGITS = 6
Vectors = NDArray[np.float32]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Taste:
    """`weights` are one number for each of the embedding's, and one more at the end for none of them.

    Of `decisions` made, `kept` were to keep a tile. `agreement` is the share that was foretold right without
    having been fitted to, `base` the share of the commoner decision, which saying always the same would get.
    `pairs` is how often such a kept tile was ranked above a rejected one, a half by chance; `chance` how
    likely ranks drawn by lot do as well (Mann and Whitney 1947, one side), were each drawing decided once.
    """

    weights: tuple[float, ...]
    decisions: int
    kept: int
    agreement: float
    base: float
    pairs: float
    chance: float

    def likes(self, vectors: Vectors) -> Numbers:
        """How much each tile (n, d) is like those that were kept, 0 to 1; above 0.5 it is foretold to be."""
        return _likes(np.asarray(self.weights), np.asarray(vectors, np.float64))


def ranked(scores: Numbers, likes: Numbers, failed: Flags, weight: float = WEIGHT) -> Numbers:
    """Scores with taste in them, 0 to 1: `weight` of it is taste. What failed is at 0, liked or not."""
    return np.where(failed, 0.0, (1.0 - weight) * scores + weight * likes)


def learn(vectors: Vectors, kept: Sequence[bool], drawings: Sequence[str]) -> Taste:
    """The taste in decisions about tiles (n, d); `drawings` names what each shows, whatever its inks.

    The same decisions in another order are the same taste. Raises TasteError for too few, and where what it
    foretells of others is no better than chance.
    """
    require_enough(kept, drawings)
    order = sorted(range(len(kept)), key=lambda n: (drawings[n], bool(kept[n]), vectors[n].tobytes()))
    seen = np.asarray(vectors, np.float64)[order]
    said = np.asarray(kept, np.bool_)[order]
    names = [drawings[n] for n in order]
    foretold = _held_out(seen, said, names)
    right = (foretold > 0.5) == said
    pairs = _pairs(foretold, said)
    lead = _deviations(pairs, *_drawings(said.tolist(), names))
    found = Taste(
        weights=tuple(np.round(_fit(seen, said), _DIGITS).tolist()),
        decisions=len(said),
        kept=int(said.sum()),
        agreement=float(right.mean()),
        base=float(max(said.mean(), 1.0 - said.mean())),
        pairs=pairs,
        chance=erfc(lead / sqrt(2.0)) / 2.0,
    )
    if found.chance > CHANCE:
        raise TasteError(_no_better(found), _more(lead, len(set(names))))
    return found


def require_enough(kept: Sequence[bool], drawings: Sequence[str]) -> None:
    """Raise TasteError, which says how many more of which are needed, where decisions are too few.

    All colourways of a drawing count as one.
    """
    known, (selected, rejected) = len(set(drawings)), _drawings(kept, drawings)
    keep, reject = max(0, FEWEST_OF_EACH - selected), max(0, FEWEST_OF_EACH - rejected)
    more = max(keep + reject, FEWEST - known)
    if more <= 0:
        return
    wanted = [f"{n} {what}" for n, what in ((keep, "selected"), (reject, "rejected")) if n]
    of_these = f", at least {' and '.join(wanted)}" if wanted else ""
    told = f"{known} drawings were decided about, {selected} kept and {rejected} rejected"
    raise TasteError(f"{told}: too few to learn from", f"decide about {more} more{of_these}")


def _drawings(kept: Sequence[bool], drawings: Sequence[str]) -> tuple[int, int]:
    """How many drawings were kept, and how many rejected, in whatever inks; one can be both."""
    of_each = [
        {name for name, each in zip(drawings, kept, strict=True) if each is said} for said in (True, False)
    ]
    return len(of_each[0]), len(of_each[1])


def _no_better(found: Taste) -> str:
    told = f"of {found.decisions} decisions it foretold {found.agreement:.0%} without having seen them"
    plain = f"saying always the same is right in {found.base:.0%}"
    ranks = f"it ranks a selected tile above a rejected one in {found.pairs:.0%}"
    return f"{told} ({plain}) and {ranks}: no better than chance"


def _more(deviations: float, drawings: int) -> str:
    """What would have to come: where there is a lead, as many as would make it a sure one."""
    if deviations > SURE / 4:
        more = max(1, ceil(drawings * ((SURE / deviations) ** 2 - 1.0)))
        return f"if this lead is none of luck, some {more} more decisions would show it"
    return f"decide about {drawings} more; if that shows nothing, they follow nothing that the critic sees"


def _deviations(pairs: float, kept: int, rest: int) -> float:
    """How many standard deviations of ranks drawn by lot of so many drawings `pairs` lies above a half."""
    return (pairs - 0.5) / sqrt((kept + rest + 1) / (12.0 * kept * rest))


def _held_out(seen: Numbers, said: Flags, names: Sequence[str]) -> Numbers:
    """What heads say of the tiles that they were not fitted to."""
    found, part = np.full(len(said), 0.5), _parts(said, names)
    for number in range(FOLDS):
        out = part == number
        if out.any():
            found[out] = _likes(_fit(seen[~out], said[~out]), seen[out])
    return found


def _parts(said: Flags, names: Sequence[str]) -> NDArray[np.int64]:
    """The part of each decision: drawings dealt round, kept and rejected apart, none in two parts."""
    of: dict[str, int] = {}
    dealt = {True: 0, False: 0}
    for name, kept in zip(names, said.tolist(), strict=True):
        if name not in of:
            of[name] = dealt[kept] % FOLDS
            dealt[kept] += 1
    return np.asarray([of[name] for name in names])


def _fit(seen: Numbers, said: Flags) -> Numbers:
    """Weights of what was seen, and what is added at the end, so that kept is 1 and rejected 0.

    Of all PENALTIES the one under which each decision is foretold best by the others, in one decomposition.
    """
    centre, mean, told = seen.mean(0), float(said.mean()), said.astype(np.float64)
    left, sizes, right = np.linalg.svd(seen - centre, full_matrices=False)
    along, found = left.T @ (told - mean), list[tuple[float, float]]()
    for penalty in PENALTIES:
        shrunk = sizes**2 / (sizes**2 + penalty)
        off = told - mean - left @ (shrunk * along)
        alone = 1.0 - (left**2) @ shrunk - 1.0 / len(told)
        found.append((float(np.mean((off / np.maximum(alone, 1e-6)) ** 2)), -penalty))
    penalty = -min(found)[1]
    weights = right.T @ (sizes / (sizes**2 + penalty) * along)
    return np.append(weights, mean - centre @ weights)


def _likes(weights: Numbers, seen: Numbers) -> Numbers:
    return np.asarray(np.clip(seen @ weights[:-1] + weights[-1], 0.0, 1.0))


def _pairs(foretold: Numbers, said: Flags) -> float:
    """How often a kept tile stands above a rejected one; half where they stand alike."""
    apart = foretold[said][:, None] - foretold[~said][None, :]
    return float(((apart > 0) + 0.5 * (apart == 0)).mean())
