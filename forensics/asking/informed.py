"""Ask a suspect laid on a registered tile for the tile's own mark id and those of its licensed copies.

Both channels of the mark are asked, luminance (``asking.listening``) and line (``watermark.line``), with
every key. The m-th look of a channel at a picture has the share 1 / (m (m + 1)) of its error, so it pays for
m (m + 1) hypotheses times the ids and the keys asked: the shares sum to one however many looks there are.
Luminance is asked blind as well (``forensics.lanes``), so it has half of its error here and pays twice. The
line is asked last and only where the tile lies best, so its first look is cheap; of several looks of the line
the best counts, for each has paid for its number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from forensics.asking.lines_heard import LineHeard, hear_lines, one_place
from forensics.asking.listening import Heard, bound, listen
from forensics.asking.lying import best_place, lying, turned_to
from forensics.asking.places import Placed, likeliest
from forensics.asking.recolouring import even, residual
from forensics.asking.refolding import Relaid
from forensics.placing.blocks import Plane
from forensics.placing.known import KnownTile
from forensics.report import PROVEN_P, WAYS
from watermark.line.pvalue import log_tail

if TYPE_CHECKING:
    from watermark.line.motion import Motion

# What is proven in any place of a picture, the price of the last place (``forensics.lanes``) included.
DEAREST_PLACE = 120.0
PROVEN_LOG = math.log(PROVEN_P / DEAREST_PLACE)
WORTH_A_WORD = math.log(1e-6)
_SMALLEST_LOG = math.log(1e-300)
_SHIFTS = 4096
_MARKED_GRID = 2 * math.log(_SHIFTS) + math.log(2 * 8)
_NO_ID_ASKED = 48 * math.log(2)


@dataclass(frozen=True)
class Look:
    """A suspect laid on a known tile: ``tile`` float32 (512, 512, 3), ``weight`` (512, 512).

    ``period_px``: the size of a repeat in the suspect.
    """

    known: KnownTile
    tile: NDArray[np.float32]
    weight: Plane
    period_px: float


@dataclass(frozen=True)
class Sight:
    """A suspect (H, W, 3) left as it is, and how the cells of a known tile are laid in it."""

    known: KnownTile
    pixels: NDArray[np.uint8]
    relaid: Relaid


@dataclass(frozen=True)
class Answer:
    """A mark id heard with a key, and the logarithms of both channels' p-values (0: not heard)."""

    mark_id: int
    key_id: str | None
    mark: float
    line: float = 0.0
    orientation: int = 0
    shift: tuple[int, int] = (0, 0)

    @property
    def log_p(self) -> float:
        """Logarithm of the p of the best way to combine what was heard (``forensics.report.best_way``)."""
        both = self.mark + self.line
        together = both + math.log1p(-both) if max(self.mark, self.line) < 0 else 0.0
        return min(0.0, math.log(WAYS) + min(self.mark, self.line, together))


class Inquiry:
    """The looks at one picture: each pays for its number."""

    def __init__(self, watermarker: object) -> None:
        self._decoders = decoders_of(watermarker)
        self._lines: Mapping[str, Any] = getattr(watermarker, "lines", None) or {}
        self.looks = 0
        self._line_looks = 0

    def ask(self, look: Look, mark_ids: Sequence[int]) -> list[Answer]:
        """What the luminance says, strongest id first; another id of the same key may turn up instead."""
        best: list[Answer] = []
        for planes in _hearings(look):
            best = min(best, self._luma(look, planes, mark_ids), key=_log_p)
            if _log_p(best) <= PROVEN_LOG:
                break
        return best

    def ask_line(self, look: Look | Sight, mark_ids: Sequence[int], before: list[Answer]) -> list[Answer]:
        """What the line says of a look, together with what was heard before."""
        if not look.known.drawn or not self._lines:
            return before
        return _merged(before, self._line(look, mark_ids))

    def _luma(self, look: Look, planes: Sequence[Plane], mark_ids: Sequence[int]) -> list[Answer]:
        self.looks += 1
        price = math.log(2) + _price(self.looks, mark_ids, len(self._decoders))
        price += 0.0 if look.known.drawn else _MARKED_GRID
        answers: list[Answer] = []
        for key_id, decoder in self._decoders.items():
            heard = listen(decoder, planes, look.period_px, look.known.sameness)
            answers += _spoken(heard, key_id, mark_ids, price)
        return sorted(answers, key=lambda answer: answer.log_p)

    def _line(self, look: Look | Sight, mark_ids: Sequence[int]) -> list[Answer]:
        self._line_looks += 1
        price = _price(self._line_looks, mark_ids, len(self._lines))
        motion, placed = _watched(look) if isinstance(look, Sight) else _folded(look)
        if motion is None:
            return []
        return [
            _of_line(heard, placed, key_id, price)
            for key_id, line in self._lines.items()
            for heard in hear_lines(motion, line, look.known, mark_ids)
        ]


