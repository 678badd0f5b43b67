"""Turtle and JSON-LD in: what is read, what is refused and in which words."""

from __future__ import annotations

import pytest
from rdf_text import ANY, ASK, LIMITED, constraint, linked, read

from ledger.domain.policy import (
    Constraint,
    CycleError,
    Fact,
    Literal,
    LogicalConstraint,
    Outcome,
    evaluate,
)
from ledger.domain.policy.vocabulary import ODRL, XSD, Conflict, PolicyKind
from ledger.rdf import read_inputs
from ledger.rdf.errors import RdfError, ShapeError


def refusal(policy: str, request: str | None = None, state: str | None = None) -> str:
    with pytest.raises(RdfError) as error:
        read(policy, request, state)
    return str(error.value)


def test_a_constraint_with_everything() -> None:
    found = constraint(
        'odrl:operator odrl:lteq ; odrl:rightOperand "5" ; odrl:unit m:piece ; odrl:dataType xsd:integer ;'
        " odrl:status 2 ."
    )
    assert found == Constraint(
        "https://mill.example/c",
        f"{ODRL}count",
        f"{ODRL}lteq",
        (Literal("5"),),
        (),
        f"{XSD}integer",
        "https://mill.example/piece",
        Literal("2", f"{XSD}integer"),
    )


def test_values_are_kept_as_they_are_written() -> None:
    found = constraint('odrl:operator odrl:eq ; odrl:rightOperand "05.00"^^xsd:decimal, "rot"@de, m:x .')
    assert [str(each) for each in found.right] == ["05.00", "rot", "https://mill.example/x"]


def test_lists_and_several_values_are_the_same() -> None:
    listed = constraint("odrl:operator odrl:isAnyOf ; odrl:rightOperand ( m:a m:b ) .")
    assert listed.right == constraint("odrl:operator odrl:isAnyOf ; odrl:rightOperand m:a, m:b .").right


def test_a_blank_value_is_its_rdf_value_or_itself() -> None:
    found = constraint(
        "odrl:operator odrl:isAnyOf ; odrl:rightOperand [ rdf:value 5 ], [ rdf:value [] ], [] ."
    )
    assert [str(each) for each in found.right] == ["5", "_:p2", "_:p3"]


def test_logical_constraints_keep_their_order() -> None:
    inner = " ".join(
        f"m:c{k} odrl:leftOperand odrl:count ; odrl:operator odrl:eq ; odrl:rightOperand {k} ." for k in "312"
    )
    found = read(f"m:p odrl:permission [ odrl:constraint [ odrl:andSequence ( m:c3 m:c1 m:c2 ) ] ] . {inner}")
    (joined,) = found.policies[0].permissions[0].constraints
    assert isinstance(joined, LogicalConstraint)
    assert [each.id[-2:] for each in joined.operands] == ["c3", "c1", "c2"]


def test_kinds_conflicts_and_metadata() -> None:
    (policy,) = read(
        "m:p a odrl:Policy, odrl:Agreement ; odrl:conflict odrl:perm, m:mine ;"
        " dct:isReplacedBy m:q ; odrl:inheritFrom m:base ; odrl:prohibition m:n ."
    ).policies
    assert policy.kind is PolicyKind.AGREEMENT
    assert policy.conflict == {Conflict.PERM, Conflict.INVALID}
    assert (policy.replaced_by, policy.parents) == ("https://mill.example/q", ("https://mill.example/base",))
    assert [each.id for each in read("m:p odrl:obligation m:d .").policies[0].obligations]


def test_an_iri_may_be_written_as_a_text() -> None:
    (policy,) = read('m:p a odrl:Set ; odrl:inheritFrom "https://mill.example/base" .').policies
    assert policy.parents == ("https://mill.example/base",)


def test_metadata_in_words_says_nothing_of_members() -> None:
    assert read(ANY, ASK, 'm:tide dct:isPartOf "Harbour and more" .').world.parts == {}


def test_assets_and_parties_that_name_their_policy() -> None:
    (policy,) = read(f"{ANY} m:tide odrl:hasPolicy m:p . m:ann odrl:assigneeOf m:p .").policies
    assert [each.id for each in (*policy.targets, *policy.assignees)] == [
        "https://mill.example/tide",
        "https://mill.example/ann",
    ]


def test_constraints_of_a_policy_are_those_of_its_rules() -> None:
    (policy,) = read(
        f"{LIMITED} odrl:operator odrl:eq ; odrl:rightOperand 1 ."
        " m:p odrl:constraint m:c ; odrl:obligation m:d ."
    ).policies
    assert len(policy.permissions[0].constraints) == 2
    assert len(policy.obligations[0].constraints) == 1


