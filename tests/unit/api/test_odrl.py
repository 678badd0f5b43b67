"""`selvage odrl evaluate` on files and stdin: what it prints and what it answers."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph

from api.cli.app import run
from bench._odrl_cases import OUR, OWN, REPORT

Evaluate = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evaluate(capsys: pytest.CaptureFixture[str]) -> Evaluate:
    def call(policy: str, request: str | None, state: str | None, *more: str) -> tuple[int, str, str]:
        def option(name: str, folder: str, file: str | None) -> list[str]:
            return [] if file is None else [name, str(OWN / folder / f"{file}.ttl") if file != "-" else "-"]

        words = [
            *option("--policy", "policies", policy),
            *option("--request", "requests", request),
            *option("--state", "sotw", state),
        ]
        with pytest.raises(SystemExit) as stop:
            run(["odrl", "evaluate", *words, *more])
        shown = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return stop.value.code, shown.out, shown.err

    return call


def test_permitted(evaluate: Evaluate) -> None:
    code, out, err = evaluate("run", "reproduce", "in-germany")
    graph = Graph().parse(data=out, format="turtle")
    assert code == 0
    assert err == "permitted: permitted by https://mill.example/run-print (duties: lenient)\n"
    assert list(graph.objects(None, REPORT.activationState)) == [REPORT.Active]


def test_not_permitted(evaluate: Evaluate) -> None:
    code, _, err = evaluate("run", "reproduce", "too-many")
    assert code == 1
    assert "5001 is not lteq 5000" in err


def test_json_ld(evaluate: Evaluate) -> None:
    code, out, _ = evaluate("run", "reproduce", "in-germany", "--format", "json-ld")
    assert code == 0
    turtle = Graph().parse(data=evaluate("run", "reproduce", "in-germany")[1], format="turtle")
    assert Graph().parse(data=out, format="json-ld").isomorphic(turtle)


def test_json(evaluate: Evaluate) -> None:
    code, out, err = evaluate("royalty", "display", "march", "--duties", "strict", "--json")
    told: dict[str, Any] = json.loads(out)
    assert (code, err) == (1, "")
    assert (told["outcome"], told["duties"], told["created"]) == (
        "not-permitted",
        "strict",
        "2026-03-01T00:00:00Z",
    )
    (rule,) = told["policies"][0]["rules"]
    assert (rule["activation"], rule["conditions"][0]["deontic"]) == ("Inactive", "Violated")
    assert [each["state"] for each in rule["premises"]] == ["Satisfied", "Satisfied"]


def test_both_readings(evaluate: Evaluate) -> None:
    assert evaluate("royalty", "display", "january")[0] == 0
    code, out, _ = evaluate("royalty", "display", "january", "--duties", "strict")
    assert code == 1
    assert (None, OUR.dutyReading, OUR.strict) in Graph().parse(data=out, format="turtle")


def test_nothing_asked(evaluate: Evaluate) -> None:
    assert evaluate("remedy", None, "trained")[0] == 1
    assert evaluate("remedy", None, "trained-and-deleted")[0] == 0


def test_no_state_but_a_time(evaluate: Evaluate) -> None:
    code, _, err = evaluate("run", "reproduce", None, "--at", "2027-01-01T00:00:00Z")
    assert code == 1
    assert "2027-01-01T00:00:00Z is not lteq 2026-12-31" in err


def test_several_policies(evaluate: Evaluate) -> None:
    more = ("--policy", str(OWN / "policies" / "purpose.ttl"))
    _, out, _ = evaluate("run", "reproduce", "january", *more)
    assert len(list(Graph().parse(data=out, format="turtle").subjects(REPORT.policy))) == 2


def test_profiles(evaluate: Evaluate, tmp_path: Path) -> None:
    text = (OWN / "policies" / "run.ttl").read_text()
    policy = tmp_path / "run.ttl"
    for profile, words, code in (
        ("urn:x:loom", (), 1),
        ("urn:x:loom", ("--profile", "urn:x:loom"), 0),
        ("urn:selvage:odrl:1", (), 0),
    ):
        policy.write_text(f"{text}\nm:run odrl:profile <{profile}> .\n")
        assert evaluate(str(policy.with_suffix("")), "reproduce", "in-germany", *words)[0] == code


def test_stdin(evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (OWN / "policies" / "run.ttl").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert evaluate("-", "reproduce", "in-germany")[0] == 0
    code, _, err = evaluate("-", "-", None)
    assert (code, err) == (2, "bad-input: policy: only one thing can be read from stdin\n")


@pytest.mark.parametrize(
    ("policy", "code", "words"),
    [
        ("this is no policy", "rdf-syntax", "is not Turtle: line 1"),
        ('{"@context": "https://elsewhere.example/c"}', "remote-context", "contexts are never fetched"),
        ("<urn:a> a <urn:b> .", "bad-policy", "there is no policy"),
        (
            "@prefix odrl: <http://www.w3.org/ns/odrl/2/> . <urn:a> a odrl:Set ; odrl:inheritFrom <urn:a> .",
            "cyclic-policy",
            "urn:a -> urn:a is a circle",
        ),
    ],
)
def test_what_cannot_be_read(evaluate: Evaluate, tmp_path: Path, policy: str, code: str, words: str) -> None:
    file = tmp_path / "policy.ttl"
    file.write_text(policy)
    exit_code, out, _ = evaluate(str(file.with_suffix("")), "print", None, "--json")
    told = json.loads(out)
    assert (exit_code, told["code"]) == (2, code)
    assert words in told["detail"]
    assert told["field"]


def test_a_missing_file(evaluate: Evaluate) -> None:
    code, _, err = evaluate("nowhere", "print", None)
    assert code == 2
    assert "nowhere.ttl: cannot be read" in err


def test_help_imports_no_rdf() -> None:
    program = (
        "import sys\nfrom api.cli.app import run\ntry: run(['odrl', 'evaluate', '--help'])\n"
        "except SystemExit: print('rdflib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"
