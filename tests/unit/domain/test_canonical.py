"""Canonical JSON: the bytes of RFC 8785 by the quick way and by the careful one."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.canonical import MAX_DEPTH, SAFE_INTEGER, canonical
from ledger.domain.errors import FieldError

SCALARS = st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | st.text()
VALUES = st.recursive(SCALARS, lambda each: st.lists(each) | st.dictionaries(st.text(), each), max_leaves=20)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_it_is_what_the_standard_says(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_a_tuple_is_a_list_and_keys_sort_by_their_utf_16() -> None:
    plain, other = {"b": (1, True), "a": None}, {"\ufb33": (1, True, None, "x"), "\U0001f600": [], "a": {}}
    assert canonical(plain) == b'{"a":null,"b":[1,true]}'
    assert canonical(other).decode() == '{"a":{},"\U0001f600":[],"\ufb33":[1,true,null,"x"]}'


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"a": [1, 0.5]}, "body.a[1]"),
        ({"a": {1: 2}}, "body.a"),
        ({"a": SAFE_INTEGER + 1}, "body.a"),
        ({"a": "\ud800"}, "body.a"),
        ({"\ud800": 1}, "body"),
        ({"a": {1, 2}}, "body.a"),
    ],
    ids=str,
)
def test_what_has_no_canonical_form_is_named(value: Any, field: str) -> None:
    with pytest.raises(FieldError) as refused:
        canonical(value)
    assert refused.value.field == field


@pytest.mark.parametrize("wrap", [lambda value: [value], lambda value: {"a": value}])
def test_too_deep_is_refused_before_it_is_too_deep_for_python(wrap: Any) -> None:
    value: Any = 1
    for _ in range(MAX_DEPTH):
        value = wrap(value)
    assert canonical(value)
    with pytest.raises(FieldError):
        canonical(wrap(value))