def test_blank_nodes_get_the_same_names_every_time() -> None:
    text = "[] a odrl:Set ; odrl:permission [ odrl:constraint [ odrl:leftOperand odrl:count ;"
    text += " odrl:operator odrl:eq ; odrl:rightOperand 1 ] ] ."
    assert read(text).policies == read(text).policies


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ("m:x a m:y .", "policy: there is no policy"),
        (f"{LIMITED} odrl:operator odrl:eq .", "has neither of odrl:rightOperand"),
        (f"{LIMITED} odrl:rightOperand 5 .", "has no odrl:operator"),
        (
            "m:p odrl:permission [ odrl:constraint m:gone ] .",
            "https://mill.example/gone has no odrl:leftOperand",
        ),
        (f"{LIMITED} odrl:operator odrl:eq, odrl:lt ; odrl:rightOperand 5 .", "has 2 values of operator"),
        (f"{LIMITED} odrl:and ( m:c ) .", "is of several kinds"),
        ("m:p odrl:permission [ odrl:constraint m:c ] . m:c odrl:and ( m:c ) .", "nested deeper than 32"),
        ('m:p odrl:permission [ odrl:action "print" ] .', "odrl:action is the text 'print'"),
        ('m:p odrl:permission "all" .', "a rule is the text 'all'"),
        (
            'm:p a odrl:Set ; odrl:inheritFrom "the other" .',
            "the text 'the other' stands where an IRI belongs",
        ),
        ('m:p odrl:permission [ odrl:target [ odrl:source "a{b}:c" ] ] .', "stands where an IRI belongs"),
        ("m:p a odrl:Set, odrl:Offer .", "is of several kinds; choose one"),
        (
            "m:p odrl:obligation [ odrl:consequence [ odrl:uid m:d ; odrl:consequence m:e ] ] .",
            "consequence https://mill.example/d has a consequence",
        ),
        (
            "m:p odrl:prohibition [ odrl:remedy [ odrl:consequence m:e ] ] .",
            "has a consequence, which ODRL forbids",
        ),
        ("m:p odrl:permission m:l . m:l rdf:first m:a .", "a list that is broken off"),
        ("m:p odrl:permission m:l . m:l rdf:first m:a ; rdf:rest m:l .", "a list that is circular"),
    ],
)
def test_policies_that_cannot_be_interpreted(policy: str, message: str) -> None:
    assert message in refusal(policy)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ("m:x a m:y .", "request: there is no odrl:Request"),
        (f"{ASK} m:r2 a odrl:Request .", "there are several requests; ask one at a time"),
        ("m:r a odrl:Request .", "asks for nothing"),
        ("m:r a odrl:Request ; odrl:permission [ odrl:target m:a, m:b ] .", "2 values of target at once"),
        ('m:r a odrl:Request ; odrl:permission [ odrl:target "tide" ] .', "the target asked for is the text"),
    ],
)
def test_requests_that_cannot_be_answered(request_: str, message: str) -> None:
    assert message in refusal(ANY, request_)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ('m:currentTime dct:issued "now" .', "the time 'now' is no xsd:dateTime"),
        (
            'm:currentTime dct:issued "2026-01-01"^^xsd:date, "2026-01-02"^^xsd:date .',
            "tells 2 current times",
        ),
        ("m:d report:rule m:rule ; report:performanceState report:Maybe .", "has the state 'Maybe'; use"),
        ("m:r sotw:requestParameter [ sotw:value 5 ] .", "has no sotw:describesFeature"),
    ],
)
def test_states_that_cannot_be_true(state: str, message: str) -> None:
    assert message in refusal(ANY, ASK, state)


def test_circles_in_the_state_of_the_world() -> None:
    with pytest.raises(CycleError, match="partOf"):
        read(ANY, ASK, "m:a odrl:partOf m:b . m:b dct:isPartOf m:a .")


def test_the_time_is_told_once() -> None:
    told = 'm:w a sotw:SotW ; sotw:currentTime "2026-01-01T00:00:00Z"^^xsd:dateTime .'
    assert read(ANY, ASK, told).world.now == Literal("2026-01-01T00:00:00Z", f"{XSD}dateTime")
    assert read(ANY, ASK, None, "2026-02-02T00:00:00Z").world.now is not None
    assert read(ANY, ASK).world.now is None
    with pytest.raises(ShapeError, match="tells the time already"):
        read(ANY, ASK, told, "2026-02-02T00:00:00Z")


SPATIAL = "odrl:leftOperand odrl:spatial ; odrl:operator odrl:eq ; odrl:rightOperand m:de"
WHERE = f"m:p a odrl:Set ; odrl:permission m:rule . m:rule odrl:constraint m:c . m:c {SPATIAL} ."


