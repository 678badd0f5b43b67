"""Every language takes hostile names and addresses, and the summary says every clause once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import rsl_reader
from hypothesis import given, settings
from hypothesis import strategies as st
from terms_data import SPLIT

from ledger.domain.errors import ProjectionError
from ledger.domain.presets import PRESETS
from ledger.domain.projections import FORMS, Subject, project
from ledger.domain.projections.rsl import to_rsl_site
from ledger.domain.projections.summary import sentences
from ledger.domain.terms import Attribution, Terms
from ledger.domain.terms_text import SILENCE, parse_terms, terms_to_dict

VECTORS = Path(__file__).parents[3] / "vectors" / "summaries"
SUBJECT = Subject(
    "urn:selvage:asset:0a",
    "urn:selvage:ledger:1",
    "Low Tide 01",
    "Studio",
    at="https://studio.example/tide.png",
    licences="https://studio.example/licences",
)
XML = ("rsl", "plus")


def terms_of(preset: str) -> Terms:
    return parse_terms({"preset": preset, "split": SPLIT, "certification": {"human": "ann"}})


@settings(max_examples=60)
@given(data=st.data(), title=st.text(max_size=30), creator=st.text(max_size=30))
def test_any_name_is_text_and_nothing_else(
    strategies: SimpleNamespace, data: st.DataObject, title: str, creator: str
) -> None:
    terms = data.draw(strategies.terms)
    hostile = replace(SUBJECT, title=title, creator=creator)
    tame = replace(SUBJECT, title=title and "x", creator=creator and "x")
    for form in FORMS:
        text = project(terms, hostile, form)
        assert text.encode("utf-8").decode("utf-8") == text
        if form in XML:
            tags = [each.tag for each in ElementTree.fromstring(text).iter()]
            assert tags == [each.tag for each in ElementTree.fromstring(project(terms, tame, form)).iter()]
        elif form != "summary":
            assert json.loads(text)


MARKUP = "</script><b>&amp;\"'\x00\x1b[31m]]>\ud800\n{{x}}"


@pytest.mark.parametrize("form", FORMS)
def test_markup_and_control_characters_do_no_harm(form: str) -> None:
    text = project(terms_of("training"), replace(SUBJECT, title=MARKUP, creator=MARKUP), form)
    assert not set(text) & {"\x00", "\x1b", "\ud800"}
    if form != "summary":
        assert "<b>" not in text
        assert "</script" not in text


def test_markup_in_the_terms_does_no_harm_in_a_page() -> None:
    terms = replace(terms_of("standard"), name="</script>", attribution=Attribution("<!--<script>"))
    text = project(terms, SUBJECT, "schema")
    assert not set(text) & {"<", ">", "&"}
    assert json.loads(text)["creditText"] == "<!--<script>"
    assert "<script" not in project(terms, SUBJECT, "plus")


@pytest.mark.parametrize(
    "address",
    [
        "studio.example",
        "javascript:alert(1)",
        "https://",
        "https://[::1",
        "http://a b",
        'https://a/"onload=x',
        "https://a/\n",
        "https://münchen.example",
        f"https://a/{'x' * 2000}",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ProjectionError, match=r"licences: .* is no address"):
        replace(SUBJECT, licences=address)


@pytest.mark.parametrize("form", ["rsl", "tdmrep"])
def test_what_is_about_an_address_needs_one(form: str) -> None:
    with pytest.raises(ProjectionError, match=r"at: .*give its address"):
        project(terms_of("standard"), replace(SUBJECT, at=None), form)


@pytest.mark.parametrize("form", ["rsl", "tdmrep"])
def test_an_address_is_no_pattern(form: str) -> None:
    text = project(terms_of("standard"), replace(SUBJECT, at="https://studio.example/a*b$"), form)
    assert "/a%2Ab%24" in text


def test_an_unknown_form_is_answered_with_the_nearest() -> None:
    with pytest.raises(ProjectionError, match="did you mean cawg"):
        project(terms_of("standard"), SUBJECT, "cagw")


def test_the_offer_is_linked_where_it_has_an_address_and_embedded_where_not() -> None:
    terms = terms_of("standard")
    assert "Iptc4xmpExt:EmbdEncRightsExpr" in project(terms, SUBJECT, "plus")
    linked = project(terms, replace(SUBJECT, policy="https://studio.example/p", licences=None), "plus")
    assert "plus:LicensorURL" not in linked
    assert "Iptc4xmpExt:LinkedRightsExpr>https://studio.example/p<" in linked
    assert "EmbdEncRightsExpr" not in linked


def test_what_is_not_known_is_left_out() -> None:
    nobody = Subject("urn:selvage:asset:0a", "urn:selvage:ledger:1", at="https://studio.example/t.png")
    found = json.loads(project(terms_of("standard"), nobody, "schema"))
    assert not found.keys() & {"creator", "creditText", "copyrightNotice", "license", "acquireLicensePage"}
    assert "dc:creator" not in project(terms_of("standard"), nobody, "plus")
    assert "copyright" not in project(terms_of("standard"), nobody, "rsl")
    assert json.loads(project(terms_of("standard"), nobody, "tdm-policy"))["assigner"] == {
        "uid": nobody.owner
    }


def test_amounts_that_iso_4217_does_not_know_are_asked_for_in_rsl() -> None:
    test_dollars = project(terms_of("training"), SUBJECT, "rsl")
    euros = parse_terms({"preset": "training", "split": SPLIT, "currency": "EUR"})
    assert "<amount" not in test_dollars
    assert '<amount currency="EUR">2300.00</amount>' in project(euros, SUBJECT, "rsl")


@settings(max_examples=100)
@given(data=st.data())
def test_every_clause_is_one_sentence(strategies: SimpleNamespace, data: st.DataObject) -> None:
    terms = data.draw(strategies.terms)
    said = sentences(terms)
    clauses = [clause for clause, _ in said]
    assert len(set(clauses)) == len(clauses)
    assert {*terms_to_dict(terms), *SILENCE} - {"name", "format"} == set(clauses)
    for _, text in said:
        assert text[0].isupper()
        assert text.endswith(".")
        assert "None" not in text


@settings(max_examples=100)
@given(data=st.data())
def test_terms_that_differ_in_a_clause_differ_in_a_sentence(
    strategies: SimpleNamespace, data: st.DataObject
) -> None:
    a, b = data.draw(strategies.terms), data.draw(strategies.terms)
    assert (sentences(a) == sentences(b)) == (a == replace(b, name=a.name))


def test_exclusive_of_anything_says_so() -> None:
    wide = {"products": "any", "dates": {"end": "2027-12-31"}}
    terms = parse_terms({"preset": "exclusive", "split": SPLIT, "exclusive": wide, "dates": wide["dates"]})
    (said,) = (text for clause, text in sentences(terms) if clause == "exclusive")
    assert said == (
        "It is exclusive for any product, to 31 December 2027, in every colourway, and nobody else is "
        "licensed there."
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_the_summary_of_a_preset_is_what_people_have_read(preset: str) -> None:
    assert project(terms_of(preset), SUBJECT, "summary") == (VECTORS / f"{preset}.txt").read_text()


def test_the_summary_of_narrow_terms_is_what_people_have_read() -> None:
    narrow = json.loads((VECTORS / "narrow.json").read_text())
    assert project(parse_terms(narrow), SUBJECT, "summary") == (VECTORS / "narrow.txt").read_text()


def test_a_site_is_told_in_one_file_by_paths() -> None:
    folder = replace(SUBJECT, at="https://studio.example/c/1*/assets/", below=True)
    root = replace(SUBJECT, at="https://studio.example")
    offered = [(terms_of("standard"), folder), (terms_of("training"), root)]
    contents = rsl_reader.read(to_rsl_site(offered))
    assert [each.url for each in contents] == ["/c/1%2A/assets/*", "/"]
    assert contents[0].holds("/c/1%2A/assets/9/file")
    assert not contents[0].holds("/c/2/assets/9/file")
    assert [len(each.licences) for each in contents] == [1, 2]
    assert rsl_reader.read(to_rsl_site([])) == []
    with pytest.raises(ProjectionError, match="give its address"):
        to_rsl_site([(terms_of("standard"), replace(SUBJECT, at=None))])


@settings(max_examples=60)
@given(data=st.data())
def test_any_licence_file_has_the_structure_of_the_standard(
    strategies: SimpleNamespace, data: st.DataObject
) -> None:
    terms = data.draw(strategies.terms)
    assert rsl_reader.read(project(terms, SUBJECT, "rsl"))
    served = replace(SUBJECT, server="https://studio.example/rsl", creator="")
    assert rsl_reader.read(project(terms, served, "rsl"))[0].server == served.server


def test_everything_below_an_address_is_one_rule_of_tdmrep() -> None:
    (rule,) = json.loads(project(terms_of("standard"), replace(SUBJECT, below=True), "tdmrep"))
    assert rule["location"] == "/tide.png*"
