"""Every word of ours that an offer or a compliance report holds is defined in the profile that we publish."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SKOS

from ledger.domain.odrl import PROFILE, to_odrl
from ledger.domain.policy import Outcome, Reading, evaluate
from ledger.domain.terms_text import parse_terms
from ledger.rdf import Source, read_inputs, write_report
from ledger.rdf.load import load
from ledger.rdf.names import ODRL, OUR

TEXT = files("ledger.rdf").joinpath("profile.ttl").read_text("utf-8")
COMMON = {"preset": "standard", "split": {"studio": "60 %", "ann": "40 %"}, "reporting": "quarter"}
# Between them they have every clause.
TERMS = [
    {
        **COMMON,
        "territory": "DACH",
        "dates": {"start": "2026-01-01", "end": "2027-12-31"},
        "products": ["cushion"],
        "industries": ["home"],
        "channels": ["online"],
        "revenue": 5000,
        "run": {"units": 100, "overage": 1},
        "exclusive": {"products": "cushion"},
        "royalty": {"percent_of_net": "8 %"},
        "minimum_guarantee": 100,
        "advance": 50,
        "attribution": {"text": "By Ann"},
        "certification": {"human": "ann"},
        "sublicensing": {"depth": 2},
        "transfer": "with-consent",
        "derivatives": "included",
        "style": {"fee": 500},
        "recipe": {"fee": 400, "per_generation": "0.25", "generations": 10},
        "adapter": {"fee": 0, "per_generation": "0.05"},
        "training": {"ai_training": {"fee": 800}, "data_mining": "free", "ai_inference": "free"},
    },
    {**COMMON, "price": {"per_unit": 1}, "unlicensed_use": 9, "royalty": {"per_unit": 1}, "training": "free"},
]
OFFERS = [json.dumps(to_odrl(parse_terms(each), "urn:x:tile", "urn:x:owner")).encode() for each in TERMS]


@pytest.fixture(scope="module")
def profile() -> Graph:
    return Graph().parse(data=TEXT, format="turtle")


def ours(graph: Graph) -> set[str]:
    """Every IRI of our namespace anywhere in `graph`; the names of things (assets, terms) are not in it."""
    return {str(node) for triple in graph for node in triple if str(node).startswith(str(OUR))}


def defined(profile: Graph) -> set[str]:
    return {str(node) for node in profile.subjects(RDFS.isDefinedBy, URIRef(PROFILE))}


@pytest.mark.parametrize("offer", OFFERS)
def test_every_word_of_an_offer_is_defined(profile: Graph, offer: bytes) -> None:
    used = ours(load((Source("offer", offer),)))
    assert len(used) > 10
    assert used <= defined(profile)


def test_every_word_of_a_report_is_defined(profile: Graph) -> None:
    words = [each.value for kind in (Outcome, Reading) for each in kind]
    assert {str(OUR[word]) for word in words} <= defined(profile)
    inputs = read_inputs((Source("offer", OFFERS[0]),))
    for reading in Reading:
        text = write_report(evaluate(inputs.policies, None, inputs.world, reading, frozenset({PROFILE})))
        assert ours(Graph().parse(data=text, format="turtle")) <= defined(profile)


def test_every_word_is_used_labelled_and_of_some_kind(profile: Graph) -> None:
    used = set[str]().union(*(ours(load((Source("offer", offer),))) for offer in OFFERS))
    for name in defined(profile):
        node = URIRef(name)
        assert profile.value(node, RDFS.label), name
        assert profile.value(node, SKOS.definition), name
        kinds = set(profile.objects(node, RDF.type))
        if kinds & {ODRL.Action, ODRL.LeftOperand, ODRL.RightOperand}:
            assert name in used, f"{name} is in no offer"
    assert (URIRef(PROFILE), RDF.type, OWL.Ontology) in profile


def test_every_action_is_included_in_one_of_odrl(profile: Graph) -> None:
    for action in profile.subjects(RDF.type, ODRL.Action):
        assert str(profile.value(action, ODRL.includedIn)).startswith(str(ODRL))
