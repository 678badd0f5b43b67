"""Each projection, read back as its standard says, never gives more than the terms, and says what they say.

The readers here are written from the standards, not from the writers. Each gives, for one AI use, `open`
(free for anybody), `closed`, or `ask` (on terms that have to be asked for).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain.decision import Outcome
from ledger.domain.ids import PartyId
from ledger.domain.licence import Book
from ledger.domain.projections import FORMS, Subject, project
from ledger.domain.rights import decide
from ledger.domain.terms import Terms
from ledger.domain.terms_text import parse_terms, terms_hash
from ledger.domain.use import AI_USES, Action, Use

SUBJECT = Subject(
    uri="urn:selvage:asset:0a",
    owner="urn:selvage:ledger:1",
    title="Low Tide 01",
    creator="Studio",
    at="https://studio.example/tide.png",
    licences="https://studio.example/licences",
    policy="https://studio.example/tide.jsonld",
    tdm_policy="https://studio.example/tide-tdm.jsonld",
)
OPEN, ASK, CLOSED = "open", "ask", "closed"
Reader = Callable[[str, Action, str], str]
RSL = "{https://rslstandard.org/rsl}"
PLUS = "{http://ns.useplus.org/ldf/xmp/1.0/}"


def least(answers: list[str]) -> str:
    return max(answers, key=[OPEN, ASK, CLOSED].index)


def read_cawg(text: str, action: Action, _country: str) -> str:
    entries = json.loads(text)["data"]["entries"]
    meant = {"allowed": OPEN, "constrained": ASK, "notAllowed": CLOSED}
    for entry in entries.values():
        assert ("constraint_info" in entry) == (entry["use"] == "constrained")
    return least([meant[entries[f"cawg.{use.value}"]["use"]] for use in AI_USES[action]])


def read_tdmrep(text: str, action: Action, _country: str) -> str:
    """TDMRep is silent on the use as input; what is reserved without a policy is closed."""
    (rule,) = json.loads(text)
    if rule["tdm-reservation"] == 0:
        return OPEN
    return ASK if "tdm-policy" in rule else CLOSED


def read_tdm_policy(text: str, action: Action, _country: str) -> str:
    permissions = json.loads(text)["permission"]
    return least([ASK if each.get("duty") else OPEN for each in permissions]) if permissions else CLOSED


def read_plus(text: str, action: Action, _country: str) -> str:
    root = ElementTree.fromstring(text)
    (value,) = (each.text or "" for each in root.iter(f"{PLUS}DataMining"))
    kind = value.removeprefix("http://ns.useplus.org/ldf/vocab/DMI-")
    trains = action in (Action.TRAIN, Action.TRAIN_GENERATIVE, Action.TRAIN_OTHER)
    closed = {
        "ALLOWED": False,
        "PROHIBITED": True,
        "PROHIBITED-AIMLTRAINING": trains,
        "PROHIBITED-GENAIMLTRAINING": action in (Action.TRAIN, Action.TRAIN_GENERATIVE),
    }
    if kind != "PROHIBITED-SEECONSTRAINT":
        return CLOSED if closed[kind] else OPEN
    (said,) = ("".join(each.itertext()) for each in root.iter(f"{PLUS}OtherConstraints"))
    found = dict(part.strip().split(": ", 1) for part in said.split(" | "))
    meant = {"allowed": OPEN, "prohibited": CLOSED}
    return least([meant.get(found[use.value], ASK) for use in AI_USES[action]])


def read_rsl(text: str, action: Action, country: str) -> str:
    """What no licence permits is not permitted; a prohibition of the same type goes before a permission."""
    root = ElementTree.fromstring(text)
    usage = "ai-input" if action is Action.INFER else "ai-train"
    answers = [
        OPEN if licence.find(f"{RSL}payment").get("type") == "free" else ASK  # type: ignore[union-attr]
        for licence in root.iter(f"{RSL}license")
        if rsl_gives(licence, "usage", {usage, "ai-all"}) and rsl_gives(licence, "geo", {country})
    ]
    return min(answers, key=[OPEN, ASK, CLOSED].index) if answers else CLOSED


def rsl_gives(licence: Any, kind: str, names: set[str]) -> bool:
    said = {tag: licence.findall(f"{RSL}{tag}[@type='{kind}']") for tag in ("permits", "prohibits")}
    words = {tag: {word for each in found for word in each.text.split()} for tag, found in said.items()}
    given = (not said["permits"] and kind == "geo") or bool(words["permits"] & names)
    return given and not words["prohibits"] & names


READERS: dict[str, tuple[Reader, set[Action]]] = {
    "cawg": (read_cawg, set(AI_USES)),
    "plus": (read_plus, set(AI_USES)),
    "tdmrep": (read_tdmrep, set(AI_USES) - {Action.INFER}),
    "tdm-policy": (read_tdm_policy, set(AI_USES) - {Action.INFER}),
    "rsl": (read_rsl, {Action.TRAIN, Action.INFER}),
}


def use_of(action: Action, country: str, on: date) -> Use:
    return Use(action, "any", country, 0, on)


def decided(terms: Terms, use: Use) -> Outcome:
    return decide(terms, Book(), use, use.on, PartyId("north-mill")).outcome


@settings(max_examples=150)
@given(data=st.data())
def test_no_projection_gives_more_than_the_terms(strategies: SimpleNamespace, data: st.DataObject) -> None:
    terms = data.draw(strategies.terms)
    drawn = data.draw(strategies.uses)
    for form, (read, actions) in READERS.items():
        text = project(terms, SUBJECT, form)
        for action in sorted(actions):
            said = read(text, action, drawn.territory)
            outcome = decided(terms, use_of(action, drawn.territory, drawn.on))
            if said == OPEN:
                assert outcome is Outcome.PERMIT, (form, action)


@settings(max_examples=150)
@given(data=st.data())
def test_what_is_closed_is_denied_and_what_is_to_be_asked_is_not_denied_everywhere(
    strategies: SimpleNamespace, data: st.DataObject
) -> None:
    terms = data.draw(strategies.terms)
    where = next(code for code in ("GB", "FR", "DE", "NO", "JP", "US") if terms.territory.holds(code))
    on = terms.window.start or terms.window.end or date(2026, 6, 15)
    for form, (read, actions) in READERS.items():
        if form in ("tdmrep", "tdm-policy"):
            continue  # one word for three uses: what it closes, another use may have closed
        text = project(terms, SUBJECT, form)
        for action in sorted(actions):
            outcome = decided(terms, use_of(action, where, on))
            said = read(text, action, where)
            unsaid = form == "rsl" and terms.window != type(terms.window)() and outcome is Outcome.PERMIT
            assert (said == CLOSED) == (outcome is Outcome.DENY) or unsaid, (form, action)
            if said == ASK and form == "rsl":
                assert outcome is Outcome.PAY


@settings(max_examples=80)
@given(data=st.data())
def test_mining_is_reserved_without_a_policy_just_where_all_of_it_is_denied(
    strategies: SimpleNamespace, data: st.DataObject
) -> None:
    terms = data.draw(strategies.terms)
    where = next(code for code in ("GB", "FR", "DE", "NO", "JP", "US") if terms.territory.holds(code))
    on = terms.window.start or terms.window.end or date(2026, 6, 15)
    single = (Action.TRAIN_OTHER, Action.TRAIN_GENERATIVE, Action.MINE)
    outcomes = {decided(terms, use_of(action, where, on)) for action in single}
    for form in ("tdmrep", "tdm-policy"):
        said = READERS[form][0](project(terms, SUBJECT, form), Action.MINE, where)
        assert (said == CLOSED) == (outcomes == {Outcome.DENY})


def test_days_close_what_is_free_in_rsl_unless_a_server_can_tell() -> None:
    terms = parse_terms(
        {
            "preset": "standard",
            "split": {"ann": "100 %"},
            "training": "free",
            "dates": {"end": "2026-12-31"},
        }
    )
    assert read_rsl(project(terms, SUBJECT, "rsl"), Action.TRAIN, "GB") == CLOSED
    served = Subject(**{**vars(SUBJECT), "server": "https://studio.example/olp"})
    assert read_rsl(project(terms, served, "rsl"), Action.TRAIN, "GB") == OPEN


def test_mining_that_is_free_everywhere_and_always_is_not_reserved() -> None:
    terms = parse_terms({"preset": "standard", "split": {"ann": "100 %"}, "training": "free"})
    assert json.loads(project(terms, SUBJECT, "tdmrep"))[0]["tdm-reservation"] == 0
    (rule,) = json.loads(project(terms, SUBJECT, "tdm-policy"))["permission"]
    assert rule == {"target": SUBJECT.at, "action": "tdm:mine"}


@pytest.mark.parametrize("form", sorted(set(FORMS) - {"cawg", "tdmrep"}))
def test_the_terms_hash_is_in_it(form: str) -> None:
    terms = parse_terms({"preset": "training", "split": {"ann": "100 %"}})
    assert terms_hash(terms) in project(terms, SUBJECT, form)


def test_cawg_has_room_for_the_hash_only_where_something_is_constrained() -> None:
    paid = parse_terms({"preset": "training", "split": {"ann": "100 %"}})
    closed = parse_terms({"preset": "standard", "split": {"ann": "100 %"}})
    assert terms_hash(paid) in project(paid, SUBJECT, "cawg")
    assert terms_hash(closed) not in project(closed, SUBJECT, "cawg")