CLAIMS = [
    "m:r odrl:spatial m:de .",
    "m:r1 odrl:spatial m:de .",
    f"m:r1 sotw:context [ {SPATIAL} ] .",
    f"m:r1 odrl:constraint [ {SPATIAL} ] .",
    "m:r sotw:requestParameter [ sotw:describesFeature odrl:spatial ; sotw:value m:de ] .",
    "m:r sotw:requestParameter [ sotw:describesFeature sotw:Spatial ; sotw:value m:de ] .",
]
PRETENCES = [
    "m:c odrl:spatial m:de .",
    "m:rule odrl:spatial m:de .",
    "m:ann odrl:spatial m:de .",
    "m:tide odrl:spatial m:de .",
    "m:w a sotw:SotW ; odrl:spatial m:de .",
    "m:w a sotw:SotW ; sotw:location m:de .",
    f"m:w a sotw:SotW ; sotw:context [ {SPATIAL} ] .",
    f"[ {SPATIAL} ] .",
    "[] sotw:conditionID m:c ; odrl:spatial m:de .",
]


ASK_ANN = "m:r a odrl:Request ; odrl:permission m:r1 . m:r1 odrl:target m:tide ; odrl:assignee m:ann ."


def outcome(policy: str, request: str, state: str | None = None) -> Outcome:
    inputs = read(policy, request, state)
    return evaluate(inputs.policies, inputs.request, inputs.world).answer.outcome


@pytest.mark.parametrize("told", [*CLAIMS, *PRETENCES])
def test_the_ways_to_tell_a_value(told: str) -> None:
    assert outcome(WHERE, ASK_ANN, told) is Outcome.PERMITTED


@pytest.mark.parametrize("claim", CLAIMS)
def test_whoever_asks_speaks_for_the_request(claim: str) -> None:
    assert outcome(WHERE, f"{ASK_ANN} {claim}") is Outcome.PERMITTED
    assert outcome(WHERE, f"{ASK_ANN} {claim}", "m:ann odrl:spatial m:fr .") is Outcome.NOT_PERMITTED


@pytest.mark.parametrize("pretence", PRETENCES)
def test_and_for_nothing_else(pretence: str) -> None:
    assert outcome(WHERE, f"{ASK_ANN} {pretence}") is Outcome.NOT_EVALUABLE


def test_nobody_makes_a_member_of_themselves_by_asking() -> None:
    guild = "m:p a odrl:Set ; odrl:permission [ odrl:assignee m:guild ; odrl:duty m:d ] ."
    member, paid = (
        "m:ann odrl:partOf m:guild .",
        "m:x report:rule m:d ; report:deonticState report:Fulfilled .",
    )
    assert outcome(guild, ASK_ANN, member) is Outcome.PERMITTED
    assert outcome(guild, f"{ASK_ANN} {member} {paid}") is Outcome.NOT_PERMITTED
    assert read(guild, f"{ASK_ANN} {paid}").world.told == {}


def test_a_purpose_is_what_its_request_says_unless_others_say() -> None:
    purpose = "m:p a odrl:Set ; odrl:permission [ odrl:constraint m:c ] . m:c odrl:leftOperand odrl:purpose ;"
    purpose += " odrl:operator odrl:isA ; odrl:rightOperand m:study ."
    ask = f"{ASK_ANN} m:r odrl:purpose m:mine . m:mine a m:study . m:other a m:study ."
    assert outcome(purpose, ask) is Outcome.PERMITTED
    assert outcome(purpose, ask, "m:mine a m:sale .") is Outcome.NOT_PERMITTED
    assert outcome(purpose, ask, "m:r odrl:purpose m:other .") is Outcome.NOT_PERMITTED


def test_the_time_of_a_request() -> None:
    def asked(at: str) -> str:
        value = f'sotw:describesFeature sotw:TemporalData ; sotw:value "{at}"^^xsd:dateTime'
        return f"{ASK_ANN} m:r sotw:requestParameter [ {value} ] ."

    until = LIMITED.replace("odrl:count", "odrl:dateTime")
    until += ' odrl:operator odrl:lteq ; odrl:rightOperand "2026-01-31"^^xsd:date .'
    inputs = read(until, asked("2026-01-31T12:00:00Z"))
    report = evaluate(inputs.policies, inputs.request, inputs.world)
    assert report.answer.outcome is Outcome.PERMITTED
    assert report.policies[0].created == Literal("2026-01-31T12:00:00Z", f"{XSD}dateTime")
    late = 'm:currentTime dct:issued "2026-02-01T00:00:00Z"^^xsd:dateTime .'
    assert outcome(until, asked("2026-01-31T12:00:00Z"), late) is Outcome.NOT_PERMITTED
    assert "request: the time 'soon' is no xsd:dateTime" in refusal(until, asked("soon"))


