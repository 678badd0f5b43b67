"""What a client asks of the licence server is read as RSL has it, and nothing that is no licence is."""

from __future__ import annotations

from typing import Any

import pytest
import rsl_reader
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.countries import CODES
from ledger.domain.errors import ProjectionError
from ledger.domain.presets import PRESETS
from ledger.domain.projections import Subject, project
from ledger.domain.projections.rsl_reading import ACTIONS, MAX_LICENCE, Wanted, read_licence, write_licence
from ledger.domain.terms_text import parse_terms
from ledger.domain.use import Action

NS = 'xmlns="https://rslstandard.org/rsl"'


def usage(words: str, more: str = "") -> str:
    return f'<license><permits type="usage">{words}</permits>{more}</license>'


@pytest.mark.parametrize(
    ("text", "usages", "countries"),
    [
        (usage("ai-train"), {"ai-train"}, CODES),
        (
            f'<license {NS}><permits type="usage">ai-input search</permits></license>',
            {"ai-input", "search"},
            CODES,
        ),
        (usage("all"), {"ai-train", "ai-input", "ai-index", "search"}, CODES),
        (usage("ai-all"), {"ai-train", "ai-input", "ai-index"}, CODES),
        (usage("all", '<prohibits type="usage">ai-all</prohibits>'), {"search"}, CODES),
        (usage("ai-train", '<permits type="geo">GB IE</permits>'), {"ai-train"}, {"GB", "IE"}),
        (
            usage("ai-train", '<permits type="geo">GB EU</permits><prohibits type="geo">EU</prohibits>'),
            {"ai-train"},
            {"GB"},
        ),
        (usage("ai-train", '<prohibits type="geo">US</prohibits>'), {"ai-train"}, CODES - {"US"}),
        (
            usage(
                "ai-train",
                '<payment type="free"/><x:y xmlns:x="urn:z"/><legal type="contact">a</legal>'
                '<permits type="user">commercial</permits>',
            ),
            {"ai-train"},
            CODES,
        ),
    ],
)
def test_a_licence_is_read(text: str, usages: set[str], countries: Any) -> None:
    assert read_licence(text) == Wanted(frozenset(usages), frozenset(countries))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "well-formed"),
        ("<license>", "well-formed"),
        ("<license>\x00</license>", "well-formed"),
        ("<license>\ud800</license>", "well-formed"),
        ("&a;", "well-formed"),
        ("<rsl/>", "no <license>"),
        ('<license xmlns="https://example.org/rsl"/>', "no <license>"),
        ("<license/>", "permits no usage"),
        (usage(""), "permits no usage"),
        (usage("ai-train", '<prohibits type="usage">all</prohibits>'), "permits no usage"),
        (usage("ai-train,search"), "not known here"),
        (usage("train"), "not known here"),
        (usage("ai-train", '<permits type="usage">search</permits>'), "several permits"),
        (usage("ai-train", '<permits type="geo"></permits>'), "no country"),
        (
            usage("ai-train", '<permits type="geo">GB</permits><prohibits type="geo">GB</prohibits>'),
            "no country",
        ),
        (usage("ai-train", '<permits type="geo">UK</permits>'), "write GB"),
        (usage("ai-train", "<permit/>"), "no element 'permit'"),
        (f"<license>{' ' * MAX_LICENCE}</license>", "over 8192"),
        ('<!DOCTYPE license [<!ENTITY a "b">]><license>&a;</license>', "entities"),
        ('<!DOCTYPE license SYSTEM "http://127.0.0.1:1/x"><license/>', "entities"),
    ],
)
def test_what_is_no_licence_is_refused(text: str, why: str) -> None:
    with pytest.raises(ProjectionError, match=why) as refused:
        read_licence(text)
    assert refused.value.field == "license"


def test_elements_as_deep_as_they_can_be_are_read_without_harm() -> None:
    with pytest.raises(ProjectionError, match="no element 'a'"):
        read_licence("<license>" + "<a>" * 1100 + "</a>" * 1100 + "</license>")


@given(
    usages=st.sets(st.sampled_from(sorted(ACTIONS)), min_size=1),
    countries=st.one_of(
        st.sets(st.sampled_from(sorted(CODES)), min_size=1),
        st.sets(st.sampled_from(sorted(CODES)), max_size=5).map(lambda few: CODES - few),
    ),
    payment=st.sampled_from(["free", "purchase"]),
)
def test_what_was_given_is_written_and_read_the_same(
    usages: set[str], countries: set[str], payment: str
) -> None:
    wanted = Wanted(frozenset(usages), frozenset(countries))
    text = write_licence(wanted, payment)
    assert read_licence(text) == wanted
    assert rsl_reader.read_licence(text).payment == payment


@pytest.mark.parametrize("preset", PRESETS)
def test_each_licence_of_a_published_file_can_be_asked_for_as_it_is(preset: str) -> None:
    terms = parse_terms(
        {
            "preset": preset,
            "split": {"ann": "100 %"},
            "certification": {"human": "ann"},
            "territory": ["GB", "EU"],
        }
    )
    subject = Subject("urn:a", "urn:b", at="https://studio.example/t", server="https://studio.example/rsl")
    text = project(terms, subject, "rsl")
    for part in text.split("<license>")[1:]:
        element = "<license>" + part.partition("</license>")[0] + "</license>"
        if 'permits type="usage"' in element:
            assert read_licence(element).countries >= {"GB", "FR"}
        else:
            with pytest.raises(ProjectionError, match="permits no usage"):
                read_licence(element)


def test_every_usage_means_ai_actions() -> None:
    assert Wanted(frozenset(ACTIONS), CODES).actions == {Action.TRAIN, Action.INFER, Action.MINE}
