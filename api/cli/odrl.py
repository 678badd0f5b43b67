"""ODRL policies of anybody's, evaluated as they stand: no ledger, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from api.cli.context import STANDARD, read_bytes
from api.cli.exits import Exit
from api.cli.frame import Output, json_option
from api.errors import InputError

if TYPE_CHECKING:
    from ledger.domain.policy import ComplianceReport
    from ledger.rdf import Inputs

READINGS = ("lenient", "strict")
OUR_PROFILE = "urn:selvage:odrl:1"


@click.group()
def odrl() -> None:
    """Evaluate ODRL policies, anybody's, and print the compliance report.

    The vocabulary of our own profile is here as well.
    """


@odrl.command("profile")
@json_option
def profile(output: Output) -> int:
    """Print the vocabulary of our own profile, in Turtle: every word that our offers add to ODRL."""
    from importlib.resources import files

    text = files("ledger.rdf").joinpath("profile.ttl").read_text("utf-8")
    output.result({"profile": OUR_PROFILE, "turtle": text}, text.rstrip())
    return Exit.YES


@odrl.command("evaluate")
@click.option("--policy", "policies", multiple=True, required=True, help="File of policies; may be repeated.")
@click.option("--request", help="File of what is asked; without it, whether any rule is violated.")
@click.option("--state", help="File of the state of the world: time, memberships, values, duties done.")
@click.option("--at", help="The time, when the state does not tell one: 2026-01-31T12:00:00Z.")
@click.option(
    "--duties",
    type=click.Choice(READINGS),
    default=READINGS[0],
    show_default=True,
    help="A permission stands while no duty is violated (lenient), or once all are fulfilled (strict).",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    help="IRI of a profile whose terms the documents explain; may be repeated.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["turtle", "json-ld"]),
    default="turtle",
    show_default=True,
    help="Of the report.",
)
@json_option
def evaluate(
    output: Output,
    policies: tuple[str, ...],
    request: str | None,
    state: str | None,
    at: str | None,
    duties: str,
    profiles: tuple[str, ...],
    form: str,
) -> int:
    """Print the compliance report of policies for a request in a state of the world.

    Files are Turtle or JSON-LD, or - for stdin; nothing is fetched. Exit code 0 when the request is permitted
    (without a request: when no rule is violated), 1 when not.
    """
    report = _evaluated(_inputs(policies, request, state, at), duties, profiles)
    answer = report.answer
    if output.as_json:
        from api.views.compliance import compliance

        output.result(compliance(report), "")
    else:
        from ledger.rdf import write_report

        click.echo(write_report(report, "json-ld" if form == "json-ld" else "turtle").rstrip())
        output.note(f"{answer.outcome.value}: {answer.why} (duties: {report.reading.value})")
    return Exit.YES if answer.outcome.favourable else Exit.NO


def _inputs(policies: tuple[str, ...], request: str | None, state: str | None, at: str | None) -> Inputs:
    from ledger.rdf import Source, read_inputs

    if [*policies, request, state].count(STANDARD) > 1:
        raise InputError("policy: only one thing can be read from stdin", field="policy")

    def source(path: str) -> Source:
        return Source(path, read_bytes(path))

    return read_inputs(
        tuple(source(path) for path in policies),
        source(request) if request else None,
        source(state) if state else None,
        at,
    )


def _evaluated(inputs: Inputs, duties: str, profiles: tuple[str, ...]) -> ComplianceReport:
    from ledger.domain.policy import Reading, evaluate

    known = frozenset((OUR_PROFILE, *profiles))
    return evaluate(inputs.policies, inputs.request, inputs.world, Reading(duties), known)
