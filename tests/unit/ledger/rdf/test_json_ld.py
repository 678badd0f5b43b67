"""JSON-LD in, and what is refused of it and of Turtle: contexts, bombs, names that cannot be written."""

from __future__ import annotations

from typing import Any

import pytest
from rdf_text import ANY, ASK, linked, read

from ledger.domain.policy import (
    Constraint,
    Iri,
    Literal,
    LogicalConstraint,
    Outcome,
    evaluate,
)
from ledger.domain.policy.vocabulary import ODRL, PolicyKind
from ledger.rdf import Source, read_inputs
from ledger.rdf.errors import ContextError, LimitError, SyntaxRdfError
from ledger.rdf.load import MAX_BYTES, MAX_TRIPLES

SPATIAL = "odrl:leftOperand odrl:spatial ; odrl:operator odrl:eq ; odrl:rightOperand m:de"
WHERE = f"m:p a odrl:Set ; odrl:permission m:rule . m:rule odrl:constraint m:c . m:c {SPATIAL} ."
CONTEXT = "http://www.w3.org/ns/odrl.jsonld"


def test_the_newest_report_of_a_rule_counts() -> None:
    def reported(name: str, when: str, state: str) -> str:
        return (
            f'm:{name}p report:ruleReport m:{name} ; dct:created "{when}"^^xsd:dateTime .'
            f" m:{name} report:rule m:rule ; report:deonticState report:{state} ."
        )

    newest = reported("b", "2026-02-01T00:00:00Z", "Fulfilled")
    oldest = reported("a", "2026-01-01T00:00:00Z", "Violated")
    told = read(ANY, ASK, newest + oldest).world.told["https://mill.example/rule"]
    assert (told.report, told.deontic.value if told.deontic else "") == (
        "https://mill.example/b",
        "Fulfilled",
    )
    assert read(ANY, ASK, "m:a report:rule m:rule .").world.told == {}


POLICY = {
    "@context": CONTEXT,
    "@type": "Agreement",
    "uid": "https://mill.example/p",
    "permission": [
        {
            "target": "https://mill.example/tide",
            "action": [
                {
                    "rdf:value": {"@id": "odrl:print"},
                    "refinement": [{"leftOperand": "resolution", "operator": "lteq", "rightOperand": 600}],
                }
            ],
            "constraint": {"and": {"@list": [{"@id": "https://mill.example/c1"}]}},
        }
    ],
}
SHARED = {
    "@context": CONTEXT,
    "uid": "https://mill.example/c1",
    "leftOperand": "spatial",
    "operator": "isAnyOf",
    "rightOperand": {"@list": ["DE", "AT"]},
}


def test_json_ld_with_the_well_known_context() -> None:
    (policy,) = read_inputs((linked([POLICY, SHARED]),)).policies
    (rule,) = policy.permissions
    (joined,) = rule.constraints
    assert isinstance(joined, LogicalConstraint)
    assert (policy.id, policy.kind) == ("https://mill.example/p", PolicyKind.AGREEMENT)
    assert joined.operands == (
        Constraint(
            "https://mill.example/c1", f"{ODRL}spatial", f"{ODRL}isAnyOf", (Literal("DE"), Literal("AT"))
        ),
    )
    assert rule.actions[0].name == f"{ODRL}print"
    assert isinstance(rule.actions[0].refinements[0], Constraint)


def test_json_ld_with_a_context_of_its_own() -> None:
    document = {
        "@context": [CONTEXT, {"weave": "urn:x:weave"}],
        "@type": "Set",
        "permission": {"action": "weave"},
    }
    (policy,) = read_inputs((linked(document),)).policies
    assert policy.permissions[0].actions[0].name == "urn:x:weave"


