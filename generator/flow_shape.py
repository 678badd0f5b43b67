"""The make of a flow network; bundles name theirs, so that older weights are built as they were trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class FlowShape:
    """Levels from the finest (16 x 16 latents a unit) to the coarsest; each is half as fine as the last.

    `widths` are channels, `layers` residual blocks a level on the way down (one more on the way up), and
    `attention` says at which levels every latent looks at every other and at the caption's words.
    """

    widths: tuple[int, ...] = (64, 96, 128)
    layers: int = 1
    attention: tuple[bool, ...] = (False, False, True)

    @classmethod
    def read(cls, named: Mapping[str, Any] | None) -> FlowShape:
        """The shape that a bundle's settings name, the first one where they name none.

        Raises KeyError, TypeError or ValueError for what is no shape.
        """
        if named is None:
            return FIRST_FLOW
        shape = cls(
            tuple(map(int, named["widths"])), int(named["layers"]), tuple(map(bool, named["attention"]))
        )
        if not 1 <= len(shape.widths) == len(shape.attention) or shape.layers < 1:
            raise ValueError(f"{named!r} is no shape of a flow network")
        return shape

    def as_dict(self) -> dict[str, Any]:
        """What `read` reads, ready for JSON."""
        return asdict(self)


FIRST_FLOW = FlowShape()  # of bundles that name none
# What training builds now: attention at the middle level as well, so that the repeats of a motif agree.
# At the finest level it would make a step take three times as long.
TRAINED = FlowShape(attention=(False, True, True))
