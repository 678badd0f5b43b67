"""Values against values, by the datatypes of XSD and the three rules of docs/odrl.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from odrl_build import moment, value

from ledger.domain.policy import Iri, Literal, Term
from ledger.domain.policy.compare import Order, compare
from ledger.domain.policy.terms import LANGUAGE_TEXT, instant
from ledger.domain.policy.times import read_duration, read_span, read_time

LESS, EQUAL, GREATER, DIFFERENT = Order.LESS, Order.EQUAL, Order.GREATER, Order.DIFFERENT
NOON = moment("2024-02-12T12:00:00Z")
CUSTOM = "urn:x:colour"

CASES: list[tuple[Term, Term, Order | None]] = [
    (value("1", "integer"), value("1.0", "decimal"), EQUAL),
    (value("1", "integer"), value("2.5e0", "double"), LESS),
    (value("-1", "integer"), value("-.5", "decimal"), LESS),
    (value("ten", "integer"), value("1", "integer"), None),
    (value("INF", "double"), value("1", "integer"), None),
    (value("1200", "integer"), value("1000"), GREATER),
    (value("1000"), value("1200", "integer"), LESS),
    (value("many"), value("1200", "integer"), None),
    (value("true", "boolean"), value("1", "boolean"), EQUAL),
    (value("true", "boolean"), value("false"), DIFFERENT),
    (value("yes", "boolean"), value("true", "boolean"), None),
    (value("true", "boolean"), value("1", "integer"), None),
    (NOON, moment("2024-02-12T13:00:00+01:00"), EQUAL),
    (NOON, moment("2024-02-12T12:00:00"), EQUAL),
    (NOON, moment("2024-02-12T12:00:00.001Z"), LESS),
    (NOON, moment("2024-02-12T12:00"), EQUAL),
    (NOON, value("2024-02-12", "date"), EQUAL),
    (NOON, value("2024-02-11", "date"), GREATER),
    (NOON, value("2024-02-13", "date"), LESS),
    (value("2024-02-12", "date"), NOON, None),
    (NOON, value("2024-02", "gYearMonth"), EQUAL),
    (NOON, value("2023-12", "gYearMonth"), GREATER),
    (NOON, value("2024", "gYear"), EQUAL),
    (NOON, value("2024-02-12"), EQUAL),
    (NOON, value("11:00:00"), GREATER),
    (NOON, value("soon"), None),
    (NOON, value("5", "integer"), None),
    (moment("2024-02-12T24:00:00Z"), moment("2024-02-13T00:00:00Z"), EQUAL),
    (moment("2024-02-30T00:00:00Z"), NOON, None),
    (moment("2024-02-12T12:00:00+15:00"), NOON, None),
    (value("9999-12", "gYearMonth"), NOON, None),
    (NOON, value("09:00:00Z", "time"), GREATER),
    (value("09:00:00", "time"), NOON, LESS),
    (value("14:00:00+02:00", "time"), value("12:00:00.0Z", "time"), EQUAL),
    (value("25:00:00", "time"), NOON, None),
    (value("09:00:00+20:00", "time"), NOON, None),
    (value("P1D", "duration"), value("PT24H", "dayTimeDuration"), EQUAL),
    (value("P1M", "duration"), value("P32D", "duration"), LESS),
    (value("P1M", "duration"), value("P30D", "duration"), None),
    (value("P5000M", "duration"), value("P1D", "duration"), GREATER),
    (value("-P1Y2M", "duration"), value("PT1.5S", "duration"), LESS),
    (value("P30D"), value("P31D", "duration"), LESS),
    (value("P", "duration"), value("P1D", "duration"), None),
    (value("month"), value("P1D", "duration"), None),
    (value("DE"), value("DE"), EQUAL),
    (value("DE"), value("FR"), DIFFERENT),
    (Literal("red", LANGUAGE_TEXT, "en"), value("red"), EQUAL),
    (Literal("red", LANGUAGE_TEXT, "en"), Literal("red", LANGUAGE_TEXT, "EN"), EQUAL),
    (Literal("red", LANGUAGE_TEXT, "en"), Literal("red", LANGUAGE_TEXT, "da"), DIFFERENT),
    (Literal("red", CUSTOM), Literal("red", CUSTOM), EQUAL),
    (Literal("red", CUSTOM), Literal("blue", CUSTOM), DIFFERENT),
    (Literal("red", CUSTOM), value("red"), None),
    (Iri("urn:x:a"), Iri("urn:x:a"), EQUAL),
    (Iri("urn:x:a"), value("urn:x:a"), EQUAL),
    (Iri("urn:x:a"), Iri("urn:x:b"), DIFFERENT),
    (Iri("urn:x:a"), value("1", "integer"), None),
]


@pytest.mark.parametrize(("left", "right", "order"), CASES, ids=lambda each: str(each)[:24])
def test_how_values_stand_to_each_other(left: Term, right: Term, order: Order | None) -> None:
    assert compare(left, right) is order


def test_the_moment_of_a_term() -> None:
    assert instant(NOON) is not None
    assert instant(value("soon", "dateTime")) is None
    assert instant(None) is None


@given(st.datetimes(), st.datetimes())
def test_moments_are_ordered_as_their_times_are(a: object, b: object) -> None:
    order = compare(moment(a.isoformat()), moment(b.isoformat()))  # type: ignore[attr-defined]
    assert order is (LESS if a < b else GREATER if a > b else EQUAL)  # type: ignore[operator]


@given(st.text(max_size=30))
def test_no_text_is_a_time_that_breaks_the_reader(text: str) -> None:
    for read in (read_span, read_time, read_duration):
        read(text)
