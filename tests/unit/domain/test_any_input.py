"""Whatever comes in, a parser answers with its own error or a thing that it can write and read again."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import brief_text as text
from ledger.domain.errors import BriefError, FieldError, ProofError, TermsError, UseError
from ledger.domain.fields import Field
from ledger.domain.proof_text import proof_from_dict
from ledger.domain.terms_text import parse_terms

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.binary(max_size=4)
    | st.sampled_from([10**4000, -(10**30), "9" * 5000, "\ud800", "1e999", "٣", "\x00"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3),
    max_leaves=8,
)
USE = {
    "action": "reproduce",
    "product": "wallpaper",
    "territory": "GB",
    "units": 1,
    "on": "2026-01-31",
    "channel": "web",
    "industry": "home",
    "colourway": "indigo",
    "modifications": ["crop"],
    "generations": 0,
    "depth": 0,
    "revenue": "5.00 TUSD",
    "attribution": "Ann",
}
BRIEF = {
    "name": "Spring",
    "prompts": ["floral"],
    "palettes": [["#ffffff", "#000000"]],
    "count": 1,
    "size": 128,
    "seed": 0,
    "generator": "archive",
}
PARSERS = [
    (text.parse_use, text.use_to_dict, UseError, USE),
    (text.parse_brief, text.brief_to_dict, BriefError, BRIEF),
    (text.parse_sighting, text.sighting_to_dict, UseError, {"seller": "corner-shop", "use": USE}),
]


@pytest.mark.parametrize(("parse", "write", "error", "sound"), PARSERS)
@given(data=st.data())
def test_one_field_of_anything(
    parse: Callable[[Any], Any],
    write: Callable[[Any], Any],
    error: type[FieldError],
    sound: dict[str, Any],
    data: Any,
) -> None:
    name, value = data.draw(st.sampled_from(sorted(sound))), data.draw(values)
    try:
        read = parse({**sound, name: value})
    except error:
        return
    assert parse(write(read)) == read


@pytest.mark.parametrize(
    ("parse", "error"),
    [
        *((parse, error) for parse, _, error, _ in PARSERS),
        (parse_terms, TermsError),
        (proof_from_dict, ProofError),
    ],
)
@given(value=values)
def test_the_whole_of_anything(parse: Callable[[Any], Any], error: type[FieldError], value: Any) -> None:
    with pytest.raises(error):
        parse(value)


@given(data=st.data())
def test_drawn_briefs_round_trip(data: Any, strategies: SimpleNamespace) -> None:
    lines = st.text(min_size=1, max_size=20).filter(lambda line: line.strip() and line.isprintable())
    ink = st.integers(0, 2**24 - 1).map(lambda number: f"#{number:06x}")
    brief = text.CollectionBrief(
        name=data.draw(lines),
        prompts=tuple(data.draw(st.lists(lines, min_size=1, max_size=4))),
        palettes=tuple(
            data.draw(
                st.lists(
                    st.lists(ink, min_size=2, max_size=4, unique=True).map(tuple), min_size=1, max_size=3
                )
            )
        ),
        count=data.draw(st.integers(1, 10_000)),
        size=64 * data.draw(st.integers(2, 32)),
        seed=data.draw(st.integers(0, 2**48 - 1)),
        generator=data.draw(st.sampled_from(["embedded", "archive"])),
    )
    assert text.parse_brief(text.brief_to_dict(brief)) == brief


def test_a_field_below_the_root_carries_its_whole_path() -> None:
    with pytest.raises(UseError) as caught:
        Field({"a": {"b": 1}}, "whole", UseError, root=True).mapping({"a"})["a"].mapping({"c"})
    assert caught.value.field == "a.b"


ODD = [10**5000, b"bytes", (10**5000,), frozenset({10**5000})]


@pytest.mark.parametrize("odd", ODD, ids=["huge", "bytes", "tuple", "set"])
def test_odd_names_and_values_are_named_briefly(odd: Any) -> None:
    for data in ({odd: 1}, {**BRIEF, "prompts": odd}, {**BRIEF, "name": odd}):
        with pytest.raises(BriefError) as caught:
            text.parse_brief(data)
        assert len(str(caught.value)) < 300  # names the known fields, not 5,000 digits
    with pytest.raises(TermsError):
        parse_terms({"preset": "standard", "split": {odd: "100 %"}})
