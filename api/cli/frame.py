"""What every command shares: `--json`, errors as text or problem objects, progress on stderr, exit codes."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any

import click

from api.cli.exits import Exit
from api.problems import Kind, Problem, describe, known

INTERRUPTED = Problem(
    "interrupted", "stopped by the keyboard; the same command goes on where it was", Kind.OUTSIDE
)


class Output:
    """Where a command writes. `json` chooses between one JSON value on stdout and text for people."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def result(self, value: Any, text: str) -> None:
        """The answer: `value` as JSON, or `text`."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False))
        elif text:
            click.echo(text)

    def listed(self, values: list[Any], text: str, empty: str) -> None:
        """A list; to people, when there is nothing in it, what that means."""
        self.result(values, text)
        if not values and not self.as_json:
            self.note(empty)

    def note(self, text: str) -> None:
        """Something a person may want to know; never part of the answer."""
        click.echo(text, err=True)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the command an Output as its first argument, made from `--json`."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @wraps(command)
    def with_output(*args: Any, as_json: bool, **kwargs: Any) -> Any:
        return command(Output(as_json), *args, **kwargs)

    return with_output


def readable(facts: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A JSON object as lines for people: what is nested is indented, what is nothing is a dash."""
    for name, value in facts.items():
        rows = value if isinstance(value, list) else []
        if isinstance(value, dict) and value:
            yield f"{indent}{name}:"
            yield from readable(value, indent + "  ")
        elif any(isinstance(row, dict) for row in rows):
            for number, row in enumerate(rows, 1):
                yield f"{indent}{name} {number}:"
                yield from readable(row if isinstance(row, dict) else {"": row}, indent + "  ")
        else:
            yield f"{indent}{name}: {_plain(value)}"


def _plain(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value)


def guarded(work: Callable[[], Any], as_json: bool) -> int:
    """Run `work`; its result, or the error it ends in, becomes an exit code.

    Errors are lines on stderr for people, and with `as_json` one problem object on stdout.
    """
    try:
        result = work()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return _fail(INTERRUPTED, as_json)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return Exit.USAGE
    except click.ClickException as error:
        return _fail(_usage(error), as_json)
    except BrokenPipeError:
        return _silence()
    except Exception as error:  # noqa: BLE001 -- the last place where an error can become a message
        return _fail(_problem(error), as_json)
    return int(result) if isinstance(result, int) else Exit.YES


def _usage(error: click.ClickException) -> Problem:
    context = getattr(error, "ctx", None)
    hint = f"; see {context.command_path} --help" if context else ""
    return Problem("usage", error.format_message().rstrip(".") + hint, Kind.MALFORMED)


def _silence() -> int:
    # The reader of our output went away; what Python would print about it helps nobody.
    sys.stderr.close()
    return Exit.OUTSIDE


def _problem(error: Exception) -> Problem:
    if not known(error):
        click.echo("".join(traceback.format_exception(error)), err=True)
    return describe(error)


def _fail(problem: Problem, as_json: bool) -> int:
    try:
        if as_json:
            click.echo(json.dumps(problem.to_dict(), ensure_ascii=False))
        else:
            click.echo(f"{problem.code}: {problem.message}", err=True)
    except OSError:
        # Nothing can be told where it was to be told (a full disk behind stdout); the exit code says it.
        return _silence()
    return problem.kind.exit_code
