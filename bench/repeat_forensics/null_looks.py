"""The looks that a scan takes at a picture laid on its candidates, kept so that many keys can be asked there.

What a scan does between placing and answering is not public, for nobody else needs it. It is used here as it
is, and not written a second time: what is measured must be what a scan does.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.repeat_forensics.pencil import Pixels
from forensics.asking import informed
from forensics.asking.informed import Answer, Inquiry, Look, Sight
from forensics.asking.lines_heard import LineHeard, hear_lines, one_place
from forensics.asking.listening import Heard, bound, listen
from forensics.fingerprints.prints import fingerprint
from forensics.placing import comparison
from forensics.placing.candidates import Case
from forensics.placing.known import KnownTile

if TYPE_CHECKING:
    from forensics.asking.places import Placed
    from forensics.index import Index
    from forensics.placing.blocks import Plane
    from watermark.line import LineMark
    from watermark.line.motion import Motion


@dataclass(frozen=True)
class LumaLook:
    """The `number`-th look in luminance: residual planes of a suspect laid on a known tile."""

    number: int
    look: Look
    planes: Sequence[Plane]

    def heard(self, decoder: Any) -> Heard:
        """What one key hears."""
        return listen(decoder, self.planes, self.look.period_px, self.look.known.sameness)

    def log_p(self, heard: Heard, mark_id: int, z: float) -> float:
        """Log of the p of one id, heard with `z`, its price paid; 0 where another id answers instead."""
        price = math.log(2) + informed._price(self.number, (mark_id,), 1)
        log_p = bound(z, price)
        if log_p > informed.WORTH_A_WORD:
            return log_p  # as it would be answered: nobody else is asked about what is so faint
        answers = informed._spoken(heard, "", (mark_id,), price)
        return min((answer.mark for answer in answers if answer.mark_id == mark_id), default=0.0)


@dataclass(frozen=True)
class LineLook:
    """The `number`-th look at the line: what moved in a suspect against a known tile, and where it lies."""

    number: int
    known: KnownTile
    motion: Motion
    placed: Placed | None

    @property
    def one_place(self) -> bool:
        """Whether the artwork can lie in one place only."""
        return one_place(self.known)

    def heard(self, line: LineMark, mark_ids: Sequence[int]) -> list[LineHeard]:
        """What one key hears of so many ids."""
        return hear_lines(self.motion, line, self.known, mark_ids)

    def log_p(self, heard: LineHeard) -> float:
        """Log of the p of one id asked for alone, its price paid."""
        price = informed._price(self.number, (heard.mark_id,), 1)
        return informed._of_line(heard, self.placed, "", price).line


class Laying(Inquiry):
    """In the place of a scan's inquiry: keeps every look and hears nothing, so that all of them are taken."""

    def __init__(self, watermarker: object) -> None:
        super().__init__(watermarker)
        self.luma: list[LumaLook] = []
        self.line: list[LineLook] = []

    def _luma(self, look: Look, planes: Sequence[Plane], mark_ids: Sequence[int]) -> list[Answer]:  # noqa: ARG002
        if not look.known.drawn:
            raise ValueError("null pictures are laid on drawn tiles; marked ones cost more")
        self.looks += 1
        self.luma.append(LumaLook(self.looks, look, planes))
        return []

    def _line(self, look: Look | Sight, mark_ids: Sequence[int]) -> list[Answer]:  # noqa: ARG002
        self._line_looks += 1
        motion, placed = informed._watched(look) if isinstance(look, Sight) else informed._folded(look)
        if motion is not None:
            self.line.append(LineLook(self._line_looks, look.known, motion, placed))
        return []


def laid(pixels: Pixels, index: Index, watermarker: Any) -> Laying:
    """Every look that a scan takes at the whole picture where no mark is heard.

    `watermarker`: whose synchronisation frequencies stripes are followed by; its payload is not asked.
    """
    from watermark.torus.views import Looks

    inquiry = Laying(watermarker)
    case = Case(pixels, index, fingerprint(pixels), looks=Looks(pixels))
    comparison._heard(case, inquiry, list(watermarker.decoders.values()))
    return inquiry
