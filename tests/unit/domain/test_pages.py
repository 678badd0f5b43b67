"""Pages of the exclusivity book: held to shared vectors, and to a list of every licence there is."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from ledger.domain.book import (
    NO_END,
    BookError,
    Claim,
    Entry,
    Kind,
    conflict,
    enter,
    page_of,
    page_words,
    remove,
)
from ledger.domain.book.pages import FOLD_AT, MOST

VECTORS = Path(__file__).parents[2] / "vectors" / "pages.json"
NOW = 1_000


def _claim(**changes: int | bool) -> Claim:
    fields = {"territories": 3, "products": 1, "start": 0, "until": 2_000, "holder": 7, "exclusive": False}
    return Claim(**{**fields, **changes})  # type: ignore[arg-type]


def _pages(*claims: Claim, now: int = NOW):
    page = ()
    for claim in claims:
        page = enter(page, claim, now)
    return page


@pytest.mark.parametrize("case", json.loads(VECTORS.read_text()), ids=lambda case: case["name"])
def test_vectors(case):
    page = page_of([int(word, 16) for word in case["page"]])
    *numbers, exclusive = (int(word, 16) for word in case["claim"])
    claim, now = Claim(*numbers, bool(exclusive)), int(case["now"], 16)
    found = conflict(page, claim, now)
    assert list(found or ()) == [int(each, 16) for each in case["refused"]]
    assert page_words(enter(page, claim, now)) == [int(word, 16) for word in case["after"]]


def test_words_there_and_back():
    page = _pages(_claim(), _claim(exclusive=True, holder=2**128 - 1, until=NO_END))
    assert page_of(page_words(page)) == page
    assert [entry.kind for entry in page] == [Kind.PLAIN, Kind.EXCLUSIVE]


def test_a_line_remembers_its_longest_holder_and_the_rest():
    page = _pages(_claim(until=1_500), _claim(holder=8, until=1_800), _claim(holder=9, until=1_600))
    assert page == (Entry(Kind.PLAIN, 3, 1, NOW, 1_800, 1_600, 8),)
    exclusive = _claim(exclusive=True, until=5_000)
    assert conflict(page, exclusive, NOW) == (0, 1_800)
    assert conflict(page, _claim(exclusive=True, holder=8), NOW) == (0, 1_600)
    assert conflict(page, _claim(exclusive=True, holder=8), 1_600) is None


def test_what_is_covered_changes_nothing():
    page = _pages(_claim(), _claim(holder=8))
    assert enter(page, _claim(territories=1, until=1_900, holder=9), NOW) is page
    assert enter(page, _claim(territories=1), NOW) is page
    assert enter(page, _claim(territories=4), NOW) != page


def test_what_is_over_goes_when_the_page_is_written():
    page = _pages(_claim(until=1_200, exclusive=True), _claim(until=1_100, territories=8))
    assert [entry.territories for entry in enter(page, _claim(territories=16), 1_150)] == [3, 16]


def test_what_can_be_handed_on_is_somebody_elses():
    page = _pages(_claim(holder=0))
    assert conflict(page, _claim(exclusive=True, holder=0), NOW) == (0, 2_000)
    page = _pages(_claim(until=1_500), _claim(holder=0))
    assert page == (Entry(Kind.PLAIN, 3, 1, NOW, 2_000, 2_000, 7),)
    assert conflict(page, _claim(exclusive=True), NOW) == (0, 2_000)


def test_dates_with_a_gap_stay_two_lines():
    page = _pages(_claim(until=1_500), _claim(start=1_600), _claim(start=1_500, until=1_600, holder=8))
    assert [(entry.start, entry.until) for entry in page] == [(NOW, 1_600), (1_600, 2_000)]


def test_a_long_page_folds_what_is_not_exclusive():
    page = _pages(*(_claim(territories=1 << place) for place in range(FOLD_AT + 3)))
    assert len(page) == FOLD_AT
    assert page[-1].territories == 0b1111 << FOLD_AT - 1
    many = _pages(*(_claim(territories=1 << place, exclusive=True) for place in range(MOST)))
    assert len(many) == MOST
    for claim in (_claim(exclusive=True), _claim()):
        with pytest.raises(BookError, match="PageIsFull"):
            enter(many, claim, NOW)


def test_an_exclusive_line_is_removed_once():
    claim = _claim(exclusive=True)
    page = _pages(claim, _claim(exclusive=True, holder=8), claim)
    page = remove(page, claim)
    assert [entry.holder for entry in page] == [8, 7]
    assert remove(remove(page, claim), _claim(exclusive=True, holder=8)) == ()
    with pytest.raises(BookError, match="NotOnPage"):
        remove((), claim)


@pytest.mark.parametrize("seed", range(40))
def test_a_page_answers_as_the_list_of_all_licences(seed):
    """Exactly, where licences begin when they are granted; never too lightly, wherever they begin."""
    drawn = random.Random(seed)
    exact, page, granted, now = seed % 2 == 0, (), [], NOW
    for _ in range(60):
        now += drawn.randrange(3)
        start = 0 if exact or drawn.random() < 0.4 else now + drawn.randrange(30)
        claim = Claim(
            territories=drawn.choice([1, 2, 3, 7]),
            products=drawn.choice([1, 2, 3]),
            start=start,
            until=max(start, now) + 1 + drawn.randrange(60),
            holder=drawn.randrange(5),
            exclusive=drawn.random() < 0.3,
        )
        refused = conflict(page, claim, now) is not None
        wanted = any(_in_the_way(other, claim, now) for other in granted)
        assert (refused == wanted) if exact and len(page) < FOLD_AT else (refused or not wanted)
        if not refused:
            page = enter(page, claim, now)
            granted.append(claim)


def _in_the_way(other: Claim, claim: Claim, now: int) -> bool:
    meet = other.territories & claim.territories and other.products & claim.products
    dates = max(claim.start, now) < other.until and other.start < claim.until
    stranger = claim.holder == 0 or other.holder != claim.holder
    return bool(meet and dates and stranger and (other.exclusive or claim.exclusive))
