"""The ODRL offer of terms gives the terms back, and what is not such an offer gives an error."""

from __future__ import annotations

import copy
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terms_data import SPLIT

from ledger.domain.errors import ProjectionError
from ledger.domain.odrl import PROFILE, to_odrl
from ledger.domain.presets import PRESETS
from ledger.domain.projections.odrl_reading import read_odrl
from ledger.domain.terms_text import parse_terms

TARGET = "urn:selvage:collection:c0"
OWNER = "did:web:studio.example"


@settings(max_examples=100)
@given(data=st.data())
def test_terms_come_back_from_their_offer(strategies: SimpleNamespace, data: st.DataObject) -> None:
    terms = data.draw(strategies.terms)
    written = json.loads(json.dumps(to_odrl(terms, TARGET, OWNER)))
    assert read_odrl(written) == terms


@pytest.mark.parametrize("preset", PRESETS)
def test_so_do_the_presets(preset: str) -> None:
    terms = parse_terms({"preset": preset, "split": SPLIT, "certification": {"human": "ann"}})
    assert read_odrl(to_odrl(terms, TARGET, OWNER)) == terms


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for key, each in value.items() for leaf in leaves(each, (*path, key))]
    if isinstance(value, list):
        return [leaf for i, each in enumerate(value) for leaf in leaves(each, (*path, i))]
    return [path]


@settings(max_examples=60)
@given(data=st.data())
def test_an_offer_in_which_anything_was_changed_is_refused(
    strategies: SimpleNamespace, data: st.DataObject
) -> None:
    policy = to_odrl(data.draw(strategies.full_terms), TARGET, OWNER)
    path = data.draw(st.sampled_from([leaf for leaf in leaves(policy) if leaf != ("assigner",)]))
    changed: Any = copy.deepcopy(policy)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = data.draw(st.sampled_from([None, 7, "x", [], {}]))
    with pytest.raises(ProjectionError, match="policy"):
        read_odrl(changed)


@pytest.mark.parametrize(
    "policy",
    [{}, {"permission": []}, {"permission": 5}, {"profile": PROFILE, "permission": [{"action": {}}]}],
)
def test_what_is_no_offer_of_ours_is_refused(policy: dict[str, Any]) -> None:
    with pytest.raises(ProjectionError, match="is no offer of profile"):
        read_odrl(policy)