@pytest.mark.parametrize(
    "told",
    [
        "odrl:action [ rdf:value odrl:print ; odrl:spatial m:de ]",
        "odrl:action [ rdf:value odrl:print ; odrl:refinement [ SPATIAL ] ]",
    ],
)
def test_what_is_known_of_the_action_asked_for(told: str) -> None:
    inputs = read(WHERE, f"m:r a odrl:Request ; odrl:permission [ {told.replace('SPATIAL', SPATIAL)} ] .")
    assert evaluate(inputs.policies, inputs.request, inputs.world).answer.outcome is Outcome.PERMITTED


def test_a_collection_may_be_asked_for_by_its_source() -> None:
    ask = "m:r a odrl:Request ; odrl:permission [ odrl:target [ odrl:source m:all ] ] ."
    request = read(ANY, ask).request
    assert request is not None
    assert request.rules[0].target == "https://mill.example/all"


@pytest.mark.parametrize("kind", ["https://ex.org/sotw#SotW", "http://example.org/Sotw"])
def test_the_world_by_the_names_of_its_drafts(kind: str) -> None:
    told = f"m:w a <{kind}> ; odrl:spatial m:de ; sotw:currentTime m:currentTime ."
    told += ' m:currentTime dct:issued "2026-01-01T00:00:00Z" .'
    world = read(WHERE, ASK, told).world
    assert world.facts[0].subject is None
    assert world.now == Literal("2026-01-01T00:00:00Z", f"{XSD}dateTime")


def test_types_whose_prefix_nobody_explains() -> None:
    document = {
        "@type": "http://www.w3.org/ns/odrl/2/Set",
        "http://www.w3.org/ns/odrl/2/permission": {
            "http://www.w3.org/ns/odrl/2/constraint": {
                "http://www.w3.org/ns/odrl/2/leftOperand": {"@id": "urn:x:day"},
                "http://www.w3.org/ns/odrl/2/operator": {"@id": f"{ODRL}eq"},
                "http://www.w3.org/ns/odrl/2/rightOperand": {"@value": "Sunday", "@type": "xsd:string"},
            }
        },
    }
    (found,) = read_inputs((linked(document),)).policies[0].permissions[0].constraints
    assert isinstance(found, Constraint)
    assert found.right == (Literal("Sunday"),)


def test_constraints_that_double_at_every_level() -> None:
    levels = " ".join(
        f"m:c{k} odrl:and m:a{k}, m:b{k} . m:a{k} odrl:and m:c{k + 1} . m:b{k} odrl:and m:c{k + 1} ."
        for k in range(15)
    )
    last = "m:c15 odrl:leftOperand odrl:count ; odrl:operator odrl:eq ; odrl:rightOperand 1 ."
    message = refusal(f"m:p odrl:permission [ odrl:constraint m:c0 ] . {levels} {last}")
    assert "more than 50000 constraints" in message


def test_a_moment_for_one_constraint() -> None:
    before = LIMITED.replace("odrl:count", "odrl:dateTime")
    before += ' odrl:operator odrl:lt ; odrl:rightOperand "2018-01-01"^^xsd:date .'
    told = '[] sotw:conditionID m:c ; time:inXSDDateTime "2017-12-19T15:00:00"^^xsd:dateTime .'
    inputs = read(before, ASK, told)
    assert evaluate(inputs.policies, inputs.request, inputs.world).answer.outcome is Outcome.PERMITTED


def test_an_operator_that_states_no_value_is_no_fact() -> None:
    told = "[ odrl:leftOperand odrl:spatial ; odrl:operator odrl:neq ; odrl:rightOperand m:de ] ."
    assert read(WHERE, ASK, told).world.facts == ()


def test_a_value_with_its_unit_and_a_reference() -> None:
    policy = f"{LIMITED} odrl:operator odrl:lteq ; odrl:rightOperandReference m:limit ."
    inputs = read(
        policy, ASK, "m:tide odrl:count [ rdf:value 5 ; odrl:unit m:dozen ] . m:limit rdf:value 9 ."
    )
    assert (
        Fact(
            f"{ODRL}count",
            Literal("5", f"{XSD}integer"),
            "https://mill.example/tide",
            "https://mill.example/dozen",
        )
        in inputs.world.facts
    )
    assert inputs.world.values["https://mill.example/limit"] == (Literal("9", f"{XSD}integer"),)
