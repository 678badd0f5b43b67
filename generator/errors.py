"""Everything the generator refuses, and why.

GeneratorError
├── BriefError          a field of a brief or recipe is not usable
├── UnknownMotifError   the prompt names no motif family the house can draw
├── WeightsError        weights are missing, altered, or not those the recipe names
├── AdapterError        a file that is no adapter, or an adapter that is nowhere
│   └── AdapterModelError   an adapter of other weights
├── StyleTilesError     tiles that no style can be trained on; `tile` names the one
└── TasteError          decisions from which no taste can be learnt
"""

from __future__ import annotations


class GeneratorError(Exception):
    """Base of all refusals of this package."""

    code = "generator"


class BriefError(GeneratorError):
    """A field of a brief or of a recipe is not usable; `field` names it."""

    code = "brief-invalid"

    def __init__(self, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{field}: {problem}; {remedy}")
        self.field = field


class UnknownMotifError(GeneratorError):
    """The prompt names no motif family that can be drawn; `nearest` holds the closest known words."""

    code = "motif-unknown"

    def __init__(
        self, prompt: str, nearest: tuple[str, ...], families: tuple[str, ...], unlearnt: str = ""
    ) -> None:
        hint = f"did you mean {' or '.join(nearest)}? " if nearest else ""
        problem = unlearnt or f"no known motif in {prompt!r}; {hint}"
        super().__init__(f"prompt: {problem}name one of {', '.join(families)}")
        self.prompt = prompt
        self.nearest = nearest


class WeightsError(GeneratorError):
    """A weights file is missing, altered, or not the one asked for."""

    code = "weights-invalid"

    def __init__(self, name: str, expected: str, found: str, remedy: str) -> None:
        super().__init__(f"{name}: expected sha256 {expected}, found {found}; {remedy}")
        self.name = name
        self.expected = expected
        self.found = found


class AdapterError(GeneratorError):
    """A style adapter cannot be used: it is damaged, of another kind of file, or not here."""

    code = "adapter-invalid"

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"adapter: {problem}; {remedy}")
        self.field = "adapter"


class AdapterModelError(AdapterError):
    """An adapter was trained on other weights than those that are to draw."""

    code = "adapter-of-another-model"

    def __init__(self, base: str, weights: str) -> None:
        problem = f"it was trained on weights {base[:12]} and these are {weights[:12]}"
        super().__init__(problem, "put those into earlier/ beside these, or train the style anew")
        self.base, self.weights = base, weights


class StyleTilesError(GeneratorError):
    """A style cannot be trained on these tiles; `tile` names the one at fault, if it is one."""

    code = "style-tiles"

    def __init__(self, tile: str, problem: str, remedy: str) -> None:
        super().__init__(f"{tile or 'tiles'}: {problem}; {remedy}")
        self.tile = tile
        self.field = tile or "tiles"


class TasteError(GeneratorError):
    """No taste can be learnt from these decisions: too few, or it is no better than chance."""

    code = "taste-unlearnt"

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"taste: {problem}; {remedy}")
        self.field = "taste"
