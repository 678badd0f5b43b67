"""Terms, uses and policies that nobody could mean: each refused by a code and a field, soon and whole."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from api.cli.app import run
from api.cli.context import MAX_TERMS_BYTES
from ledger.domain.errors import UseError
from ledger.domain.use_text import MAX_USES, parse_uses

SPLIT = "preset: standard\nsplit: {studio: 100 %}\n"
WORDS = [
    f"word-{a}{b}{c}"
    for a in "abcdefghijklmnopqrstuv"
    for b in "abcdefghijklmnopqrstuv"
    for c in "abcdefghijklmnopqrstu"
]
TIERS = ", ".join(f"{{up_to: {number}, per_unit: 0.10}}" for number in range(1, 5_001))
LAUGHS = "x0: &x0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"x{number + 1}: &x{number + 1} [{', '.join([f'*x{number}'] * 9)}]\n" for number in range(12)
)
USE = {"action": "reproduce", "product": "cushion", "territory": "GB", "units": 5, "on": "2026-06-01"}


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The problem that a command ends in."""
    with pytest.raises(SystemExit) as stop:
        run([*words, "--json"])
    assert stop.value.code == 2
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("territory: [GB, XX]", "territory[1]"),
        ("territory: UK", "territory"),
        ("territory: {worldwide_except: [EN]}", "territory.worldwide_except[0]"),
        ("run: 5000 metres", "run"),
        ("run: {units: 500, overage: 0.40 PIECES}", "run.overage"),
        ("revenue: {amount: 5}", "revenue"),
        ("price: 250.00 XYZ", "price"),
        ("price: -1", "price"),
        ("price: 1e400", "price"),
        (f"price: {'9' * 5000}", "terms"),
        ("price: .inf", "price"),
        ("run: -5", "run"),
        (f"run: {10**30}", "run"),
        ("royalty: {percent_of_net: 101 %}\nreporting: month", "royalty.percent_of_net"),
        ("dates: {start: 2027-01-01, end: 2026-12-31}", "dates"),
        ("dates: {start: 2026-02-30}", "terms"),
        ("sublicensing: {depth: 1000}", "sublicensing.depth"),
        (f"products: [{', '.join(WORDS[:10_000])}]", "products"),
        (f"price: {{graduated: [{TIERS}]}}", "price.graduated"),
        ("\n".join(f"{word}: 1" for word in WORDS[:10_000]), WORDS[0]),
        (LAUGHS, "x0"),
        ("products: &a [*a]", "products[0]"),
        ("price: 1\nprice: '", "terms"),
        ("name: x" + " " * MAX_TERMS_BYTES, "terms"),
    ],
)
def test_terms(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, field: str) -> None:
    file = tmp_path / "terms.yaml"
    file.write_text(f"{SPLIT}{text}\n")
    problem = told(capsys, "show", "terms", str(file), "--as", "summary")
    assert problem["code"] in ("bad-terms", "bad-input", "bad-money"), problem
    assert problem["field"] == field, problem
    assert len(problem["detail"]) < 500


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"territory": "XX"}, "territory"),
        ({"territory": "gb"}, "territory"),
        ({"territory": ["GB"]}, "territory"),
        ({"units": -1}, "units"),
        ({"units": 10**13}, "units"),
        ({"units": 5.0}, "units"),
        ({"units": "5 metres"}, "units"),
        ({"units": True}, "units"),
        ({"units": 0}, "units"),
        ({"revenue": "-5.00 TUSD"}, "revenue"),
        ({"revenue": "5.00 metres"}, "revenue"),
        ({"revenue": "5.00"}, "revenue"),
        ({"channel": "onlin"}, "channel"),
        ({"industry": "fashon"}, "industry"),
        ({"revenue": "1e400 TUSD"}, "revenue"),
        ({"on": "2026-02-30"}, "on"),
        ({"on": "tomorrow"}, "on"),
        ({"action": "sublicense", "units": 0, "depth": 65}, "depth"),
        ({"modifications": ["crop"] * 10_000}, "modifications"),
        ({"modifications": ["explode"]}, "modifications[0]"),
        ({"attribution": "x" * 501}, "attribution"),
        ({"until": "2026-07-01"}, "until"),
    ],
)
def test_uses(change: dict[str, Any], field: str) -> None:
    with pytest.raises(UseError) as refused:
        parse_uses([USE, {**USE, **change}])
    assert refused.value.field == f"uses[1].{field}"
    assert refused.value.code == "bad-use"


@pytest.mark.parametrize("rows", [[], [USE] * (MAX_USES + 1)])
def test_too_few_and_too_many_uses(rows: list[Any]) -> None:
    with pytest.raises(UseError, match=f"1 to {MAX_USES}"):
        parse_uses(rows)


def _nothing_is_asked(*_: object, **__: object) -> None:
    raise AssertionError("a socket was opened")


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ('{"@context": "https://elsewhere.example/c"}', "remote-context"),
        ('{"@context": {"@import": "https://elsewhere.example/c"}}', "remote-context"),
        ('{"@context": "file:///etc/hosts"}', "remote-context"),
        ('{"@context": {"a": {"@id": "urn:a", "@context": "http://127.0.0.1:1/"}}}', "remote-context"),
        ('{"a": ' * 200 + "1" + "}" * 200, "rdf-too-large"),
        ("".join(f"<urn:a> <urn:b> {number} .\n" for number in range(1_000_000)), "rdf-too-large"),
    ],
    ids=["remote", "import", "file", "scoped", "nested", "million"],
)
def test_policies(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    policy: str,
    code: str,
) -> None:
    """No socket is opened and no name is resolved, whatever a policy refers to."""
    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, _nothing_is_asked)
    file = tmp_path / "policy"
    file.write_text(policy)
    problem = told(capsys, "odrl", "evaluate", "--policy", str(file))
    assert (problem["code"], bool(problem["field"])) == (code, True), problem
