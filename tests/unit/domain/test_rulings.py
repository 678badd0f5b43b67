"""A ruling holds from its entry to the one that takes it back, and the past stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.errors import OrderError
from ledger.domain.rulings import Ending, Ruling, searched_anew

AT = "2026-01-02T03:04:05Z"


def test_it_holds_between_its_entry_and_its_ending() -> None:
    ruling = Ruling(5, AT, "a test tile")
    ended = ruling.ended(Ending(9, AT, "it is on sale now"))
    assert ruling.holds()
    assert not ended.holds()
    # A scan opened by entry n searches what stood before n.
    assert [n for n in range(1, 12) if ruling.holds(n)] == [6, 7, 8, 9, 10, 11]
    assert [n for n in range(1, 12) if ended.holds(n)] == [6, 7, 8, 9]


def test_it_is_taken_back_once_and_later() -> None:
    ruling = Ruling(5, AT, "")
    for early in (4, 5):
        with pytest.raises(OrderError, match="not after entry 5"):
            ruling.ended(Ending(early, AT, ""))
    with pytest.raises(OrderError, match="by entry 6 already"):
        ruling.ended(Ending(6, AT, "")).ended(Ending(7, AT, ""))


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 100))
def test_taking_back_never_changes_what_held_before_it(begun: int, later: int, scan: int) -> None:
    ruling = Ruling(begun, AT, "")
    ended = ruling.ended(Ending(begun + later, AT, ""))
    if scan <= begun + later:
        assert ended.holds(scan) == ruling.holds(scan)
    else:
        assert not ended.holds(scan)


@pytest.mark.parametrize(
    ("returned", "expected"),
    [((), None), ((None, None), None), ((7, None), None), ((12, None), 12), ((12, 15), 15), ((None, 11), 11)],
)
def test_a_collection_is_searched_anew_after_the_last_return(
    returned: tuple[int | None, ...], expected: int | None
) -> None:
    assert searched_anew(10, *returned) == expected
