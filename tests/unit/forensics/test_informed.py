"""Asking a laid suspect for known marks: who is named, who is not, and what it costs to ask."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from strewn import strewn

from forensics.asking.informed import PROVEN_LOG, Inquiry, Look
from forensics.asking.listening import bound, listen
from forensics.asking.recolouring import even, residual
from forensics.placing.known import KnownTile
from watermark import TorusMark

Image = NDArray[np.uint8]
KEY = b"a key for the informed tests 001"
SIDE = 512
OWN, FIRST, SECOND = 0x1234_5678_9ABC, 0x0FED_CBA9_8765, 0x2222_0000_4242


@pytest.fixture(scope="module")
def mark() -> TorusMark:
    return TorusMark(KEY)


@pytest.fixture(scope="module")
def drawn() -> KnownTile:
    return KnownTile(strewn(5), drawn=True)


@pytest.fixture(scope="module")
def copies(drawn: KnownTile, mark: TorusMark) -> dict[int, Image]:
    return {number: mark.embed(drawn.art, number) for number in (OWN, FIRST, SECOND)}


def _look(drawn: KnownTile, seen: NDArray[np.uint8] | NDArray[np.float32]) -> Look:
    """The suspect as it comes out of a JPEG file and a fold: a little noisy, wholly seen."""
    noise = np.random.default_rng(8).normal(0, 2, seen.shape)
    return Look(drawn, (seen + noise).astype(np.float32), np.ones((SIDE, SIDE), np.float32), float(SIDE))


def test_the_copy_is_named_and_nobody_else(
    drawn: KnownTile, mark: TorusMark, copies: dict[int, Image]
) -> None:
    answers = Inquiry(mark).ask(_look(drawn, copies[FIRST]), (OWN, FIRST, SECOND))
    assert [a.mark_id for a in answers if a.log_p <= math.log(1e-3)] == [FIRST]
    assert answers[0].log_p <= math.log(1e-100)
    assert answers[0].key_id in mark.decoders


def test_two_copies_averaged_name_both_colluders(
    drawn: KnownTile, mark: TorusMark, copies: dict[int, Image]
) -> None:
    mixed = (copies[FIRST].astype(np.float32) + copies[SECOND]) / 2
    answers = Inquiry(mark).ask(_look(drawn, mixed), (OWN, FIRST, SECOND))
    assert {a.mark_id for a in answers if a.log_p <= PROVEN_LOG} == {FIRST, SECOND}


def test_unmarked_artwork_and_another_key_name_nobody(
    drawn: KnownTile, mark: TorusMark, copies: dict[int, Image]
) -> None:
    ids = np.random.default_rng(3).integers(0, 2**48, 40).tolist()
    for asked, seen in ((mark, drawn.art), (TorusMark(KEY[::-1]), copies[OWN])):
        inquiry = Inquiry(asked)
        look = _look(drawn, seen)
        answers = inquiry.ask_line(look, [OWN, *ids], inquiry.ask(look, [OWN, *ids]))
        assert min(a.log_p for a in answers) > math.log(1e-3)


def test_a_neighbouring_id_does_not_pass_for_the_one_embedded(drawn: KnownTile, mark: TorusMark) -> None:
    """Codewords of neighbouring ids are alike; what is heard must still be the id that is there."""
    seen = mark.embed(drawn.art, 1003)
    for asked in (1000, 1001, 1002, 1004, 1005):
        answers = Inquiry(mark).ask(_look(drawn, seen), [asked])
        assert [a.mark_id for a in answers if a.log_p <= math.log(1e-6)] in ([], [1003])


def test_a_colourway_that_turns_some_inks_light_and_others_dark(
    drawn: KnownTile, mark: TorusMark, copies: dict[int, Image]
) -> None:
    light = copies[OWN].mean(-1)
    tables = [np.interp(light, np.linspace(0, 255, 5), stops) for stops in ((20, 240, 90, 250, 10),) * 2]
    seen = np.stack([tables[0], 255 - tables[1], tables[0] * 0.5 + 60], axis=-1).astype(np.float32)
    answers = Inquiry(mark).ask(_look(drawn, seen), [OWN])
    assert answers[0].log_p <= PROVEN_LOG


def test_every_look_pays_more_than_the_last(drawn: KnownTile, mark: TorusMark) -> None:
    inquiry = Inquiry(mark)
    look = _look(drawn, drawn.art)
    inquiry.ask(look, [OWN])
    asked_once = inquiry.looks
    inquiry.ask(look, [OWN])
    assert inquiry.looks == 2 * asked_once > 0
    assert bound(8.0, math.log(2)) < bound(8.0, math.log(12)) < 0.0
    assert bound(-3.0, 0.0) == 0.0


def test_statistics_of_ids_that_are_not_there_keep_to_their_bound(
    drawn: KnownTile, mark: TorusMark, copies: dict[int, Image]
) -> None:
    """Marked with another id, so synchronisation is strong: the hardest null. P(z >= x) <= exp(-x^2 / 2)."""
    left = residual(drawn.art, copies[OWN].astype(np.float32), np.ones((SIDE, SIDE), np.float32))
    heard = listen(mark.decoder, [even(left.planes[..., 3], left.weight)], 512.0, drawn.sameness)
    assert heard.sync > 20.0
    assert heard.statistic(OWN) > 20.0
    ids = np.random.default_rng(4).integers(0, 2**48, 400).tolist()
    z = np.array([heard.without(OWN).statistic(number) for number in ids])
    for level in (1.0, 2.0, 3.0):
        assert (z >= level).mean() <= np.exp(-(level**2) / 2) + 0.02


def test_a_watermarker_that_cannot_be_asked_says_nothing(drawn: KnownTile) -> None:
    inquiry = Inquiry(object())
    look = _look(drawn, drawn.art)
    assert inquiry.ask_line(look, [OWN], inquiry.ask(look, [OWN])) == []


def test_the_line_is_heard_wherever_a_repeating_tile_lies(mark: TorusMark) -> None:
    """Dots may be counted from any dot: the fold is off by two dots and one, and luminance says nothing."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] % 64 - 31.5
    cover = np.clip(20.5 - np.hypot(x, y), 0, 1)[..., None]
    dots = KnownTile(np.uint8(cover * (30, 60, 160) + (1 - cover) * (240, 225, 200)), drawn=True)
    assert dots.repeating
    moved = mark.line.displace(dots.art, OWN)
    look = _look(dots, np.roll(moved, (128, 64), axis=(0, 1)))
    answers = Inquiry(mark).ask_line(look, [OWN, FIRST], [])
    assert [a.mark_id for a in answers if a.log_p <= PROVEN_LOG] == [OWN]
    assert np.abs(np.array(answers[0].shift) - (128, 64)).max() <= 3
    assert answers[1].log_p > math.log(1e-3)
    unmoved = Inquiry(mark).ask_line(_look(dots, dots.art), [OWN, FIRST], [])
    assert min(a.log_p for a in unmoved) > math.log(1e-3)


def test_the_line_is_heard_whichever_way_round_a_symmetric_tile_lies(mark: TorusMark) -> None:
    """Artwork that is its own mirror image may be laid mirrored; the line was not moved symmetrically."""
    half = strewn(7)[:, : SIDE // 2]
    mirrored = KnownTile(np.ascontiguousarray(np.hstack([half, half[:, ::-1]])), drawn=True)
    assert any(orientation for orientation, _ in mirrored.sameness)
    seen = mark.line.displace(mirrored.art, OWN)[:, ::-1]
    answers = Inquiry(mark).ask_line(_look(mirrored, np.ascontiguousarray(seen)), [OWN, FIRST], [])
    assert [a.mark_id for a in answers if a.log_p <= PROVEN_LOG] == [OWN]
    assert answers[0].orientation != 0
    assert answers[1].log_p > math.log(1e-3)
