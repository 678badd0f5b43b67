"""Null askings: laid as a scan lays, asked under foreign keys and ids, counted, and able to find a mark."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.repeat_forensics import asking_report, null_alike, null_askings, null_report, nulls, register
from bench.repeat_forensics.alike_chance import chance, failing
from bench.repeat_forensics.asking_report import at_most
from bench.repeat_forensics.null_alike import Alike
from bench.repeat_forensics.null_askings import (
    ASKED_KINDS,
    ASKING,
    LINE,
    LINE_PLACES,
    LUMA,
    AskingRecord,
    Tally,
    asked,
    pictures,
)
from bench.repeat_forensics.null_decodes import NullRecord
from bench.repeat_forensics.null_report import Refused
from bench.repeat_forensics.nulls import OTHER_ID, NullPicture
from bench.repeat_forensics.register import Register
from bench.repeat_forensics.statistics import Share
from bench.repeat_forensics.tables import Results

FAILED = {"8": [100, 84], "10": [100, 16], "12": [100, 0]}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Register:
    """One tile of the tuning half, registered."""
    monkeypatch.setattr(register, "CACHE", tmp_path)
    monkeypatch.setattr(null_askings, "KEYS", 2)
    monkeypatch.setattr(null_askings, "IDS", 10)
    monkeypatch.setattr(null_askings, "PLACES_IDS", 2)
    return Register("tuning", 1, 0, 256)


def told(kind: str, least: float, tail: dict[str, int], accepted: int = 0) -> AskingRecord:
    tails = {LUMA: {"0": 98, "21": 2}, ASKING: tail}
    return AskingRecord(
        *("p", kind, "c", 2, 3, 1, sum(tail.values()), 5, accepted),
        *(tails, {LUMA: 0.007, ASKING: least}, {LUMA: 3.15}, 1.0),
    )


def _laid_once() -> Callable[..., Any]:
    lay, kept = null_askings.laid, dict[bytes, Any]()

    def laid(pixels: Any, *rest: Any) -> Any:
        name = pixels.tobytes()
        if name not in kept:
            kept[name] = lay(pixels, *rest)
        return kept[name]

    return laid


def test_the_five_kinds_take_turns_under_names_of_their_own() -> None:
    first = list(itertools.islice(pictures(), 10))
    assert [picture.kind for picture in first] == [*ASKED_KINDS, *ASKED_KINDS]
    assert not {picture.name for picture in first} & {
        picture.name for picture in itertools.islice(nulls.pictures(), 10)
    }


def test_p_are_counted_by_tenths_of_a_decade() -> None:
    tally = Tally()
    for p in (1.0, 0.5, 10**-2, 10**-2.05, 10**-3.99):
        tally.told(LUMA, math.log(p), 2.0)
    assert tally.lines == {LUMA: {"0": 1, "3": 1, "20": 2, "39": 1}}
    assert at_most(tally.tails[LUMA], 2) == Share(3, 5)
    assert at_most(tally.tails[LUMA], 4) == Share(0, 5)
    assert tally.least[LUMA] == pytest.approx(10**-3.99)
    assert tally.largest == {LUMA: 2.0}


def test_foreign_marks_are_asked_for_in_vain_and_the_own_one_is_heard(
    small: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(null_askings, "laid", _laid_once())  # one picture is asked under two sets of ids
    alike = asked(NullPicture(2, "look-alike", "laid-00002"), small)
    assert (alike.keys, alike.askings, alike.accepted) == (2, 20, 0)
    assert sum(alike.tails[LUMA].values()) == alike.looks * 20
    assert sum(alike.tails[ASKING].values()) == 20
    marked = NullPicture(4, OTHER_ID, "laid-00004")
    foreign = asked(marked, small)
    assert (foreign.keys, foreign.askings, foreign.accepted) == (1, 20, 0)
    assert foreign.line_looks == 0 or {LINE, LINE_PLACES} & set(foreign.tails)
    own = small.entries[0].mark_id
    monkeypatch.setattr(null_askings, "_foreign", lambda *_: iter([own, own + 1]))
    heard = asked(marked, small)
    assert (heard.askings, heard.accepted) == (2, 1)
    assert heard.least[ASKING] < 1e-30
    assert heard.line_askings in (0, 2)
    path = tmp_path / "a.jsonl"
    path.write_text(nulls.line(heard))
    assert nulls.read(AskingRecord, path) == [heard]


def test_the_page_counts_askings_and_weighs_their_p(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="only the extra `bench` has it")
    alike = Alike("c", 1000, 7.5, 2, {"1": 90, "6": 3, "7": 2}, {"31": [200, 16, 0]}, FAILED)
    records = [told("photograph", 0.02, {"0": 99, "16": 1}), told("other id", 1e-12, {"0": 9, "120": 1}, 1)]
    decodes = [NullRecord("p", "photograph", "c", 10, 20, 40, 0, [1.0], 1.0)]
    text = null_report.section(Refused(decodes, [], records, alike), Results(()), tmp_path)
    assert "| photograph | 1 | 1 | 2 | 3 + 1 | 100 | 5 | 0 | 0.03 | 0.02 |" in text
    assert "| other id | 1 | 1 | 2 | 3 + 1 | 10 | 5 | 1 | 0.39 | 1e-12 |" in text
    assert "| all | 2 | 2 | 4 | 6 + 2 | 110 | 10 | 1 |" in text
    assert f"| fresh keys: {LUMA} | 100 | 0.02 (2) | 0 (0) | 0 (0) | 0 (0) | 0.007 | 3.15 |" in text
    assert f"| own key, other ids: {ASKING} | 10 | 0.1 (1) | 0.1 (1) |" in text
    assert (
        f"**More small p than a bound allows, beyond chance: own key, other ids: {ASKING}, at 1e-3;" in text
    )
    assert "| 6 | 5 | 0.005 | 2e-08 |" in text
    assert "to 20 in a register of 10,000 ids and 2e+03 in one of a million," in " ".join(text.split())
    assert "| 31 | 200 | 16 | 0 |" in text
    assert (tmp_path / "askings.svg").exists()
    calm = asking_report.section([told("photograph", 0.02, {"0": 1000})], tmp_path)
    assert f"within chance: fresh keys: {LUMA}, at 1e-2." in calm
    assert "stranger" not in calm


def test_the_id_most_alike_is_heard_and_not_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(null_alike, "MOST_ALIKE", 2)
    monkeypatch.setattr(null_alike, "DRAWS", 1)
    monkeypatch.setattr(null_alike, "LOUDNESS", (31,))
    monkeypatch.setattr(null_alike, "DECODED", 3)
    monkeypatch.setattr(null_alike, "DECODED_AT", (6, 14))
    found = null_alike.compared(400)
    assert (found.ids, found.asked["31"][0], found.asked["31"][2]) == (400, 2, 0)
    assert 2 < found.largest < 32
    assert found.failed["6"][1] > found.failed["14"][1] == 0
    assert sum(found.tail.values()) < 400
    assert null_alike.accepts(null_alike._log_p(7.0))
    assert not null_alike.accepts(null_alike._log_p(6.8))
    null_alike.keep(found, tmp_path / "a.json")
    assert null_alike.read(tmp_path / "a.json") == found
    assert null_alike.read(tmp_path / "b.json") is None


def test_a_marked_id_is_answered_in_a_strangers_stead(monkeypatch: pytest.MonkeyPatch) -> None:
    from watermark.torus.keyring import Keyring

    decoder = Keyring((register.KEY,)).newest
    rng = np.random.default_rng(1)
    words = {each: null_alike._word(decoder, each) for each in (1, 2)}
    lent = words[1] + 0.9 * words[2]
    monkeypatch.setattr(null_alike, "_word", lambda _, each: lent if each == 1 else words[2])
    asked, before, accepted = null_alike._asked(decoder, 1, [2], 20, rng)
    assert (asked, before, accepted) == (null_alike.DRAWS, null_alike.DRAWS, 0)


def test_no_share_of_nothing() -> None:
    assert at_most(Counter(), 2) == Share(0, 0)


def test_a_false_proof_takes_a_decoder_that_fails_and_an_id_that_is_alike() -> None:
    fair = Alike("c", 1000, 3.0, 0, {"1": 150, "2": 20}, {}, FAILED)
    odd = Alike("c", 1000, 9.0, 3, {"1": 150, "2": 20, "9": 3}, {}, FAILED)
    failures = {float(z): Share(failed, draws) for z, (draws, failed) in FAILED.items()}
    assert failing(failures, 8) > failing(failures, 10) > failing(failures, 12) > failing(failures, 20)
    assert failing(failures, 12) == pytest.approx(0.00143, rel=0.02)
    assert chance(fair, 1)[0] < chance(odd, 1)[0] < 1e-6
    never = Alike("c", 1000, 9.0, 3, odd.tail, {}, {"8": [1000, 1], "10": [10**6, 1], "12": [10**6, 0]})
    assert chance(never, 1)[0] < chance(odd, 1)[0] / 10