def _folded(look: Look) -> tuple[Motion, Placed]:
    """What moved in a folded suspect, turned and shifted to the likeliest place."""
    from watermark.line.motion import observe

    placed = Placed(look.tile, look.weight)
    if not one_place(look.known):
        placed = likeliest(look.tile, look.weight, look.known)
    return observe(placed.tile, placed.weight, look.known.art), placed


def _watched(sight: Sight) -> tuple[Motion | None, Placed | None]:
    """What moved in a suspect left as it is, and the place its cells were brought to, if any."""
    from watermark.line.motion import observe_laid

    seen, laid = lying(sight.pixels, sight.relaid)
    placed = None
    if not one_place(sight.known):
        placed = best_place(sight.pixels, sight.relaid, sight.known)
        laid = turned_to(laid, placed)
    return observe_laid(seen, laid, sight.known.art), placed


def _of_line(heard: LineHeard, placed: Placed | None, key_id: str, price: float) -> Answer:
    log_p = min(0.0, max(price + heard.log_tried + log_tail(heard.z), _SMALLEST_LOG))
    place = heard.orientation, heard.shift
    return Answer(heard.mark_id, key_id, 0.0, log_p, *(placed.composed(*place) if placed else place))


def _price(number: int, mark_ids: Sequence[int], keys: int) -> float:
    """Log of the hypotheses that the ``number``-th look of a channel pays for."""
    return math.log(number * (number + 1.0) * max(1, len(mark_ids)) * max(1, keys))


def decoders_of(watermarker: object) -> Mapping[str, Any]:
    """The decoder of each key by key id; none where marks cannot be asked for one by one."""
    return getattr(watermarker, "decoders", None) or {}


def _hearings(look: Look) -> Iterator[list[Plane]]:
    """Residual planes to combine: luminance as it is, then each channel of each ink by itself."""
    if not look.known.drawn:
        from watermark.torus.spectrum import residual as blind

        filled = _filled(look.tile, look.weight)
        yield [blind(filled, "bilateral")]
        yield [blind(filled, "local")]
        return
    left = residual(look.known.art, look.tile, look.weight)
    planes = [even(left.planes[..., k], left.weight) for k in range(4)]
    yield [planes[3]]
    yield [plane * mask for plane in planes[:3] for mask in look.known.inks]


def _filled(tile: NDArray[np.float32], weight: Plane) -> NDArray[np.float32]:
    """What was not seen, filled with the mean of what was: never with the tile, which may be marked."""
    seen = weight > 0
    filled = tile.astype(np.float32)
    if seen.any() and not seen.all():
        filled[~seen] = filled[seen].mean(0)
    return filled


def _spoken(heard: Heard, key_id: str, mark_ids: Sequence[int], price: float) -> list[Answer]:
    """What one key hears: the loudest id, then those still heard when the louder ones are taken out."""
    answers: list[Answer] = []
    left = sorted(mark_ids, key=lambda mark_id: -heard.statistic(mark_id))
    rest = heard
    while left:
        mark_id = max(left, key=rest.statistic)
        log_p = bound(min(heard.statistic(mark_id), rest.statistic(mark_id)), price)
        if log_p > WORTH_A_WORD:
            if not answers:
                answers.append(Answer(mark_id, key_id, log_p, 0.0, heard.orientation, heard.shift))
            break
        rival = heard.rival(mark_id) if not answers else None
        if rival is not None:
            log_p = bound(heard.statistic(rival), price + _NO_ID_ASKED)
            return [Answer(rival, key_id, log_p, 0.0, heard.orientation, heard.shift)]
        answers.append(Answer(mark_id, key_id, log_p, 0.0, heard.orientation, heard.shift))
        rest = rest.without(mark_id)
        left.remove(mark_id)
    return answers


def _merged(luma: list[Answer], line: list[Answer]) -> list[Answer]:
    """Both channels' answers, one for each id and key, strongest first."""
    heard = {(a.mark_id, a.key_id): a for a in luma}
    for answer in line:
        before = heard.get((answer.mark_id, answer.key_id), answer)
        louder = before if min(before.mark, before.line) < answer.line else answer
        line_p = min(before.line, answer.line)
        heard[answer.mark_id, answer.key_id] = replace(louder, mark=before.mark, line=line_p)
    return sorted(heard.values(), key=lambda answer: answer.log_p)


def _log_p(answers: list[Answer]) -> float:
    return answers[0].log_p if answers else 0.0