@pytest.mark.parametrize(
    "document",
    [
        {"@context": "https://elsewhere.example/context.jsonld"},
        {"@context": [CONTEXT, "https://elsewhere.example/context.jsonld"]},
        {"@context": {"@import": "https://elsewhere.example/context.jsonld"}},
        {"@context": {"term": {"@id": "urn:x:t", "@context": "file:///etc/hosts"}}},
        {"permission": [{"@context": "https://elsewhere.example/context.jsonld"}]},
    ],
)
def test_remote_contexts_are_never_fetched(document: Any) -> None:
    with pytest.raises(ContextError, match="never fetched") as error:
        read_inputs((linked(document),))
    assert (error.value.code, error.value.field) == ("remote-context", "p.json")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"this is no Turtle", "p.ttl: is not Turtle: line 1"),
        (b'{"a": ', "p.ttl: is not JSON"),
        (b"\xff\xfe\x00", "p.ttl: is not UTF-8"),
        (b'{"@context": {"a": {"@id": 5}}, "a": 1}', "p.ttl: is not JSON-LD"),
        (b"<urn:a> <urn:b> <urn:c", "p.ttl: is not Turtle"),
    ],
)
def test_what_is_neither_turtle_nor_json_ld(data: bytes, message: str) -> None:
    with pytest.raises(SyntaxRdfError) as error:
        read_inputs((Source("p.ttl", data),))
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    "document",
    [
        {"@id": "urn:x:{}", "urn:x:p": 1},
        {"@id": "urn:x:a", "urn:x:p": {"@value": "1", "@type": 'urn:x:"'}},
    ],
)
def test_names_that_could_not_be_written_down(document: Any) -> None:
    with pytest.raises(SyntaxRdfError, match="is no IRI; percent-encode"):
        read_inputs((linked(document),))


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize(
    "data",
    [
        b" " * (MAX_BYTES + 1),
        b'{"a": ' * 129 + b"1" + b"}" * 129,
        b"<urn:a> <urn:b> " + b"[ <urn:b> " * 129 + b"1" + b" ]" * 129 + b" .",
        b'[{"a": ' + nested(100_000) + b"}]",
        b"<urn:a> <urn:b> " + b"[ <urn:b> " * 20_000 + b"1" + b" ]" * 20_000 + b" .",
        b"<urn:a> <urn:b> " + b"( " * 20_000 + b" )" * 20_000 + b" .",
    ],
)
def test_bombs(data: bytes) -> None:
    with pytest.raises(LimitError) as error:
        read_inputs((Source("bomb", data),))
    assert error.value.code == "rdf-too-large"


QUOTED = " ".join(
    (
        r'm:a m:b "[[[\"[" , """(( " (( "" \\ ((""" , <urn:((((> . # [[[[ " [[',
        "\n",
        r"m:c m:d '[[\'[' , '''[[ ' [[ '' \\ [[''' .",
        "\n",
    )
)


@pytest.mark.parametrize("text", [QUOTED * 40, "m:a m:b " + "[ m:b " * 40 + "1" + " ]" * 40 + " ."])
def test_brackets_that_do_not_nest(text: str) -> None:
    assert read(f"{ANY} {text}").policies


def test_brackets_in_json_texts_do_not_nest() -> None:
    texts = [{"urn:x:note": "[" * 200 + '"{{'}, {"@context": CONTEXT, "@type": "Set", "permission": {}}]
    assert read_inputs((linked(texts),)).policies


@pytest.mark.parametrize("form", ["turtle", "json-ld"])
def test_a_million_triples_are_refused_long_before_they_are_read(form: str) -> None:
    many = ",".join(str(k) for k in range(4 * MAX_TRIPLES))
    text = f"<urn:a> <urn:b> {many} ." if form == "turtle" else f'{{"urn:a:b": [{many}]}}'
    with pytest.raises(LimitError, match="more than 100000"):
        read_inputs((Source("many", text.encode()),))


def test_names_of_relative_things_tell_nothing_of_this_machine() -> None:
    (policy,) = read("<x> a odrl:Set ; odrl:permission <#one> .").policies
    assert (policy.id, policy.permissions[0].id) == (
        "https://document.invalid/x",
        "https://document.invalid/#one",
    )


def test_an_iri_may_be_written_as_text() -> None:
    inputs = read(WHERE, ASK, 'm:w a sotw:SotW ; odrl:spatial "https://mill.example/de" .')
    assert inputs.world.facts[0].value == Literal("https://mill.example/de")
    assert evaluate(inputs.policies, inputs.request, inputs.world).answer.outcome is Outcome.PERMITTED


def test_policies_explain_their_classes_and_actions_too() -> None:
    inputs = read(
        f"{ANY} m:weave odrl:includedIn odrl:reproduce ; odrl:implies odrl:print . m:sale a m:campaign .",
        ASK,
        "m:campaign skos:broader m:marketing . m:all dct:hasPart m:tide .",
    )
    mill = "https://mill.example/"
    assert f"{ODRL}use" in inputs.world.encompassing(f"{mill}weave")
    assert f"{ODRL}print" in inputs.world.entailed(f"{mill}weave")
    assert f"{mill}marketing" in inputs.world.kinds_of(f"{mill}sale")
    assert f"{mill}all" in inputs.world.within(f"{mill}tide")
    assert inputs.world.kinds_of("x") == {"x"}
    assert Iri("x") != Literal("x")
