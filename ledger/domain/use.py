"""What somebody wants to do with a tile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.domain.countries import country_problem
from ledger.domain.errors import UseError
from ledger.domain.fields import suggest
from ledger.domain.money import Money
from ledger.domain.words import ANY, MODIFICATIONS, ORIGINAL, is_trade_word

MAX_UNITS = 10**12
MAX_DEPTH = 64  # levels of sublicences
MAX_SHOWN = 500  # characters of the attribution that a use shows


class AiUse(StrEnum):
    """The entries of the CAWG training and data mining assertion 1.1, without their prefix `cawg.`."""

    TRAINING = "ai_training"
    GENERATIVE = "ai_generative_training"
    MINING = "data_mining"
    INFERENCE = "ai_inference"


class Action(StrEnum):
    """REPRODUCE on a product, DISPLAY it (screen, lookbook), SUBLICENSE to somebody else.

    TRAIN any AI model on it, or only one that generates (TRAIN_GENERATIVE) or does not (TRAIN_OTHER); MINE it
    for data; INFER from it as a model's input. DERIVE a new pattern from it, IMITATE its style, REDRAW it
    from its recipe, ADAPT a generator by an adapter (LoRA) made of it.
    """

    REPRODUCE = "reproduce"
    DISPLAY = "display"
    SUBLICENSE = "sublicense"
    TRAIN = "train"
    TRAIN_GENERATIVE = "train-generative"
    TRAIN_OTHER = "train-other"
    MINE = "mine"
    INFER = "infer"
    DERIVE = "derive"
    IMITATE = "imitate"
    REDRAW = "redraw"
    ADAPT = "adapt"


AI_USES = {
    Action.TRAIN: frozenset({AiUse.TRAINING, AiUse.GENERATIVE}),
    Action.TRAIN_GENERATIVE: frozenset({AiUse.GENERATIVE}),
    Action.TRAIN_OTHER: frozenset({AiUse.TRAINING}),
    Action.MINE: frozenset({AiUse.MINING}),
    Action.INFER: frozenset({AiUse.INFERENCE}),
}
ON_PRODUCTS = frozenset({Action.REPRODUCE, Action.DISPLAY})
GENERATING = frozenset({Action.REDRAW, Action.ADAPT})


@dataclass(frozen=True)
class Use:
    """One use in one country (ISO 3166-1 alpha-2), on the day `on`, or on every day from then to `until`.

    `units` are pieces made, for reproduce only; `generations` pictures generated, for redraw and adapt only;
    `depth` levels of sublicences, for sublicense only. `revenue` is net sales, None when nobody has said;
    `attribution` the text that stands with it, None likewise.
    """

    action: Action
    product: str
    territory: str
    units: int
    on: date
    channel: str = ANY
    industry: str = ANY
    colourway: str = ORIGINAL
    modifications: frozenset[str] = frozenset()
    generations: int = 0
    depth: int = 0
    revenue: Money | None = None
    attribution: str | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until <= self.on:
            raise UseError("on", f"from {self.on} to {self.until} is no period; give a later last day")
        if problem := country_problem(self.territory):
            raise UseError("territory", problem)
        for name in ("product", "channel", "industry", "colourway"):
            value = getattr(self, name)
            if not is_trade_word(value):
                raise UseError(name, f"{value[:60]!r}: use a lower-case word such as wallpaper")
        for name in sorted(self.modifications):
            if name not in MODIFICATIONS:
                raise UseError("modifications", f"{name[:60]!r} is not known; {suggest(name, MODIFICATIONS)}")
        self._check_counts()
        self._check_attribution()

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.until or self.on

    def _check_counts(self) -> None:
        action = self.action.value
        if type(self.units) is not int or not 0 <= self.units <= MAX_UNITS:
            raise UseError("units", f"{self.units!r} is not a whole number of pieces from 0 to {MAX_UNITS}")
        if self.action is Action.REPRODUCE and self.units == 0:
            raise UseError("units", "reproduction needs the number of pieces, at least 1")
        if self.action is not Action.REPRODUCE and self.units:
            raise UseError("units", f"{action} makes no pieces; give 0 or leave it out")
        if not 0 <= self.generations <= MAX_UNITS or (self.action in GENERATING) != bool(self.generations):
            raise UseError(
                "generations",
                f"{self.generations!r} for {action}; redraw and adapt need 1 to {MAX_UNITS}, others none",
            )
        if not 0 <= self.depth <= MAX_DEPTH or (self.action is Action.SUBLICENSE) != bool(self.depth):
            raise UseError(
                "depth",
                f"{self.depth!r} for {action}; sublicense needs 1 to {MAX_DEPTH}, nothing else has any",
            )

    def _check_attribution(self) -> None:
        text = self.attribution
        if text is not None and not (1 <= len(text.strip()) <= len(text) <= MAX_SHOWN and text.isprintable()):
            raise UseError("attribution", f"give the text shown, 1 to {MAX_SHOWN} printable characters")


def undated(use: Use) -> Use:
    """`use` without its days: what it is apart from when."""
    return replace(use, on=date.min, until=None)


def described(use: Use) -> str:
    """`use` in one line of plain words."""
    counted = {"pieces": use.units, "generations": use.generations, "levels": use.depth}
    counts = [f"{count:,} {what if count > 1 else what[:-1]}" for what, count in counted.items() if count]
    kept = {"channel": use.channel, "industry": use.industry}
    words = [f"{name} {word}" for name, word in kept.items() if word != ANY]
    colourway = [f"colourway {use.colourway}"] if use.colourway != ORIGINAL else []
    changes = [f"with {', '.join(sorted(use.modifications))}"] if use.modifications else []
    first = use.action.value if use.product == ANY else f"{use.action.value} {use.product}"
    return ", ".join([first, *counts, use.territory, *words, *colourway, *changes, said_days(use)])


def said_days(use: Use) -> str:
    """Its day, or the first and the last."""
    return f"{use.on} to {use.until}" if use.until else use.on.isoformat()
